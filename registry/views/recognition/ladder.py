"""The ladder of categories: its rows, the titles that run out, and the document that converts titles."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from registry.application_form.window import beijing_day
from registry.errors import RegistryError
from registry.forms.ladder import ConversionForm, LadderForm
from registry.forms.recognition import ticked
from registry.i18n import _, language
from registry.permissions import Permission, can
from registry.purposes import MappingMode
from registry.queries.recognition import ladder as reads
from registry.services.recognition import mapping
from registry.services.uploads import Examined
from registry.views.recognition.document_file import folder
from registry.views.recognition.entered import asked_number, chosen, enter_sent
from registry.views.web.runtime import actor, catalogue, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("ladder", __name__)


@blueprint.route("/admin/ladder", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def ladder() -> tuple[str, int] | AnyResponse:
    """What follows on which category; titles whose years are over soon."""
    form, status = LadderForm(), 200
    form.offer(
        {code: item.label(language()) for code, item in catalogue().lists.categories.items()},
        {mode.value: mode.label(language()) for mode in MappingMode},
        _("请选择"),
    )
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                mapping.add(session(), actor(), form.text, now=datetime.now(UTC))
                return redirect(url_for("ladder.ladder"), 303)
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
    page = render_template(
        "recognition/ladder.html",
        form=form,
        rows=reads.mapping_rows(session()),
        due=reads.titles_due(session(), beijing_day(datetime.now(UTC))),
        today=beijing_day(datetime.now(UTC)),
        may_prepare=can(actor(), Permission.PUBLICATION_PREPARE).allowed,
        may_change=can(actor(), Permission.CHANGE_REVIEW).allowed,
    )
    return page, status


@blueprint.post("/admin/ladder/<int:mapping_id>/remove")
@policy(Permission.CALL_MANAGE)
def remove(mapping_id: int) -> AnyResponse:
    """Take a row out of the ladder."""
    mapping.remove(session(), actor(), mapping_id, now=datetime.now(UTC))
    return redirect(url_for("ladder.ladder"), 303)


@blueprint.route("/publications/mapping", methods=("GET", "POST"))
@policy(Permission.PUBLICATION_PREPARE)
def convert() -> tuple[str, int] | AnyResponse:
    """Enter the document that converts titles of one category into another."""
    row = reads.find_mapping(session(), asked_number("mapping", Message("参数 mapping 应是对应关系的编号。")))
    form, status = ConversionForm(), 200
    if request.method == "GET":
        form.organ.data, form.number.data, form.announced_on.data = runtime().site.owner, row.document, row.decided_on
        form.year.data = beijing_day(datetime.now(UTC)).year
    else:
        answer = enter_sent(form, lambda file: _prepare(row.id, form, file))
        if not isinstance(answer, int):
            return answer
        status = answer
    rows = reads.convertible(session(), row.id)
    page = render_template(
        "recognition/mapping.html",
        form=form,
        row=row,
        rows=rows,
        total=len(rows),
        chosen=chosen("title_id", (each.recognition_id for each in rows)),
    )
    return page, status


def _prepare(mapping_id: int, form: ConversionForm, file: Examined | None) -> int:
    made = mapping.prepare(
        session(),
        actor(),
        mapping_id,
        form.text,
        year=form.year.data,
        recognition_ids=ticked(request.form.getlist("title_id")),
        file=file,
        folder=folder(),
        now=datetime.now(UTC),
    )
    return made.id
