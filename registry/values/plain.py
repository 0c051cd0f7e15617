"""Cells into values: texts, numbers, years, days, unified codes. Nothing is guessed: BadValue says why."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import ValidationError

from registry.names import has_control_characters, tidy
from registry.spreadsheets import Broken, Percent, Value
from registry.values.bad_value import BadValue
from registry.wording import Message

EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(30_000, 60_001)
FIRST_YEAR = 2010
_EARLIEST = date(2000, 1, 1)
_LARGEST = Decimal(10) ** 12
_SIX_PLACES = Decimal("0.000001")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_DATE_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(\d{4})-(\d{1,2})-(\d{1,2})",
        r"(\d{4})/(\d{1,2})/(\d{1,2})",
        r"(\d{4})\.(\d{1,2})\.(\d{1,2})",
        r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]",
        r"(\d{4})(\d{2})(\d{2})",
    )
)
_MONTH = re.compile(r"\d{4}[-/.年](0?[1-9]|1[0-2])月?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_NEVER_IN_CODES = "IOSVZ"
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


def shown(value: Value) -> str:
    """A cell as a message quotes it."""
    if value is None:
        return ""
    if isinstance(value, Percent):
        return f"{(value.value * 100).normalize():f}%"
    if isinstance(value, Broken):
        return value.text
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return str(value)


def text(value: Value, longest: int) -> str:
    """The tidied text of a cell; numbers as they are shown; empty cells give ''."""
    _usable(value)
    found = tidy(shown(value))
    if has_control_characters(found):
        raise BadValue(Message("含有看不见的控制字符"), Message("请重新键入该单元格的内容"))
    if len(found) > longest:
        raise BadValue(
            Message("有 %(n)s 个字，最多 %(longest)s 个", n=len(found), longest=longest), Message("请缩短后再导入")
        )
    return found


def number(value: Value) -> Decimal:
    """A number cell, or a text that is nothing but a number (thousands separators allowed).

    Percent cells are not for this function: `percentage` takes them. Rounded to six places, which
    is what the database keeps and more than any list states.
    """
    _usable(value)
    if isinstance(value, (bool, date)):
        raise BadValue(Message("不是数字"), Message("请填写数字"))
    if isinstance(value, Percent):
        raise BadValue(
            Message("单元格是百分比格式，而这一列不是百分数"),
            Message("请把单元格改为常规格式，填写原来的数"),
        )
    if isinstance(value, str):
        return _bounded(_number_text(value))
    if isinstance(value, float) and not math.isfinite(value):
        raise BadValue(Message("不是可用的数"), Message("请填写数字"))
    return _bounded(Decimal(repr(value)))


def percentage(value: Value) -> tuple[Decimal, bool]:
    """(number, whether it was written as a percentage): 21.1, or a percent cell of 0.211, or '21.1%'."""
    if isinstance(value, Percent):
        return _bounded(value.value * 100), True
    if isinstance(value, str):
        folded = unicodedata.normalize("NFKC", tidy(value)).replace(" ", "")
        if folded.endswith("%"):
            return _bounded(_number_text(folded[:-1])), True
    return number(value), False


def _number_text(value: str) -> Decimal:
    folded = unicodedata.normalize("NFKC", tidy(value)).replace(" ", "").replace("，", ",")
    if not _PLAIN_NUMBER.fullmatch(folded):
        if re.fullmatch(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+", folded):
            raise BadValue(
                Message("科学计数法丢失了末位数字"), Message("请写出全部数字；在表格里请把单元格设为数值格式")
            )
        raise BadValue(Message("不是数字"), Message("请只填一个数，不带单位、“约”和说明"))
    return Decimal(folded.replace(",", ""))


def _bounded(found: Decimal) -> Decimal:
    if abs(found) >= _LARGEST:
        raise BadValue(Message("数值过大"), Message("请核对单位"))
    return found.quantize(_SIX_PLACES, ROUND_HALF_UP).normalize() + 0


def year(value: Value, *, first: int, last: int) -> int:
    """A four-digit year within `first`–`last` ('2020' or '2020年')."""
    _usable(value)
    if isinstance(value, date):
        raise BadValue(Message("是日期，不是年份"), Message("请只填四位年份，如 2020"))
    folded = unicodedata.normalize("NFKC", tidy(shown(value))).removesuffix("度").removesuffix("年").removesuffix(".0")
    if re.fullmatch(r"\d{2}", folded):
        raise BadValue(Message("年份只有两位"), Message("请填四位年份，如 2020"))
    if not re.fullmatch(r"[0-9]{4}", folded):
        raise BadValue(Message("不是年份"), Message("请填四位年份，如 2020"))
    found = int(folded)
    if found > last:
        raise BadValue(Message("年份在将来"), Message("最晚为 %(last)s，请核对", last=last))
    if found < first:
        raise BadValue(Message("年份过早"), Message("最早为 %(first)s，请核对", first=first))
    return found


def day(value: Value, *, today: date, earliest: date = _EARLIEST) -> tuple[date, bool]:
    """(day, whether a bare number was taken for an Excel day). Future and two-digit years are refused."""
    _usable(value)
    if isinstance(value, (bool, Percent)):
        raise BadValue(Message("不是日期"), Message("请写成 2020-12-18 的样子"))
    if isinstance(value, datetime):
        return _plausible(value.date(), earliest, today), False
    if isinstance(value, date):
        return _plausible(value, earliest, today), False
    folded = unicodedata.normalize("NFKC", tidy(shown(value))).removesuffix(".0")
    if folded.isascii() and folded.isdigit() and len(folded) <= 5 and int(folded) in EXCEL_DAYS:
        return _plausible(EXCEL_EPOCH + timedelta(days=int(folded)), earliest, today), True
    return _plausible(_day_text(folded), earliest, today), False


def _day_text(folded: str) -> date:
    folded = _TIME.sub("", folded).replace(" ", "")
    for form in _DATE_FORMS:
        match = form.fullmatch(folded)
        if match is None:
            continue
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            raise BadValue(Message("没有这一天"), Message("请核对月和日")) from None
    if _SHORT_YEAR.fullmatch(folded):
        raise BadValue(Message("年份只有两位，不能确定是哪一年"), Message("请写四位年份，如 2020-12-18"))
    if _MONTH.fullmatch(folded):
        raise BadValue(Message("只有年和月"), Message("请写到日，如 2020-12-18"))
    raise BadValue(Message("不是日期"), Message("请写成 2020-12-18、2020/12/18 或 2020年12月18日"))


def _plausible(found: date, earliest: date, today: date) -> date:
    if found > today:
        raise BadValue(Message("日期 %(found)s 在将来", found=found.isoformat()), Message("请核对这个日期"))
    if found < earliest:
        raise BadValue(Message("日期 %(found)s 过早", found=found.isoformat()), Message("请核对这个日期"))
    return found


def unified_code(value: Value) -> str:
    """A valid 统一社会信用代码 in capitals; a number cell is refused, since its last digits are lost."""
    _usable(value)
    if isinstance(value, (int, float, Percent, date)):
        raise BadValue(
            Message("单元格是数字格式，末几位已经丢失"),
            Message("请把这一列设为文本格式，重新填写 18 位代码"),
        )
    folded = unicodedata.normalize("NFKC", tidy(shown(value))).replace(" ", "").replace("-", "").upper()
    try:
        return str(uscc_number.validate(folded))
    except ValidationError:
        pass
    if re.fullmatch(r"[0-9.]+E\+?\d+", folded):
        raise BadValue(Message("是科学计数法，末几位已经丢失"), Message("请把这一列设为文本格式，重新填写 18 位代码"))
    if len(folded) != 18:
        raise BadValue(
            Message("统一社会信用代码应为 18 位，现为 %(n)s 位", n=len(folded)),
            Message("请核对；没有代码请留空"),
        )
    unused = [letter for letter in _NEVER_IN_CODES if letter in folded]
    if unused:
        raise BadValue(
            Message("统一社会信用代码里没有字母 %(letters)s", letters=unused),
            Message("请对照营业执照核对，常见的是把数字 0、1 写成字母 O、I；没有代码请留空"),
        )
    raise BadValue(Message("统一社会信用代码的校验位不对"), Message("请对照营业执照核对；没有代码请留空"))


def _usable(value: Value) -> None:
    if isinstance(value, Broken):
        raise BadValue(Message("单元格没有可用的值（公式错误或未计算）"), Message("请改为直接填写的内容"))
