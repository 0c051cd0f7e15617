"""What every page's frame needs: navigation, language, footer, labels and link builders for templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request, url_for

from registry.config import Site
from registry.i18n import HTML_LANG, N_, _, filled, language
from registry.indicators import LEVEL, round_half_up, verb
from registry.marking import zh
from registry.permissions import Permission
from registry.queries.catalogue.code_lists import Maintenance
from registry.queries.catalogue.filters import Filters
from registry.terms import BEIJING, Direction, Precision, ProjectType, Stage, Tier
from registry.views.web.addresses import repeated
from registry.views.web.delivery import today
from registry.views.web.office import office, places, signed_in
from registry.views.web.runtime import catalogue, runtime


@dataclass(frozen=True)
class Entry:
    """One entry of a navigation."""

    label: str
    href: str
    current: bool = False
    is_group: bool = False
    code: str = ""


def init_pages(app: Flask) -> None:
    """Give the templates their common names."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "site": runtime().site.told(language()),
            "demo": is_demo(),
            "maintenance": maintenance(),
            "data_as_of": g.get("data_as_of"),
            "html_lang": HTML_LANG[language()],
            "lang": language(),
            "navigation": navigation(),
            "group": group(),
            "office": office(),
            "other_language": other_language(),
            "footer_lines": footer_lines(runtime().site.told(language())),
        }

    app.jinja_env.globals.update(view_url=view_url, tier_name=tier_name, name_of=name_of, names_of=names_of)
    app.jinja_env.globals.update(stage_name=stage_name, type_name=type_name, precision_name=precision_name)
    app.jinja_env.filters.update(day=day, moment=moment, file_size=file_size)


def is_demo() -> bool:
    """Whether demo data is in the database; an error page must work without a database."""
    if g.get("is_outage"):
        return False
    try:
        return catalogue().demo
    except Exception:
        # The page that reports a broken database must not fail on it a second time.
        return False


def maintenance() -> list[Maintenance]:
    """The lines on top of every page today; an error page must work without a database."""
    try:
        return [each for each in catalogue().lists.maintenance if each.first_day <= today() <= each.last_day]
    except Exception:
        # The page that reports a broken database must not fail on it a second time.
        return []


def navigation() -> list[Entry]:
    """The main entries that this installation has: on signed-in pages those of the role."""
    who = signed_in()
    if who is not None:
        return [Entry(place.label, url_for(place.endpoint), place.is_here, bool(place.inside)) for place in places(who)]
    public = (
        (_("地图"), "home.map_page"),
        (_("名单"), "public.projects"),
        (_("统计"), "statistics.page"),
        (_("申报通知"), "calls.calls"),
        (_("公示"), "notices.notices"),
        (_("公告"), "public.announcements"),
    )
    here = request.endpoint or ""
    return [Entry(label, url_for(endpoint), here == endpoint) for label, endpoint in public]


def group() -> list[Entry]:
    """The pages beside this one, where the main entry that is here is a group."""
    who = signed_in()
    here = next((place for place in places(who) if place.is_here), None) if who is not None else None
    return [Entry(label, url_for(endpoint), at) for label, endpoint, at in here.inside] if here else []


def other_language() -> Entry:
    """The same page in the other language."""
    wanted = "en" if language() == "zh" else "zh"
    if request.endpoint in (None, "static") or request.method not in ("GET", "HEAD"):
        href = url_for("home.map_page", lang=wanted)
    else:
        path = url_for(str(request.endpoint), **((request.view_args or {}) | {"lang": None}))
        href = f"{path}?{urlencode([*_kept_parameters(), ('lang', wanted)])}"
    return Entry("English" if wanted == "en" else "中文", href, code=HTML_LANG[wanted])


def _kept_parameters() -> list[tuple[str, str]]:
    """What stands in the address and goes on with the language.

    A public page is handed to many readers, so it repeats only what its view says it knows. A page for one reader
    repeats everything.
    """
    is_public = g.get("permission") in (None, Permission.PUBLIC_READ, Permission.HEALTH_READ)
    given = g.get("known_parameters", []) if is_public else request.args.items(multi=True)
    kept = [(name, value) for name, value in given if name != "lang"]
    return repeated(kept) if is_public else kept


def footer_lines(site: Site) -> list[str]:
    """Lines of the footer; an empty setting gives no line."""
    lines = (
        (_("主办：%(name)s"), site.owner),
        (_("承办：%(name)s"), site.operator),
        (_("电话：%(name)s"), site.phone),
        (_("地址：%(name)s"), site.address),
        ("%(name)s", site.icp_number),
        ("%(name)s", site.police_number),
        (_("网站标识码：%(name)s"), site.id_code),
    )
    return [filled(text, name=zh(value)) for text, value in lines if value]


def view_url(endpoint: str, filters: Filters, **changes: Any) -> str:
    """Address of a page or file with these filters and `changes` (values as in Filters)."""
    # A page names the same few lists hundreds of times.
    paths: dict[str, str] = g.setdefault("paths", {})
    href = paths.get(endpoint) or paths.setdefault(endpoint, url_for(endpoint, lang=None))
    query = filters.query(**({"lang": language()} | changes))
    return f"{href}?{query}" if query else href


def tier_name(code: str) -> str:
    """Name of a tier in the language of the request."""
    return Tier(code).label(language())


def stage_name(code: str) -> str:
    """Name of a stage."""
    return Stage(code).label(language())


def type_name(code: str) -> str:
    """Name of a project type."""
    return ProjectType(code).label(language())


def precision_name(code: str) -> str:
    """Name of a precision."""
    return Precision(code).label(language())


def names_of(kind: str) -> dict[str, str]:
    """The names that `name_of` gives, by code, for a table of many rows."""
    spoken = language()
    return {code: str(item.label(spoken)) for code, item in getattr(catalogue().lists, kind).items()}


def name_of(kind: str, code: str | None) -> str:
    """Name of a code: kind is units, divisions, categories, industries or kpis; '' for None."""
    if code is None:
        return ""
    return str(getattr(catalogue().lists, kind)[code].label(language()))


def unit_names() -> dict[str, str]:
    """Names of the reporting units by code, in display order."""
    return {code: unit.name for code, unit in catalogue().lists.units.items()}


def day(value: date | None) -> str:
    """ISO day, or nothing."""
    return value.isoformat() if value else ""


def moment(value: datetime) -> str:
    """Day and minute in Beijing."""
    return value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


STEP = 1024
"""Bytes of a KB, as in every limit of this site."""


def file_size(count: int) -> str:
    """So many bytes in the words of every desktop: 950 B, 48.9 KB, 20.0 MB."""
    size, name = float(count), "B"
    for larger in ("KB", "MB", "GB"):
        if size < STEP:
            break
        size, name = size / STEP, larger
    return f"{count} B" if name == "B" else f"{size:.1f} {name}"


VERBS = (N_("提高"), N_("提升"), N_("上升"), N_("延长"), N_("下降"), N_("降低"), N_("缩短"), N_("基本持平"))
"""What `indicators.verb` says."""


def verb_word(verb: str) -> str:
    """The verb of a change in the page's language."""
    return _(verb)


def change_text(direction: Direction | None, value: Fraction, code: str) -> tuple[bool, str]:
    """(worse, verb and figure) of a relative change; what rounds to nothing has no figure."""
    worse, word = verb(direction, value, code)
    said = verb_word(word)
    return worse, said if word == LEVEL else f"{said} {round_half_up(abs(value))}%"
