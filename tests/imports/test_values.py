"""Cells into values: what is accepted, how it is read, and what is said about the rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names import document_number, document_number_key, is_document_number, name_key, tidy
from registry.services.imports.sheets.header_words import field_of, words_of
from registry.spreadsheets import Broken, Percent
from registry.values.bad_value import BadValue
from registry.values.plain import day, number, percentage, text, unified_code, year
from registry.values.written_days import days_of_year
from tests.imports.sheets import TODAY


def why(parse: object, *arguments: object, **options: object) -> str:
    with pytest.raises(BadValue) as caught:
        parse(*arguments, **options)  # type: ignore[operator]
    assert caught.value.way_out
    return caught.value.reason


@pytest.mark.parametrize(
    "value",
    [
        "2020-12-18", "2020/12/18", "2020.12.18", "2020年12月18日", "20201218", 20201218, 20201218.0,
        "２０２０年１２月１８日", " 2020-12-18 ", "2020-12-18 00:00:00", date(2020, 12, 18),
        datetime(2020, 12, 18, 9, 30),
    ],
)  # fmt: skip
def test_days(value: object) -> None:
    assert day(value, today=TODAY) == (date(2020, 12, 18), False)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [44183, 44183.0, "44183"])
def test_a_bare_number_is_an_excel_day_and_says_so(value: object) -> None:
    assert day(value, today=TODAY) == (date(2020, 12, 18), True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("20-12-18", "年份只有两位，不能确定是哪一年"),
        ("20/12/18", "年份只有两位，不能确定是哪一年"),
        ("2026-11-25", "日期 2026-11-25 在将来"),
        ("2020-13-01", "没有这一天"),
        ("2020-02-30", "没有这一天"),
        ("1999-12-31", "日期 1999-12-31 过早"),
        ("12月18日", "不是日期"),
        ("去年", "不是日期"),
        (29999, "不是日期"),
        (60001, "不是日期"),
        (True, "不是日期"),
        (Broken("#REF!"), "单元格没有可用的值（公式错误或未计算）"),
    ],
)
def test_days_refused(value: object, reason: str) -> None:
    assert why(day, value, today=TODAY) == reason


@given(st.dates(date(2000, 1, 1), TODAY))
def test_every_way_of_writing_a_day_gives_that_day(written: date) -> None:
    forms = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
    assert {day(written.strftime(form), today=TODAY)[0] for form in forms} == {written}
    assert day(f"{written.year}/{written.month}/{written.day}", today=TODAY)[0] == written


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.dates()))
def test_no_cell_breaks_a_parser(value: object) -> None:
    for parse in (
        lambda: day(value, today=TODAY),  # type: ignore[arg-type]
        lambda: number(value),  # type: ignore[arg-type]
        lambda: percentage(value),  # type: ignore[arg-type]
        lambda: year(value, first=2010, last=2026),  # type: ignore[arg-type]
        lambda: unified_code(value),  # type: ignore[arg-type]
        lambda: text(value, 20),  # type: ignore[arg-type]
    ):
        try:
            read = parse()
        except BadValue as refused:
            # A refusal names its reason; any other exception fails the test.
            read = str(refused)
        assert read is not None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7,365", "7365"), ("7，365.5", "7365.5"), ("１２３４", "1234"), (" 21.1 ", "21.1"), ("-5", "-5"), ("+5", "5"),
        (7365, "7365"), (81.30000000000001, "81.3"), (0.1, "0.1"), ("0.0000004", "0"), ("1 234", "1234"),
    ],
)  # fmt: skip
def test_numbers(value: object, expected: str) -> None:
    assert number(value) == Decimal(expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("7,36", "不是数字"),
        ("约7365", "不是数字"),
        ("7365万元", "不是数字"),
        ("", "不是数字"),
        ("٣", "不是数字"),
        ("1.2E+05", "科学计数法丢失了末位数字"),
        (10**15, "数值过大"),
        (float("nan"), "不是可用的数"),
        (float("inf"), "不是可用的数"),
        (True, "不是数字"),
        (date(2020, 1, 1), "不是数字"),
        (Percent(Decimal("0.2")), "单元格是百分比格式，而这一列不是百分数"),
        (Broken("#DIV/0!"), "单元格没有可用的值（公式错误或未计算）"),
    ],
)
def test_numbers_refused(value: object, reason: str) -> None:
    assert why(number, value) == reason


@given(st.integers(-(10**11), 10**11), st.integers(0, 999_999))
def test_thousands_separators_change_nothing(whole: int, millionths: int) -> None:
    expected = Decimal(whole) + Decimal(millionths).scaleb(-6) * (-1 if whole < 0 else 1)
    assert number(f"{expected:,f}") == expected
    assert number(f"{expected:f}") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Percent(Decimal("0.211")), (Decimal("21.1"), True)),
        ("21.1%", (Decimal("21.1"), True)),
        ("２１.１％", (Decimal("21.1"), True)),
        (0.211, (Decimal("0.211"), False)),
        ("21.1", (Decimal("21.1"), False)),
    ],
)
def test_percentages(value: object, expected: tuple[Decimal, bool]) -> None:
    assert percentage(value) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [2020, "2020", "2020年", 2020.0, " ２０２０ ", "2020.0"])
def test_years(value: object) -> None:
    assert year(value, first=2010, last=2026) == 2020  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("20", "年份只有两位"), (20, "年份只有两位"), (2027, "年份在将来"), (2009, "年份过早"), ("第三批", "不是年份"),
        (date(2020, 1, 1), "是日期，不是年份"), (2020.5, "不是年份"), ("二〇二〇", "不是年份"),
    ],
)  # fmt: skip
def test_years_refused(value: object, reason: str) -> None:
    assert why(year, value, first=2010, last=2026) == reason


@pytest.mark.parametrize(
    "value", ["91320413DEM000014F", "91320413dem000014f", " 91320413 DEM0 0001 4F", "９１３２０４１３DEM000014F"]
)
def test_unified_codes(value: str) -> None:
    assert unified_code(value) == "91320413DEM000014F"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("91320413DEM000014A", "统一社会信用代码的校验位不对"),
        ("91320413DEM00001", "统一社会信用代码应为 18 位，现为 16 位"),
        (913204130000000140, "单元格是数字格式，末几位已经丢失"),
        (9.13204e17, "单元格是数字格式，末几位已经丢失"),
        ("9.13204E+17", "是科学计数法，末几位已经丢失"),
    ],
)
def test_unified_codes_refused(value: object, reason: str) -> None:
    assert why(unified_code, value) == reason


def test_texts() -> None:
    assert text("  演示\n\u200b 路 1号 ", 20) == "演示 路 1号"
    assert text(None, 20) == ""
    assert why(text, "演" * 21, 20) == "有 21 个字，最多 20 个"
    assert why(text, "a\x00b", 20) == "含有看不见的控制字符"
    assert why(text, "a\ud800b", 20) == "含有看不见的控制字符"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("常工信复[2021]第24号", "常工信复〔2021〕第24号"),
        ("通政发﹝2015﹞57号", "通政发〔2015〕57号"),
        ("常工信发（２０２０） 12 号", "常工信发〔2020〕12号"),
        ("常工信发【2020】12号", "常工信发〔2020〕12号"),
    ],
)
def test_document_numbers(typed: str, stored: str) -> None:
    assert document_number(typed) == stored
    assert is_document_number(stored)


def test_which_document_numbers_are_the_same() -> None:
    same = ["常工信复〔2021〕第24号", "常工信复[2021]24号", "常工信复（2021）第024号", "常工信复〔2021〕0024 号"]
    assert len({document_number_key(each) for each in same}) == 1
    others = ["常工信复〔2021〕240号", "常工信复〔2020〕24号", "常工信发〔2021〕24号"]
    assert len({document_number_key(each) for each in [*same, *others]}) == 4


def test_which_names_are_the_same() -> None:
    same = [
        "演示（常州）有限公司",
        "演示(常州)有限公司",
        "演示 （常州）有限责任公司",
        "演示﹙常州﹚有限公司",
        "演示【常州】有限公司\u200b",
    ]
    assert len({name_key(each) for each in same}) == 1
    assert name_key("演示股份有限公司") != name_key("演示有限公司")
    assert name_key("ＬＥＤ—Ａ车间") == name_key("led-a车间")


WRITTEN = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
        st.sampled_from("〔〕【】（）﹝﹞《》〈〉「」—–·•　\u200b\ufeff\n\t第0号"),
    ),
    max_size=40,
)


@given(WRITTEN)
def test_keys_and_tidying_are_stable(written: str) -> None:
    assert tidy(tidy(written)) == tidy(written)
    assert name_key(name_key(written)) == name_key(written)
    assert document_number(document_number(written)) == document_number(written)
    assert document_number_key(document_number(written)) == document_number_key(written)


SPITEFUL = ("x(" + "a" * 60_000, "x" + "(" * 60_000, "x(" + "a(b)" * 15_000, "x" + "(a)" * 20_000)


@pytest.mark.parametrize(
    "read", [words_of, lambda text: field_of(text, ()), lambda text: days_of_year(" " * len(text) + "2027-05-01", 2027)]
)
def test_no_text_of_a_cell_keeps_the_process_busy(read: Callable[[str], object]) -> None:
    """A search for a pattern holds the whole server, so that one cell of a list stopped everybody for hours."""
    began = time.thread_time()
    for spiteful in SPITEFUL:
        read(spiteful)
    assert time.thread_time() - began < 4
