"""The page's address: what of a search can be shared, and what the back button returns to.

An uploaded picture is never part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote

import streamlit as st

from models.tag_types import TAG_FIELDS
from pipelines.search_types import BALANCE
from pipelines.stores.protocol import StoreFilter

Order: TypeAlias = Literal["match", "cheap", "dear"]
ORDERS: Final[tuple[Order, ...]] = ("match", "cheap", "dear")

LONGEST = 300
"""Characters of a word, category or id that are taken from an address."""
MOST_TAGS = 24


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for.

    Attributes:
        product: search products like this one; "" otherwise.
        tags, without_tags: as `StoreFilter` has them.
        balance: how much the words weigh against the picture, 0 to 1.
        language: a language code, "" to follow the browser.
    """

    words: str = ""
    product: str = ""
    in_stock_only: bool = False
    price_min: float | None = None
    price_max: float | None = None
    category: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    balance: float = BALANCE
    order: Order = "match"
    language: str = ""

    @property
    def where(self) -> StoreFilter:
        return StoreFilter(
            in_stock_only=self.in_stock_only,
            price_min=self.price_min,
            price_max=self.price_max,
            category=self.category,
            brand=self.brand,
            tags=self.tags,
            without_tags=self.without_tags,
        )

    @property
    def filtered(self) -> bool:
        return self.where != StoreFilter()

    def narrowed(self, where: StoreFilter) -> "Question":
        """The same question under other conditions."""
        return replace(
            self,
            in_stock_only=where.in_stock_only,
            price_min=where.price_min,
            price_max=where.price_max,
            category=where.category,
            brand=where.brand,
            tags=where.tags,
            without_tags=where.without_tags,
        )

    def unfiltered(self) -> "Question":
        return self.narrowed(StoreFilter())

    def only_language(self) -> "Question":
        """A fresh start that keeps how the reader reads."""
        return Question(language=self.language)


def parse(parameters: Mapping[str, str]) -> Question:
    """A question from query parameters; what makes no sense is left out, never an error."""

    def text(name: str) -> str:
        return parameters.get(name, "").strip()[:LONGEST]

    order = text("sort")
    return Question(
        words=text("q"),
        product=text("product"),
        in_stock_only=text("stock") == "1",
        price_min=_price(text("from")),
        price_max=_price(text("to")),
        category=text("category"),
        brand=text("brand"),
        tags=_tags(parameters.get("tags", "")),
        without_tags=_tags(parameters.get("without", "")),
        balance=_balance(text("balance")),
        order=next((known for known in ORDERS if known == order), "match"),
        language=text("lang"),
    )


def parameters(question: Question) -> dict[str, str]:
    """The query parameters of a question; defaults are left out, so addresses stay short."""
    all_of_them = {
        "q": question.words,
        "product": question.product,
        "stock": "1" if question.in_stock_only else "",
        "from": "" if question.price_min is None else f"{question.price_min:g}",
        "to": "" if question.price_max is None else f"{question.price_max:g}",
        "category": question.category,
        "brand": question.brand,
        "tags": _listed(question.tags),
        "without": _listed(question.without_tags),
        "balance": "" if question.balance == BALANCE else f"{question.balance:g}",
        "sort": "" if question.order == "match" else question.order,
        "lang": question.language,
    }
    return {name: value for name, value in all_of_them.items() if value}


def current() -> Question:
    """The question that the browser's address asks now."""
    return parse(st.query_params.to_dict())


def go(question: Question) -> None:
    """Write a question into the address, as one step of the browser's history."""
    wanted = parameters(question)
    if wanted != st.query_params.to_dict():
        st.query_params.from_dict(wanted)


def follow(key: str, value: object) -> None:
    """Let a field show what the address says, whoever changed it: a chip, the back button.

    Called before the field is drawn. A field that shows it already is left alone: writing to it
    would overwrite what a person is typing at this moment.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _price(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None


def _listed(keys: tuple[str, ...]) -> str:
    # A value of the shop's own may hold the separator.
    return ",".join(key.replace("%", "%25").replace(",", "%2C") for key in keys)


def _tags(text: str) -> tuple[str, ...]:
    keys = (unquote(part).strip() for part in text[: MOST_TAGS * LONGEST].split(","))
    known = (key[:LONGEST] for key in keys if key.partition(":")[0] in TAG_FIELDS)
    return tuple(key for key in dict.fromkeys(known) if key.partition(":")[2])[:MOST_TAGS]


def _balance(text: str) -> float:
    value = _price(text)
    return BALANCE if value is None or value > 1 else value
