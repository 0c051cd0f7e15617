"""What people type about inspections: the plan of a visit, the fields of its sheet as a page or a device sends them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from wtforms import HiddenField, SelectField, SelectMultipleField

from registry.application_form.inspection import Sheet
from registry.errors import InvalidInput
from registry.forms.base import BaseForm
from registry.forms.inputs import Required, TypedField
from registry.i18n import N_
from registry.services.inspection.planning import Planning
from registry.services.inspection.sheet import Change
from registry.values.bad_value import BadValue
from registry.wording import Message

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _any_day(text: str) -> date:
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise BadValue(Message("没有这一天"), Message("请核对年、月、日")) from None
    raise BadValue(Message("不是日期"), Message("请写成 2026-05-18 的样子"))


class PlanForm(BaseForm):
    """Day and team of a visit; `version` is that of the open visit, '' where there is none."""

    version = HiddenField()
    day = TypedField(N_("核查日期"), _any_day, date.isoformat, validators=[Required()])
    members = SelectMultipleField(N_("核查组"), validate_choice=False)
    lead = SelectField(N_("组长"), validate_choice=False)

    @property
    def seen_version(self) -> int | None:
        """The version that the page showed; -1, which no visit has, for one that cannot be read."""
        return _number(self.version.data or "") if self.version.data else None

    @property
    def planning(self) -> Planning:
        """The visit as typed, once the form is valid."""
        members = [_number(text) for text in self.members.data or ()]
        return Planning(self.day.data, members, _number(self.lead.data or ""))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def seen_version(text: str) -> int:
    """The version that a page showed; -1, which nothing has, for one that cannot be read."""
    return _number(text)


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
        return json.loads(text or "{}")
    except ValueError:
        return {}


def _texts(given: Any) -> dict[str, str]:
    pairs = given.items() if isinstance(given, Mapping) else ()
    return {name: value for name, value in pairs if isinstance(name, str) and isinstance(value, str)}
