"""schema.org descriptions of a project and an enterprise, for programs that look at their pages."""

from __future__ import annotations

from typing import Any

from registry.queries.record.pages import EnterprisePage
from registry.queries.record.rows import ProjectRow
from registry.views.web.addresses import site_url
from registry.views.web.page import name_of
from registry.views.web.runtime import runtime

CONTEXT = "https://schema.org"


def place(row: ProjectRow) -> dict[str, Any]:
    """A project: where it is and which titles it holds."""
    facts = runtime().city.facts
    address = {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressRegion": facts.province,
        "addressLocality": facts.name,
        "streetAddress": "".join((name_of("divisions", row.division), row.town or "", row.address or "")),
    }
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Place",
        "name": row.name,
        "identifier": row.code,
        "url": site_url("public.project", code=row.code, lang=None),
        "address": {key: value for key, value in address.items() if value},
        "award": [f"{title.name_awarded} {title.document_number}" for title in row.titles],
    }
    if row.summary:
        data["description"] = row.summary
    if row.names_former:
        data["alternateName"] = [former.name for former in row.names_former]
    if row.lon is not None:
        data["geo"] = {"@type": "GeoCoordinates", "longitude": row.lon, "latitude": row.lat}
    if row.photos:
        data["photo"] = [site_url("public.photo", code=row.code, photo_id=photo.id, lang=None) for photo in row.photos]
    return data


def organization(found: EnterprisePage) -> dict[str, Any]:
    """An enterprise with the places where its projects are."""
    return {
        "@context": CONTEXT,
        "@type": "Organization",
        "name": found.name,
        "url": site_url("public.enterprise", enterprise_id=found.id, lang=None),
        "location": [
            {
                "@type": "Place",
                "name": row.name,
                "identifier": row.code,
                "url": site_url("public.project", code=row.code, lang=None),
            }
            for row in found.projects
        ],
        "award": [honor.label() for honor in found.honors],
    }
