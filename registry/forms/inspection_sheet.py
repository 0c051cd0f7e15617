"""The fields of a visit's sheet as a page or a device sends them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from registry.application_form.inspection import Sheet
from registry.errors import InvalidInput
from registry.services.inspection.sheet import Change
from registry.wording import Message


def typed_changes(sheet: Sheet, pairs: Iterable[tuple[str, str]], seen: str) -> dict[str, Change]:
    """The changes of a form: every field of the sheet with the text that the page had shown."""
    shown = _texts(_parsed(seen))
    typed = {name: value.replace("\r\n", "\n") for name, value in pairs}
    return {item.name: Change(shown.get(item.name, ""), typed.get(item.name, "")) for item in sheet.fields}


def sent_changes(body: object) -> dict[str, Change]:
    """The changes that a device sends: `{"fields": {name: {"base": …, "value": …}}}`."""
    fields = body.get("fields") if isinstance(body, dict) else None
    if not isinstance(fields, dict) or len(fields) > 500:
        raise InvalidInput(Message("请求的内容不完整或格式不对，请返回上一页检查后重试。"), field="sheet")
    found = {}
    for name, change in fields.items():
        texts = _texts(change)
        if set(texts) != {"base", "value"}:
            raise InvalidInput(Message("请求的内容不完整或格式不对，请返回上一页检查后重试。"), field="sheet")
        found[name] = Change(texts["base"], texts["value"])
    return found


def taken_at(text: str) -> datetime | None:
    """When a device says that a photo was taken; None for nothing that can be read."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 2000 <= found.year <= 2100 else None


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text.encode(errors="replace") or b"{}")
    except orjson.JSONDecodeError:
        return {}


def _texts(given: Any) -> dict[str, str]:
    pairs = given.items() if isinstance(given, Mapping) else ()
    return {name: value for name, value in pairs if isinstance(name, str) and isinstance(value, str)}
