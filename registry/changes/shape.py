"""What a row of the table of changes says: fields, desks, route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from registry.changes.words import ChangeKind
from registry.terms import Role, Term


class Desk(StrEnum):
    """Who decides at a point of a route, by the state in which a request waits there."""

    UNIT = "submitted"
    CITY = "agreed"
    PUBLISHER = "decided"


DESK_ROLES: Mapping[Desk, Role] = MappingProxyType(
    {Desk.UNIT: Role.DISTRICT_REVIEWER, Desk.CITY: Role.MUNICIPAL_REVIEWER, Desk.PUBLISHER: Role.PUBLISHER}
)


class About(StrEnum):
    """What a kind of change is about."""

    ENTERPRISE = "enterprise"
    PROJECT = "project"
    TITLES = "titles"
    DOCUMENT = "document"
    REQUEST = "request"


class Input(StrEnum):
    """How a field is asked for and shown."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    YEAR = "year"
    CHOICE = "choice"
    UNIT = "unit"
    INDUSTRY = "industry"
    TITLES = "titles"
    TITLE = "title"
    PROJECTS = "projects"
    PHOTOS = "photos"
    KPI = "kpi"
    TICK = "tick"
    FIXED = "fixed"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One field of a kind. `has_before`: the record holds a value of it, shown beside what is asked for."""

    name: str
    zh: str
    en: str
    input: Input = Input.LINE
    choices: type[Term] | None = None
    longest: int = 200
    optional: bool = False
    has_before: bool = False
    help_zh: str = ""
    help_en: str = ""

    def label(self, language: str = "zh") -> str:
        """The name of the field."""
        return self.en if language == "en" else self.zh

    def help(self, language: str = "zh") -> str:
        """A sentence that helps to fill it in, or ''."""
        return self.help_en if language == "en" else self.help_zh


@dataclass(frozen=True, kw_only=True)
class Change:
    """One kind of change. `public`: the public page tells of it under its day. `needs_file`: an enterprise proves
    what it says; `needs_scan`: officers send the scan as well. `pictured`: the file is no evidence, it is the
    photo that the public shall see."""

    kind: ChangeKind
    about: About
    asked: tuple[Asked, ...]
    route: tuple[Desk, ...]
    by_enterprise: bool = False
    needs_file: bool = True
    needs_scan: bool = False
    pictured: bool = False
    public: bool = False

    def starts_at(self, by: Role | None, *, has_unit: bool) -> Desk:
        """The desk where a request begins. Whoever holds a desk has passed it by asking: what the city enters
        waits for the publisher, so that two people stand behind every change."""
        if by is Role.MUNICIPAL_REVIEWER:
            return Desk.PUBLISHER
        first = self.route[0]
        if first is Desk.UNIT and (by is Role.DISTRICT_REVIEWER or not has_unit):
            return self.route[1]
        return first

    def after(self, desk: Desk) -> Desk | None:
        """The desk after this one, None after the last."""
        following = self.route[self.route.index(desk) + 1 :] if desk in self.route else ()
        return following[0] if following else None
