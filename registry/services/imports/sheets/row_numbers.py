"""Row numbers of lists that are read from several sheets: each is its own, and is shown as the file counts."""

from __future__ import annotations

from registry.wording import Message

_ROWS_OF_A_SHEET = 1 << 22


class RowNumber(int):
    """A row's number in its sheet; rows of different sheets are different numbers, in the order of the sheets."""

    sheet: str

    def __new__(cls, shown: int, sheet: str = "", position: int = 0) -> RowNumber:
        """The row `shown` of a sheet; `sheet` is '' where there is only one."""
        number = super().__new__(cls, position * _ROWS_OF_A_SHEET + shown)
        number.sheet = sheet
        return number

    @property
    def shown(self) -> int:
        """The number as the file counts."""
        return int(self) % _ROWS_OF_A_SHEET

    def __str__(self) -> str:
        return str(self.shown)

    def __format__(self, form: str) -> str:
        return format(self.shown, form)


def sheet_of(number: int) -> str:
    """The sheet of a row, '' where the list has only one."""
    return number.sheet if isinstance(number, RowNumber) else ""


def plain_number(number: int) -> int:
    """The number as the file counts."""
    return number.shown if isinstance(number, RowNumber) else number


def place(number: int) -> Message:
    """`第 5 行`, with its sheet where there are several."""
    sheet = sheet_of(number)
    if sheet:
        return Message("工作表“%(sheet)s”第 %(row)s 行", sheet=sheet, row=number)
    return Message("第 %(row)s 行", row=number)


def ranges(numbers: list[int]) -> Message:
    """Row numbers as people write them: 第 2–23、25 行."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [f"{first}–{last}" if last > first else str(first) for first, last in spans[:20]]
    if len(numbers) == 1:
        return Message("第 %(n)s 行", n=shown[0])
    if len(spans) > 20:
        return Message("第 %(rows)s 行 等（共 %(count)s 段）", rows=shown, count=len(spans))
    return Message("第 %(rows)s 行", rows=shown)
