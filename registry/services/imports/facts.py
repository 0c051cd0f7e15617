"""The facts of a project when several rows, or older lists, state them: the latest batch year speaks.

An older list fills what is not known and overrides nothing, so that lists may be imported in any
order and a second run changes nothing. An empty cell states nothing and erases nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from registry.services.imports.drafts import ProjectDraft
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.listed import ListedTitle
from registry.services.imports.sheets.code_lists import WrittenCodes
from registry.services.imports.sheets.row_numbers import place
from registry.values.places import Point, division_of, precision_of
from registry.wording import Message

Fact = tuple[str, str, Callable[[ListedTitle], Any]]

FACTS: tuple[Fact, ...] = (
    ("unit_code", Message("所属板块"), lambda title: title.unit.code),
    ("town", Message("镇(街道)"), lambda title: title.town),
    ("address", Message("详细地址"), lambda title: title.address),
    ("point", Message("经度、纬度"), lambda title: title.point),
    ("industry_code", Message("行业大类"), lambda title: title.industry),
    ("industry_class", Message("行业大类"), lambda title: title.industry_class),
)


def settle(project: ProjectDraft, titles: list[ListedTitle], lists: WrittenCodes) -> Iterator[RowFinding]:
    """Bring the project up to what its rows state.

    Yields a finding for each row that disagrees: with another row of its year, or with a later year.
    """
    ordered = sorted(titles, key=lambda title: (-title.year, title.row))
    leader = ordered[0]
    for column, header, read in FACTS:
        stated_by: dict[int, ListedTitle] = {}
        for title in ordered:
            value = read(title)
            if value in (None, ""):
                continue
            rival = stated_by.setdefault(title.year, title)
            if _differs(read(rival), value):
                yield _conflict(title, rival, header, _shown(value, lists))
                continue
            yield from _take(project, title, leader, (column, header, value), lists)
    if project.id is None:
        project.type = leader.category.type
    _locate(project, lists)
    project.year = max(project.year or leader.year, leader.year)


def _take(
    project: ProjectDraft,
    title: ListedTitle,
    leader: ListedTitle,
    fact: tuple[str, str, Any],
    lists: WrittenCodes,
) -> Iterator[RowFinding]:
    column, header, value = fact
    known = getattr(project, column)
    if not _differs(known, value):
        return
    newest = max(leader.year, project.year or 0)
    if known in (None, "") or title.year >= newest:
        project.assign(column, value)
        return
    yield RowFinding(
        row=title.row,
        column=header,
        value=_shown(value, lists),
        reason=Message("与较新的记录（%(year)s 年）不同：%(shown)s", year=newest, shown=_shown(known, lists)),
        way_out=Message("保留较新的记录；如较新的有误，请更正那一年的名单"),
        level=Level.NOTICE,
    )


def _differs(known: Any, value: Any) -> bool:
    if isinstance(known, Point) and isinstance(value, Point):
        return (known.typed_lon, known.typed_lat, known.typed_system) != (
            value.typed_lon,
            value.typed_lat,
            value.typed_system,
        )
    return bool(known != value)


def _conflict(title: ListedTitle, rival: ListedTitle, header: str, value: str) -> RowFinding:
    return RowFinding(
        row=title.row,
        column=header,
        value=value,
        reason=Message("与%(where)s是同一个项目、同一年，%(column)s却不同", where=place(rival.row), column=header),
        way_out=Message("请核对这两行，改为一致；如不是同一个项目，请用不同的名称"),
    )


def _locate(project: ProjectDraft, lists: WrittenCodes) -> None:
    """Division and precision follow from point, unit and town."""
    moved = project.changes.keys()
    if project.id is None or moved & {"point", "unit_code"}:
        unit = lists.unit(project.unit_code)
        project.assign("division_code", division_of(project.point, unit.division))
    if project.id is None or "point" in moved or ("town" in moved and project.point is None):
        project.assign("precision", precision_of(project.point, project.town))


def typed_place(point: Point) -> Message:
    """The coordinates of a place as they were typed."""
    return Message(
        "%(lon)s, %(lat)s（%(system)s）", lon=point.typed_lon, lat=point.typed_lat, system=point.typed_system
    )


def _shown(value: Any, lists: WrittenCodes) -> str:
    if isinstance(value, Point):
        return typed_place(value)
    unit = lists.units.get(str(value).casefold())
    return unit.name if unit is not None else str(value or "")
