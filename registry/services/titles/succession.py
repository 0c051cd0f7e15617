"""合并、分立: which projects pass to which enterprise, and which of their titles are kept or revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.changes import ChangeKind, Ending, EndingCause
from registry.errors import InvalidInput
from registry.models import Enterprise, Project, Recognition
from registry.services.record import documents, handing_over, titles
from registry.services.titles.documents import read_document
from registry.services.titles.effects import Doing, Effect, Typed, Values
from registry.services.titles.of_enterprises import enterprise_of, read_other
from registry.services.titles.subjects import Subject, chosen_titles
from registry.terms import DocumentKind
from registry.values.row_ids import row_id
from registry.wording import Message

_DOCUMENT = ("number", "announced_on", "document_title", "organ")


def _read(session: Session, subject: Subject, typed: Typed) -> Values:
    found = read_other(session, subject, typed)
    projects = _ids(typed, "projects")
    if not projects:
        raise InvalidInput(Message("请至少选择一个由它承继的项目。"), field="projects")
    revoked = _revoked(session, _ids(typed, "titles"), projects)
    found |= {"projects": projects, "titles": revoked}
    if revoked:
        return found | read_document(typed)
    if any(typed.get(name) for name in _DOCUMENT):
        raise InvalidInput(Message("填写了撤销文件，却没有勾选要撤销的认定；请勾选，或清空文件。"), field="titles")
    return found | dict.fromkeys(_DOCUMENT, "")


def _ids(typed: Typed, name: str) -> list[int]:
    given = {row_id(str(each)) for each in typed.get(name) or ()}
    if None in given:
        raise InvalidInput(Message("请从列表中选择。"), field=name)
    return sorted(each for each in given if each is not None)


def _revoked(session: Session, ids: Sequence[int], projects: Sequence[int]) -> list[int]:
    for title in chosen_titles(session, ids):
        if title.project_id not in projects:
            raise InvalidInput(
                Message("%(name)s不在承继的项目中；要撤销它，请单独办理。", name=titles.named(session, title)),
                field="titles",
            )
    return list(ids)


def _apply(doing: Doing, wanted: Typed) -> None:
    session, now = doing.session, doing.now
    successor = session.get_one(Enterprise, wanted["other"])
    moved = handing_over.hand_over(
        session, doing.actor, enterprise_of(doing.subject), successor, wanted["projects"], document=doing.basis,
        on=doing.on, now=now,
    )  # fmt: skip
    if not wanted["titles"]:
        return
    document = documents.settle(
        session, number=wanted["number"], title=wanted["document_title"], organ=wanted["organ"],
        announced_on=date.fromisoformat(wanted["announced_on"]), kind=DocumentKind.REVOCATION,
        is_demo=all(project.is_demo for project in moved), now=now,
    )  # fmt: skip
    titles.end(
        session, doing.actor, chosen_titles(session, wanted["titles"]), ending=Ending.REVOKED, document=document,
        cause=EndingCause.OTHER, note=str(Message("合并或分立")), now=now,
    )  # fmt: skip


def _doubts(session: Session, subject: Subject, wanted: Typed, on: date, today: date) -> list[Message]:
    """How many titles stay: whoever decides has not seen the list that was chosen from."""
    held: Any = select(Recognition.id).join(Project).where(Project.id.in_(wanted["projects"]))
    kept = set(session.scalars(held)) - set(wanted["titles"])
    return [Message("承继后保留认定 %(n)s 项，撤销 %(revoked)s 项。", n=len(kept), revoked=len(wanted["titles"]))]


EFFECTS = {ChangeKind.SUCCESSION: Effect(read=_read, apply=_apply, doubts=_doubts)}
