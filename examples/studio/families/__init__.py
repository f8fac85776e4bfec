"""Every family of products, by the aisle it stands in."""

from importlib import import_module

from studio.assortment import Family, Item, items_of

AISLES = (
    "drinkware",
    "seating",
    "lighting",
    "bags",
    "footwear",
    "hats",
    "watches",
    "glasses",
    "vases",
    "clocks",
    "bottles",
    "textiles",
    "kettles",
    "phones",
    "speakers",
    "headphones",
    "balls",
    "toys",
)


def all_families() -> tuple[Family, ...]:
    """In the shop's order. Imports Blender: forms are code."""
    aisles = [import_module(f"studio.families.{aisle}") for aisle in AISLES]
    return tuple(family for aisle in aisles for family in aisle.FAMILIES)


def all_items() -> list[Item]:
    return items_of(all_families())
