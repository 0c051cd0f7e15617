"""Requests in tests without a browser: entered by the city, agreed to by the publisher."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.changes import ChangeAction, ChangeKind
from registry.db import Base
from registry.models import ChangeRequest
from registry.permissions import Actor
from registry.services import uploads
from registry.services.titles import requests, steps
from registry.services.titles.requests import Asking
from registry.storage import Folder
from registry.terms import AttachmentKind
from tests.titles.makers import LATER, TODAY, Holders
from tests.uploads import samples


@contextmanager
def scanned() -> Iterator[Any]:
    """A scan as it comes from a form."""
    with uploads.examine(io.BytesIO(samples.pdf()), "扫描件.pdf", kind=AttachmentKind.OTHER) as file:
        yield file


def ask(session: Session, actor: Actor, kind: ChangeKind, folder: Path | None = None, **about: Any) -> ChangeRequest:
    """Enter a request; `typed` holds its fields, with a scan where a folder is given."""
    typed, now = about.pop("typed", {}), about.pop("now", LATER)
    with scanned() as file:
        asking = Asking(
            typed=typed,
            reason="演示理由",
            effective_on=about.pop("on", TODAY),
            file=file if folder else None,
            folder=Folder(folder) if folder else None,
        )
        return requests.enter(session, actor, kind, asking, **about, now=now)


def agree(session: Session, actor: Actor, request: ChangeRequest, now: datetime = LATER) -> ChangeRequest:
    """The next desk agrees to what it has seen."""
    seen = requests.fingerprint(requests.current(session, request))
    return steps.perform(
        session, actor, request.id, ChangeAction.AGREE, seen_version=request.version, seen=seen, now=now
    )


def done(session: Session, made: Holders, kind: ChangeKind, folder: Path | None = None, **about: Any) -> ChangeRequest:
    """Entered by the city and put into force by the publisher."""
    now = about.get("now", LATER)
    return agree(session, made.publisher, ask(session, made.city, kind, folder, **about), now)


def rows(session: Session, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that stands in these tables, for comparing before and after; versions and moments count on."""
    session.flush()
    found = {}
    for name in names:
        table = Base.metadata.tables[name]
        columns = [column for column in table.columns if column.name not in ("version", "updated_at", "step_since")]
        found[name] = sorted(map(repr, map(tuple, session.execute(select(*columns)))))
    return found  # type: ignore[return-value]


def count(session: Session, name: str) -> int:
    """Number of rows of a table."""
    return session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) or 0


__all__ = ["LATER", "TODAY", "agree", "ask", "count", "date", "done", "rows", "scanned"]
