"""What each person is answered to the forms of inspections: one status a person, in the order of `world.PEOPLE`."""

from __future__ import annotations

from tests.house.access.reading import Table

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
CITY_DRAWS = "401 403 403 403 403 403 403 409 403 403 403 403 403"
ADDED = "401 403 403 403 403 422 422 422 403 422 403 403 403"
DROPPED = "401 403 403 403 403 303 404 303 403 404 403 403 403"
PLANNED = "401 403 403 403 403 422 404 422 403 404 403 403 403"
CANCELLED = "401 403 403 403 403 409 404 409 403 403 403 403 403"
TEAM_DOES = "401 403 403 403 403 303 404 303 403 303 403 403 403"
LEAD_SIGNS = "401 403 403 403 403 409 404 403 403 403 403 403 403"
TEAM_EMPTY = "401 403 403 403 403 422 404 422 403 422 403 403 403"

INSPECTORS = "302 403 403 403 302 200 200 200 403 200 403 403 302"
VISIT = "302 403 403 403 302 200 404 200 403 200 403 403 302"
ARRANGED = "302 403 403 403 302 200 404 200 403 404 403 403 302"

GET: Table = (
    (
        INSPECTORS,
        """
            inspections.inspections /review/inspections
            inspections.inspections /review/inspections?tab=all
            inspection_devices.worker /review/inspections/worker.js
        """,
    ),
    (
        VISIT,
        """
            inspection_sheet.visit /review/inspections/{visit}
            inspection_photos.photo /review/inspections/{visit}/photos/{visit_photo}
        """,
    ),
    (
        ARRANGED,
        """
            inspections.drawn /review/inspections/draws/{draw}
            inspections.plan /review/inspections/plan/{checking}
        """,
    ),
)
WRITING: Table = (
    (CITY_DRAWS, "inspections.draw /review/inspections/draw call={call}"),
    (ADDED, "inspections.add /review/inspections/add"),
    (DROPPED, "inspections.drop /review/inspections/drop/{added}"),
    (PLANNED, "inspections.plan /review/inspections/plan/{checking}"),
    (CANCELLED, "inspections.cancel /review/inspections/{visit}/cancel"),
    (
        TEAM_DOES,
        """
            inspection_sheet.save /review/inspections/{visit}/sheet
            inspection_photos.remove /review/inspections/{visit}/photos/{visit_photo}/remove
        """,
    ),
    (LEAD_SIGNS, "inspection_sheet.sign /review/inspections/{visit}/sign"),
    (TEAM_EMPTY, "inspection_photos.add /review/inspections/{visit}/photos"),
)
