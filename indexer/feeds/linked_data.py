"""The nodes of JSON-LD documents: which of them are products, and what refers to what."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]

_PRODUCTS = frozenset({"Product", "IndividualProduct", "ProductModel", "SomeProducts", "Vehicle",
                       "Car", "ProductGroup"})  # fmt: skip
# Behind these stand other products than the ones that a page sells.
_ELSEWHERE = frozenset(
    {"isRelatedTo", "isSimilarTo", "isAccessoryOrSparePartFor", "isConsumableFor", "isVariantOf",
     "itemReviewed", "review", "reviews", "@context", "predecessorOf", "successorOf"}
)  # fmt: skip


class Graph:
    """Documents that may refer to each other by @id."""

    def __init__(self, documents: Sequence[Any]) -> None:
        self._by_id: dict[str, Node] = {}
        for node in _nodes(documents, frozenset()):
            name = node.get("@id")
            if isinstance(name, str) and len(node) > len(self._by_id.get(name, ())):
                # The fullest one tells most; the others are references to it.
                self._by_id[name] = node
        self._documents = documents

    def products(self) -> Iterator[tuple[Node, Node | None]]:
        """Each product with the group that it is a variant of; groups that have variants are no
        products themselves."""
        nodes = [node for node in _nodes(self._documents, _ELSEWHERE) if is_product(node)]
        nodes = [self.resolved(node) for node in nodes]
        found = {id(node): node for node in nodes if is_product(node)}
        groups: dict[int, Node] = {}
        named: dict[str, Node] = {}
        for node in found.values():
            if isinstance(name := node.get("productGroupID"), str) and is_group(node):
                named[name] = node
        parents: set[int] = set()
        for node in list(found.values()):
            for variant in self.each(node.get("hasVariant")):
                if variant is not node and not is_group(variant):
                    found.setdefault(id(variant), variant)
                    groups.setdefault(id(variant), node)
                    parents.add(id(node))
        for key, node in found.items():
            if key not in groups and not is_group(node):
                of = next(self.each(node.get("isVariantOf")), None)
                of = of or named.get(str(node.get("inProductGroupWithID")))
                if of is not None and of is not node:
                    groups[key] = of
                    parents.add(id(of))
        for key, node in found.items():
            if key not in parents:
                yield node, groups.get(key)

    def resolved(self, node: Node) -> Node:
        """What a reference refers to; the node itself where it is none."""
        name = node.get("@id")
        if isinstance(name, str):
            return self._by_id.get(name, node)
        return node

    def each(self, value: object) -> Iterator[Node]:
        """The nodes in a value: one, a list of them, references among them."""
        for told in value if isinstance(value, list) else [value]:
            if isinstance(told, dict):
                yield self.resolved(told)
            elif isinstance(told, str) and told in self._by_id:
                yield self._by_id[told]


def types(node: Node) -> frozenset[str]:
    told = node.get("@type")
    names = told if isinstance(told, list) else [told]
    return frozenset(
        name.rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str)
    )


def is_product(node: Node) -> bool:
    return bool(types(node) & _PRODUCTS)


def is_group(node: Node) -> bool:
    return "ProductGroup" in types(node)


def _nodes(value: object, without: frozenset[str]) -> Iterator[Node]:
    """Every object in a value, in order, but not behind the keys `without`."""
    stack = [value]
    while stack:
        told = stack.pop()
        if isinstance(told, dict):
            yield told
            stack += [each for key, each in reversed(told.items()) if key not in without]
        elif isinstance(told, list | tuple):
            stack += reversed(told)
