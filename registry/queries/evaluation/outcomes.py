"""How far the scoring of an application is and what came out: read from the sheets, the same for every reader.

While a panel scores, figures follow from the sheets that count; once it is closed, those of that moment are stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from registry.application_form import Rules
from registry.application_form.score_sheet import as_sheet
from registry.application_form.scoring_rules import method_of
from registry.evaluation.scoring import Computed, Ranked, compute, ranks
from registry.evaluation.terms import AssignmentState, Decision, Flag, PanelState
from registry.indicators import plain, round_half_up
from registry.models import Application, Assignment, Panel, PanelItem, PanelResult, Snapshot
from registry.queries.applications.access import form_for
from registry.queries.evaluation.facts import ACTIVE
from registry.statuses import FINAL_STATUSES
from registry.terms import ApplicationStatus

SHARED = 0
"""The place of an application among equals when the chair leaves them equal."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One application of a panel.

    `asked` experts carry it, `given` of them have a sheet that counts for its last version. `computed` are the
    figures of these sheets; `score` is the one that stands, by the method or by the chair. `open_flags` wait for the
    chair. `is_over`: the application left the round without a score.
    """

    application_id: int
    panel_id: int
    asked: int
    given: int
    is_closed: bool = False
    is_over: bool = False
    is_paused: bool = False
    computed: Computed | None = None
    score: Decimal | None = None
    flags: frozenset[Flag] = frozenset()
    open_flags: frozenset[Flag] = frozenset()
    rank: int | None = None
    is_shared: bool = False
    decision: Decision | None = None
    reason: str = ""
    place: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every expert's sheet is in."""
        return self.asked > 0 and self.given == self.asked

    @property
    def is_decided(self) -> bool:
        """Whether the score stands."""
        return self.is_complete and not self.open_flags and self.score is not None


def live_panels(session: Session, application_ids: Iterable[int]) -> dict[int, int]:
    """The panel in which each application is, by application."""
    rows = session.execute(
        select(PanelItem.application_id, PanelItem.panel_id).where(
            PanelItem.application_id.in_(list(application_ids)), PanelItem.live
        )
    )
    return {application: panel for application, panel in rows}  # noqa: C416


def latest_snapshots(session: Session, application_ids: Collection[int]) -> dict[int, int]:
    """The id of the last submitted version, by application."""
    rows = session.execute(
        select(Snapshot.application_id, func.max(Snapshot.id))
        .where(Snapshot.application_id.in_(application_ids))
        .group_by(Snapshot.application_id)
    )
    return {application: snapshot for application, snapshot in rows}  # noqa: C416


def counts(assignment: Assignment, latest: Mapping[int, int]) -> bool:
    """Whether a sheet is in for the version of the application that was submitted last."""
    return (
        assignment.state == AssignmentState.SUBMITTED.value
        and assignment.snapshot_id == latest[assignment.application_id]
    )


def basis_of(given: Iterable[Assignment]) -> list[list[Any]]:
    """What a decision is made on: the sheets that count, with their totals."""
    return [[row.id, plain(row.total or Decimal(0))] for row in sorted(given, key=lambda row: row.id)]


def outcomes(session: Session, panel_ids: Collection[int]) -> dict[int, Outcome]:
    """Of all live applications of these panels, by application (four queries and one of the forms)."""
    items = session.scalars(
        select(PanelItem)
        .where(PanelItem.panel_id.in_(panel_ids), PanelItem.live)
        .options(
            selectinload(PanelItem.panel),
            # Its answers would cost more than all the rest, and no figure follows from them.
            joinedload(PanelItem.application)
            .load_only(Application.status)
            .options(selectinload(Application.call_form), selectinload(Application.call)),
        )
        .order_by(PanelItem.application_id)
    ).all()
    sheets: dict[int, list[Assignment]] = defaultdict(list)
    for row in session.scalars(
        select(Assignment).where(Assignment.panel_id.in_(panel_ids), Assignment.state.in_(ACTIVE))
    ):
        sheets[row.application_id].append(row)
    latest = latest_snapshots(session, [item.application_id for item in items])
    said = {
        (row.panel_id, row.application_id): row
        for row in session.scalars(select(PanelResult).where(PanelResult.panel_id.in_(panel_ids)))
    }
    found: dict[int, Outcome] = {}
    for panel_id in sorted(set(panel_ids)):
        made = [
            _scored(item, sheets[item.application_id], latest, said.get((panel_id, item.application_id)))
            for item in items
            if item.panel_id == panel_id
        ]
        found |= _at_closing(made, said) if made and made[0].is_closed else _ranked(made)
    return found


def outcome_of(session: Session, application_id: int) -> Outcome | None:
    """Of one application; None while it is in no panel."""
    panel = live_panels(session, [application_id]).get(application_id)
    return None if panel is None else outcomes(session, [panel]).get(application_id)


def _scored(item: PanelItem, active: list[Assignment], latest: Mapping[int, int], said: PanelResult | None) -> Outcome:
    application, panel = item.application, item.panel
    status = ApplicationStatus(application.status)
    rules = form_for(application).rules
    is_closed = panel.state == PanelState.CLOSED.value
    # Nothing changes a sheet of a closed panel, and later versions of its application are not scored by it.
    given = [row for row in active if (row.total is not None if is_closed else counts(row, latest))]
    made = Outcome(
        application_id=application.id,
        panel_id=panel.id,
        asked=len(given) if is_closed else len(active),
        given=len(given),
        is_closed=is_closed,
        is_over=status in FINAL_STATUSES,
        is_paused=status is ApplicationStatus.RETURNED,
        computed=_computed(rules, panel, given),
    )
    if made.computed is None:
        return made
    made = replace(made, score=made.computed.score, flags=made.computed.flags)
    if said is None or said.decision is None or said.basis != basis_of(given):
        return replace(made, open_flags=made.flags)
    decision = Decision(said.decision)
    return replace(
        made,
        score=made.score if said.decided_points is None else round_half_up(said.decided_points, rules.score_decimals),
        open_flags=made.flags - {Flag(flag) for flag in said.flags},
        decision=decision,
        reason=said.reason,
        place=said.place,
    )


def _computed(rules: Rules, panel: Panel, given: list[Assignment]) -> Computed | None:
    if not given:
        return None
    sheets = [as_sheet(rules, row.sheet, row.total) for row in given if row.total is not None]
    return compute(sheets, method_of(rules, wanted=panel.per_application))


def _ranked(made: list[Outcome]) -> dict[int, Outcome]:
    """Ranks among what is complete; equal ones are a flag once nothing is missing any more."""
    ready = {item.application_id: item for item in made if item.is_complete and not (item.is_over or item.is_paused)}
    still = [item for item in made if not (item.is_over or item.is_complete) or item.is_paused]
    order = ranks(
        {
            key: Ranked(
                score=item.score or Decimal(0),
                tie=item.computed.tie if item.computed else Fraction(0),
                place=item.place or None,
            )
            for key, item in ready.items()
        }
    )
    found = {}
    for item in made:
        rank, is_shared = order.get(item.application_id, (None, False))
        ranked = replace(item, rank=rank, is_shared=is_shared)
        if is_shared and not still:
            tie = frozenset((Flag.TIE,))
            accepted = ranked.decision is not None and ranked.place == SHARED
            ranked = replace(
                ranked, flags=ranked.flags | tie, open_flags=ranked.open_flags | (frozenset() if accepted else tie)
            )
        found[item.application_id] = ranked
    return found


def _at_closing(made: list[Outcome], said: Mapping[tuple[int, int], PanelResult]) -> dict[int, Outcome]:
    """With the ranks of the moment at which the panel was closed; what had no score by then was over."""
    rank_of = {}
    for item in made:
        row = said.get((item.panel_id, item.application_id))
        rank_of[item.application_id] = None if row is None else row.rank
    shared = Counter(rank_of.values())
    return {
        item.application_id: replace(
            item,
            rank=rank_of[item.application_id],
            is_shared=shared[rank_of[item.application_id]] > 1,
            is_over=rank_of[item.application_id] is None,
            is_paused=False,
            open_flags=frozenset(),
        )
        for item in made
    }
