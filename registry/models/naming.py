"""What people decided about names in lists, and by which other names they know what is on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.kinds import OtherNameKind
from registry.models.reference import one_of


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


class OtherName(Base):
    """A name that is not the true one and finds it all the same: short as people say it, or misprinted in a document.

    Of an enterprise or of a project. It is searched and never shown as a name that was borne; lists are not matched
    by it. `source` says where it stands.
    """

    __tablename__ = "other_name"
    __table_args__ = (
        one_of("kind", OtherNameKind),
        CheckConstraint("(enterprise_id IS NULL) <> (project_id IS NULL)", name="of_one"),
        UniqueConstraint("enterprise_id", "name_key"),
        UniqueConstraint("project_id", "name_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id", ondelete="CASCADE"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    source: Mapped[str] = mapped_column(String(200), default="", server_default="")
