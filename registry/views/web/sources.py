"""Whose data it is, under which licence, and the addresses that rows carry."""

from __future__ import annotations

from dataclasses import dataclass

from registry.i18n import language
from registry.queries.record import fields
from registry.views.web.addresses import site_url
from registry.views.web.runtime import runtime


@dataclass(frozen=True)
class Origin:
    """The lines that every file and description carries; an empty licence says that none is declared."""

    source: str
    licence: str
    licence_url: str
    boundaries: str
    approval: str

    @property
    def attribution(self) -> str:
        """Who is to be named, with the map approval number."""
        return "；".join(part for part in (self.source, self.boundaries, self.approval) if part)


def origin() -> Origin:
    """Those of this installation in the language of the request."""
    site, settings, boundary = runtime().site.told(language()), runtime().settings, runtime().city.boundary.provenance
    source = f"{site.name} ({site.owner})" if language() == "en" else f"{site.name}（{site.owner}）"
    return Origin(
        source=source if site.owner else site.name,
        licence=settings.data_licence,
        licence_url=settings.data_licence_url,
        boundaries=boundary.source_en if language() == "en" else boundary.source,
        approval=boundary.approval_number,
    )


def row_links() -> fields.Links:
    """Permanent addresses of a project and of its photos."""
    return fields.Links(
        project=lambda code: site_url("public.project", code=code, lang=None),
        photo=lambda code, number: site_url("public.photo", code=code, photo_id=number, lang=None),
    )
