"""Public pages: the list, a project, an enterprise, announcements, method."""

from __future__ import annotations

import math

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug import Response as AnyResponse

from registry.i18n import language
from registry.permissions import Permission
from registry.queries.catalogue import description
from registry.queries.catalogue.dimensions import DIMENSIONS
from registry.queries.catalogue.filters import DEFAULT_PER_PAGE, Filters
from registry.queries.catalogue.selection import select_projects
from registry.queries.record import life
from registry.queries.record import pages as project_page
from registry.queries.record.listing import list_page
from registry.queries.record.relations import chain_of
from registry.queries.statistics.enterprise import enterprise_sentences
from registry.services import uploads
from registry.views.record import descriptions, linked_data
from registry.views.record.catalog import dataset
from registry.views.record.facets import facet_selects, hidden_inputs
from registry.views.record.project_text import change_line, project_view
from registry.views.record.zones import zones
from registry.views.web import front
from registry.views.web.delivery import cached_page, shared
from registry.views.web.map_shell import script_json
from registry.views.web.runtime import catalogue, filters, policy, runtime, session
from registry.views.web.shelf import Body
from registry.views.web.sources import origin

blueprint = Blueprint("public", __name__)
OF_TITLE = {"year_from", "year_to"} | {dimension.name for dimension in DIMENSIONS if dimension.of_title}
"""Conditions on one title of a project, which need not be the one that its row of the list shows."""
blueprint.record_once(front.install)
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(descriptions.WORDS))


@blueprint.get("/projects")
@policy(Permission.PUBLIC_READ)
def projects() -> Response:
    """The selection as a sortable, paged table."""
    wanted = filters()

    def make() -> str:
        selection = select_projects(session(), catalogue(), wanted)
        page = list_page(session(), selection, wanted, brief=True)
        facets = selection.facets
        selects = facet_selects(catalogue().lists, tuple(sorted(facets["year"], reverse=True)))
        said = list(description.conditions(wanted, catalogue().lists, language()))
        return render_template(
            "record/projects.html",
            filters=wanted,
            selection=selection,
            page=page,
            facets=facets,
            selects=selects,
            kept=hidden_inputs(wanted, ("q", *(select.name for select in selects))),
            conditions=said,
            is_of_titles=any(each.name in OF_TITLE for each in said),
            lists=catalogue().lists,
        )

    return cached_page(wanted, make)


@blueprint.get("/projects/<code>")
@policy(Permission.PUBLIC_READ)
def project(code: str) -> AnyResponse:
    """One project; a merged one answers 301 to where it went."""
    row, successor = project_page.find_project(session(), catalogue(), code)
    if row is None:
        return redirect(url_for("public.project", code=successor), 301)
    return cached_page(None, lambda: render_template("record/project.html", **project_view(row)))


@blueprint.get("/projects/<code>/photos/<int:photo_id>")
@policy(Permission.PUBLIC_READ)
def photo(code: str, photo_id: int) -> AnyResponse:
    """A released photo, drawn anew at screen size: nothing that a camera or sender put beside it goes out."""
    successor = life.project_successor(session(), code)
    if successor is not None:
        return redirect(url_for("public.photo", code=successor, photo_id=photo_id), 301)
    name = project_page.find_photo(session(), catalogue(), code, photo_id)
    file = uploads.stored_file(runtime().files, name)
    return shared(None, lambda: Body(file.preview(), uploads.PREVIEW_TYPE))


@blueprint.get("/enterprises/<int:enterprise_id>")
@policy(Permission.PUBLIC_READ)
def enterprise(enterprise_id: int) -> AnyResponse:
    """An enterprise's public projects and honours; one that was merged answers 301 to where it went."""
    successor = life.enterprise_successor(session(), enterprise_id)
    if successor is not None:
        return redirect(url_for("public.enterprise", enterprise_id=successor), 301)
    found = project_page.find_enterprise(session(), catalogue(), enterprise_id)
    return cached_page(
        None,
        lambda: render_template(
            "record/enterprise.html",
            enterprise=found,
            json_ld=script_json(linked_data.organization(found)),
            chain=chain_of(session(), enterprise_id),
            sentences=enterprise_sentences(found, catalogue().lists),
            changed=[change_line(each) for each in life.changes_of_enterprise(session(), enterprise_id)],
            lists=catalogue().lists,
        ),
    )


@blueprint.get("/announcements")
@policy(Permission.PUBLIC_READ)
def announcements() -> Response:
    """Recognition and revocation documents, newest first."""
    wanted = Filters(page=filters().page)
    total = project_page.count_announcements(session())
    pages = max(1, math.ceil(total / DEFAULT_PER_PAGE))

    def make() -> str:
        rows = project_page.announcements(
            session(), limit=DEFAULT_PER_PAGE, offset=(wanted.page - 1) * DEFAULT_PER_PAGE
        )
        return render_template(
            "record/announcements.html",
            rows=rows,
            total=total,
            pages=pages,
            filters=wanted,
        )

    return cached_page(wanted, make)


@blueprint.get("/announcements/<int:document_id>")
@policy(Permission.PUBLIC_READ)
def announcement(document_id: int) -> Response:
    """A document with its titles."""
    document, titles = project_page.find_announcement(session(), catalogue(), document_id)
    return cached_page(
        None,
        lambda: render_template(
            "record/announcement.html",
            document=document,
            titles=titles,
            retained=life.retained_of(session(), [title.id for _row, title in titles]),
        ),
    )


@blueprint.get("/about")
@policy(Permission.PUBLIC_READ)
def about() -> Response:
    """Sources, method and licence."""
    boundary = runtime().city.boundary.provenance
    return cached_page(
        None,
        lambda: render_template(
            "record/about.html",
            boundary=boundary,
            zones=zones(catalogue().lists),
            origin=origin(),
            dataset=script_json(dataset()),
        ),
    )
