"""Every word that the page says, in each of its languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from babel import Locale


@dataclass(frozen=True, slots=True)
class Plural:
    """A phrase with a count `{n}`, one form for each plural category of the language."""

    one: str
    other: str
    few: str = ""
    many: str = ""

    def of(self, count: int, locale: str, *, shown: str = "") -> str:
        """The form for `count`; `shown` is the number as it is printed, such as "1,204"."""
        category = Locale.parse(locale).plural_form(count)
        forms = {"one": self.one, "few": self.few, "many": self.many}
        return (forms.get(category) or self.other).replace("{n}", shown or str(count))


@dataclass(frozen=True, slots=True)
class Words:
    """The page's texts in one language.

    Attributes:
        locale: a CLDR name, for numbers and plurals.
        other_language: (code, name) of the language that the switch leads to.
        errors: what happened and what to do, by the name of an error's class; empty where the
            error's own English words are shown as they are.
        evidence: what each part of a score is called, by its name.
    """

    locale: str
    other_language: tuple[str, str]
    tagline: str
    how: tuple[str, str, str]
    words_refine: str
    words_search: str
    words_label: str
    drop: str
    drop_more: str
    choose_file: str
    camera: str
    address: str
    address_label: str
    address_hint: str
    again: str
    examples: str
    example: str
    shop_size: Plural
    updated: str
    private: str
    no_index: str
    opening: str
    looking: str
    waking: str
    reading: str
    read: str
    surface: str
    hint: str
    hint_unmarked: str
    region: str
    crop: str
    your_picture: str
    whole: str
    find_all: Plural
    one_product: str
    new_picture: str
    back_to_picture: str
    exact: str
    similar: str
    by_words: str
    like_product: str
    nothing: str
    nothing_help: str
    nothing_filtered: str
    not_close: str
    found: Plural
    product_number: str
    sort: str
    sort_match: str
    sort_cheap: str
    sort_dear: str
    in_stock: str
    sold_out: str
    was: str
    why: str
    why_score: str
    more_like: str
    more: str
    visit_shop: str
    filters: str
    price_from: str
    price_to: str
    in_stock_only: str
    category: str
    brand: str
    anything: str
    clear: str
    without: str
    closeness: Mapping[str, str]
    evidence: Mapping[str, str]
    errors: Mapping[str, tuple[str, str]]
    too_heavy: str
    too_heavy_remedy: str
    catalog: str
    search: str
    catalog_products: str
    catalog_pictures: str
    catalog_bad_pictures: str
    catalog_runs: str
    catalog_run_columns: tuple[str, str, str, str, str]
    catalog_errors: str
    catalog_no_errors: str
    catalog_index: str
    catalog_generation: str
    catalog_built: str
    catalog_profile: str
    catalog_models: str
    catalog_points: str
    catalog_none: str


EN: Final = Words(
    locale="en",
    other_language=("ru", "Русский"),
    tagline="Show it. Find where to get it.",
    how=(
        "Give a picture: a screenshot, a photo, an address.",
        "Point at the thing. The likeliest one is already chosen.",
        "Pick a product.",
    ),
    words_refine="Refine with words — “the same but red”",
    words_search="Or describe it in words",
    words_label="Words",
    drop="Drop, paste or choose a picture",
    drop_more="JPEG, PNG, WebP, AVIF or GIF, up to 10 MB",
    choose_file="Choose a file",
    camera="Take a photo",
    address="Picture address",
    address_label="Address of a picture",
    address_hint="https://…",
    again="Try again",
    examples="Or try one of these",
    example="Search with this picture: {title}",
    shop_size=Plural(one="{n} product", other="{n} products"),
    updated="updated {ago}",
    private="Your picture stays in this session’s memory. It is never stored.",
    no_index="Nothing to search in yet. The owner of this shop makes an index with",
    opening="Opening the shop…",
    looking="Finding products and searching…",
    waking="Waking up the models. Only the first picture waits for this…",
    reading="Reading text…",
    read="Read",
    surface="Your picture. Drag to draw a crop; arrow keys move it, Shift and arrows resize it.",
    hint="Click a box, or drag to draw your own",
    hint_unmarked="Drag to draw a box around the thing",
    region="Product {n} of {of}",
    crop="Your crop. Arrow keys move it, Shift and arrows resize it, Escape returns to the whole.",
    your_picture="Your picture",
    whole="Whole picture",
    find_all=Plural(one="Find all {n}", other="Find all {n}"),
    one_product="One at a time",
    new_picture="New picture",
    back_to_picture="Back to your picture",
    exact="This very product",
    similar="Similar",
    by_words="Found by words",
    like_product="More like this",
    nothing="Nothing like it here",
    nothing_help="Try another crop, the whole picture, or a few words.",
    nothing_filtered="Nothing passes these filters.",
    not_close="Not close",
    found=Plural(one="{n} found", other="{n} found"),
    product_number="Product {n}",
    sort="Sort",
    sort_match="Best match",
    sort_cheap="Cheapest first",
    sort_dear="Dearest first",
    in_stock="In stock",
    sold_out="Sold out",
    was="was",
    why="Why this?",
    why_score="Score",
    more_like="More like this",
    more="Show more",
    visit_shop="Open in the shop",
    filters="Filters",
    price_from="Price from",
    price_to="to",
    in_stock_only="In stock only",
    category="Category",
    brand="Brand",
    anything="Any",
    clear="Clear filters",
    without="Answered without {source}: {reason}",
    closeness={
        "exact": "article number matches",
        "very": "very close",
        "close": "close",
        "similar": "similar",
        "far": "not close",
        "words": "matches your words",
    },
    evidence={
        "image": "looks",
        "depicted": "looks like the words",
        "text": "meaning",
        "words": "words",
        "printed": "printed words",
        "code": "article number",
    },
    errors={},
    too_heavy="The picture is {size}; the page takes up to 10 MB.",
    too_heavy_remedy="Make it smaller, or take a screenshot of it.",
    catalog="Catalog",
    search="Search",
    catalog_products="Products",
    catalog_pictures="Pictures",
    catalog_bad_pictures="Pictures left out",
    catalog_runs="Last runs",
    catalog_run_columns=("Started", "Outcome", "Products", "Embedded", "Pictures a second"),
    catalog_errors="What could not be indexed",
    catalog_no_errors="Everything in the feed is indexed.",
    catalog_index="The index that answers now",
    catalog_generation="Generation",
    catalog_built="Built",
    catalog_profile="Model profile",
    catalog_models="Models",
    catalog_points="Pictures in the index",
    catalog_none="No catalog on this machine yet.",
)

RU: Final = Words(
    locale="ru",
    other_language=("en", "English"),
    tagline="Покажите вещь. Найдём, где её купить.",
    how=(
        "Дайте картинку: снимок экрана, фото или адрес.",
        "Укажите вещь. Самая вероятная уже выбрана.",
        "Выберите товар.",
    ),
    words_refine="Уточните словами — «такие же, но красные»",
    words_search="Или опишите словами",
    words_label="Слова",
    drop="Перетащите, вставьте или выберите картинку",
    drop_more="JPEG, PNG, WebP, AVIF или GIF, до 10 МБ",
    choose_file="Выбрать файл",
    camera="Сфотографировать",
    address="Адрес картинки",
    address_label="Адрес картинки",
    address_hint="https://…",
    again="Попробовать снова",
    examples="Или попробуйте одну из этих",
    example="Искать по этой картинке: {title}",
    shop_size=Plural(one="{n} товар", few="{n} товара", many="{n} товаров", other="{n} товара"),
    updated="обновлено {ago}",
    private="Картинка остаётся в памяти этого сеанса и нигде не сохраняется.",
    no_index="Искать пока не в чем. Владелец магазина создаёт индекс командой",
    opening="Открываем магазин…",
    looking="Ищем товары на картинке и в каталоге…",
    waking="Модели просыпаются. Ждать придётся только первой картинке…",
    reading="Читаем текст…",
    read="Прочитано",
    surface="Ваша картинка. Потяните, чтобы выделить часть; стрелки двигают её, "
    "Shift и стрелки меняют размер.",
    hint="Нажмите на рамку или выделите свою",
    hint_unmarked="Выделите нужную вещь рамкой",
    region="Товар {n} из {of}",
    crop="Ваше выделение. Стрелки двигают его, Shift и стрелки меняют размер, "
    "Escape возвращает всю картинку.",
    your_picture="Ваша картинка",
    whole="Вся картинка",
    find_all=Plural(
        one="Найти все {n}", few="Найти все {n}", many="Найти все {n}", other="Найти все {n}"
    ),
    one_product="По одному",
    new_picture="Новая картинка",
    back_to_picture="К вашей картинке",
    exact="Именно этот товар",
    similar="Похожие",
    by_words="Найдено по словам",
    like_product="Похожие на этот товар",
    nothing="Ничего похожего здесь нет",
    nothing_help="Попробуйте другое выделение, всю картинку или несколько слов.",
    nothing_filtered="Под эти фильтры ничего не подходит.",
    not_close="Далёкие",
    found=Plural(one="{n} найден", few="{n} найдено", many="{n} найдено", other="{n} найдено"),
    product_number="Товар {n}",
    sort="Порядок",
    sort_match="Сначала похожие",
    sort_cheap="Сначала дешёвые",
    sort_dear="Сначала дорогие",
    in_stock="В наличии",
    sold_out="Нет в наличии",
    was="было",
    why="Почему он?",
    why_score="Оценка",
    more_like="Ещё такие",
    more="Показать ещё",
    visit_shop="Открыть в магазине",
    filters="Фильтры",
    price_from="Цена от",
    price_to="до",
    in_stock_only="Только в наличии",
    category="Категория",
    brand="Бренд",
    anything="Любая",
    clear="Сбросить фильтры",
    without="Ответ без источника {source}: {reason}",
    closeness={
        "exact": "артикул совпал",
        "very": "очень похож",
        "close": "похож",
        "similar": "немного похож",
        "far": "далёкий",
        "words": "подходит по словам",
    },
    evidence={
        "image": "вид",
        "depicted": "вид по словам",
        "text": "смысл",
        "words": "слова",
        "printed": "надписи",
        "code": "артикул",
    },
    errors={
        "BadPicture": (
            "Эту картинку не удалось открыть.",
            "Сохраните её как JPEG, PNG, WebP, AVIF или GIF и попробуйте снова.",
        ),
        "FetchRefused": (
            "По этому адресу картинку получить нельзя.",
            "Проверьте адрес или сохраните картинку и перетащите её сюда.",
        ),
        "BadQuery": ("Такой запрос не имеет смысла.", "Измените выделение или слова."),
        "WeightsMissing": (
            "На этой машине нет файлов модели.",
            "Владельцу: команда `shoplens doctor` скажет, каких и откуда их взять.",
        ),
        "IndexMissing": (
            "Искать пока не в чем: индекса ещё нет.",
            "Владельцу: создайте его командой `shoplens index FEED`.",
        ),
        "StaleIndex": (
            "Индекс построен другими моделями.",
            "Владельцу: повторите `shoplens index FEED`.",
        ),
        "BrokenIndex": (
            "Файлы индекса повреждены.",
            "Владельцу: повторите `shoplens index FEED`.",
        ),
        "StoreUnavailable": (
            "Хранилище индекса не отвечает.",
            "Попробуйте через минуту; владельцу: проверьте сервер Qdrant.",
        ),
        "ShopLensError": ("Не получилось.", "Попробуйте ещё раз."),
    },
    too_heavy="Картинка весит {size}; страница принимает до 10 МБ.",
    too_heavy_remedy="Уменьшите её или сделайте снимок экрана.",
    catalog="Каталог",
    search="Поиск",
    catalog_products="Товары",
    catalog_pictures="Картинки",
    catalog_bad_pictures="Картинок не вошло",
    catalog_runs="Последние запуски",
    catalog_run_columns=("Начат", "Итог", "Товаров", "Новых векторов", "Картинок в секунду"),
    catalog_errors="Что не вошло в индекс",
    catalog_no_errors="Всё из фида вошло в индекс.",
    catalog_index="Индекс, который отвечает сейчас",
    catalog_generation="Поколение",
    catalog_built="Построен",
    catalog_profile="Профиль моделей",
    catalog_models="Модели",
    catalog_points="Картинок в индексе",
    catalog_none="На этой машине каталога пока нет.",
)

LANGUAGES: Final[Mapping[str, Words]] = {"en": EN, "ru": RU}


def words_for(asked: str, browser: str | None) -> Words:
    """The words of the asked language, else of the browser's, else English.

    Args:
        asked: a language code from the address, "" where it names none.
        browser: the browser's locale, such as "ru-RU".
    """
    for code in (asked, (browser or "").split("-")[0].lower()):
        if code in LANGUAGES:
            return LANGUAGES[code]
    return EN
