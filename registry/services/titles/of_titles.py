"""Changes of titles and their figures: corrected, ended by a document, void."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import kpi_definitions
from registry.changes import ChangeKind, Ending, EndingCause
from registry.errors import InvalidInput
from registry.indicators import plain
from registry.models import Application, Project, Recognition
from registry.names import document_number, is_document_number
from registry.services.record import documents, figures, titles
from registry.services.record.projects import put_back
from registry.services.review import steps
from registry.services.titles.documents import read_document, release
from registry.services.titles.effects import Doing, Effect, Typed, Values
from registry.services.titles.of_projects import project_of
from registry.services.titles.subjects import Subject, chosen_titles
from registry.terms import DocumentKind
from registry.values.row_ids import row_id
from registry.wording import Message


def _title(session: Session, subject: Subject, typed: Typed) -> Recognition:
    identifier = row_id(str(typed.get("title", "")))
    if identifier is None:
        raise InvalidInput(Message("请选择一项认定。"), field="title")
    return chosen_titles(session, [identifier], of_project=project_of(subject).id)[0]


def _read_kpi(session: Session, subject: Subject, typed: Typed) -> Values:
    title, code = _title(session, subject, typed), str(typed.get("kpi", ""))
    if code not in {item.code for item in kpi_definitions.kpis()}:
        raise InvalidInput(Message("请选择要更正的指标。"), field="kpi")
    texts = {name: str(typed.get(name, "")).strip() for name in ("baseline", "current", "measure")}
    if not texts["current"]:
        raise InvalidInput(Message("请填写更正后的数值。"), field="current")
    figures.checked(session, title, code, figures.read_input(code, **texts))
    return {"title": title.id, "kpi": code, **texts}


def _kpi_now(session: Session, subject: Subject, wanted: Typed) -> Values:
    report = figures.stored(session, int(wanted["title"])) if wanted.get("title") else None
    value = next((item for item in report.values if item.kpi_code == wanted.get("kpi")), None) if report else None
    if value is None:
        return {"baseline": "", "current": "", "measure": ""}
    shown = {name: "" if part is None else plain(part) for name, part in
             (("baseline", value.baseline), ("current", value.current))}  # fmt: skip
    if kpi_definitions.kpi(value.kpi_code).kind == "share":
        shown["baseline"] = ""
    return {**shown, "measure": value.measure}


def _correct_kpi(doing: Doing, wanted: Typed) -> None:
    [title] = chosen_titles(doing.session, [wanted["title"]], of_project=project_of(doing.subject).id)
    texts = {name: wanted[name] for name in ("baseline", "current", "measure")}
    value = figures.read_input(wanted["kpi"], **texts)
    figures.correct(doing.session, doing.actor, title, wanted["kpi"], value, document=doing.basis, now=doing.now)


def _read_facts(session: Session, subject: Subject, typed: Typed) -> Values:
    title, year = _title(session, subject, typed), typed.get("year")
    texts = {name: str(typed.get(name, "")).strip() for name in ("name_awarded", "enterprise_awarded")}
    return {"title": title.id, **texts, "year": year or ""}


def _facts_now(session: Session, subject: Subject, wanted: Typed) -> Values:
    title = session.get(Recognition, int(wanted["title"])) if wanted.get("title") else None
    if title is None:
        return {"name_awarded": "", "enterprise_awarded": "", "year": ""}
    return {
        "name_awarded": title.name_awarded,
        "enterprise_awarded": title.enterprise_awarded,
        "year": title.year or "",
    }


def _correct_facts(doing: Doing, wanted: Typed) -> None:
    [title] = chosen_titles(doing.session, [wanted["title"]], of_project=project_of(doing.subject).id)
    titles.correct(
        doing.session, doing.actor, title, name_awarded=wanted["name_awarded"] or None,
        enterprise_awarded=wanted["enterprise_awarded"] or None, year=int(wanted["year"]) if wanted["year"] else None,
        document=doing.basis, now=doing.now,
    )  # fmt: skip


def _chosen(session: Session, typed: Typed) -> list[int]:
    ids = [int(each) for each in typed.get("titles", ())]
    if not ids:
        raise InvalidInput(Message("没有选择认定，请至少勾选一项。"), field="titles")
    return [title.id for title in chosen_titles(session, ids)]


def _read_end(session: Session, subject: Subject, typed: Typed) -> Values:
    found: dict[str, Any] = {"titles": _chosen(session, typed), **read_document(typed)}
    for name, vocabulary, sentence in (
        ("outcome", Ending, Message("请选择撤销或到期。")),
        ("cause", EndingCause, Message("请选择原因。")),
    ):
        try:
            found[name] = vocabulary(str(typed.get(name, ""))).value
        except ValueError:
            raise InvalidInput(sentence, field=name) from None
    return found | {"note": str(typed.get("note", "")).strip()}


def _end_doubts(session: Session, subject: Subject, wanted: Typed, on: date, today: date) -> list[Message]:
    found: list[Message] = []
    if not is_document_number(wanted["number"]):
        found.append(Message("文号“%(number)s”与通常的写法不同，请对照文件。", number=wanted["number"]))
    return found


def _end(doing: Doing, wanted: Typed) -> None:
    chosen = chosen_titles(doing.session, wanted["titles"])
    document = documents.settle(
        doing.session,
        number=document_number(wanted["number"]),
        title=wanted["document_title"],
        organ=wanted["organ"],
        announced_on=date.fromisoformat(wanted["announced_on"]),
        kind=DocumentKind.REVOCATION,
        is_demo=all(title.project.is_demo for title in chosen),
        now=doing.now,
    )
    titles.end(
        doing.session, doing.actor, chosen, ending=Ending(wanted["outcome"]), document=document,
        cause=EndingCause(wanted["cause"]), note=wanted["note"], now=doing.now,
    )  # fmt: skip


def void_chosen(doing: Doing, chosen: list[Recognition]) -> None:
    """The applications that the titles decided are proposed again, so that the right document can name them, and their
    projects are as they were before."""
    decided = select(Application).where(Application.recognition_id.in_([title.id for title in chosen]))
    for application in doing.session.scalars(decided.order_by(Application.id).with_for_update(of=Application)).all():
        steps.settle_void(doing.session, doing.actor, application, now=doing.now)
        if application.replaced is not None and application.project_id is not None:
            project = doing.session.get_one(Project, application.project_id)
            put_back(doing.session, doing.actor, project, application.replaced, note=doing.basis, now=doing.now)
            application.replaced = None
    document_ids = {title.document_id for title in chosen}
    titles.void(doing.session, doing.actor, chosen, reason=doing.basis, now=doing.now)
    release(doing.session, document_ids)


def _void(doing: Doing, wanted: Typed) -> None:
    void_chosen(doing, chosen_titles(doing.session, wanted["titles"]))


EFFECTS = {
    ChangeKind.KPI: Effect(read=_read_kpi, apply=_correct_kpi, current=_kpi_now),
    ChangeKind.TITLE_FACT: Effect(read=_read_facts, apply=_correct_facts, current=_facts_now),
    ChangeKind.END_TITLES: Effect(read=_read_end, apply=_end, doubts=_end_doubts),
    ChangeKind.VOID_TITLES: Effect(
        read=lambda session, subject, typed: {"titles": _chosen(session, typed)}, apply=_void
    ),
}
