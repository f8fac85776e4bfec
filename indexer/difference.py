"""What a run over a feed would change: nothing is written, decoded, embedded or fetched."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from indexer.entries import text_of
from indexer.feeds.located import locate, web_address
from indexer.feeds.protocol import BadRow, Feed
from indexer.load_ahead import Problem, attempt
from indexer.run import shrinks
from pipelines.catalog_care import Leaving, product_ids, stored_state
from pipelines.catalog_db import CatalogDb, texts_digest
from pipelines.catalog_records import ErrorKind, ImageRecord, ReasonCount, product_to_json
from pipelines.catalog_types import Product
from pipelines.image_io import read_picture_bytes

Change: TypeAlias = Literal["new", "changed", "unchanged", "gone"]

_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """How a feed compares with the catalog.

    Attributes:
        bad_images: pictures that cannot be read, or whose same bytes could not be used before;
            a new one is looked into by the run only.
        examples: (change, product id), the first of each change.
        refused: whether a run would stop, since more than a fifth of the products would leave.
        useless: whether a run would stop, since no picture of the feed can be used.
    """

    feed: str
    new: int
    changed: int
    unchanged: int
    gone: int
    bad_rows: int
    bad_images: int
    reasons: tuple[ReasonCount, ...]
    examples: tuple[tuple[Change, str], ...]
    refused: bool
    useless: bool


def difference(feed: Feed, catalog: CatalogDb | None) -> Difference:
    """Compare a feed with a catalog; None where nothing was indexed yet.

    Raises:
        BadFeed: the feed as a whole cannot be read.
    """
    changes: Counter[Change] = Counter()
    bad: Counter[tuple[ErrorKind, str]] = Counter()
    examples: list[tuple[Change, str]] = []
    usable = False
    matched: set[int] = set()  # hashes: 60 bytes a product, whatever its id's length

    def count(change: Change, product_id: str) -> None:
        changes[change] += 1
        if change != "unchanged" and changes[change] <= _EXAMPLES:
            examples.append((change, product_id))

    for item in feed.items():
        if isinstance(item, BadRow):
            bad["row", item.reason] += 1
            continue
        change, reasons = _compared(item, feed.root, catalog)
        usable = usable or len(reasons) < len(item.images)
        bad.update(("picture", reason) for reason in reasons)
        count(change, item.id)
        if change != "new":
            matched.add(hash(item.id))
    known = leaving = 0
    for product_id, of_the_shop in product_ids(catalog) if catalog else ():
        gone = hash(product_id) not in matched
        known += of_the_shop
        leaving += of_the_shop and gone
        if gone:
            count("gone", product_id)
    return Difference(
        feed=feed.name,
        new=changes["new"],
        changed=changes["changed"],
        unchanged=changes["unchanged"],
        gone=changes["gone"],
        bad_rows=sum(n for (kind, _), n in bad.items() if kind == "row"),
        bad_images=sum(n for (kind, _), n in bad.items() if kind == "picture"),
        reasons=tuple(ReasonCount(kind, reason, n) for (kind, reason), n in bad.most_common()),
        examples=tuple(examples),
        refused=shrinks(Leaving(known, leaving)),
        useless=not usable,
    )


def _compared(product: Product, root: Path, catalog: CatalogDb | None) -> tuple[Change, list[str]]:
    """How a product compares, and the reasons of its pictures that cannot be used."""
    stored = stored_state(catalog, product.id) if catalog else None
    before = {image.number: image for image in stored[2]} if stored else {}
    same = stored is not None and len(before) == len(product.images)
    reasons = []
    for number, ref in enumerate(product.images):
        image = before.get(number)
        if web_address(ref):
            same = same and image is not None and image.ref == ref
            if image is not None and image.ref == ref and image.state == "bad":
                reasons.append(image.reason)
            continue
        found = _look(root, number, ref, image)
        same = same and found == image
        if found.state == "bad":
            reasons.append(found.reason)
    if stored is None:
        return "new", reasons
    text = text_of(product)
    (digest,) = texts_digest([text]) if text else ("",)
    same = same and stored[0] == product_to_json(product) and stored[1] == digest
    return ("unchanged" if same else "changed"), reasons


def _look(root: Path, number: int, ref: str, before: ImageRecord | None) -> ImageRecord:
    """A local picture by the bytes that it has now."""
    path, digest = "", ""

    def work() -> None:
        nonlocal path, digest
        file = locate(root, ref)
        path = str(file)
        digest = hashlib.sha256(read_picture_bytes(file)).hexdigest()

    problem = attempt(work, ref)
    if isinstance(problem, Problem):
        return ImageRecord(number, ref, path, digest, "bad", problem.reason)
    if before is not None and before.sha256 == digest:
        return ImageRecord(number, ref, path, digest, before.state, before.reason)
    return ImageRecord(number, ref, path, digest)
