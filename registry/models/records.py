"""What the registry writes about itself: events, counters and its revision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime


class Event(Base):
    """办理记录: timeline and audit in one, append-only (a trigger refuses UPDATE and DELETE).

    `hash` = SHA-256 over the canonical row and `previous_hash`; `changes` holds field-level
    differences `{field: [before, after]}` without personal values. The order is that of `id`.
    `request_id` and `network_address` are those of the web request; a command has a number of its own, `run-…`, and
    no address.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject_type", "subject_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_role: Mapped[str] = mapped_column(String(24))
    action: Mapped[str] = mapped_column(String(48))
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str] = mapped_column(String(32), default="", index=True)
    network_address: Mapped[str] = mapped_column(String(45), default="", server_default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class Counter(Base):
    """Named counters: project codes, application numbers and the public revision.

    `revision` grows with every transaction that changes something public; caches of all workers
    are keyed by it, so that a publication shows on the very next request. Its `mark` is a new random
    number each time: a restored database can reach the same revision with other content, but not the same mark
    (`models/triggers`).
    """

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]
    mark: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)


class PublicChange(Base):
    """The revision that last changed each project's columns in the catalogue; written by triggers only.

    At most one row a project, so it never needs pruning. `project_id` 0 stands for all of them; no foreign
    key, because the row of a deleted project says that it is gone.
    """

    __tablename__ = "public_change"
    project_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(index=True)
