"""The parameters that programs may give: one row each, from which the descriptions of the interfaces are made.

Values are parsed by `catalogue.filters` and `open.asking`; a test gives each of them what its row allows. An empty
parameter is absent, so every schema takes the empty text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.dimensions import DIMENSIONS
from registry.queries.catalogue.filters import (
    DEFAULT_PER_PAGE,
    DEFAULT_SORT,
    LADDER,
    LANGUAGES,
    MAX_PER_PAGE,
    MAX_TEXT,
    METHODS,
    MOST_PAGES,
    ROWS,
    SELECTING,
    SORTS,
    measures,
)

Schema = dict[str, Any]
EMPTY: Schema = {"type": "string", "maxLength": 0}
FORMS = ("json", "html")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a query. `repeats`: it may be given several times, and any of the values will do."""

    name: str
    zh: str
    en: str
    schema: Callable[[CodeLists], Schema]
    repeats: bool = False

    def says(self, language: str) -> str:
        """What it means."""
        return self.en if language == "en" else self.zh

    def described(self, lists: CodeLists, language: str = "zh") -> Schema:
        """Its Parameter Object in OpenAPI 3.1."""
        schema = self.schema(lists)
        if self.repeats:
            schema = {"type": "array", "items": schema}
        return {
            "name": self.name,
            "in": "query",
            "description": self.says(language),
            "required": False,
            "allowEmptyValue": True,
            "schema": schema,
        } | ({"style": "form", "explode": True} if self.repeats else {})


def _one_of(values: Callable[[CodeLists], list[str]]) -> Callable[[CodeLists], Schema]:
    return lambda lists: {"type": "string", "enum": [*values(lists), ""]}


def _fixed(*values: str, default: str | None = None) -> Callable[[CodeLists], Schema]:
    found: Schema = {"type": "string", "enum": [*values, ""]} | ({} if default is None else {"default": default})
    return lambda lists: dict(found)


def _pattern(pattern: str) -> Callable[[CodeLists], Schema]:
    return lambda lists: {"type": "string", "pattern": f"^({pattern})?$"}


def _text(most: int) -> Callable[[CodeLists], Schema]:
    return lambda lists: {"type": "string", "maxLength": most}


def _number(low: int, high: int, default: int) -> Callable[[CodeLists], Schema]:
    return lambda lists: {"anyOf": [{"type": "integer", "minimum": low, "maximum": high}, EMPTY], "default": default}


def _day(lists: CodeLists) -> Schema:
    return {"anyOf": [{"type": "string", "format": "date"}, EMPTY]}


_YEAR = "20[0-9]{2}"
_DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,12})?"
_ANY = ("，可给多个，满足其一即可", "; may repeat, any of them will do")

_DIMENSIONS = tuple(
    Parameter(
        name=dimension.name,
        zh=dimension.zh + _ANY[0] + ("，none 为未注明" if dimension.may_be_unstated else ""),
        en=dimension.en + _ANY[1] + (", none is not stated" if dimension.may_be_unstated else ""),
        schema=_pattern(f"{_YEAR}|none") if dimension.words is None else _one_of(dimension.accepted),
        repeats=True,
    )
    for dimension in DIMENSIONS
)
_OTHERS = (
    Parameter(
        name="honor",
        zh="企业荣誉的种类" + _ANY[0] + "，none 为没有荣誉记录",
        en="Kind of honour of the enterprise" + _ANY[1] + ", none is no honour on record",
        schema=_text(MAX_TEXT),
        repeats=True,
    ),
    Parameter(name="year_from", zh="起始年份（含）", en="First year, inclusive", schema=_pattern(_YEAR)),
    Parameter(name="year_to", zh="截止年份（含）", en="Last year, inclusive", schema=_pattern(_YEAR)),
    Parameter(
        name="q",
        zh="名称、企业、曾用名、产品、镇（街道）、统一社会信用代码中的文字，空格分隔的各词都须出现；字母也按拼音",
        en="Text in names, enterprise, products, town or unified code; all words must occur; letters match pinyin",
        schema=_text(MAX_TEXT),
    ),
    Parameter(
        name="bbox",
        zh="范围：最小经度,最小纬度,最大经度,最大纬度（WGS-84）；没有坐标的项目不在其中",
        en="Box: minlon,minlat,maxlon,maxlat (WGS 84); projects without coordinates are not in it",
        schema=_pattern(",".join([_DEGREES] * 4)),
    ),
    Parameter(name="as_of", zh="截至这一天的情况", en="The record as of this day", schema=_day),
    Parameter(
        name="has",
        zh="有这项指标的可比数值；给多个时都须有",
        en="Has a comparable value of this figure; all of several",
        schema=_one_of(lambda lists: list(lists.kpis)),
        repeats=True,
    ),
    Parameter(
        name="ladder",
        zh="持有这些级别的有效认定" + _ANY[0],
        en="Holds valid titles of these tiers" + _ANY[1],
        schema=_fixed(*LADDER),
        repeats=True,
    ),
    Parameter(
        name="grade",
        zh="智能制造能力成熟度" + _ANY[0],
        en="Smart manufacturing maturity" + _ANY[1],
        schema=_one_of(lambda lists: lists.grades),
        repeats=True,
    ),
    Parameter(
        name="rows",
        zh="一行是什么：项目、认定或企业",
        en="What one item is: a project, a title or an enterprise",
        schema=_fixed(*ROWS, default=ROWS[0]),
    ),
    Parameter(
        name="sort",
        zh="排序，前面加 - 为降序",
        en="Order; descending with - in front",
        schema=_fixed(*SORTS, *("-" + name for name in SORTS), default=DEFAULT_SORT),
    ),
    Parameter(name="page", zh="页码", en="Number of the page", schema=_number(1, MOST_PAGES, 1)),
    Parameter(name="per_page", zh="每页行数", en="Items a page", schema=_number(1, MAX_PER_PAGE, DEFAULT_PER_PAGE)),
    Parameter(
        name="measure",
        zh="各分组另给这项指标的汇总值",
        en="Each group also gives this measure",
        schema=_one_of(measures),
    ),
    Parameter(
        name="method",
        zh="汇总方法：平均、按总量加权、中位数",
        en="How figures are put together: mean, pooled, median",
        schema=_fixed(*METHODS, default=METHODS[0]),
    ),
    Parameter(
        name="lang",
        zh="说明、错误和分组名称的语言",
        en="Language of messages and of names of groups",
        schema=_fixed(*LANGUAGES, default=LANGUAGES[0]),
    ),
)
PARAMETERS: dict[str, Parameter] = {parameter.name: parameter for parameter in (*_DIMENSIONS, *_OTHERS)}
"""Every parameter of `/api/v1` and of the files by name."""

ONE = ("lang",)
"""Of what is not a list."""
LISTED = ("page", "per_page", "lang")
"""Of a code list."""
PROJECTS = (*SELECTING, "rows", "sort", *LISTED)
STATISTICS = (*SELECTING, "measure", "method", "lang")
FILE = (*SELECTING, "rows", "sort", "lang")
"""With an effect on a file; the other common ones are taken, since links of pages carry them."""
