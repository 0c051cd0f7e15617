"""Pages to which a message leads, as paths; the page of messages and letters put the site's address in front."""

from __future__ import annotations

from enum import StrEnum


class Target(StrEnum):
    """A page by name; `%s` is the number of what it shows. Each leads to a page of its reader (tested)."""

    EXPERT = "/expert"
    PANEL = "/review/panels/%s"
    NOTICE = "/review/notices/%s"
    PUBLIC_NOTICE = "/notices/%s"
    OBJECTION = "/review/objections/%s"
    DOCUMENT = "/publications/%s"
    CHANGE = "/review/changes/%s"
    OWN_CHANGE = "/enterprise/changes/%s"
    REPORT = "/review/reports/%s"
    MEMBERS = "/admin/memberships"
    TEAM = "/enterprise/team"


def path_to(target: Target, number: int | None = None) -> str:
    """The path of a page."""
    return target.value % number if "%s" in target.value else target.value
