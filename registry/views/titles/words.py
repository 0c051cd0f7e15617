"""Values of a request as a person reads them: names in place of codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from registry.changes import CHANGES, Asked, Input
from registry.i18n import _, language
from registry.marking import marked, zh
from registry.queries.titles import record, titles
from registry.queries.titles.requests import RequestPage
from registry.queries.titles.titles import FoundTitle
from registry.views.web.page import name_of
from registry.views.web.runtime import session
from registry.wording import Message


@dataclass(frozen=True)
class Line:
    """One field of a request: what was on record, what is now, what is asked for. `moved`: the record has
    changed since the request was sent; `before` and `now` are '' for a field that replaces nothing."""

    label: str
    before: str
    now: str
    wanted: str
    has_before: bool
    moved: bool


def lines(page: RequestPage, current: Mapping[str, Any]) -> list[Line]:
    """The fields that the request would change, in the order of its kind; what stays is left out."""
    found = []
    titles = _titles(page)
    for item in CHANGES[page.row.kind].asked:
        wanted = _wanted(page, item, current)
        before, now = page.before.get(item.name), current.get(item.name)
        same = item.has_before and _same(wanted, before) and _same(wanted, now)
        if same or (wanted in (None, "") and not item.has_before) or _stays(page, item, wanted):
            continue
        found.append(
            Line(
                label=item.label(language()),
                before=shown(item, before, titles) if item.has_before else "",
                now=shown(item, now, titles) if item.has_before else "",
                wanted=_named(page, item, wanted) or shown(item, wanted, titles),
                has_before=item.has_before,
                moved=item.has_before and not _same(before, now),
            )
        )
    return found


def shown(item: Asked, value: Any, titles: Mapping[int, FoundTitle]) -> str:
    """A value in words, as HTML: names and texts of the record say that they are Chinese."""
    if item.input in (Input.TITLES, Input.TITLE) and value not in (None, ""):
        ids = value if isinstance(value, list) else [int(value)]
        return Markup("\n").join(escape(marked(title_words(titles[each]))) for each in ids if each in titles)
    if item.input is Input.PHOTOS:
        return Markup("\n").join(zh(caption) for _id, caption, _alt in value or ()) or _("没有公开的照片。")
    if item.input is Input.PROJECTS and value:
        named = record.projects_with(session(), [int(each) for each in value])
        return Markup("\n").join(Markup("{} {}").format(each.code, zh(each.name)) for each in named)
    return zh(_words(item, value))


def _words(item: Asked, value: Any) -> str:
    if item.input is Input.TICK:
        return _("是") if value else _("否")
    if value in (None, ""):
        return "–"
    if item.input is Input.UNIT:
        return name_of("units", value)
    if item.input is Input.INDUSTRY:
        return f"{value} {name_of('industries', value)}"
    if item.input is Input.KPI:
        return name_of("kpis", value)
    if item.input is Input.CHOICE and item.choices is not None:
        return item.choices(value).label(language())
    return str(value)


def title_words(title: FoundTitle) -> Message:
    """A title with its project, as lists name it."""
    return Message(
        "%(code)s · %(name)s · %(category)s · %(year)s · %(number)s",
        code=title.project_code,
        name=title.project_name,
        category=name_of("categories", title.category),
        year=title.year or Message("年份不详"),
        number=title.document_number,
    )


def _stays(page: RequestPage, item: Asked, wanted: Any) -> bool:
    """A field left empty by a kind that leaves empty fields as they are."""
    return page.row.kind == "title_fact" and wanted in (None, "")


def _named(page: RequestPage, item: Asked, wanted: Any) -> str:
    """The other record of a merger, with its name."""
    return zh(f"{wanted} {page.wanted.get('other_name', '')}") if item.name == "other" else ""


def _wanted(page: RequestPage, item: Asked, current: Mapping[str, Any]) -> Any:
    """What is asked for; of photos those that are shown once the request is in force."""
    if item.input is not Input.PHOTOS:
        return page.wanted.get(item.name)
    stay = [photo for photo in current.get(item.name, ()) if photo[0] not in page.wanted[item.name]]
    return stay + ([[0, page.wanted["caption"], page.wanted["alt"]]] if page.wanted["caption"] else [])


def _same(one: Any, other: Any) -> bool:
    return ("" if one is None else str(one)) == ("" if other is None else str(other))


def _titles(page: RequestPage) -> dict[int, FoundTitle]:
    ids = [int(each) for each in page.wanted.get("titles", ())]
    if page.wanted.get("title"):
        ids.append(int(page.wanted["title"]))
    if not ids:
        return {}
    found = [*titles.titles_of(session(), ids=ids), *titles.void_titles(session(), ids=ids)]
    return {title.id: title for title in found}
