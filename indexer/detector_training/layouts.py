"""Screenshots: pages, grids, posts and chats drawn around pictures."""

from indexer.detector_training.interface import Screen
from indexer.detector_training.scene import Random


def product_page(screen: Screen, random: Random) -> None:
    """One large picture, thumbnails, name, price, button."""
    screen.status_bar()
    if random.random() < 0.8:
        screen.top_bar()
    wide = screen.width > screen.height * 1.1
    side = int((0.45 if wide else random.uniform(0.75, 1.0)) * screen.width)
    tall = int(min(side * random.uniform(0.8, 1.35), (screen.height - screen.y) * 0.75))
    left = 0 if wide or random.random() < 0.6 else (screen.width - side) // 2
    top = screen.y
    screen.picture(left, top, side, tall)
    if random.random() < 0.4:
        screen.tag(left + screen.unit, top + screen.unit)
    if random.random() < 0.5:
        across = left + side - screen.unit * 2
        for down in range(int(random.integers(1, 4))):
            y = top + screen.unit * (0.5 + 2.2 * down)
            screen.sign(across, y, screen.unit * 1.2, on_picture=True)
    screen.y += tall + screen.unit // 2
    column = side + screen.unit if wide else screen.unit
    if random.random() < 0.4:
        small = int(screen.unit * random.uniform(2.2, 3.6))
        for number in range(int(random.integers(2, 6))):
            screen.picture(number * (small + 3) + 3, screen.y, small, small)
        screen.y += small + screen.unit // 2
    y = top + screen.unit if wide else screen.y
    for size, words in ((1.2, 3), (0.8, 4), (1.6, 1)):
        y += screen.text(column, y, screen.unit * size, words)
    if random.random() < 0.8:
        screen.button(column, y, screen.width - screen.unit, y + int(screen.unit * 2))
        y += int(screen.unit * 2.5)
    screen.y = max(screen.y, y)
    screen.paragraph(int(random.integers(0, 9)))


def product_grid(screen: Screen, random: Random) -> None:
    """Cards in two to five columns, the last row cut by the screen's edge."""
    screen.status_bar()
    if random.random() < 0.8:
        screen.top_bar()
    if random.random() < 0.25:
        tall = int(screen.height * random.uniform(0.12, 0.25))
        screen.picture(0, screen.y, screen.width, tall, product=False)
        screen.tag(screen.unit * 2, screen.y + tall // 3)
        screen.y += tall
    columns = int(random.integers(2, 4) if screen.width < screen.height else random.integers(3, 6))
    gap = int(random.integers(1, screen.unit))
    side = (screen.width - gap * (columns + 1)) // columns
    tall = int(side * random.uniform(0.9, 1.4))
    lines = int(random.integers(1, 4))
    while screen.y < screen.height - tall // 4:
        lowest = screen.y
        for column in range(columns):
            left = gap + column * (side + gap)
            screen.picture(left, screen.y, side, tall)
            if random.random() < 0.3:
                screen.tag(left + 3, screen.y + tall - screen.unit * 2)
            if random.random() < 0.4:
                screen.sign(
                    left + side - screen.unit * 1.5, screen.y + 3, screen.unit, on_picture=True
                )
            y = screen.y + tall + 2
            for line in range(lines):
                y += screen.text(left + 2, y, screen.unit * 0.7, 2, faint=line > 0)
            lowest = max(lowest, y)
        screen.y = lowest + gap + 2
    if random.random() < 0.5:
        screen.bottom_bar()


def social_post(screen: Screen, random: Random) -> None:
    """Avatar and name, the picture from edge to edge, icons, caption, comments."""
    screen.status_bar()
    if random.random() < 0.5:
        screen.top_bar()
    side = int(screen.unit * 1.8)
    screen.avatar(screen.unit // 2, screen.y + 2, side)
    screen.text(side + screen.unit, screen.y + 2, screen.unit * 0.8, 2)
    screen.text(side + screen.unit, screen.y + 2 + screen.unit, screen.unit * 0.6, 2, faint=True)
    screen.y += side + screen.unit // 2
    tall = int(min(screen.width * random.uniform(0.7, 1.35), (screen.height - screen.y) * 0.85))
    screen.picture(0, screen.y, screen.width, tall)
    if random.random() < 0.3:
        screen.tag(int(screen.width * random.uniform(0.1, 0.6)), screen.y + int(tall * 0.8))
    screen.y += tall + 3
    for number in range(3):
        screen.sign(screen.unit * (0.6 + 1.8 * number), screen.y, screen.unit * 1.2)
    screen.sign(screen.width - screen.unit * 1.8, screen.y, screen.unit * 1.2)
    screen.y += int(screen.unit * 1.6)
    screen.paragraph(int(random.integers(1, 8)))
    if random.random() < 0.4:
        screen.bottom_bar()


def story(screen: Screen, random: Random) -> None:
    """A picture over the whole screen, with words over it."""
    screen.picture(0, 0, screen.width, screen.height)
    screen.avatar(screen.unit, screen.unit, int(screen.unit * 1.6))
    screen.text(int(screen.unit * 3), int(screen.unit * 1.3), screen.unit * 0.8, 2)
    for _ in range(int(random.integers(0, 3))):
        left = int(screen.width * random.uniform(0.05, 0.5))
        screen.tag(left, int(screen.height * random.uniform(0.1, 0.9)))
    if random.random() < 0.6:  # what a video offers, one below the other
        top = screen.height * random.uniform(0.35, 0.6)
        for down in range(int(random.integers(2, 5))):
            y = top + 2.6 * screen.unit * down
            screen.sign(screen.width - 2 * screen.unit, y, 1.4 * screen.unit, on_picture=True)


def chat(screen: Screen, random: Random) -> None:
    """Messages, and among them a picture that somebody sent."""
    screen.status_bar()
    screen.top_bar()
    screen.avatar(screen.unit // 2, screen.y, int(screen.unit * 1.8))
    screen.y += int(screen.unit * 2.2)
    sent = int(random.integers(0, 3))
    for number in range(12):
        if screen.y > screen.height - 3 * screen.unit:
            break
        if number == sent:
            wide = int(screen.width * random.uniform(0.55, 0.85))
            room = screen.height - screen.y
            tall = int(min(wide * random.uniform(0.6, 1.2), room * 0.8))
            left = screen.unit // 2 if random.random() < 0.5 else screen.width - wide - 4
            screen.picture(left, screen.y, wide, tall)
            screen.y += tall + screen.unit // 2
        else:
            screen.bubble(mine=bool(random.random() < 0.5))
    screen.bottom_bar()


def text_page(screen: Screen, random: Random) -> None:
    """A page without any product: an article, settings, a chat."""
    screen.status_bar()
    screen.top_bar()
    while screen.y < screen.height:
        kind = random.random()
        if kind < 0.2:
            screen.y += screen.text(screen.unit, screen.y, screen.unit * 1.5, 3)
        elif kind < 0.4:
            side = int(screen.unit * 1.6)
            screen.avatar(screen.unit // 2, screen.y, side)
            screen.text(side + screen.unit, screen.y + 2, screen.unit * 0.8, 4)
            screen.y += int(side * 1.2)
        elif kind < 0.5:
            bottom = screen.y + int(screen.unit * 1.8)
            screen.button(screen.unit, screen.y, screen.width - screen.unit, bottom)
            screen.y += int(screen.unit * 2.4)
        elif kind < 0.56:
            tall = int(screen.width * random.uniform(0.3, 0.6))
            screen.picture(0, screen.y, screen.width, tall, product=False)
            screen.y += tall + 4
        else:
            screen.paragraph(int(random.integers(1, 6)))
