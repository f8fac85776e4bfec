"""What a language must say; one file beside this one for each language."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale

from pipelines.asked import Relation, Unmet
from pipelines.catalog_records import RunOutcome
from pipelines.search_types import ReasonName


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
        errors: what happened and what to do, by the name of an error's class, or by that and its
            reason ("BadPicture: damaged"); empty where the error's own English words are shown.
        notes: what a perception's English notes mean; those not here are shown as they are.
        fields: what the fields of tags are called.
        any_kind: typed words that let go of the picture's kind, as `understand` knows them.
        compared: how a price compares with another, `{n}`.
        unmet: what was not done as asked; `{asked}` is a currency, `{sold}` those of the shop.
        evidence: what each part of a score is called, by its name.
        reasons: why a part of a score is what it is, with the values that its `Reason` has.
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
    camera_close: str
    address: str
    address_label: str
    address_hint: str
    again: str
    examples: str
    example: str
    more_examples: Plural
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
    nearest: str
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
    price: str
    price_from: str
    price_to: str
    price_over: str
    price_under: str
    quoted: str
    in_stock_only: str
    category: str
    brand: str
    anything: str
    clear: str
    further: str
    without_tag: str
    chips: str
    chip_or: str
    chip_only: str
    fields: Mapping[str, str]
    compared: Mapping[Relation, str]
    compared_with: str
    shade_compared_with: str
    unmet: Mapping[Unmet, str]
    as_asked: str
    as_shown: str
    any_kind: str
    balance: str
    balance_ends: tuple[str, str]
    without: str
    closeness: Mapping[str, str]
    evidence: Mapping[str, str]
    reasons: Mapping[ReasonName, str]
    errors: Mapping[str, tuple[str, str]]
    notes: Mapping[str, str]
    catalog: str
    search: str
    catalog_products: str
    catalog_pictures: str
    catalog_bad_pictures: str
    catalog_runs: str
    catalog_run_columns: tuple[str, str, str, str, str]
    catalog_outcomes: Mapping[RunOutcome, str]
    catalog_errors: str
    catalog_no_errors: str
    catalog_unfinished: str
    catalog_index: str
    catalog_generation: str
    catalog_built: str
    catalog_profile: str
    catalog_models: str
    catalog_points: str
    catalog_none: str
    vocabulary: str
    vocabulary_none: str
    vocabulary_columns: tuple[str, str, str, str]
    tag_origins: Mapping[str, str]
