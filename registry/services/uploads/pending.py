"""Files and their rows: a stored file is deleted again when the transaction of its row does not commit."""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from registry.services.uploads.storing import discard
from registry.storage import Storage

_PENDING = "files_of_this_transaction"


def take_back_unless_committed(session: Session, folder: Storage, name: str) -> None:
    """Remove the file when the transaction ends in any other way than by a commit."""
    pending: list[tuple[Storage, str]] | None = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = []
        event.listen(session, "after_commit", _keep)
        event.listen(session, "after_transaction_end", _take_back)
    pending.append((folder, name))


def discard_when_committed(session: Session, folder: Storage, name: str) -> None:
    """Remove the file of a row that this transaction takes away, once it has committed."""

    def gone(ended: Session) -> None:
        if not ended.in_nested_transaction():
            discard(folder, name)

    event.listen(session, "after_commit", gone, once=True)


def _keep(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info[_PENDING].clear()


def _take_back(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        while session.info[_PENDING]:
            discard(*session.info[_PENDING].pop())
