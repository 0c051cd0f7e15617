"""What the preview of a filled workbook will do, sent back with the confirmation in one hidden field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from registry.errors import InvalidInput
from registry.services.review.sheet_reading import Line
from registry.services.review.sheets import Entered
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One row: what is entered, and whether the application is recommended afterwards, under which rank."""

    entered: Entered
    is_recommended: bool
    rank: int | None


def promised(lines: Iterable[Line]) -> list[Promise]:
    """What will happen to each row of a file when its preview is confirmed."""
    return [
        Promise(entered=line.entered, is_recommended=line.is_recommended, rank=line.rank)
        for line in lines
        if line.entered is not None
    ]


def as_text(rows: Iterable[Promise]) -> str:
    """The rows as one text for the hidden field; `promises` reads it back."""
    plain = [
        [
            row.entered.id,
            row.entered.version,
            dict(row.entered.answers),
            dict(row.entered.reasons),
            row.is_recommended,
            row.rank,
        ]
        for row in rows
    ]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def promises(text: str) -> list[Promise]:
    """The rows of a confirmed page; InvalidInput for one that was tampered with. What they say is checked again by
    the command that stores it."""
    try:
        return [_promise(*row) for row in orjson.loads(text.encode(errors="replace"))]
    except (ValueError, TypeError):
        raise InvalidInput(Message("确认页的内容不完整，请重新上传。")) from None


def _promise(
    identifier: object, version: object, answers: object, reasons: object, recommended: object, rank: object
) -> Promise:
    if not (isinstance(identifier, int) and isinstance(version, int) and isinstance(rank, int | None)):
        raise TypeError
    if not (isinstance(answers, dict) and isinstance(reasons, dict)):
        raise TypeError
    if not all(isinstance(part, str) for part in (*answers, *answers.values(), *reasons, *reasons.values())):
        raise TypeError
    return Promise(
        entered=Entered(id=identifier, version=version, answers=answers, reasons=reasons),
        is_recommended=recommended is True,
        rank=rank,
    )
