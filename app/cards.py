"""One product as a card: picture, title, price, stock, how close it is, and why it is here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from app import address
from app.amounts import money
from app.card_tags import asked_for, of_its_kind, tags_line
from app.closeness import Closeness, closeness
from app.engine import Engine
from app.reasons import reasons_table
from app.visit import PAGE_OF_RESULTS, current_visit
from app.words import Words
from models.adaptation import CosineScale
from pipelines.catalog_types import Card
from pipelines.kinds import Kind
from pipelines.search_types import Candidate, SearchResult


@dataclass(frozen=True, slots=True)
class Shelf:
    """What cards are drawn with.

    Attributes:
        scales: what cosines mean here, with the picture's colours and without; see `scale_of`.
        asked: keys of tags that the shopper asked for.
        kind: what the picture shows, where it counts as asked for.
        colourless: whether this answer's looks were compared without colours.
    """

    engine: Engine
    words: Words
    scales: tuple[CosineScale | None, CosineScale | None]
    asked: frozenset[str] = frozenset()
    kind: Kind | None = None
    colourless: bool = False

    @property
    def scale(self) -> CosineScale | None:
        return self.scales[self.colourless]

    def of(self, result: SearchResult, asked: frozenset[str] = frozenset()) -> "Shelf":
        """For the cards of one answer."""
        return replace(
            self, asked=self.asked | asked, kind=result.kind, colourless=result.colourless
        )


def show_cards(
    shelf: Shelf, candidates: Sequence[Candidate], *, prefix: str = "", far: bool = False
) -> None:
    """A grid of cards.

    Args:
        far: nothing was near: cards are shown in grey.
    """
    # All thumbnails at once: they are decoded in parallel and remembered.
    shelf.engine.thumbnails.of([p for c in candidates if c.card for p in c.card.pictures[:2]])
    with st.container(key=f"{prefix}{'far' if far else 'grid'}"):
        grid = st.grid("auto", min_column_width=168, gap="medium")
        for number, candidate in enumerate(candidates):
            with grid.cell():
                show_card(shelf, candidate, f"{prefix}{number}", far=far)


def show_card(shelf: Shelf, candidate: Candidate, key: str, *, far: bool = False) -> None:
    """One card with its two actions."""
    card, words = candidate.card, shelf.words
    if card is None:
        return
    near = Closeness(0.0, "far") if far else closeness(candidate, shelf.scale)
    with st.container(key=f"card-{key}", gap="xxsmall"):
        st.html(_face(shelf, card, near))
        with st.container(key=f"actions-{key}", horizontal=True, gap="small"):
            with st.popover(words.why, type="tertiary", key=f"why-{key}"):
                met = asked_for(card, shelf.asked, words) + of_its_kind(card, shelf.kind, words)
                st.html(met + reasons_table(candidate, words))
            st.button(
                words.more_like,
                key=f"like-{key}",
                type="tertiary",
                on_click=_more_like,
                args=(card.product_id,),
            )


def _face(shelf: Shelf, card: Card, near: Closeness) -> str:
    words = shelf.words
    title = escape(card.title or card.product_id)
    pictures = [p for p in shelf.engine.thumbnails.of(card.pictures[:2]) if p]
    images = "".join(
        f'<img class="{"second" if i else "first"}" loading="lazy" src="{picture}" '
        f'alt="{"" if i else title}">'
        for i, picture in enumerate(pictures)
    )
    frame = f'<span class="square{" two" if len(pictures) > 1 else ""}">{images}</span>'
    name = f'<span class="title">{title}</span>'
    if card.link.lower().startswith(("http://", "https://")):
        hint = escape(words.visit_shop)
        head = (
            f'<a href="{escape(card.link)}" target="_blank" rel="noopener noreferrer" '
            f'aria-label="{title}" title="{hint}">{frame}{name}</a>'
        )
    else:
        head = frame + name
    price = ""
    if card.price is not None:
        price = f"<b>{escape(money(card.price, words.locale))}</b>"
        if card.old_price is not None:
            old = escape(money(card.old_price, words.locale))
            price += f' <s><span class="unseen">{escape(words.was)} </span>{old}</s>'
    stock = {True: words.in_stock, False: words.sold_out, None: ""}[card.in_stock]
    facts = " · ".join(escape(fact) for fact in (card.brand, stock) if fact)
    sold_out = " gone" if card.in_stock is False else ""
    return (
        f'<article class="card{sold_out}">{head}<p class="price">{price}</p>'
        f'<p class="facts">{facts}</p>{tags_line(card, shelf.asked, words)}'
        f'<p class="near"><i style="--near:{near.share:.0%}"></i>'
        f"{escape(words.closeness[near.word])}</p></article>"
    )


def _more_like(product_id: str) -> None:
    visit = current_visit()
    visit.limit = PAGE_OF_RESULTS
    visit.every_product = False
    asked = address.current()
    address.go(replace(asked.unfiltered(), product=product_id, words="", order="match"))
