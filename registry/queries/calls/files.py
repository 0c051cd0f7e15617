"""Files that stand with a call: for everybody once it is published, for officers before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.kinds import CallFileKind
from registry.models import Call, CallFile
from registry.terms import CallState
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class CallFileRow:
    """One file: what it is, how it is called and where it lies."""

    id: int
    call_id: int
    kind: CallFileKind
    filename: str
    media_type: str
    size: int
    sha256: str
    storage_name: str

    @property
    def suffix(self) -> str:
        """The format by its ending, `PDF`."""
        return self.filename.rpartition(".")[2].upper()


def files_of_call(session: Session, call_id: int) -> list[CallFileRow]:
    """The files that stand with a call now: its text first, then templates, guides and the rest."""
    rows = [_row(file) for file in session.scalars(_standing().where(CallFile.call_id == call_id))]
    order = list(CallFileKind)
    return sorted(rows, key=lambda row: (order.index(row.kind), row.id))


def public_file(session: Session, call_id: int, file_id: int) -> CallFileRow:
    """A file of a published call; raises NotFound for all others, as if they did not exist."""
    published = select(Call.id).where(Call.state == CallState.PUBLISHED.value)
    return _one(session.scalars(_place(call_id, file_id).where(CallFile.call_id.in_(published))).one_or_none())


def managed_file(session: Session, call_id: int, file_id: int) -> CallFileRow:
    """A file of any call, for whoever manages calls; raises NotFound."""
    return _one(session.scalars(_place(call_id, file_id)).one_or_none())


def _standing() -> Select[CallFile]:
    return select(CallFile).where(CallFile.removed_at.is_(None)).order_by(CallFile.id)


def _place(call_id: int, file_id: int) -> Select[CallFile]:
    return _standing().where(CallFile.call_id == call_id, CallFile.id == file_id)


def _one(found: CallFile | None) -> CallFileRow:
    if found is None:
        raise NotFound(Message("没有这个附件，可能已经撤下；请回到通知页面查看现在的附件。"))
    return _row(found)


def _row(file: CallFile) -> CallFileRow:
    return CallFileRow(
        id=file.id,
        call_id=file.call_id,
        kind=CallFileKind(file.kind),
        filename=file.filename,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        storage_name=file.storage_name,
    )
