"""Files that a bureau publishes with a call."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.kinds import CallFileKind
from registry.models.reference import one_of


class CallFile(Base):
    """附件 of a call: its text, templates of forms, guides. The file lies under `storage_name`.

    A file that was taken down stays in the record, so that what stood on the page at a moment can be shown later.
    """

    __tablename__ = "call_file"
    __table_args__ = (one_of("kind", CallFileKind), CheckConstraint("size > 0", name="size_positive"))
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    filename: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_name: Mapped[str] = mapped_column(String(80), unique=True)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
