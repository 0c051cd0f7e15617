"""`/api`: the interface for readers, and its description for programs."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, render_template

from registry.i18n import language
from registry.permissions import Permission
from registry.queries.catalogue.current import catalogue_columns
from registry.queries.catalogue.filters import DEFAULT_PER_PAGE, MAX_PER_PAGE
from registry.queries.open.asking import MOST
from registry.queries.open.operations import CHANGES, ERRORS, FORM_ERRORS, JSON, OPERATIONS, VERSION, Operation
from registry.queries.open.parameters import ONE
from registry.queries.record import fields
from registry.views.open.api import example_answers, first_code
from registry.views.open.document import openapi as openapi_document
from registry.views.web.addresses import site_url
from registry.views.web.delivery import cached_page, shared
from registry.views.web.runtime import catalogue, filters, policy, session
from registry.views.web.shelf import Body
from registry.views.web.sources import origin

blueprint = Blueprint("open_page", __name__)


@blueprint.get("/api/openapi.json")
@policy(Permission.PUBLIC_READ)
def openapi() -> Response:
    """The description in OpenAPI 3.1 with examples from the record as it is."""
    wanted = filters(strict=True, known=ONE)
    # The columns are read outside of what is kept, as by every address that needs them.
    catalogue_columns(session(), catalogue())

    def make() -> Body:
        return Body(orjson.dumps(openapi_document(catalogue().lists, example_answers())), JSON)

    return shared(wanted, make)


@blueprint.get("/api")
@policy(Permission.PUBLIC_READ)
def page() -> Response:
    """Examples, dictionary, errors, limits, licence, changes."""

    def make() -> str:
        lists = catalogue().lists
        return render_template(
            "open/api.html",
            version=VERSION,
            operations=[_line(operation) for operation in OPERATIONS],
            has_chinese=language() == "zh",
            columns=[_column(column) for column in fields.flat_columns(lists)],
            errors=_told(ERRORS),
            form_errors=_told(FORM_ERRORS),
            changes=[(version, day, en if language() == "en" else zh) for version, day, zh, en in CHANGES],
            origin=origin(),
            limits={"per_page": DEFAULT_PER_PAGE, "most": MAX_PER_PAGE, "features": MOST},
            ogc=site_url("ogc.landing", lang=None),
            csv=site_url("files.projects_csv", lang=None),
            geojson=site_url("files.projects_geojson", lang=None),
        )

    return cached_page(None, make)


def _told(errors: tuple[tuple[int, str, str, str], ...]) -> list[tuple[int, str, str]]:
    return [(status, code, en if language() == "en" else zh) for status, code, zh, en in errors]


def _line(operation: Operation) -> dict[str, Any]:
    """One address with its example."""
    href = operation.path.replace("{code}", first_code()).replace("{notice_id}", "1")
    home = site_url("home.map_page", lang=None).rstrip("/")
    return {
        "path": operation.path,
        "says": operation.says(language()),
        "parameters": operation.parameters,
        "href": home + href + (f"?{operation.example}" if operation.example else ""),
        # There may be no notice yet; its example would lead nowhere.
        "has_example": "{notice_id}" not in operation.path,
    }


def _column(column: fields.Field) -> dict[str, Any]:
    kind = column.kind.en if language() == "en" else column.kind.zh
    return {
        "name": column.name,
        "zh": column.zh,
        "en": column.en,
        "kind": kind,
        "unit": column.unit,
        "says": column.says(language()),
        "where": [surface.value for surface in column.where],
    }
