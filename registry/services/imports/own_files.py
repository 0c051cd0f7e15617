"""Files that the registry itself gave out, read back."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from registry.services.imports.asking.asker import Asker
from registry.services.imports.plan import Plan
from registry.services.imports.result import ListKind, Options
from registry.spreadsheets import Book


def plan(session: Session, kind: ListKind, book: Book, asker: Asker, options: Options, *, today: date) -> Plan | None:
    """The plan of an own file; None for any other."""
    return None
