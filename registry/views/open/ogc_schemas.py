"""Schemas of what `/ogc` answers, in OpenAPI 3.0: `nullable` instead of a list of types."""

from __future__ import annotations

from registry.i18n import language
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record import fields
from registry.queries.record.fields import Field, Kind
from registry.views.open.schemas import DAY, LINK, MOMENT, NUMBER, TEXT, WHOLE, Schema, many, record, reference

_KINDS: dict[Kind, Schema] = {
    Kind.TEXT: TEXT,
    Kind.CODE: TEXT,
    Kind.INTEGER: WHOLE,
    Kind.NUMBER: NUMBER,
    Kind.DATE: DAY,
    Kind.LINK: LINK,
}


def column_schema(column: Field) -> Schema:
    """The schema of one flat property."""
    found = _KINDS[column.kind] | {"title": column.header(language()), "description": column.says(language())}
    return found | ({"nullable": True} if column.nullable else {})


def schemas(lists: CodeLists) -> dict[str, Schema]:
    """All of them by name."""
    columns = fields.flat_columns(lists, fields.Surface.OGC)
    properties = {column.name: column_schema(column) for column in columns}
    shape = {
        "code": TEXT,
        "name": TEXT,
        "name_en": TEXT,
        "area_km2": NUMBER,
        "attribution": TEXT,
    }
    point: Schema = {
        "type": "object",
        "nullable": True,
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": ["Point"]},
            "coordinates": many(NUMBER) | {"minItems": 2, "maxItems": 2},
        },
    }
    polygons: Schema = {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": ["MultiPolygon"]},
            "coordinates": many(many(many(many(NUMBER) | {"minItems": 2}))),
        },
    }  # fmt: skip
    collection = _object(
        id=TEXT, title=TEXT, description=TEXT, attribution=TEXT,
        itemType=TEXT, crs=many(TEXT), extent={"type": "object"}, links=_many("Link"),
    )  # fmt: skip
    return {
        "Link": _object(rel=TEXT, type=TEXT, title=TEXT, href=LINK),
        "Landing": _object(title=TEXT, description=TEXT, links=_many("Link")),
        "Conformance": _object(conformsTo=many(TEXT)),
        "Document": {"type": "object", "required": ["openapi", "info", "paths"]},
        "Collection": collection,
        "Collections": _object(links=_many("Link"), collections=_many("Collection")),
        "Projects": _feature_collection("ProjectFeature"),
        "Divisions": _feature_collection("DivisionFeature"),
        "ProjectFeature": _feature(point, properties),
        "DivisionFeature": _feature(polygons, shape),
        "Project": _with_links("ProjectFeature"),
        "Division": _with_links("DivisionFeature"),
        "Problem": _object(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT),
    }  # fmt: skip


def _object(**properties: Schema) -> Schema:
    return record(properties, closed=False)


def _feature(geometry: Schema, properties: dict[str, Schema]) -> Schema:
    return _object(
        type={"type": "string", "enum": ["Feature"]},
        id=TEXT,
        geometry=geometry,
        properties=record(properties),
    )


def _with_links(schema: str) -> Schema:
    return {
        "allOf": [
            reference(schema),
            _object(links=_many("Link")),
        ]
    }


def _feature_collection(schema: str) -> Schema:
    return _object(
        type={"type": "string", "enum": ["FeatureCollection"]},
        timeStamp=MOMENT,
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
        links=_many("Link"),
        features=_many(schema),
    )


def _many(schema: str) -> Schema:
    return many(reference(schema))
