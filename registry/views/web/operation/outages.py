"""What is no fault of a request or of this program: the database away, used up or locked, the disk full, and two who
wrote the same at once.

Such an error is answered 503 in a sentence, with the time after which to ask again, or 409, and logged in one line.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from registry.errors import Busy, Conflict
from registry.wording import Message

SOON, LATER = 5, 60
"""Seconds after which to ask again: connections come back by themselves, room on a disk by somebody's work."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_SQLITE_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE")
_SQLITE_AWAY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR")
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
_AWAY_STATES = ("25006", "25P03")
"""A standby that takes no writes, and a transaction that waited for too long: no operational errors to the driver."""


def outage(error: BaseException, *, writing: bool) -> Busy | None:
    """The sentence for an error that passes by itself or by the operator's work; None for any other error."""
    for cause in _causes(error):
        if _is_no_room(cause):
            return no_room(writing=writing)
        if _is_away(cause):
            return Busy(Message("系统繁忙，请稍后再试。"), seconds=SOON)
    return None


def collision(error: BaseException) -> Conflict | None:
    """The sentence for one of two who wrote the same row, or rows that exclude each other, at the same moment, after
    both had looked; None for any other error. SQLite has one writer, so there such an error is this program's fault."""
    for cause in _causes(error):
        if isinstance(cause, (StaleDataError, psycopg.errors.UniqueViolation, psycopg.errors.ForeignKeyViolation)):
            return Conflict(Message("登记内容同时被他人改动，什么都没有写入。请核对后再办理。"))
    return None


def no_room(*, writing: bool) -> Busy:
    """What is said when the disk is full."""
    kept = Message("存储空间不足，暂时无法保存；已填写的内容没有丢失。")
    return Busy(kept if writing else Message("存储空间不足，暂时不能完成这次请求，请稍后再试。"), seconds=LATER)


def reason(error: BaseException) -> str:
    """The innermost cause in one line, for the log."""
    *_outer, cause = _causes(error)
    return f"{type(cause).__name__}: {(str(cause).splitlines() or [''])[0][:200]}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it was made of."""
    found: BaseException | None = error
    while found is not None:
        yield found
        if isinstance(found, DBAPIError):
            found = found.orig
        elif isinstance(found, HTTPException):
            found = getattr(found, "original_exception", None)
        elif isinstance(found, SQLAlchemyError):
            found = found.__cause__
        else:
            return


def _is_no_room(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", "").startswith(_SQLITE_NO_ROOM)
    return isinstance(cause, psycopg.errors.DiskFull) or (isinstance(cause, OSError) and cause.errno in _NO_ROOM)


def _is_away(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", "").startswith(_SQLITE_AWAY)
    is_state = isinstance(cause, psycopg.Error) and cause.sqlstate in _AWAY_STATES
    return is_state or isinstance(cause, (*_AWAY, PoolTimeout))
