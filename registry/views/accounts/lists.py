"""Administrators' pages of the code lists: units, towns, categories."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import Conflict
from registry.forms.lists import CategoryForm, TownForm, UnitForm
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.accounts import lists
from registry.services.cities import editing
from registry.services.cities.editing import CategoryText, UnitText
from registry.views.accounts.attempts import DONE, UNSENT, Answer, take
from registry.views.web.runtime import actor, catalogue, policy, session

blueprint = Blueprint("lists", __name__)


@blueprint.get("/admin/lists")
@policy(Permission.REFERENCE_MANAGE)
def overview() -> Answer:
    """Units, towns and categories in force."""
    return _overview(_town_form(), *UNSENT)


@blueprint.post("/admin/lists/towns")
@policy(Permission.REFERENCE_MANAGE)
def add_town() -> Response | Answer:
    """Say to which unit a town belongs."""
    form = _town_form()
    status, headers = take(
        form, lambda: editing.add_town(session(), actor(), form.town.data or "", form.unit.data or "")
    )
    if status == DONE:
        return redirect(url_for("lists.overview", done="1"))
    return _overview(form, status, headers)


@blueprint.post("/admin/lists/towns/remove")
@policy(Permission.REFERENCE_MANAGE)
def remove_town() -> Response:
    """Take a town out."""
    editing.remove_town(session(), actor(), request.form.get("town", "")[:100])
    return redirect(url_for("lists.overview", done="1"))


@blueprint.route("/admin/lists/units/<code>", methods=("GET", "POST"))
@policy(Permission.REFERENCE_MANAGE)
def unit(code: str) -> Response | Answer:
    """The names of a unit."""
    row = lists.unit_row(session(), code)
    sent = request.method == "POST"
    held = {"name": row.name, "name_en": row.name_en, "aliases": "、".join(row.aliases), "seen": row.seen}
    form = UnitForm(data=None if sent else held)

    def save() -> None:
        text = UnitText(name=form.name.data or "", name_en=form.name_en.data or "", aliases=form.names)
        editing.update_unit(session(), actor(), code, text, seen=form.seen.data or "")

    status, headers = _saved(form, save, lambda: lists.unit_row(session(), code).seen) if sent else UNSENT
    if status == DONE:
        return redirect(url_for("lists.overview", done="1"))
    return render_template("accounts/list_unit.html", form=form, row=row), status, headers


@blueprint.route("/admin/lists/categories/<code>", methods=("GET", "POST"))
@policy(Permission.REFERENCE_MANAGE)
def category(code: str) -> Response | Answer:
    """Name, years and note of a category."""
    row = lists.category_row(session(), code)
    sent = request.method == "POST"
    held = {
        name: getattr(row, name)
        for name in ("name", "name_en", "valid_from", "valid_to", "valid_years", "note", "seen")
    }
    form = CategoryForm(data=None if sent else held)

    def save() -> None:
        text = CategoryText(
            name=form.name.data or "",
            name_en=form.name_en.data or "",
            valid_from=form.valid_from.data,
            valid_to=form.valid_to.data,
            note=form.note.data or "",
            valid_years=form.valid_years.data,
        )
        editing.update_category(session(), actor(), code, text, seen=form.seen.data or "")

    status, headers = _saved(form, save, lambda: lists.category_row(session(), code).seen) if sent else UNSENT
    if status == DONE:
        return redirect(url_for("lists.overview", done="1"))
    return render_template("accounts/list_category.html", form=form, row=row), status, headers


def _saved(
    form: UnitForm | CategoryForm, save: Callable[[], None], seen: Callable[[], str]
) -> tuple[int, dict[str, str]]:
    """Take the step; after a conflict the form stands on what is there now, with what was typed."""
    status, headers = take(form, save)
    if status == Conflict.status:
        session().rollback()
        form.seen.data = seen()
    return status, headers


def _town_form() -> TownForm:
    form = TownForm()
    form.unit.choices = [
        ("", _("请选择")), *((code, unit.label(language())) for code, unit in catalogue().lists.units.items())
    ]  # fmt: skip
    return form


def _overview(form: TownForm, status: int, headers: dict[str, str]) -> Answer:
    page = render_template(
        "accounts/lists.html",
        form=form,
        units=lists.unit_rows(session()),
        towns=lists.town_rows(session()),
        categories=lists.category_rows(session()),
        done=bool(request.args.get("done")),
    )
    return page, status, headers
