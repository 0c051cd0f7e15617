"""Which applications a queue holds: the actor's scope and the filters as conditions of SQL."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from registry.application_form import Rules
from registry.models import Application, Attachment, Enterprise, EnterpriseName, OtherName, Snapshot
from registry.names import fold, tidy
from registry.permissions import REVIEWERS, Actor
from registry.queries.review.clock import Clock
from registry.queries.review.queue_filters import MYSELF, UNASSIGNED, QueueFilters
from registry.statuses import FINAL_STATUSES, HELD_STATUSES, VISIBLE_STATUSES, blurred, sheet_statuses, shown_to
from registry.terms import ApplicationStatus, Role

_Wanted = TypeVar("_Wanted", bound=Hashable)
SHORTEST_CODE = 8
"""Letters of a term that may be part of a credit code."""
_WIDE = str.maketrans("()", "（）")
CORRECTION_SOON = timedelta(days=3)
"""A correction is due soon so many days before its last one."""


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """The applications that exist for an officer: `permissions.in_scope` as SQL."""
    if actor.role not in REVIEWERS or actor.limited:
        return false()
    statuses = Application.status.in_([status.value for status in VISIBLE_STATUSES])
    if actor.role is Role.DISTRICT_REVIEWER:
        return and_(statuses, Application.unit_code == actor.unit)
    return and_(statuses, Application.unit_code.is_not(None))


def conditions(actor: Actor, filters: QueueFilters, clock: Clock) -> list[ColumnElement[bool]]:
    """All that the filters ask, the tab excepted."""
    forms = clock.forms
    found: list[ColumnElement[bool]] = []
    for column, values in (
        (Application.call_id, filters.call),
        (Application.unit_code, filters.unit),
        (Application.industry_code, filters.industry),
        (Application.status, _meant(actor, filters.step)),
    ):
        if values:
            found.append(column.in_(values))
    if filters.assignee == UNASSIGNED:
        found.append(Application.assignee_id.is_(None))
    elif filters.assignee:
        wanted = actor.id if filters.assignee == MYSELF else int(filters.assignee)
        found.append(Application.assignee_id == wanted)
    if filters.missing == "files":
        found.append(_lacks_files(forms))
    elif filters.missing == "complete":
        found.append(not_(_lacks_files(forms)))
    elif filters.missing == "sheet":
        found.append(_sheet_open(actor, forms))
    if filters.sheet:
        found.append(_sheet_is(filters.sheet, forms))
    if filters.due:
        found.append(due_condition(filters.due, clock, actor.role))
    return found + [or_(*map(_has_term, _spellings(term))) for term in tidy(filters.q).casefold().split()]


def _spellings(term: str) -> list[str]:
    """A term as it may stand in a name: letters, digits and brackets of either width."""
    folded = fold(term)
    return list(dict.fromkeys((term, folded, folded.translate(_WIDE))))


def _meant(actor: Actor, steps: tuple[str, ...]) -> list[str]:
    """The states that a reader means, who may know several of them by one name."""
    return [status.value for status in VISIBLE_STATUSES if shown_to(actor.role, status).value in steps]


def due_condition(due: str, clock: Clock, role: Role | None) -> ColumnElement[bool]:
    """The applications that a word of `queue_filters.DUE` names, as far as a role may know."""
    if due in ("late", "soon"):
        told = [status for status in HELD_STATUSES if status not in blurred(role)]
        return clock.late(told) if due == "late" else clock.soon(told)
    if due == "again":
        again = select(Snapshot.application_id).where(Snapshot.number > 1)
        return and_(Application.status.in_([status.value for status in HELD_STATUSES]), Application.id.in_(again))
    is_returned = Application.status == ApplicationStatus.RETURNED.value
    over = Application.due_on < clock.today
    if due == "correction_late":
        return and_(is_returned, over)
    return and_(is_returned, ~over, Application.due_on <= clock.today + CORRECTION_SOON)


def _has_term(term: str) -> ColumnElement[bool]:
    """In what the application says, and in every name by which the register finds its enterprise: the true one, short
    and former ones, and the credit code, which a term of some length may be part of."""
    named = [
        select(Enterprise.id).where(_holds(Enterprise.name, term)),
        select(OtherName.enterprise_id).where(OtherName.enterprise_id.is_not(None), _holds(OtherName.name, term)),
        select(EnterpriseName.enterprise_id).where(_holds(EnterpriseName.name, term)),
    ]
    if len(term) >= SHORTEST_CODE and term.isascii():
        named.append(select(Enterprise.id).where(Enterprise.uscc.contains(term.upper(), autoescape=True)))
    found = [_holds(Application.project_name, term), Application.enterprise_id.in_(union_all(*named))]
    # Numbers are given in letters and digits; looking for a Chinese term in a hundred thousand of them takes its time.
    return or_(*found, _holds(Application.number, term)) if term.isascii() else or_(*found)


def _holds(column: InstrumentedAttribute[Any], term: str) -> ColumnElement[bool]:
    """Whether a text holds a folded term, taken literally. Letters are folded only where the term has any:
    folding a hundred thousand names costs more than searching them."""
    text = func.lower(column) if any(mark.isascii() and mark.isalpha() for mark in term) else column
    return text.contains(term, autoescape=True)


def _lacks_files(forms: Mapping[int, Rules]) -> ColumnElement[bool]:
    """Open applications without a required file. Only a returned one can come to lack any after its
    submission, but what the rows show is asked of all of them."""
    lacking = []
    required = {
        identifier: tuple((item.kind.value, item.at_least) for item in rules.files if item.at_least)
        for identifier, rules in forms.items()
    }
    for needed, alike in _alike(required):
        if needed:
            # Counted in one look at the files of an application. PostgreSQL would read those of all for each kind
            # that is only asked whether it is there.
            too_few = [func.count().filter(Attachment.kind == kind) < least for kind, least in needed]
            found = select(or_(*too_few)).where(
                Attachment.application_id == Application.id, Attachment.removed_at.is_(None)
            )
            lacking.append(and_(Application.call_form_id.in_(alike), found.correlate(Application).scalar_subquery()))
    # Named, and not as those that are not final: the index then leads to these alone.
    is_open = Application.status.in_([status.value for status in VISIBLE_STATUSES if status not in FINAL_STATUSES])
    return and_(is_open, or_(false(), *lacking))


def _sheet_open(actor: Actor, forms: Mapping[int, Rules]) -> ColumnElement[bool]:
    """Applications whose criteria sheet has blanks, where this officer may fill it."""
    blank = [
        and_(Application.call_form_id.in_(alike), or_(*(answer.not_in(("yes", "no")) for answer in answers)))
        for answers, alike in _sheets(forms)
    ]
    return and_(Application.status.in_([status.value for status in sheet_statuses(actor.role)]), or_(false(), *blank))


def _sheet_is(wanted: str, forms: Mapping[int, Rules]) -> ColumnElement[bool]:
    """Applications whose criteria sheet is as far as a word of `queue_filters.SHEET` says."""
    found = []
    for answers, alike in _sheets(forms):
        given, refused = [answer.in_(("yes", "no")) for answer in answers], [answer == "no" for answer in answers]
        is_so = {
            "none": not_(or_(*given)),
            "part": and_(or_(*given), not_(and_(*given))),
            "refused": or_(*refused),
            "met": and_(*(answer == "yes" for answer in answers)),
        }[wanted]
        found.append(and_(Application.call_form_id.in_(alike), is_so))
    return or_(false(), *found)


def _sheets(forms: Mapping[int, Rules]) -> Iterator[tuple[list[ColumnElement[str]], list[int]]]:
    """(the answers to all criteria of a sheet, the versions of rules with this sheet)."""
    asked = {identifier: tuple(item.code for item in rules.criteria) for identifier, rules in forms.items()}
    for codes, alike in _alike(asked):
        if codes:
            yield [func.coalesce(Application.criteria[code].as_string(), "") for code in codes], alike


def _alike(asked: Mapping[int, _Wanted]) -> Iterable[tuple[_Wanted, list[int]]]:
    """(what rules ask, the versions that ask just that). The calls of ten years ask much the same, and a condition of
    its own for each of them would be tried on every application."""
    found: dict[_Wanted, list[int]] = {}
    for identifier, what in asked.items():
        found.setdefault(what, []).append(identifier)
    return found.items()
