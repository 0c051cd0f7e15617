"""Changes of a project: name, place, facts, end, merger and split."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.changes import ChangeKind, ClosingCause
from registry.db import city_of
from registry.errors import InvalidInput, NotFound
from registry.models import Project
from registry.services.record import merging, projects, splitting, stories
from registry.services.record.checks import checked_name
from registry.services.record.codes import project_code
from registry.services.titles.effects import Doing, Effect, Typed, Values
from registry.services.titles.places import place_now, read_place, typed_point
from registry.services.titles.subjects import Subject, chosen_titles
from registry.wording import Message

_FACTS = {"name_short": "name_short", "industry": "industry_code", "products": "products", "summary": "summary"}
"""Field of a request → column of a project."""


def project_of(subject: Subject) -> Project:
    """The project that a request is about."""
    if subject.project is None:
        raise NotFound(Message("没有这个项目。"))
    return subject.project


def _rename(doing: Doing, wanted: Typed) -> None:
    projects.rename(
        doing.session, doing.actor, project_of(doing.subject), name=wanted["name"], document=doing.basis, on=doing.on,
        now=doing.now,
    )  # fmt: skip


def _read_move(session: Session, subject: Subject, typed: Typed) -> Values:
    if not typed.get("unit"):
        raise InvalidInput(Message("请选择迁入的板块。"), field="unit")
    return {"unit": typed["unit"], **read_place(typed, place_now(project_of(subject)), city_of(session).boundary)}


def _move(doing: Doing, wanted: Typed) -> None:
    point = typed_point(wanted, city_of(doing.session).boundary)
    projects.move(
        doing.session, doing.actor, project_of(doing.subject), unit=wanted["unit"], town=wanted["town"],
        address=wanted["address"], point=point, document=doing.basis, on=doing.on, now=doing.now,
    )  # fmt: skip


def _facts_now(session: Session, subject: Subject, wanted: Typed) -> Values:
    project = project_of(subject)
    return {name: getattr(project, column) or "" for name, column in _FACTS.items()} | place_now(project)


def _read_facts(session: Session, subject: Subject, typed: Typed) -> Values:
    now = _facts_now(session, subject, typed)
    texts = {name: str(typed.get(name, now[name])) for name in _FACTS}
    return texts | read_place(typed, place_now(project_of(subject)), city_of(session).boundary)


def _correct(doing: Doing, wanted: Typed) -> None:
    project = project_of(doing.subject)
    facts: dict[str, Any] = {column: wanted[name] for name, column in _FACTS.items()}
    facts["industry_code"] = facts["industry_code"] or None
    facts |= {"town": wanted["town"], "address": wanted["address"]}
    before = place_now(project)
    if any(str(wanted[name]) != str(before[name]) for name in ("lon", "lat", "system", "town")):
        division = projects.unit_division(doing.session, project.unit_code)
        facts |= projects.place_facts(typed_point(wanted, city_of(doing.session).boundary), division, wanted["town"])
    projects.correct(doing.session, doing.actor, project, facts=facts, document=doing.basis, now=doing.now)


def _read_cause(session: Session, subject: Subject, typed: Typed) -> Values:
    try:
        return {"cause": ClosingCause(typed.get("cause", "")).value}
    except ValueError:
        raise InvalidInput(Message("请选择原因：停产、迁出本市或企业注销。"), field="cause") from None


def _close(doing: Doing, wanted: Typed) -> None:
    projects.close(
        doing.session, doing.actor, project_of(doing.subject), cause=ClosingCause(wanted["cause"]),
        document=doing.basis, on=doing.on, now=doing.now,
    )  # fmt: skip


def _read_other(session: Session, subject: Subject, typed: Typed) -> Values:
    code = str(typed.get("other", "")).strip().upper()
    other = session.scalars(select(Project).where(Project.code == code)).one_or_none()
    if other is None:
        raise InvalidInput(
            Message(
                "没有编号为“%(code)s”的项目；请照 %(example)s 的样子填写。",
                code=code[:20],
                example=project_code(session, 123),
            ),
            field="other",
        )
    return {"other": other.code, "other_name": other.name}


def _merge(doing: Doing, wanted: Typed) -> None:
    other = doing.session.scalars(select(Project).where(Project.code == wanted["other"])).one()
    merging.merge_projects(
        doing.session, doing.actor, project_of(doing.subject), other, document=doing.basis, on=doing.on, now=doing.now
    )


def _read_split(session: Session, subject: Subject, typed: Typed) -> Values:
    ids = [int(each) for each in typed.get("titles", ())]
    titles = chosen_titles(session, ids, of_project=project_of(subject).id)
    return {"name": checked_name(typed.get("name", "")), "titles": [title.id for title in titles]}


def _split(doing: Doing, wanted: Typed) -> None:
    splitting.split_project(
        doing.session, doing.actor, project_of(doing.subject), name=wanted["name"], title_ids=wanted["titles"],
        document=doing.basis, on=doing.on, now=doing.now,
    )  # fmt: skip


def _read_story(session: Session, subject: Subject, typed: Typed) -> Values:
    try:
        title, text = stories.checked_story(str(typed.get("headline", "")), str(typed.get("text", "")))
    except InvalidInput as error:
        error.field = "headline" if error.field == "title" else error.field
        raise
    return {"headline": title, "text": text}


def _tell_story(doing: Doing, wanted: Typed) -> None:
    story = wanted["headline"], wanted["text"]
    stories.publish_story(doing.session, doing.actor, project_of(doing.subject), story, now=doing.now)


EFFECTS = {
    ChangeKind.RENAME_PROJECT: Effect(
        read=lambda session, subject, typed: {
            "name": checked_name(typed.get("name", "")),
            "document": typed.get("document", ""),
        },
        apply=_rename,
        current=lambda session, subject, wanted: {"name": project_of(subject).name},
    ),
    ChangeKind.MOVE_PROJECT: Effect(
        read=_read_move,
        apply=_move,
        current=lambda session, subject, wanted: {
            "unit": project_of(subject).unit_code,
            **place_now(project_of(subject)),
        },
    ),
    ChangeKind.CORRECT_PROJECT: Effect(read=_read_facts, apply=_correct, current=_facts_now),
    ChangeKind.CLOSE_PROJECT: Effect(
        read=_read_cause,
        apply=_close,
        current=lambda session, subject, wanted: {"cause": project_of(subject).ended_cause},
    ),
    ChangeKind.MERGE_PROJECTS: Effect(read=_read_other, apply=_merge),
    ChangeKind.SPLIT_PROJECT: Effect(read=_read_split, apply=_split),
    ChangeKind.STORY: Effect(read=_read_story, apply=_tell_story),
}
