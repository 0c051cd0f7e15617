"""Anonymous in ten spellings, and real names that look a little like them."""

from __future__ import annotations

import pytest

from registry.values.real_names import is_no_name, is_no_organisation

ANONYMOUS = (
    "", "匿名", "匿 名", "群众", "热心群众", "某某某", "无名氏", "佚名", "知情人士", "不愿透露姓名", "Anonymous", "ａｎｏｎｙｍｏｕｓ",
    "N/A", "XX", "张先生", "李", "123", "...", "匿.名", "举报人",
)  # fmt: skip
REAL = ("张三", "欧阳娜娜", "阿依古丽·买买提", "John Smith", "先生根", "名扬")
NO_UNIT = ("", "公司", "匿名单位", "某某公司", "某公司", "AAAA", "群众")
UNITS = ("演示市群众艺术馆", "演示齿轮有限公司", "ABB (China) Ltd.")


@pytest.mark.parametrize("name", ANONYMOUS)
def test_no_name(name: str) -> None:
    assert is_no_name(name)


@pytest.mark.parametrize("name", REAL)
def test_a_name(name: str) -> None:
    assert not is_no_name(name)


@pytest.mark.parametrize("name", NO_UNIT)
def test_no_organisation(name: str) -> None:
    assert is_no_organisation(name)


@pytest.mark.parametrize("name", UNITS)
def test_an_organisation(name: str) -> None:
    assert not is_no_organisation(name)
