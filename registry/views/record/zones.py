"""Reporting units without a polygon of their own, as the public pages explain them."""

from __future__ import annotations

from dataclasses import dataclass

from registry.i18n import _, language
from registry.queries.catalogue.code_lists import CodeLists


@dataclass(frozen=True)
class Zone:
    """A zone: its code and name, and where its projects are drawn."""

    code: str
    name: str
    division: str

    def sentence(self, where: str) -> str:
        """Where to look for its projects; `where` is the words for the map."""
        words = {
            "map": _(
                "%(zone)s没有单独公布的界线，图上落在%(division)s内，表中单列。", zone=self.name, division=self.division
            ),
            "about": _(
                "%(zone)s没有单独公布的界线，地图上落在%(division)s内，表中单列。",
                zone=self.name,
                division=self.division,
            ),
        }
        return words[where]


def zones(lists: CodeLists) -> list[Zone]:
    """All zones in display order."""
    return [
        Zone(zone.code, zone.label(language()), lists.divisions[zone.division].label(language()))
        for zone in lists.zones
    ]
