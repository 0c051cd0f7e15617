"""What people decided about names in lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime


class NameDecision(Base):
    """An answer about a name in a list: who gave it and when; the same question is not asked again.

    `kind` is that of the question, `key` the comparison key of the name, `other` that of the name it was compared
    with ('' where there is none) and `scope` that of the enterprise, for workshops. `question` is the question's id.
    """

    __tablename__ = "name_decision"
    __table_args__ = (UniqueConstraint("kind", "scope", "key", "other"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(200), default="")
    key: Mapped[str] = mapped_column(String(200))
    other: Mapped[str] = mapped_column(String(200), default="")
    answer: Mapped[str] = mapped_column(String(240))
    question: Mapped[str] = mapped_column(String(40))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_role: Mapped[str] = mapped_column(String(24))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
