"""What a request may ask: the options of `shoplens search`, by the same names, as form fields."""

from collections.abc import Iterable
from typing import Annotated, Any, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.api.refusals import bad_request
from models.types import Box
from pipelines.boxes import parse_box
from pipelines.conditions import conditions
from pipelines.photo_search import Wanted
from pipelines.search_types import BALANCE
from pipelines.stores.protocol import StoreFilter

Text: TypeAlias = Annotated[str, Field(max_length=300)]
Tags: TypeAlias = Annotated[tuple[Text, ...], Field(max_length=24)]
Price: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]

_LISTS = ("tag", "without_tag")


class Conditions(BaseModel):
    """What products must meet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_stock: bool = Field(False, description="leave out what is sold out; unknown stock stays")
    price_min: Price | None = Field(None, description="the least price")
    price_max: Price | None = Field(None, description="the highest price")
    category: Text = Field("", description="this one and those below it, as Home > Mugs")
    brand: Text = Field("", description="as the feed writes it")
    tag: Tags = Field((), description="FIELD:VALUE, as colour:red; repeat it for more")
    without_tag: Tags = Field((), description="FIELD:VALUE; leave out what is tagged so")

    @field_validator("price_min", "price_max", mode="before")
    @classmethod
    def _empty_is_none(cls, given: object) -> object:
        """A form sends the fields that nobody filled in too."""
        return None if given == "" else given

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Checked fields, of (name, value) pairs as they were sent.

        Raises:
            Refusal: 400, with what is wrong with which of them.
        """
        given: dict[str, Any] = {}
        for name, value in pairs:
            if name in _LISTS:
                given.setdefault(name, []).append(value)
            elif name in given:
                raise bad_request(f"{name} is given twice", remedy="give it once")
            else:
                given[name] = value
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            if first["type"] == "extra_forbidden":
                known = ", ".join(cls.model_fields)
                raise bad_request(
                    f"there is no field {name[:100]!r} here", remedy=f"fields: {known}"
                ) from None
            raise bad_request(f"{name}: {first['msg']}", remedy="see /openapi.json") from None

    @property
    def where(self) -> StoreFilter:
        """
        Raises:
            BadQuery: no price can meet it, or a tag is none.
        """
        return conditions(
            in_stock=self.in_stock,
            price_min=self.price_min,
            price_max=self.price_max,
            category=self.category,
            brand=self.brand,
            tags=self.tag,
            without_tags=self.without_tag,
        )


class Refinement(Conditions):
    """What refines a picture or a product, and how much is answered."""

    words: Text = Field("", description="the same but red, under 20 EUR; in English or Russian")
    balance: float = Field(BALANCE, ge=0, le=1, description="weight of the words: 0 none, 1 alone")
    top: int = Field(10, ge=1, le=500, description="how many products")
    facets: bool = Field(False, description="count the shop's values under these conditions too")

    @property
    def wanted(self) -> Wanted:
        """
        Raises:
            BadQuery: as `where`.
        """
        return Wanted(
            words=self.words,
            balance=self.balance,
            where=self.where,
            top=self.top,
            facets=self.facets,
        )


class SearchFields(Refinement):
    """What is searched on a picture, beside it."""

    box: Text = Field("", description="left,top,right,bottom: search this part, in pixels")
    region: int = Field(0, ge=0, description="which of the answer's regions; 0 is the likeliest")
    read_text: bool = Field(True, description="read words and article numbers on the picture")

    @property
    def parsed_box(self) -> Box | None:
        """
        Raises:
            BadQuery: no box.
        """
        return parse_box(self.box) if self.box else None
