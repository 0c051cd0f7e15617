"""What an address asks for: numbers, a kind of change; where files lie and what time it is."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request

from registry.changes import ChangeKind
from registry.errors import BadParameter, NotFound
from registry.i18n import _
from registry.queries.titles import record
from registry.storage import Storage
from registry.values.row_ids import row_id
from registry.views.web.runtime import runtime
from registry.wording import Message


def parameter(name: str) -> int | None:
    """A number in the address; BadParameter when it is none."""
    text = request.args.get(name, "")
    if not text:
        return None
    found = row_id(text)
    if found is None:
        raise BadParameter(Message("参数 %(name)s 应为编号。", name=name), field=name)
    return found


def wanted_kind() -> ChangeKind:
    """The kind in the address; NotFound when there is no such kind."""
    try:
        return ChangeKind(request.args.get("kind", ""))
    except ValueError:
        raise NotFound(Message("没有这种变更，请从列表中选择。")) from None


def folder() -> Storage:
    """Where files lie."""
    return runtime().files


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def named_about(project: record.FoundProject | None, enterprise: str) -> str:
    """The record that a request concerns, in words."""
    if project is not None:
        enterprise = project.enterprise or _("没有企业")
        return _("%(code)s %(name)s（%(enterprise)s）", code=project.code, name=project.name, enterprise=enterprise)
    return enterprise
