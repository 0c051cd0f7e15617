"""What a request asks of `/ogc`, read once; whatever is malformed is named."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from registry.errors import BadParameter
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.filters import LANGUAGES, Reader, refuse_unknown
from registry.queries.open.boxes import read_box
from registry.queries.open.features import PROPERTIES, Asked
from registry.queries.open.moments import read_days
from registry.queries.open.parameters import FORMS
from registry.wording import Message

MOST = 1000
"""Features a page, by default and at most: QGIS with paging off reads one page."""
LARGEST = 10**9
PAGING = ("limit", "offset", "bbox", "datetime")
VIEW = ("f", "lang")
ITEMS = (*PAGING, *PROPERTIES, *VIEW)
"""Parameters of the items of `projects`."""
DIVISIONS = (*PAGING, "code", *VIEW)


def read_view(given: Mapping[str, Sequence[str]], known: Collection[str] = VIEW) -> str:
    """The form that was asked for (`json`, `html` or empty); refuses parameters that are not known here."""
    refuse_unknown(given, known)
    reader = Reader(given)
    reader.one_of("lang", LANGUAGES, LANGUAGES[0])
    return reader.one_of("f", FORMS, "")


def read_asked(given: Mapping[str, Sequence[str]], lists: CodeLists) -> Asked:
    """What is asked of `projects`. A value of a property that no list knows is refused; several values are any of."""
    values = tuple((name, _values(given, name, lists)) for name in PROPERTIES)
    return _paged(given, tuple((name, found) for name, found in values if found))


def read_divisions(given: Mapping[str, Sequence[str]]) -> Asked:
    """What is asked of `divisions`."""
    codes = _split(given, "code")
    for code in codes:
        if not re.fullmatch("[0-9]{6}", code):
            raise BadParameter(Message("参数 %(name)s 应为六位行政区划代码。", name="code"), field="code")
    return _paged(given, (("code", codes),) if codes else ())


def _paged(given: Mapping[str, Sequence[str]], values: tuple[tuple[str, tuple[str, ...]], ...]) -> Asked:
    reader = Reader(given)
    box, days = reader.single("bbox"), reader.single("datetime")
    return Asked(
        # A larger limit is cut, not refused: QGIS and GDAL ask for what they like, and take a refusal for no features.
        limit=min(_whole_number(reader, "limit", 1, MOST), MOST),
        offset=min(_whole_number(reader, "offset", 0, 0), LARGEST),
        bbox=None if box is None else read_box(box),
        days=None if days is None else read_days(days),
        values=values,
    )


def _whole_number(reader: Reader, name: str, low: int, default: int) -> int:
    text = reader.single(name)
    if text is None:
        return default
    if not re.fullmatch("[0-9]{1,400}", text) or int(text) < low:
        raise BadParameter(Message("参数 %(name)s 应为从 %(low)s 起的整数。", name=name, low=low), field=name)
    return int(text)


def _split(given: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    """The values of a parameter, which may be repeated or hold several behind commas; sorted."""
    values = {part for value in Reader(given).values(name) for part in value.split(",")}
    return tuple(sorted(values))


def _values(given: Mapping[str, Sequence[str]], name: str, lists: CodeLists) -> tuple[str, ...]:
    codes, found = PROPERTIES[name].codes(lists), _split(given, name)
    for value in found:
        if value not in codes if codes else not re.fullmatch("[0-9]{4}", value):
            raise BadParameter(
                Message("参数 %(name)s 的值 %(value)s 不在代码表中。", name=name, value=repr(value[:40])), field=name
            )
    return found
