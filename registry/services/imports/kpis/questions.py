"""What is asked about the cells of a KPI column."""

from __future__ import annotations

from decimal import Decimal

from registry.indicators import plain
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.wording import Message

_LEAVE_OUT = Choice("leave_out", Message("不读这些值"))


def nothing(asker: Asker, column: str, row: RowNumber) -> tuple[Decimal, bool] | None:
    """Ask what a mark such as / or — means in a column: 0, or not stated."""
    answer = asker.ask(
        QuestionKind.NOTHING,
        column=column,
        text=Message("【%(column)s】有 /、—、无 等。是 0，还是没有填报？", column=column),
        choices=[Choice("zero", Message("是 0")), Choice("missing", Message("没有填报，按空格"))],
        row=row,
    )
    return (Decimal(0), False) if answer == "zero" else None


def words(asker: Asker, column: str, value: str, number: Decimal, row: RowNumber) -> Decimal | None:
    """Ask whether a number counts that stands among words, such as 约 20."""
    answer = asker.ask(
        QuestionKind.NUMBER,
        column=column,
        value=value,
        text=Message(
            "【%(column)s】“%(value)s”：按 %(number)s 读吗？", column=column, value=value, number=plain(number)
        ),
        choices=[Choice("take", Message("按 %(number)s 读", number=plain(number))), _LEAVE_OUT],
        row=row,
        candidates=("take", "leave_out"),
    )
    return number if answer == "take" else None


def mixed(asker: Asker, column: str, pair: tuple[str, str], row: RowNumber) -> bool:
    """Ask whether a percentage is a value, where the other half has no per cent sign."""
    answer = asker.ask(
        QuestionKind.PERCENT,
        column=column,
        text=Message(
            "【%(column)s】写着 %(rated)s，而另一半是 %(other)s，没有 %%。"
            "它是值，还是变化幅度？变化幅度不是值，不能登记。",
            column=column,
            rated=pair[0],
            other=pair[1],
        ),
        choices=[
            Choice("value", Message("是值，改造前后都以 % 计")),
            Choice("leave_out", Message("是变化幅度，这一对不读")),
        ],
        row=row,
    )
    return answer == "value"


def is_fraction_of_one(asker: Asker, column: str, written: str, percent: str, row: RowNumber) -> bool:
    """Ask whether a number below 1 is a part of 1 and not a percentage."""
    answer = asker.ask(
        QuestionKind.SCALE,
        column=column,
        text=Message(
            "【%(column)s】写着 %(written)s，是 %(written)s %% 还是 %(percent)s %%？",
            column=column,
            written=written,
            percent=percent,
        ),
        choices=[Choice("percent", Message("小于 1 的数乘以 100")), Choice("value", Message("就是百分数，不换算"))],
        row=row,
    )
    return answer == "percent"
