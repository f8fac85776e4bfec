"""The page's address: what of a search can be shared, and what the back button returns to.

An uploaded picture is never part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final, Literal, TypeAlias

import streamlit as st

from pipelines.stores.protocol import StoreFilter

Order: TypeAlias = Literal["match", "cheap", "dear"]
ORDERS: Final[tuple[Order, ...]] = ("match", "cheap", "dear")

LONGEST = 300
"""Characters of a word, category or id that are taken from an address."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for.

    Attributes:
        product: search products like this one; "" otherwise.
        language: a language code, "" to follow the browser.
    """

    words: str = ""
    product: str = ""
    in_stock_only: bool = False
    price_min: float | None = None
    price_max: float | None = None
    category: str = ""
    brand: str = ""
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
        )

    @property
    def filtered(self) -> bool:
        return self.where != StoreFilter()

    def unfiltered(self) -> "Question":
        return replace(
            self, in_stock_only=False, price_min=None, price_max=None, category="", brand=""
        )

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
