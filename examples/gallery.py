"""The demo's query pictures: what a shopper would have, from rooms, screens and bad light."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from screens import apps
from screens.apps import Offer
from screens.handheld import DIM, GOOD, NIGHT, through

from studio.families import all_items
from studio.paint import paint
from studio.rooms import Arrangement, Eye, Put, daylight, wall
from studio.scenes import corners, home, outside
from studio.shapes import box
from studio.shot import Shot

Scene: TypeAlias = Callable[[], Arrangement]
Shoot: TypeAlias = Callable[[Scene], Shot]  # builds a scene and photographs it

ITEMS = {item.id: item for item in all_items()}


@dataclass(frozen=True, slots=True)
class QueryPicture:
    """A picture to search with.

    Attributes:
        name: of its file.
        en, ru: what the page calls it.
        compose: makes it of one or more photographs.
        codes: article numbers that can be read on it.
    """

    name: str
    en: str
    ru: str
    compose: Callable[[Shoot], Shot]
    codes: tuple[str, ...] = ()


def _article(product: str) -> str:
    return ITEMS[product].article


def _photo(scene: Scene, phone=GOOD, corners: tuple[tuple[float, float], ...] = ()) -> Callable:
    """A room as a phone saw it."""

    def compose(shoot: Shoot) -> Shot:
        shot = shoot(scene)
        if corners:
            shot = shot.warped(corners)
        return shot.looking(through(phone))

    return compose


def _post_of_outfit(shoot: Shoot) -> Shot:
    return apps.feed_post(
        shoot(corners.flat_lay).looking(through(GOOD)),
        author="autumn.layers", place="Weekend wardrobe", likes="2,148 likes",
        caption="Packed for three days and nothing else. Hat and bag again, I know.",
        comments="View all 87 comments",
    )  # fmt: skip


def _post_of_chair(shoot: Shoot) -> Shot:
    return apps.feed_post(
        shoot(corners.armchair_corner).looking(through(replace(GOOD, cast="#fff4e6"))),
        author="dom_i_sad", place="Угол для чтения", likes="Нравится: 634",
        caption="Стул достался от бабушки, подушку и вазу заказала в прошлом месяце.",
        comments="Посмотреть все комментарии (41)", dark=True, colour="#6f8f5f", clock="20:14",
    )  # fmt: skip


def _story_of_backpack(shoot: Shoot) -> Shot:
    return apps.story(
        shoot(corners.park_bench).looking(through(GOOD)), author="two.day.trips", ago="5h",
        words="all I take with me", at=(58, 168), reply="Send message", link="See the backpack",
    )  # fmt: skip


def _page_of_handbag(shoot: Shoot) -> Shot:
    item = ITEMS["handbag-04"]
    return apps.product_page(
        shoot(corners.handbag_on_chair),
        Offer(item.title_ru, "6 490 ₽", "7 990 ₽", stars="4,9", reviews="128 отзывов"),
        button="В корзину", delivery="Доставим завтра, бесплатно",
        article=f"Артикул: {item.article}",
        facts=("Материал: искусственная кожа", "Размер: 26 × 24 × 11 см"),
    )  # fmt: skip


def _page_of_watch(shoot: Shoot) -> Shot:
    item = ITEMS["watch-09"]
    return apps.product_page(
        shoot(corners.wrist_watch),
        Offer(item.title, "€119.00", stars="4.7", reviews="64 reviews"),
        button="Add to basket", delivery="Delivery by Thursday",
        article=f"Item no. {item.article}", facts=("Steel, 40 mm, 5 bar",),
        clock="8:52", accent="#11636b",
    )  # fmt: skip


def _grid(
    products: tuple[str, ...], around: tuple[float, ...], grounds: tuple[str, ...]
) -> list[Scene]:
    """A shop's own pictures of products, not ours: other ground, other side."""

    def scene(product: str, turn: float, ground: str) -> Scene:
        def build() -> Arrangement:
            box((3, 2, 0.02), paint(ground, "paper"), at=(0, 0.3, -0.02))
            wall(ground, away=0.8, skirting="")
            daylight((-0.9, -1.0, 1.4), (0, 0, 0.1), watts=22, size=0.8, fill=0.75)
            return Arrangement(
                (Put(product, (0, 0, 0), turn),),
                Eye((0.0, -1.05, 0.36), (0.0, 0.0, 0.118), 104),
                size=(300, 326),
            )

        return build

    return [scene(*told) for told in zip(products, around, grounds, strict=True)]


def _grid_of_bottles(shoot: Shoot) -> Shot:
    shown = ("sportbottle-01", "sportbottle-04", "flask-04", "sportbottle-03")
    scenes = _grid(shown, (-28, 35, 10, -50), ("#e7e3dc", "#d3dde2", "#e9dfcb", "#dde3da"))
    prices = ("€14.90", "€15.90", "€24.90", "€16.90")
    offers = [
        Offer(ITEMS[product].title, price, before=before, stars=stars, reviews=count, liked=k == 1)
        for k, (product, price, before, stars, count) in enumerate(
            zip(shown, prices, ("", "€19.90", "", "€18.90"), ("4.8", "4.6", "4.9", "4.7"),
                ("312", "95", "1,204", "48"), strict=True)
        )
    ]  # fmt: skip
    return apps.product_grid(
        [shoot(scene) for scene in scenes], offers, query="water bottle",
        chips=("All", "On sale", "In stock", "0.5 l"), add="Add",
    )  # fmt: skip


def _chat_about_lamp(shoot: Shoot) -> Shot:
    return apps.messenger(
        shoot(corners.lamp_on_cabinet).looking(through(DIM)), who="Аня", seen="в сети", mine=False,
        before=((True, "Как новая квартира?", "20:55"), (False, "Смотри, какая лампа!", "20:58")),
        after=((True, "Хочу такую же. Где брала?", "21:01"),
               (False, "Не помню, поищи по фото", "21:02")),
        sent="20:58", hint="Сообщение",
    )  # fmt: skip


def _chat_about_speaker(shoot: Shoot) -> Shot:
    return apps.messenger(
        shoot(corners.speaker_on_deck).looking(through(GOOD)), who="Sam", seen="last seen recently",
        before=((True, "what was that speaker at the lake?", "17:20"),), mine=False,
        after=((False, "the blue one, twelve hours on one charge", "17:24"),
               (True, "and the bottle?", "17:25"),
               (False, "same shop I think", "17:25")),
        sent="17:23", hint="Message", clock="17:26", ground="#e7e2ef", colour="#d08b45",
    )  # fmt: skip


def _review_of_mug(shoot: Shoot) -> Shot:
    item = ITEMS["mug-02"]
    return apps.review(
        [shoot(corners.mug_in_review).looking(through(replace(DIM, stops=0, grain=6)))],
        title="Отзывы", product=item.title_ru, article=f"Артикул {item.article}", who="Марина К.",
        when="12 ноября", useful="Полезно · 14",
        words="Пришла целая, цвет как на фото. Ручка удобная, мою в посудомойке каждый день.",
    )  # fmt: skip


def _video_of_desk(shoot: Shoot) -> Shot:
    return apps.short_video(
        shoot(corners.evening_desk).looking(through(replace(DIM, shake=2, stops=0))),
        author="@late.shift.desk", words="my whole setup, links are gone, so find it by photo",
        song="original sound", counts=("12.4K", "318", "2,041"),
    )  # fmt: skip


_HELD_LEFT = ((-0.03, -0.05), (1.02, -0.01), (1.05, 1.03), (-0.01, 1.05))
_HELD_RIGHT = ((-0.02, -0.01), (1.04, -0.05), (1.01, 1.06), (-0.05, 1.02))

QUERIES = (
    QueryPicture("living-room", "A living room", "Гостиная", _photo(home.living_room)),
    QueryPicture("outfit-post", "A post: packed for a weekend", "Пост: вещи на выходные",
                 _post_of_outfit, (_article("handbag-01"),)),
    QueryPicture("hallway", "Bags, hats and shoes in a hallway", "Сумки, шляпы и обувь в прихожей",
                 _photo(home.hallway, replace(GOOD, cast="#fff6ea", grain=4), _HELD_LEFT)),
    QueryPicture("kettle-prices", "Kettles with price tags", "Чайники с ценниками",
                 _photo(outside.market_shelf, replace(GOOD, cast="#f4faff"), _HELD_RIGHT),
                 tuple(map(_article, ("kettle-01", "kettle-02", "kettle-04")))),
    QueryPicture("handbag-page", "A shop's page with a handbag", "Страница магазина с сумкой",
                 _page_of_handbag, (_article("handbag-04"),)),
    QueryPicture("cafe", "A café table in the evening", "Столик в кафе вечером",
                 _photo(outside.cafe, DIM, _HELD_RIGHT)),
    QueryPicture("desk", "A desk by the window", "Рабочий стол у окна", _photo(home.desk)),
    QueryPicture("lamp-chat", "A lamp that a friend sent", "Лампа, которую прислала подруга",
                 _chat_about_lamp),
    QueryPicture("kitchen", "A kitchen worktop", "Кухонная столешница",
                 _photo(home.kitchen, replace(GOOD, grain=4))),
    QueryPicture("picnic", "A picnic on the lawn", "Пикник на траве", _photo(outside.picnic)),
    QueryPicture("shelf", "Vases on a shelf", "Вазы на полке", _photo(home.shelf)),
    QueryPicture("backpack-story", "A story: a backpack on a bench", "История: рюкзак на скамейке",
                 _story_of_backpack, (_article("cap-02"),)),
    QueryPicture("gym", "The floor of a gym", "Пол в спортзале",
                 _photo(outside.gym, replace(GOOD, grain=5, shake=1.5), _HELD_LEFT)),
    QueryPicture("bottle-search", "A shop's list of bottles", "Бутылки в приложении магазина",
                 _grid_of_bottles, (_article("sportbottle-01"),)),
    QueryPicture("chair-post", "A post: a corner to read in", "Пост: угол для чтения",
                 _post_of_chair, (_article("stool-01"),)),
    QueryPicture("childrens-room", "A children's room", "Детская",
                 _photo(home.childrens_room, replace(GOOD, grain=4))),
    QueryPicture("bottle-price", "A price tag, photographed in a hurry", "Ценник, снятый на бегу",
                 _photo(corners.one_price_tag, replace(DIM, stops=-0.1, cast="#f1f6ff", shake=2),
                        _HELD_LEFT),
                 (_article("flask-02"), _article("flask-01"))),
    QueryPicture("mug-review", "A review with a photo", "Отзыв с фотографией",
                 _review_of_mug, (_article("mug-02"), _article("teapot-01"))),
    QueryPicture("window-sill", "Against the light", "Против света", _photo(home.window_sill)),
    QueryPicture("speaker-chat", "A speaker by the lake", "Колонка у озера", _chat_about_speaker,
                 (_article("portable-02"),)),
    QueryPicture("bedside", "By the bed at night", "У кровати ночью",
                 _photo(home.bedside, replace(DIM, stops=0, shake=1.5, grain=6)),
                 (_article("cushion-05"), _article("table-lamp-02"))),
    QueryPicture("watch-page", "A watch in a shop's app", "Часы в приложении магазина",
                 _page_of_watch, (_article("watch-09"),)),
    QueryPicture("moving-in", "Half hidden, in bad light", "Наполовину скрыто, при плохом свете",
                 _photo(corners.dark_corner, NIGHT, _HELD_RIGHT)),
    QueryPicture("desk-video", "A still of a video", "Кадр из видео", _video_of_desk),
)  # fmt: skip
