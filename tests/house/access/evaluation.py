"""The experts' round in the tables of access: one status a person, in the order of `world.PEOPLE`."""

from __future__ import annotations

Table = tuple[tuple[str, str], ...]

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
PANELS = "302 403 403 403 302 403 403 200 200 403 403 403 302"
NO_PANEL = "302 403 403 403 302 403 403 404 404 403 403 403 302"
CITY = "302 403 403 403 302 403 403 200 403 403 403 403 302"
POOL = "302 403 403 403 302 403 403 200 403 403 200 403 302"
EXPERT = "302 403 403 403 302 403 403 403 403 200 403 403 302"
NOBODY = "302 403 403 403 302 403 403 403 403 404 403 403 302"
POOL_EMPTY = "401 403 403 403 403 403 403 422 403 403 422 403 403"
POOL_DOES = "401 403 403 403 403 403 403 303 403 403 303 403 403"
CITY_EMPTY = "401 403 403 403 403 403 403 422 403 403 403 403 403"
CITY_STALE = "401 403 403 403 403 403 403 409 403 403 403 403 403"
EXPERT_EMPTY = "401 403 403 403 403 403 403 403 403 422 403 403 403"
EXPERT_DOES = "401 403 403 403 403 403 403 403 403 303 403 403 403"
EXPERT_NO_JSON = "401 403 403 403 403 403 403 403 403 400 403 403 403"
EXPERT_MISS = "401 403 403 403 403 403 403 403 403 404 403 403 403"

GET: Table = (
    (
        PANELS,
        """
            panels.panel_list /review/panels
            panels.panel /review/panels/{panel}
            panels.results_xlsx /review/panels/{panel}/results.xlsx
            panel_items.item /review/panels/{panel}/applications/{scored}
        """,
    ),
    (NO_PANEL, "panel_items.item /review/panels/{panel}/applications/{submitted}"),
    (
        CITY,
        """
            panels.new /review/panels/new?call={round_call}
            panels.edit /review/panels/{panel}/edit
            panels.record /review/panels/{panel}/record
        """,
    ),
    (
        POOL,
        """
            pool.experts /admin/experts
            pool.expert /admin/experts/{expert}
        """,
    ),
    (
        EXPERT,
        """
            expert.assignments /expert
            expert.guide /expert/guide
            expert.sheet /expert/{seat}
            expert.file /expert/{seat}/files/{scored_file}
            chair.panel /expert/panels/{ruled_panel}
        """,
    ),
    (
        NOBODY,
        """
            expert.sheet /expert/{other_seat}
            expert.file /expert/{seat}/files/{file}
            chair.panel /expert/panels/{panel}
        """,
    ),
)
POST: Table = (
    (
        POOL_EMPTY,
        """
            pool.expert /admin/experts/{expert}
            pool.add_conflict /admin/experts/{expert}/conflicts
        """,
    ),
    (POOL_DOES, "pool.end_conflict /admin/experts/{expert}/conflicts/{public_enterprise}/end"),
    (
        CITY_EMPTY,
        """
            panels.new /review/panels/new?call={round_call}
            panels.edit /review/panels/{panel}/edit
            panels.extend /review/panels/{panel}/extend
            panel_items.appoint /review/panels/{panel}/applications/{scored}/appoint
            panel_items.decide /review/panels/{panel}/applications/{scored}/decide
            panel_items.seat /review/panels/{panel}/seats/{seat}/substitute seen=assigned
        """,
    ),
    (
        CITY_STALE,
        """
            panels.draw /review/panels/{panel}/draw
            panels.close /review/panels/{panel}/close
            panel_items.seat /review/panels/{panel}/seats/{seat}/substitute
        """,
    ),
    (
        EXPERT_EMPTY,
        """
            expert.declare /expert/{seat}/declare
            chair.decide /expert/panels/{ruled_panel}/decide application={ruled}
        """,
    ),
    (EXPERT_DOES, "expert.save /expert/{seat}"),
    (EXPERT_NO_JSON, "expert.autosave /expert/{seat}/autosave"),
    (
        EXPERT_MISS,
        """
            expert.save /expert/{other_seat}
            expert.declare /expert/{other_seat}/declare answer=none
            expert.autosave /expert/{other_seat}/autosave
            chair.decide /expert/panels/{panel}/decide application={scored}
        """,
    ),
)
