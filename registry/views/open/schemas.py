"""Schemas of what `/api/v1` answers (JSON Schema 2020-12, as OpenAPI 3.1 has it)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from registry.i18n import language
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.dimensions import BREAKDOWNS
from registry.queries.record import fields
from registry.queries.record.fields import Kind

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
LINK: Schema = {"type": "string", "format": "uri"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}


def reference(name: str) -> Schema:
    """A schema by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """The same, or null where there is none."""
    if "type" in schema and isinstance(schema["type"], str):
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def record(
    properties: dict[str, Schema], *, optional: Mapping[str, Schema] = MappingProxyType({}), closed: bool = True
) -> Schema:
    """An object that has all of these, and perhaps some of the optional ones."""
    found: Schema = {"type": "object", "required": list(properties), "properties": {**properties, **optional}}
    return found | ({"additionalProperties": False} if closed else {})


_KINDS: dict[Kind, Schema] = {
    Kind.TEXT: TEXT,
    Kind.CODE: TEXT,
    Kind.INTEGER: WHOLE,
    Kind.NUMBER: NUMBER,
    Kind.DATE: DAY,
    Kind.MOMENT: MOMENT,
    Kind.LINK: LINK,
    Kind.TEXTS: many(TEXT),
    Kind.ENTERPRISE: reference("Enterprise"),
    Kind.TITLES: many(reference("Title")),
    Kind.KPIS: {"type": "object", "additionalProperties": reference("Kpi")},
    Kind.PHOTOS: many(reference("Photo")),
}


def project_schema() -> Schema:
    """A project, from the field table."""
    properties: dict[str, Schema] = {}
    for field in fields.ANSWERED:
        schema = or_null(_KINDS[field.kind]) if field.nullable else dict(_KINDS[field.kind])
        properties[field.name] = schema | {"title": field.header(language()), "description": field.says(language())}
        if field.unit:
            properties[field.name]["x-unit"] = field.unit
    return record(properties)


def schemas(lists: CodeLists) -> dict[str, Schema]:
    """All of them by name."""
    item = {
        "oneOf": [reference("Project"), reference("EnterpriseItem")],
    }
    counts = {"recognitions": WHOLE, "projects": WHOLE, "enterprises": WHOLE}
    figure = {"value": or_null(NUMBER), "n": WHOLE, "of": WHOLE, "reason": or_null(TEXT)}
    groups = {f"by_{name}": many(reference("Group")) for name in (*BREAKDOWNS, "honor")}
    category = {
        "code": TEXT, "name": TEXT, "name_en": TEXT, "tier": TEXT, "type": TEXT, "rank": or_null(WHOLE),
        "valid_from": or_null(WHOLE), "valid_to": or_null(WHOLE), "successor": or_null(TEXT),
    }  # fmt: skip
    unit = {"code": TEXT, "name": TEXT, "name_en": TEXT, "division": TEXT, "has_polygon": FLAG}
    notice = {
        "id": WHOLE, "title": TEXT, "kind": TEXT, "organ": TEXT,
        "call": or_null(record({"id": WHOLE, "title": TEXT})), "category": or_null(TEXT), "year": or_null(WHOLE),
        "first_day": DAY, "last_day": DAY, "state": TEXT, "items": WHOLE, "opened_at": MOMENT, "url": LINK,
    }  # fmt: skip
    line = {"position": WHOLE, "name": TEXT, "enterprise": or_null(TEXT), "unit": or_null(TEXT), "listed": FLAG}
    # Lines of a re-evaluation say what became of the title, those of a notice with scores what the experts gave.
    at_times = {"outcome": or_null(TEXT), "score": or_null(TEXT)}
    note = {"at": MOMENT, "text": TEXT, "last_day": or_null(DAY)}
    return {
        "Project": project_schema(),
        "Enterprise": record({"id": WHOLE, "name": TEXT}),
        "EnterpriseItem": record({"id": WHOLE, "name": TEXT, "projects": WHOLE, "recognitions": WHOLE}),
        "Title": record(
            {
                "category": TEXT, "tier": TEXT, "name_awarded": TEXT, "enterprise_awarded": TEXT,
                "year": or_null(WHOLE),
                "document_number": TEXT, "announced_on": or_null(DAY), "stage": or_null(TEXT), "status": TEXT,
            }
        ),
        "Kpi": record(
            {
                "value": or_null(NUMBER), "unit": TEXT, "baseline_year": or_null(WHOLE), "report_year": or_null(WHOLE),
                "basis": {"type": "string", "enum": ["declared", "verified"]},
            }
        ),
        "Photo": record({"url": LINK, "caption": TEXT}),
        "Links": {"type": "object", "required": ["self", "first", "last"], "additionalProperties": LINK},
        "List": _paged(item),
        "Categories": _paged(record(category)),
        "Units": _paged(record(unit)),
        "Notice": record(notice),
        "Notices": _paged(reference("Notice")),
        "NoticeWithList": record(
            notice | {"text": many(TEXT), "list": many(record(line, optional=at_times)), "notes": many(record(note))}
        ),
        "Group": record({"code": or_null(TEXT), "name": TEXT, **counts}, closed=False),
        "Figure": record({"method": TEXT, **figure, "unit": TEXT}, closed=False),
        "Statistics": record(
            {
                "scope": {"type": "object"},
                **counts,
                "kpis": {"type": "object", "additionalProperties": reference("Figure")},
                **groups,
            },
            closed=False,
        ),
        "Divisions": _divisions(),
        "CsvMetadata": record({"@context": {}, "url": LINK, "tableSchema": {"type": "object"}}, closed=False),
        "Document": record({"openapi": TEXT, "info": {"type": "object"}, "paths": {"type": "object"}}, closed=False),
        "Problem": record(
            {
                "type": LINK, "title": TEXT, "status": WHOLE, "detail": TEXT, "code": TEXT, "request_id": TEXT,
            },
            closed=False,
        ),
    }  # fmt: skip


def _paged(item: Schema) -> Schema:
    return record({"total": WHOLE, "page": WHOLE, "per_page": WHOLE, "items": many(item), "links": reference("Links")})


def _divisions() -> Schema:
    geometry = {"type": {"const": "MultiPolygon"}, "coordinates": many(many(many(many(NUMBER))))}
    properties = {"code": TEXT, "name": TEXT, "name_en": TEXT, "area_km2": NUMBER}
    feature = record(
        {
            "type": {"const": "Feature"},
            "id": TEXT,
            "geometry": record(geometry),
            "properties": record(properties),
        }
    )
    return record(
        {"type": {"const": "FeatureCollection"}, "source": TEXT, "approval_number": TEXT, "features": many(feature)}
    )
