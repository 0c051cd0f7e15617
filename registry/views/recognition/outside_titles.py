"""Titles of provincial and national documents: a list is read, its rows are matched, questions are answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import FileStorage

from registry import spreadsheets
from registry.application_form.window import beijing_day
from registry.errors import InvalidInput, RegistryError
from registry.forms.base import FormError
from registry.forms.recognition import OutsideDocumentForm, OutsideListForm, answers
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.recognition.listing import outside_categories
from registry.services.recognition import outside_rows, outside_titles
from registry.services.recognition.outside_rows import OutsideList
from registry.services.recognition.outside_titles import RowFaults
from registry.views.recognition.document_file import folder
from registry.views.web.received import decoded_paper
from registry.views.web.runtime import actor, catalogue, pause, policy, session
from registry.wording import Message

blueprint = Blueprint("outside", __name__)
Answered = str | tuple[str, int] | Response


@blueprint.route("/publications/outside", methods=("GET", "POST"))
@policy(Permission.PUBLICATION_PREPARE)
def outside() -> Answered:
    """Choose a list, answer what its rows mean, enter the document. The page carries everything; nothing is stored
    before the document is entered."""
    if request.method == "POST" and "rows" in request.form:
        return _enter()
    form = _list_form()
    if request.method == "GET":
        return render_template("recognition/outside.html", form=form, refused=[])
    if not form.validate():
        return render_template("recognition/outside.html", form=form, refused=[]), 422
    try:
        listed = _read(form)
    except RegistryError as error:
        error.field = "list" if error.field == "file" else error.field
        return render_template("recognition/outside.html", form=form, refused=[]), form.absorb(error)
    if listed.faults or not listed.rows:
        if not listed.rows and not listed.faults:
            form.absorb(InvalidInput(_("名单里没有可以录入的行。"), field="list"))
        return render_template("recognition/outside.html", form=form, refused=listed.faults), 422
    document = OutsideDocumentForm(formdata=None)
    document.category.data, document.batch.data = form.category.data, str(form.batch.data)
    document.rows.data = outside_rows.carried(listed.rows)
    return _questions(document, listed, {}, {})


def _list_form() -> OutsideListForm:
    form = OutsideListForm()
    names = catalogue().lists.categories
    codes = [code for code, _name in outside_categories(session())]
    form.category.choices = [("", _("请选择")), *((code, names[code].label(language())) for code in codes)]
    return form


def _read(form: OutsideListForm) -> OutsideList:
    category = outside_titles.outside_category(session(), form.category.data or "")
    if form.batch.data is None:
        raise InvalidInput(Message("请填写批次年份"), field="batch")
    sent = form.list.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        raise InvalidInput(Message("还没有选择名单文件"), field="list")
    pause()
    table = spreadsheets.read_table(sent.stream.read(spreadsheets.MAX_BYTES + 1))
    today = beijing_day(datetime.now(UTC))
    return outside_rows.read_rows(session(), table, category=category, batch=form.batch.data, today=today)


def _enter() -> Answered:
    """The second step: decisions about the rows and the document."""
    form = OutsideDocumentForm()
    try:
        rows = outside_rows.taken_up(session(), form.rows.data or "")
        outside_titles.outside_category(session(), form.category.data or "")
        if not form.year:
            raise InvalidInput(Message("批次年份没有完整传回，请重新选择名单文件。"), field="list")
    except RegistryError as error:
        again = _list_form()
        return render_template("recognition/outside.html", form=again, refused=[]), again.absorb(error)
    faults: dict[int, str] = {}
    status = 422
    if form.validate():
        try:
            with decoded_paper(form.file.data) as file:
                made = outside_titles.prepare_outside(
                    session(),
                    actor(),
                    rows,
                    answers(request.form, rows),
                    form.text,
                    category=form.category.data or "",
                    batch=form.year,
                    file=file,
                    folder=folder(),
                    now=datetime.now(UTC),
                )
            return redirect(url_for("publications.publication", publication_id=made.id), 303)
        except RegistryError as error:
            session().rollback()
            faults = error.faults if isinstance(error, RowFaults) else {}
            told = error.document if isinstance(error, RowFaults) else error
            status = form.absorb(told) if told is not None else error.status
    return _questions(form, OutsideList(rows, [], []), request.form, faults), status


def _questions(
    form: OutsideDocumentForm, listed: OutsideList, typed: Mapping[str, str], faults: Mapping[int, str]
) -> str:
    category = outside_titles.outside_category(session(), form.category.data or "")
    matches = outside_titles.match_rows(session(), listed.rows, category=category, batch=form.year)
    return render_template(
        "recognition/questions.html",
        form=form,
        category=category.code,
        matches=matches,
        asked=[match for match in matches if match.found.value == "asked"],
        settled=[match for match in matches if match.found.value != "asked"],
        chosen={match.row.row: typed.get(f"answer-{match.row.row}", _suggestion(match)) for match in matches},
        units={match.row.row: typed.get(f"unit-{match.row.row}", "") for match in matches},
        faults=faults,
        errors=[
            *(
                FormError(f"row-{number}", _("第 %(n)s 行：%(fault)s", n=number, fault=faults[number]))
                for number in faults
            ),
            *form.summary,
        ],
        notices=listed.notices,
        lists=catalogue().lists,
    )


def _suggestion(match: outside_titles.Match) -> str:
    """What is chosen before a person says anything: nothing where there is a question."""
    if match.found is outside_titles.Found.ASKED:
        return ""
    if match.found is outside_titles.Found.NEW:
        return "new"
    return "omit" if match.candidates[0].has_title else f"project:{match.candidates[0].id}"
