"""The route table: an endpoint that is not in it, or a row that no endpoint has, fails."""

from __future__ import annotations

from flask import Flask

from registry.permissions import Permission

PUBLIC, HEALTH = Permission.PUBLIC_READ, Permission.HEALTH_READ
ROUTES = {
    "static": ("/static/<path:filename>", ("GET",), PUBLIC),
    "health.healthz": ("/healthz", ("GET",), HEALTH),
    "health.readyz": ("/readyz", ("GET",), HEALTH),
    "home.map_page": ("/", ("GET",), PUBLIC),
    "public.projects": ("/projects", ("GET",), PUBLIC),
    "public.project": ("/projects/<code>", ("GET",), PUBLIC),
    "public.enterprise": ("/enterprises/<int:enterprise_id>", ("GET",), PUBLIC),
    "public.announcements": ("/announcements", ("GET",), PUBLIC),
    "public.announcement": ("/announcements/<int:document_id>", ("GET",), PUBLIC),
    "public.about": ("/about", ("GET",), PUBLIC),
    "files.projects_csv": ("/projects.csv", ("GET",), PUBLIC),
    "files.projects_xlsx": ("/projects.xlsx", ("GET",), PUBLIC),
    "files.projects_geojson": ("/projects.geojson", ("GET",), PUBLIC),
    "mapdata.shell_script": ("/map/shell-<digest>.js", ("GET",), PUBLIC),
    "mapdata.points_json": ("/map/points.json", ("GET",), PUBLIC),
    "mapdata.labels_json": ("/map/labels.json", ("GET",), PUBLIC),
    "statistics.page": ("/statistics", ("GET",), PUBLIC),
    "statistics.workbook": ("/statistics.xlsx", ("GET",), PUBLIC),
    "statistics.summary_document": ("/statistics.docx", ("GET",), PUBLIC),
    "api.projects": ("/api/v1/projects", ("GET",), PUBLIC),
    "api.project": ("/api/v1/projects/<code>", ("GET",), PUBLIC),
    "api.statistics_json": ("/api/v1/statistics", ("GET",), PUBLIC),
    "api.units": ("/api/v1/units", ("GET",), PUBLIC),
    "api.categories": ("/api/v1/categories", ("GET",), PUBLIC),
    "api.divisions": ("/api/v1/divisions", ("GET",), PUBLIC),
}


def test_every_route_stands_in_the_table_with_its_methods_and_policy(demo_app: Flask) -> None:
    found = {
        rule.endpoint: (
            rule.rule,
            tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            getattr(demo_app.view_functions[rule.endpoint], "policy", None),
        )
        for rule in demo_app.url_map.iter_rules()
    }
    assert found == ROUTES


def test_a_view_without_a_policy_answers_to_nobody(demo_app: Flask) -> None:
    demo_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = demo_app.test_client().get("/forgotten")
    assert response.status_code == 403
    assert b"secret" not in response.data


def test_only_get_is_answered(demo_app: Flask) -> None:
    client = demo_app.test_client()
    answers = {
        method: client.open("/projects", method=method).status_code for method in ("POST", "PUT", "PATCH", "DELETE")
    }
    assert answers == {"POST": 405, "PUT": 405, "PATCH": 405, "DELETE": 405}
