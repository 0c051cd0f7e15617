"""Web pages in the place of lists: whatever they hold, they are read or refused at once and in a sentence."""

from __future__ import annotations

import time

import pytest

from registry.errors import InvalidInput
from registry.spreadsheets import read_table

TABLE = "<table><tr><td>名称</td><td>数</td></tr><tr><td>甲</td><td>1</td></tr></table>"
WITHOUT_END = ("<a ", "<a x=", '<a x="', "<a/", "<a", "</", "</a ", "<!--", "<!", "<![CDATA[", "<?", "<script", "<script></x", "<", "&#",
               "<tr><td><table>", "<b><i>")  # fmt: skip
SECONDS = 5
"""Of the processor: ten times what the slowest takes here, and far less than the minutes that most took before."""


@pytest.mark.parametrize("part", WITHOUT_END)
def test_a_page_of_tags_that_never_end_is_read_at_once(part: str) -> None:
    page = f"<html>{TABLE}{part * 30_000}".encode()
    began = time.process_time()
    assert [row.cells for row in read_table(page).rows][:2] == [("名称", "数"), ("甲", "1")]
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "name",
    ["undefined", "idna", "punycode", "utf-16", "unicode_escape", "utf-7", "zlib", "rot13", "-" * 500, "gb2312", "x"],
)
def test_a_page_that_names_an_odd_encoding_is_read_as_what_it_is(name: str) -> None:
    page = f"<html><meta charset={name}>{TABLE}{'a9' * 200_000}".encode("gbk" if name == "gb2312" else "utf-8")
    began = time.process_time()
    assert [row.cells for row in read_table(page).rows] == [("名称", "数"), ("甲", "1")]
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "page", ["<html", "<table", "<?xml", "<style>", "<!doctype", "<html>\0", "<html>\ud800", "<meta charset"]
)
def test_a_page_with_nothing_in_it_is_refused_in_a_sentence(page: str) -> None:
    with pytest.raises(InvalidInput):
        read_table(page.encode("utf-8", "surrogatepass"))


def test_a_page_as_systems_export_it_keeps_its_cells() -> None:
    page = (
        '<html xmlns:x="urn:x"><head><meta charset=gb2312><style>td{mso: "<b>"}</style><title>题</title></head><body><!--[if x]>'
        '<xml/><![endif]--><table><tr><td x:fmla="=IF(A1<B1,1>0)">名称<br>全称</td><td>&nbsp;a&lt;b &amp;c</td></tr>'
        "<tr><td rowspan=2>甲<td><p>一<p>二</td></tr><tr><td><o:p>乙</o:p></table>"
    )
    read = [tuple(str(cell) for cell in row.cells) for row in read_table(page.encode("gbk")).rows]
    assert read == [("名称\n全称", "a<b &c"), ("甲", "一\n二"), ("None", "乙")]
