"""The API described for programs: OpenAPI 3.1, from the very types that are checked and sent."""

from functools import cache
from importlib.metadata import version
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter

from app.api.fields import Conditions, Refinement, SearchFields
from pipelines.answer_json import AnswerWithFacetsJson, DetectionJson, FacetsJson

_REF: Final = "#/components/schemas/{model}"
_REFUSALS: Final[dict[str, str]] = {
    "400": "what was sent cannot be used: no picture, a box outside it, a field that is none",
    "401": "the key is missing or wrong",
    "408": "the request did not arrive in time; the connection is closed",
    "413": "more than 10 MB",
    "415": "not a form",
    "429": "too many requests from this address; see Retry-After",
    "503": "too many searches at the moment, or no index; see Retry-After",
    "504": "no answer in time",
}
_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["error", "remedy"],
    "properties": {
        "error": {"type": "string", "description": "what is wrong, a sentence"},
        "remedy": {"type": "string", "description": "what to do about it"},
    },
}
_IMAGE: Final = {
    "type": "string",
    "format": "binary",
    "description": "a picture: JPEG, PNG, WebP, AVIF or GIF, up to 10 MB",
}


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document."""
    answers: dict[str, TypeAdapter[Any]] = {
        "Answer": TypeAdapter(AnswerWithFacetsJson),
        "Detection": TypeAdapter(DetectionJson),
        "Facets": TypeAdapter(FacetsJson),
    }
    named, shared = TypeAdapter.json_schemas(
        [(name, "serialization", adapter) for name, adapter in answers.items()], ref_template=_REF
    )
    schemas = shared.get("$defs", {}) | {"Error": _ERROR}
    schemas |= {str(name): schema for (name, _), schema in named.items()}
    product = {
        "name": "product_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": "as the feed has it",
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "ShopLens", "version": version("shoplens")},
        "security": [{"key": []}],
        "paths": {
            "/v1/search": {
                "post": {
                    "summary": "Products like a picture, refined by words, or found by words alone",
                    "requestBody": _form(SearchFields, image_needed=False),
                    "responses": _responses("Answer"),
                }
            },
            "/v1/detect": {
                "post": {
                    "summary": "Products that the detector marks on a picture",
                    "requestBody": _form(None, image_needed=True),
                    "responses": _responses("Detection"),
                }
            },
            "/v1/products/{product_id}/similar": {
                "get": {
                    "summary": "Products like a product of the shop",
                    "parameters": [product, *_parameters(Refinement)],
                    "responses": _responses("Answer", {"404": "the index has no such product"}),
                }
            },
            "/v1/facets": {
                "get": {
                    "summary": "How many products of the shop have each value, under conditions",
                    "parameters": _parameters(Conditions),
                    "responses": _responses("Facets"),
                }
            },
            "/healthz": {
                "get": {
                    "summary": "Whether an index is open, and its generation",
                    "security": [],
                    "responses": {
                        "200": {"description": "an index is open"},
                        "503": {"description": "none is"},
                    },
                }
            },
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _form(fields: type[BaseModel] | None, *, image_needed: bool) -> dict[str, Any]:
    nothing: dict[str, Any] = {"type": "object", "properties": {}}
    schema = _flat(fields) if fields else nothing
    schema["properties"] = {"image": _IMAGE} | schema["properties"]
    if image_needed:
        schema["required"] = ["image"]
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _parameters(fields: type[BaseModel]) -> list[dict[str, Any]]:
    """Query parameters; of a list each value is one more of the same name."""
    told = []
    for name, schema in _flat(fields)["properties"].items():
        text = schema.pop("description")
        told.append({"name": name, "in": "query", "description": text, "schema": schema})
    return told


def _flat(fields: type[BaseModel]) -> dict[str, Any]:
    schema = fields.model_json_schema(ref_template=_REF)
    schema.pop("description", None)
    return schema


def _responses(answer: str, more: dict[str, str] | None = None) -> dict[str, Any]:
    def body(name: str) -> dict[str, Any]:
        return {"application/json": {"schema": {"$ref": _REF.format(model=name)}}}

    told: dict[str, Any] = {"200": {"description": "the answer", "content": body(answer)}}
    for status, why in sorted((_REFUSALS | (more or {})).items()):
        told[status] = {"description": why, "content": body("Error")}
    return told
