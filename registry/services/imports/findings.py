"""What an import says about a row: where, which value, why, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.services.imports.sheets.row_numbers import place


class Level(StrEnum):
    """How grave a finding is: only an error refuses the row; the others are for a person to look at."""

    ERROR = "错误"
    WARNING = "请核对"
    NOTICE = "提示"


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "新增"
    CHANGED = "更新"
    UNCHANGED = "未变"
    REFUSED = "拒绝"
    WAITING = "待答复"
    SKIPPED = "不导入"


@dataclass(frozen=True, kw_only=True, slots=True)
class RowFinding:
    """One sentence about a cell of the file; `row` is the file's own number."""

    row: int
    column: str
    value: str
    reason: str
    way_out: str
    level: Level = Level.ERROR

    def sentence(self) -> str:
        """The finding without its row: column, value, reason and way out."""
        value = f"“{_shortened(self.value)}”" if self.value else ""
        column = f"【{self.column}】" if self.column else ""
        return f"{column}{value}{'：' if column or value else ''}{self.reason}。{self.way_out}。"

    def line(self) -> str:
        """The finding with its row and level."""
        return f"{place(self.row)} {self.level} {self.sentence()}"


def _shortened(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
