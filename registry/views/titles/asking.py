"""What an address asks for: numbers, a kind of change; where files lie and what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flask import request

from registry.changes import ChangeKind
from registry.errors import BadParameter, NotFound
from registry.i18n import _
from registry.queries.titles import record
from registry.views.web.runtime import runtime

LARGEST_ID = 2**31


def parameter(name: str) -> int | None:
    """A number in the address; BadParameter when it is none."""
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) < LARGEST_ID):
        raise BadParameter(f"参数 {name} 应为编号。", field=name)
    return int(text)


def wanted_kind() -> ChangeKind:
    """The kind in the address; NotFound when there is no such kind."""
    try:
        return ChangeKind(request.args.get("kind", ""))
    except ValueError:
        raise NotFound("没有这种变更，请从列表中选择。") from None


def folder() -> Path:
    """Where files lie."""
    return runtime().settings.data_dir / "files"


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def named_about(project: record.FoundProject | None, enterprise: str) -> str:
    """The record that a request concerns, in words."""
    if project is not None:
        return f"{project.code} {project.name}（{project.enterprise or _('没有企业')}）"
    return enterprise
