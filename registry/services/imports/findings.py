"""What an import says about a row: where, which value, why, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from registry.services.imports.sheets.row_numbers import place
from registry.terms import Term
from registry.wording import Message


class Level(Term):
    """How grave a finding is: only an error refuses the row; the others are for a person to look at."""

    ERROR = "错误", "错误", "Error"
    WARNING = "请核对", "请核对", "Please check"
    NOTICE = "提示", "提示", "Note"


class Outcome(Term):
    """What becomes of a row."""

    NEW = "新增", "新增", "New"
    CHANGED = "更新", "更新", "Changed"
    UNCHANGED = "未变", "未变", "Unchanged"
    REFUSED = "拒绝", "拒绝", "Refused"
    WAITING = "待答复", "待答复", "Waiting"
    SKIPPED = "不导入", "不导入", "Left out"


@dataclass(frozen=True, kw_only=True, slots=True)
class RowFinding:
    """One sentence about a cell of the file; `row` is the file's own number."""

    row: int
    column: str
    value: str
    reason: str
    way_out: str
    level: Level = Level.ERROR

    def sentence(self) -> Message:
        """The finding without its row: column, value, reason and way out."""
        told = Message("%(reason)s。%(way_out)s。", reason=self.reason, way_out=self.way_out)
        value = _shortened(self.value)
        if self.column and value:
            return Message("【%(column)s】“%(value)s”：%(finding)s", column=self.column, value=value, finding=told)
        if self.column:
            return Message("【%(column)s】：%(finding)s", column=self.column, finding=told)
        return Message("“%(value)s”：%(finding)s", value=value, finding=told) if value else told

    def line(self) -> Message:
        """The finding with its row and level."""
        return Message(
            "%(where)s %(level)s %(finding)s", where=place(self.row), level=self.level, finding=self.sentence()
        )


def _shortened(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
