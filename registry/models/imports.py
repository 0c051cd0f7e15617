"""Lists that officers import on the web: the file, what was answered, what was read, what was written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.models.reference import one_of
from registry.terms import ImportState, ImportTask


class ImportJob(Base):
    """One import. `task` is what waits to be done in the background ('' is nothing); who does it holds the lease.

    The file, answers and options are all that a reading needs; `outcome` is what the last reading found, for
    the page, and `seal` its digest: what is written must be what was seen. `journal` is what the import changed,
    so that it can be taken back. Sentences are kept as `queries.accounts.told.packed` gives them.
    """

    __tablename__ = "import_job"
    __table_args__ = (one_of("state", ImportState), one_of("task", ImportTask))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12))
    task: Mapped[str] = mapped_column(String(8), default="")
    problem: Mapped[Any] = mapped_column(JSON, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str] = mapped_column(String(80), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress: Mapped[Any] = mapped_column(JSON, default="")
    summary: Mapped[str] = mapped_column(String(200), default="")
    seal: Mapped[str] = mapped_column(String(64), default="")
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    report: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    journal: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
