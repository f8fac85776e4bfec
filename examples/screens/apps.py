"""Screens of apps that shoppers take pictures of. Names, people and shops are made up."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from screens.pen import WIDE, Pen
from studio.shot import Shot, plain

SCREEN = (640, 1280)
_DIM = "#8a8d93"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a shop's card says."""

    title: str
    price: str
    before: str = ""
    stars: str = "4,8"
    reviews: str = "312"
    article: str = ""
    liked: bool = False


def feed_post(
    shot: Shot, *, author: str, place: str, likes: str, caption: str, comments: str,
    clock: str = "18:42", dark: bool = False, colour: str = "#b06a4f",
) -> Shot:  # fmt: skip
    """A post in a stream of pictures: author, picture, hearts, caption."""
    ground, ink = ("#0b0b0c", "#f5f5f5") if dark else ("#ffffff", "#111111")
    screen, pen = plain(SCREEN, ground), Pen(SCREEN)
    top, high = 104.0, 440.0
    screen = _laid(screen, shot, (0, top, WIDE, top + high))
    pen.status_bar(clock, ink)
    pen.avatar((30, 76), 17, author[0].upper(), colour, ring="#d6336c")
    pen.text((58, 73), author, 14, ink=ink, weight="SemiBold")
    pen.text((58, 90), place, 11.5, ink=_DIM)
    pen.dots((362, 76), ink)
    y = top + high + 25
    pen.heart((26, y), 25, "#e0245e", full=True)
    pen.bubble((66, y), 23, ink)
    pen.plane((106, y), 22, ink)
    pen.ribbon((364, y), 24, ink)
    pen.text((14, y + 36), likes, 14, ink=ink, weight="SemiBold")
    pen.text((14, y + 57), author, 14, ink=ink, weight="SemiBold")
    after = pen.lines((14, y + 76), caption, 14, 362, ink=ink, most=2)
    pen.text((14, after + 2), comments, 13, ink=_DIM)
    _tabs(pen, ground, ink)
    return screen.drawn_over(pen.layer())


def story(
    shot: Shot, *, author: str, ago: str, words: str, at: tuple[float, float], reply: str,
    link: str = "", clock: str = "9:15", colour: str = "#4f7a8c",
) -> Shot:  # fmt: skip
    """A full-screen picture with bars on top, words on it and a field to answer in."""
    screen, pen = shot.covered(SCREEN), Pen(SCREEN)
    pen.fade(0, 120, dark=120, upwards=False)
    pen.fade(pen.high - 130, pen.high, dark=130)
    pen.status_bar(clock, "#ffffff")
    for k in range(3):
        left = 10 + 125 * k
        pen.block((left, 44, left + 119, 46.4), "#ffffff" if k == 0 else "#ffffff80", radius=1.2)
    pen.avatar((30, 70), 16, author[0].upper(), colour)
    end = pen.text((54, 75), author, 14, ink="#ffffff", weight="SemiBold")
    pen.text((end + 8, 75), ago, 14, ink="#ffffffc0")
    pen.cross((366, 70), 17, "#ffffff")
    wide = pen.width(words, 19, "SemiBold")
    x, y = at
    pen.block((x - 12, y - 26, x + wide + 12, y + 11), "#ffffff", radius=9)
    pen.text((x, y), words, 19, ink="#111111", weight="SemiBold")
    if link:
        wide = pen.width(link, 14, "SemiBold")
        pen.block((x - 12, y + 19, x + wide + 12, y + 47), "#1f6feb", radius=14)
        pen.text((x, y + 38), link, 14, ink="#ffffff", weight="SemiBold")
    pen.block((16, pen.high - 66, 300, pen.high - 24), None, radius=21, outline="#ffffffb0")
    pen.text((36, pen.high - 40), reply, 14, ink="#ffffffd0")
    pen.heart((327, pen.high - 45), 25, "#ffffff")
    pen.plane((364, pen.high - 45), 23, "#ffffff")
    return screen.drawn_over(pen.layer())


def product_page(
    shot: Shot, offer: Offer, *, button: str, delivery: str, article: str, facts: Sequence[str],
    clock: str = "12:07", accent: str = "#7a2bd0",
) -> Shot:  # fmt: skip
    """A product's page in a shop's app."""
    screen, pen = plain(SCREEN, "#ffffff"), Pen(SCREEN)
    screen = _laid(screen, shot, (0, 46, WIDE, 476))
    pen.status_bar(clock)
    for x in (30, 318, 360):
        pen.disc((x, 74), 17, "#ffffffe6")
    pen.chevron((29, 74), 15, "#222222")
    pen.plane((318, 74), 16, "#222222")
    pen.heart((360, 75), 18, "#222222")
    for k in range(6):
        pen.disc((155 + 16 * k, 462), 3, accent if k == 0 else "#c9ccd2")
    end = pen.text((16, 511), offer.price, 25, ink=accent, weight="Bold")
    if offer.before:
        start = end + 12
        end = pen.text((start, 509), offer.before, 15, ink=_DIM)
        pen.stroke([(start - 1, 504), (end + 1, 504)], _DIM, 1.2)
    below = pen.lines((16, 538), offer.title, 16, 356, weight="Medium", most=2)
    pen.star((23, below + 1), 14, "#f5a623")
    end = pen.text((35, below + 6), offer.stars, 14, weight="SemiBold")
    pen.text((end + 8, below + 6), offer.reviews, 14, ink=_DIM)
    y = below + 34
    pen.text((16, y), article, 14, ink="#55585e")
    for k, fact in enumerate(facts, start=1):
        pen.text((16, y + 21 * k), fact, 14, ink="#55585e")
    y = pen.high - 118
    pen.text((16, y), delivery, 13.5, ink="#1a8f4a", weight="Medium")
    pen.block((16, pen.high - 98, 374, pen.high - 48), accent, radius=13)
    pen.text((WIDE / 2, pen.high - 73), button, 16, ink="#ffffff", weight="SemiBold", anchor="mm")
    pen.home_bar()
    return screen.drawn_over(pen.layer())


def product_grid(
    shots: Sequence[Shot], offers: Sequence[Offer], *, query: str, chips: Sequence[str],
    add: str, clock: str = "20:31", accent: str = "#e8543f",
) -> Shot:  # fmt: skip
    """Four cards of a shop's list of results, two by two."""
    screen, pen = plain(SCREEN, "#ffffff"), Pen(SCREEN)
    pen.status_bar(clock)
    pen.block((14, 48, 376, 86), "#f1f2f4", radius=12)
    pen.lens((34, 67), 18, "#6a6d73")
    pen.text((54, 72), query, 15)
    x = 14.0
    for k, chip in enumerate(chips):
        wide = pen.width(chip, 13) + 24
        pen.block((x, 96, x + wide, 124), "#111111" if k == 0 else "#f1f2f4", radius=14)
        pen.text((x + 12, 114.5), chip, 13, ink="#ffffff" if k == 0 else "#222222")
        x += wide + 8
    for k, (shot, offer) in enumerate(zip(shots, offers, strict=True)):
        left, top = 12 + 186 * (k % 2), 132 + 286 * (k // 2)
        frame = (left, top, left + 180, top + 186)
        screen = _laid(screen, shot, frame, radius=12)
        pen.heart(
            (left + 160, top + 20), 20, "#e0245e" if offer.liked else "#5a5d63", full=offer.liked
        )
        end = pen.text((left + 4, top + 209), offer.price, 17, ink=accent, weight="Bold")
        if offer.before:
            after = pen.text((end + 7, top + 208), offer.before, 12, ink=_DIM)
            pen.stroke([(end + 6, top + 204), (after + 1, top + 204)], _DIM, 1)
        pen.lines((left + 4, top + 228), offer.title, 12.5, 170, ink="#222222", most=2)
        below = top + 266
        pen.star((left + 10, below - 1), 11, "#f5a623")
        end = pen.text((left + 19, below + 3), offer.stars, 12, weight="Medium")
        pen.text((end + 6, below + 3), f"· {offer.reviews}", 12, ink=_DIM)
        half = pen.width(add, 12.5, "SemiBold") / 2 + 13
        middle = (left + 180 - half, below - 1)
        pen.block((middle[0] - half, below - 14, left + 180, below + 12), accent, radius=9)
        pen.text(middle, add, 12.5, ink="#ffffff", weight="SemiBold", anchor="mm")
    _shop_tabs(pen, accent)
    return screen.drawn_over(pen.layer())


def messenger(
    shot: Shot, *, who: str, seen: str, before: Sequence[tuple[bool, str, str]],
    after: Sequence[tuple[bool, str, str]], mine: bool, sent: str, hint: str,
    clock: str = "21:03", colour: str = "#5b8def", ground: str = "#dfe7df",
    share: float = 0.8,
) -> Shot:  # fmt: skip
    """A chat: (mine, words, time) above and below a picture that somebody sent."""
    screen, pen = plain(SCREEN, ground), Pen(SCREEN)
    pen.block((0, 0, WIDE, 96), "#f7f7f8")
    pen.status_bar(clock)
    pen.chevron((20, 72), 17, "#2f7cf6")
    pen.avatar((58, 72), 18, who[0], colour)
    pen.text((86, 69), who, 15.5, weight="SemiBold")
    pen.text((86, 86), seen, 12, ink=_DIM)
    pen.dots((366, 72), "#444444", upright=True)
    y = 112.0
    for line in before:
        y = _bubble(pen, y, *line)
    wide = WIDE * 0.74
    high = wide / shot.picture.width * shot.picture.height
    most = pen.high * share - y
    high = min(high, most)
    left = WIDE - wide - 12 if mine else 12
    pen.block(
        (left - 3, y - 3, left + wide + 3, y + high + 3),
        "#dcf5c8" if mine else "#ffffff",
        radius=15,
    )
    below = Pen(SCREEN)
    screen = screen.drawn_over(pen.layer())
    screen = _laid(screen, shot, (left, y, left + wide, y + high), radius=13)
    pen = below
    stamp = pen.width(sent, 11)
    right = left + wide - 8
    pen.block((right - stamp - 16, y + high - 26, right, y + high - 7), "#00000078", radius=9)
    pen.text((right - stamp - 8, y + high - 12.5), sent, 11, ink="#ffffff")
    y += high + 12
    for line in after:
        y = _bubble(pen, y, *line)
    pen.block((0, pen.high - 72, WIDE, pen.high), "#f7f7f8")
    pen.plus((26, pen.high - 46), 19, "#6a6d73")
    pen.block((48, pen.high - 64, 340, pen.high - 28), "#ffffff", radius=18, outline="#d9dbe0")
    pen.text((62, pen.high - 41), hint, 14.5, ink="#a0a3a9")
    pen.disc((364, pen.high - 46), 16, "#2f7cf6")
    pen.plane((363, pen.high - 45), 14, "#ffffff")
    pen.home_bar()
    return screen.drawn_over(pen.layer())


def review(
    shots: Sequence[Shot], *, title: str, product: str, who: str, when: str, words: str,
    useful: str, article: str, clock: str = "16:20", colour: str = "#8d6cc0",
) -> Shot:  # fmt: skip
    """A buyer's opinion with the buyer's own photo."""
    screen, pen = plain(SCREEN, "#f4f5f7"), Pen(SCREEN)
    pen.block((0, 0, WIDE, 98), "#ffffff")
    pen.status_bar(clock)
    pen.chevron((22, 72), 17, "#222222")
    pen.text((WIDE / 2, 77), title, 16.5, weight="SemiBold", anchor="ms")
    pen.block((10, 108, 380, 170), "#ffffff", radius=14)
    pen.text((24, 135), product, 14, weight="Medium")
    pen.text((24, 156), article, 13, ink=_DIM)
    pen.block((10, 180, 380, pen.high - 20), "#ffffff", radius=14)
    pen.avatar((42, 212), 18, who[0], colour)
    pen.text((70, 209), who, 14.5, weight="SemiBold")
    pen.text((70, 227), when, 12, ink=_DIM)
    pen.stars((282, 211), 15)
    y = pen.lines((24, 258), words, 14.5, 340, most=4)
    screen = screen.drawn_over(pen.layer())
    if len(shots) == 1:
        screen = _laid(screen, shots[0], (24, y, 366, pen.high - 76), radius=12)
    else:
        middle = y + (pen.high - 76 - y) / 2
        screen = _laid(screen, shots[0], (24, y, 366, middle - 4), radius=12)
        screen = _laid(screen, shots[1], (24, middle + 4, 366, pen.high - 76), radius=12)
    pen = Pen(SCREEN)
    pen.text((24, pen.high - 43), useful, 13.5, ink="#55585e", weight="Medium")
    pen.home_bar()
    return screen.drawn_over(pen.layer())


def short_video(
    shot: Shot, *, author: str, words: str, song: str, counts: Sequence[str], clock: str = "22:48"
) -> Shot:
    """A still of a video that fills the screen: icons at the right, a caption below."""
    screen, pen = shot.covered(SCREEN), Pen(SCREEN)
    pen.fade(0, 90, dark=110, upwards=False)
    pen.fade(pen.high - 210, pen.high, dark=170)
    pen.status_bar(clock, "#ffffff")
    pen.chevron((24, 66), 18, "#ffffff")
    pen.lens((364, 66), 22, "#ffffff")
    x, y = 362.0, pen.high - 330
    pen.avatar((x, y), 20, author[1].upper(), "#c96f4a", ring="#ffffff")
    for k, (count, icon) in enumerate(zip(counts, ("heart", "bubble", "ribbon"), strict=True)):
        middle = (x, y + 58 + 58 * k)
        if icon == "heart":
            pen.heart(middle, 31, "#ff2d55", full=True)
        else:
            getattr(pen, icon)(middle, 27, "#ffffff")
        pen.text((x, middle[1] + 28), count, 11.5, ink="#ffffff", weight="Medium", anchor="ms")
    pen.text((16, pen.high - 112), author, 15.5, ink="#ffffff", weight="SemiBold")
    pen.lines((16, pen.high - 90), words, 14, 300, ink="#ffffff", most=2)
    pen.text((16, pen.high - 45), song, 12.5, ink="#ffffffd0")
    pen.block((0, pen.high - 24, WIDE, pen.high - 22), "#ffffff50")
    pen.block((0, pen.high - 24, 148, pen.high - 22), "#ffffff")
    return screen.drawn_over(pen.layer())


def _laid(
    screen: Shot, shot: Shot, frame: tuple[float, float, float, float], *, radius: float = 0
) -> Shot:
    """The shot filling a frame given in points."""
    k = screen.picture.width / WIDE
    left, top, right, bottom = (round(v * k) for v in frame)
    size = (right - left, bottom - top)
    mask = None
    if radius:
        mask = Image.new("L", (size[0] * 2, size[1] * 2), 0)
        ImageDraw.Draw(mask).rounded_rectangle(
            (0, 0, size[0] * 2 - 1, size[1] * 2 - 1), radius * k * 2, fill=255
        )
        mask = mask.resize(size, Image.Resampling.BOX)
    return screen.pasted(shot.covered(size), (left, top), mask)


def _bubble(pen: Pen, top: float, mine: bool, words: str, time: str) -> float:
    """A message; returns where the next may begin."""
    size, most = 14.5, 262
    wide = min(most, pen.width(words, size))
    stamp = pen.width(time, 10.5) + 8
    count = 1 if pen.width(words, size) <= most else -(-pen.width(words, size) // (most * 0.92))
    single = count == 1 and wide + stamp <= most + 20
    right = wide + (stamp if single else 0)
    high = 33 + (count - 1) * size * 1.32 + (0 if single else 13)
    left = WIDE - right - 36 if mine else 12
    pen.block(
        (left, top, left + right + 24, top + high), "#dcf5c8" if mine else "#ffffff", radius=15
    )
    pen.lines((left + 12, top + 22), words, size, most)
    pen.text((left + right + 14, top + high - 9), time, 10.5, ink="#8b9a86", anchor="rs")
    return top + high + 8


def _tabs(pen: Pen, ground: str, ink: str) -> None:
    y = pen.high - 44
    pen.block((0, y - 24, WIDE, pen.high), ground)
    pen.block((0, y - 24, WIDE, y - 23.4), "#8a8d9340")
    pen.house((40, y), 24, ink)
    pen.lens((117, y), 26, ink)
    pen.plus((195, y), 22, ink)
    pen.heart((272, y), 25, ink)
    pen.avatar((349, y), 12, "К", "#6b8f71")
    pen.home_bar(ink)


def _shop_tabs(pen: Pen, accent: str) -> None:
    y = pen.high - 42
    pen.block((0, y - 26, WIDE, pen.high), "#ffffff")
    pen.block((0, y - 26, WIDE, y - 25.4), "#8a8d9340")
    pen.house((40, y), 23, "#6a6d73")
    pen.lens((117, y), 25, accent)
    pen.basket((195, y), 25, "#6a6d73")
    pen.heart((272, y), 24, "#6a6d73")
    pen.person((349, y), 24, "#6a6d73")
    pen.home_bar()
