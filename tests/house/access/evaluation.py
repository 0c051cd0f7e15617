"""The experts' round in the tables of access: its routes, and one status a person, in the order of `world.PEOPLE`."""

from __future__ import annotations

from registry.permissions import Permission

Table = tuple[tuple[str, str], ...]
PANEL_READ, PANEL_MANAGE = Permission.PANEL_READ, Permission.PANEL_MANAGE
EXPERT_MANAGE, EXPERT_SCORE = Permission.EXPERT_MANAGE, Permission.EXPERT_SCORE
EVALUATION_ROUTES = {
    "panels.panel_list": ("/review/panels", ("GET",), PANEL_READ),
    "panels.new": ("/review/panels/new", ("GET", "POST"), PANEL_MANAGE),
    "panels.panel": ("/review/panels/<int:panel_id>", ("GET",), PANEL_READ),
    "panels.edit": ("/review/panels/<int:panel_id>/edit", ("GET", "POST"), PANEL_MANAGE),
    "panels.draw": ("/review/panels/<int:panel_id>/draw", ("POST",), PANEL_MANAGE),
    "panels.extend": ("/review/panels/<int:panel_id>/extend", ("POST",), PANEL_MANAGE),
    "panels.close": ("/review/panels/<int:panel_id>/close", ("POST",), PANEL_MANAGE),
    "panels.record": ("/review/panels/<int:panel_id>/record", ("GET",), PANEL_MANAGE),
    "panels.results_xlsx": ("/review/panels/<int:panel_id>/results.xlsx", ("GET",), PANEL_READ),
    "panel_items.item": ("/review/panels/<int:panel_id>/applications/<int:application_id>", ("GET",), PANEL_READ),
    "panel_items.appoint": (
        "/review/panels/<int:panel_id>/applications/<int:application_id>/appoint",
        ("POST",),
        PANEL_MANAGE,
    ),
    "panel_items.decide": (
        "/review/panels/<int:panel_id>/applications/<int:application_id>/decide",
        ("POST",),
        PANEL_MANAGE,
    ),
    "panel_items.seat": (
        "/review/panels/<int:panel_id>/seats/<int:seat_id>/<any('substitute', 'release', 'reopen'):step>",
        ("POST",),
        PANEL_MANAGE,
    ),
    "pool.experts": ("/admin/experts", ("GET",), EXPERT_MANAGE),
    "pool.expert": ("/admin/experts/<int:account_id>", ("GET", "POST"), EXPERT_MANAGE),
    "pool.add_conflict": ("/admin/experts/<int:account_id>/conflicts", ("POST",), EXPERT_MANAGE),
    "pool.end_conflict": (
        "/admin/experts/<int:account_id>/conflicts/<int:enterprise_id>/end",
        ("POST",),
        EXPERT_MANAGE,
    ),
    "expert.assignments": ("/expert", ("GET",), EXPERT_SCORE),
    "expert.guide": ("/expert/guide", ("GET",), EXPERT_SCORE),
    "expert.sheet": ("/expert/<int:assignment_id>", ("GET",), EXPERT_SCORE),
    "expert.save": ("/expert/<int:assignment_id>", ("POST",), EXPERT_SCORE),
    "expert.declare": ("/expert/<int:assignment_id>/declare", ("POST",), EXPERT_SCORE),
    "expert.autosave": ("/expert/<int:assignment_id>/autosave", ("POST",), EXPERT_SCORE),
    "expert.file": ("/expert/<int:assignment_id>/files/<int:attachment_id>", ("GET",), EXPERT_SCORE),
    "chair.panel": ("/expert/panels/<int:panel_id>", ("GET",), EXPERT_SCORE),
    "chair.decide": ("/expert/panels/<int:panel_id>/decide", ("POST",), EXPERT_SCORE),
}

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
