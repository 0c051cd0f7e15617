"""Answers about names that are remembered: who decided what, so that nobody is asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import NameDecision
from registry.permissions import Actor
from registry.services.imports.asking.questions import QuestionKind

Pair = tuple[str, str, str, str]
"""(kind, scope, key of the name, key of the other name): what was decided."""


@dataclass(frozen=True)
class Decision:
    """One decision about a name; `other` is the name it was compared with, '' where there is none."""

    kind: QuestionKind
    scope: str
    key: str
    other: str
    answer: str
    question: str

    @property
    def pair(self) -> Pair:
        """What was decided."""
        return self.kind.value, self.scope, self.key, self.other


class Memory:
    """The decisions in force, and those made by the answers of this reading."""

    def __init__(self, stored: Iterable[Decision] = ()) -> None:
        self._known = {decision.pair: decision for decision in stored}
        self.question_ids = {decision.question for decision in self._known.values()}
        self.made: dict[Pair, Decision] = {}

    def recall(self, kind: QuestionKind, key: str, *, scope: str = "", other: str = "") -> str | None:
        """What was answered, or None."""
        decision = self._known.get((kind.value, scope, key, other))
        return decision.answer if decision is not None else None

    def note(self, decision: Decision) -> None:
        """Keep a decision for `store`."""
        known = self._known.get(decision.pair)
        if known is None or known.answer != decision.answer:
            self.made[decision.pair] = decision


def recalled(session: Session) -> Memory:
    """All remembered decisions (one query)."""
    columns = (
        NameDecision.kind,
        NameDecision.scope,
        NameDecision.key,
        NameDecision.other,
        NameDecision.answer,
        NameDecision.question,
    )
    rows = session.execute(select(*columns).order_by(NameDecision.id))
    return Memory(Decision(QuestionKind(row.kind), *row[1:]) for row in rows)


def store(session: Session, actor: Actor, memory: Memory, now: datetime) -> None:
    """Write the decisions of a reading; a new answer to the same question takes the place of the old one."""
    for decision in memory.made.values():
        known = session.scalar(
            select(NameDecision).where(
                NameDecision.kind == decision.kind.value,
                NameDecision.scope == decision.scope,
                NameDecision.key == decision.key,
                NameDecision.other == decision.other,
            )
        )
        if known is None:
            known = NameDecision(kind=decision.kind.value, scope=decision.scope, key=decision.key, other=decision.other)
            session.add(known)
        known.answer, known.question = decision.answer, decision.question
        known.decided_by, known.decided_role, known.decided_at = actor.id, actor.role_name, now
    session.flush()
