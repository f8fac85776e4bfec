"""The owner's page: what the shop holds, what could not be indexed and why; read-only."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from app import address
from app.amounts import count, date, ratio
from app.engine import Engine
from app.notices import owners_notice, sentence
from app.vocabulary import vocabulary
from app.words import Words, words_for
from models.errors import IndexMissing, ShopLensError
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import RunRecord

EXAMPLES_EACH = 5
RUNS = 5


def catalog_page(engine: Engine) -> None:
    """Draw the page."""
    words = words_for(address.current().language, st.context.locale)
    with st.container(key="owner"):
        st.html(f"<h1>{escape(words.catalog)}</h1>")
        _index(engine, words)
        try:
            with engine.catalog() as catalog:
                _catalog(catalog, words)
            vocabulary(engine.vocabulary(), words)
        except IndexMissing:
            st.html(
                f'<div class="notice" role="status"><span>{escape(words.catalog_none)}</span>'
                "<code>shoplens index FEED</code></div>"
            )
        except ShopLensError as error:
            owners_notice(error)


def _index(engine: Engine, words: Words) -> None:
    try:
        info = engine.lens().info()
    except IndexMissing:
        return
    except ShopLensError as error:
        owners_notice(error)
        return
    _facts(
        words.catalog_index,
        (
            (words.catalog_products, count(info.products, words.locale)),
            (words.catalog_points, count(info.points, words.locale)),
            (words.catalog_generation, str(info.generation)),
            (words.catalog_built, date(info.built_at, words.locale, st.context.timezone)),
            (words.catalog_profile, info.spec.profile),
        ),
        (words.catalog_models, f"{info.spec.image_fingerprint}\n{info.spec.text_fingerprint}"),
    )


def _catalog(catalog: CatalogDb, words: Words) -> None:
    summary = catalog.summary()
    _facts(
        words.catalog,
        (
            (words.catalog_products, count(summary.products, words.locale)),
            (words.catalog_pictures, count(summary.images, words.locale)),
            (words.catalog_bad_pictures, count(summary.bad_images, words.locale)),
        ),
    )
    runs = catalog.runs(RUNS)
    _errors(catalog, runs, words)
    _runs(runs, words)


def _errors(catalog: CatalogDb, runs: Sequence[RunRecord], words: Words) -> None:
    st.html(f"<h2>{escape(words.catalog_errors)}</h2>")
    reasons = catalog.errors_by_reason()
    if not reasons:
        whole = not runs or runs[0].outcome == "finished"
        told = words.catalog_no_errors if whole else words.catalog_unfinished
        st.html(f'<p class="quiet">{escape(told)}</p>')
    for reason in reasons:
        told = count(reason.count, words.locale)
        rows = "".join(
            f"<li><b>{escape(error.place)}</b> {sentence(error.detail)}</li>"
            for error in catalog.errors(reason.reason, limit=EXAMPLES_EACH)
            if error.kind == reason.kind
        )
        st.html(
            f'<details class="reason"><summary>{escape(reason.reason)} <small>{told}</small>'
            f"</summary><ul>{rows}</ul></details>"
        )


def _runs(runs: Sequence[RunRecord], words: Words) -> None:
    if not runs:
        return
    head = "".join(f"<th>{escape(name)}</th>" for name in words.catalog_run_columns)
    rows = "".join(
        "<tr>"
        f"<td>{escape(date(run.started_at, words.locale, st.context.timezone))}</td>"
        f"<td>{escape(words.catalog_outcomes[run.outcome])}</td>"
        f"<td>{count(run.counts.products, words.locale)}</td>"
        f"<td>{count(run.counts.embedded, words.locale)}</td>"
        f"<td>{ratio(run.counts.images_per_second, words.locale, digits=1)}</td>"
        "</tr>"
        for run in runs
    )
    st.html(
        f"<h2>{escape(words.catalog_runs)}</h2>"
        f'<table class="runs"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _facts(title: str, facts: Sequence[tuple[str, str]], *wide: tuple[str, str]) -> None:
    """Facts as tiles; `wide` ones take a row each."""
    tiles = [("", fact) for fact in facts] + [("wide", fact) for fact in wide]
    rows = "".join(
        f'<div class="{kind}"><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>'
        for kind, (name, value) in tiles
    )
    st.html(f'<h2>{escape(title)}</h2><dl class="facts">{rows}</dl>')
