"""What the pages would cost without any of our means: Flask, the standard library's SQLite and Jinja templates.

The same database, the same rows and columns, a page of about the same bytes; nothing is kept between requests,
nothing is compressed, there is one language and no counts in the filters. Yardstick of first visits.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, abort, g, render_template, request

ROWS = 50
LIST = """
SELECT p.id, p.code, p.name, p.enterprise_id, e.name AS enterprise, c.name AS category, c.tier, r.year, r.status,
  r.document_id, d.number, u.name AS unit, p.industry_code, i.name AS industry, p.lon,
  (SELECT count(*) FROM recognition x WHERE x.project_id = p.id) AS titles
FROM project p
JOIN enterprise e ON e.id = p.enterprise_id
JOIN recognition r ON r.id = (SELECT max(x.id) FROM recognition x WHERE x.project_id = p.id)
JOIN category c ON c.code = r.category_code
JOIN document d ON d.id = r.document_id
JOIN reporting_unit u ON u.code = p.unit_code
LEFT JOIN industry i ON i.code = p.industry_code
"""
TITLES = """
SELECT r.name_awarded, r.year, r.status, r.announced_on, r.document_id, d.number, c.name AS category, c.tier
FROM recognition r JOIN document d ON d.id = r.document_id JOIN category c ON c.code = r.category_code
WHERE r.project_id = ? ORDER BY r.announced_on DESC
"""
VALUES = """
SELECT k.name, k.unit, v.baseline, v.current
FROM kpi_report r JOIN kpi_value v ON v.report_id = r.id JOIN kpi k ON k.code = v.kpi_code
WHERE r.project_id = ?
"""
NEAR = """
SELECT code, name, (lon - ?) * (lon - ?) * 0.73 + (lat - ?) * (lat - ?) AS apart
FROM project
WHERE lon IS NOT NULL AND id != ? AND lon BETWEEN ? - 0.02 AND ? + 0.02 AND lat BETWEEN ? - 0.02 AND ? + 0.02
ORDER BY apart LIMIT 4
"""
GROUPS = {
    "级别": "c.tier",
    "板块": "p.unit_code",
    "类别": "r.category_code",
    "行业": "p.industry_code",
    "年份": "r.year",
}
OF_TITLES = {
    "unit": "p.unit_code = ?",
    "category": "r.category_code = ?",
    "year_from": "r.year >= ?",
    "year_to": "r.year <= ?",
}
OF_PROJECTS = {"unit": "p.unit_code = ?"}
MEANS = """
SELECT k.name, count(*) AS n, avg(1.0 * (v.current - v.baseline) / v.baseline) AS change
FROM recognition r JOIN project p ON p.id = r.project_id JOIN kpi_report t ON t.recognition_id = r.id
JOIN kpi_value v ON v.report_id = t.id JOIN kpi k ON k.code = v.kpi_code
"""


def naive() -> Flask:
    """The application on the data directory of the environment."""
    app = Flask("naive", template_folder=Path(__file__).parent / "naive_templates", static_folder=None)
    path = Path(os.environ["REGISTRY_DATA_DIR"]) / "registry.db"

    @app.before_request
    def connect() -> None:
        g.db = sqlite3.connect(path)
        g.db.row_factory = sqlite3.Row

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        g.db.close()

    app.add_url_rule("/projects", "projects", projects)
    app.add_url_rule("/projects/<code>", "project", project)
    app.add_url_rule("/enterprises/<int:number>", "enterprise", lambda number: "")
    app.add_url_rule("/announcements/<int:number>", "announcement", lambda number: "")
    app.add_url_rule("/statistics", "statistics", statistics)
    app.add_url_rule("/", "map", lambda: "")
    return app


def projects() -> str:
    """A page of the list."""
    where, values = _conditions(OF_PROJECTS)
    page = request.args.get("page", 1, int)
    total = g.db.execute(f"SELECT count(*) FROM project p {where}", values).fetchone()[0]
    part = f"WHERE p.id IN (SELECT p.id FROM project p {where} ORDER BY p.code LIMIT ? OFFSET ?) ORDER BY p.code"
    rows = g.db.execute(f"{LIST} {part}", [*values, ROWS, (page - 1) * ROWS]).fetchall()
    return render_template("projects.html", rows=rows, total=total, page=page, selects=_selects())


def project(code: str) -> str:
    """One project."""
    row = g.db.execute(f"{LIST.replace('p.lon,', 'p.*,')} WHERE p.code = ?", [code])
    found = row.fetchone() or abort(404)
    at = (found["lon"], found["lat"])
    return render_template(
        "project.html",
        row=found,
        titles=g.db.execute(TITLES, [found["id"]]).fetchall(),
        values=g.db.execute(VALUES, [found["id"]]).fetchall(),
        near=g.db.execute(NEAR, [at[0], at[0], at[1], at[1], found["id"], *at[:1] * 2, *at[1:] * 2]).fetchall(),
    )


def statistics() -> str:
    """Counts by each dimension and a mean of each KPI."""
    where, values = _conditions(OF_TITLES)
    tables = {}
    for label, column in GROUPS.items():
        tables[label] = g.db.execute(
            f"SELECT {column} AS code, count(*) AS titles, count(DISTINCT p.id) AS projects, "
            f"count(DISTINCT p.enterprise_id) AS enterprises FROM recognition r JOIN project p ON p.id = r.project_id "
            f"JOIN category c ON c.code = r.category_code {where} GROUP BY 1 ORDER BY 1",
            values,
        ).fetchall()
    means = g.db.execute(f"{MEANS} {where} GROUP BY 1", values).fetchall()
    return render_template("statistics.html", tables=tables, means=means, selects=_selects())


def _conditions(columns: Mapping[str, str]) -> tuple[str, list[object]]:
    given = [(condition, request.args[name]) for name, condition in columns.items() if request.args.get(name)]
    parts, values = [condition for condition, _ in given], [value for _, value in given]
    for term in request.args.get("q", "").split():
        parts.append("p.id IN (SELECT project_id FROM project_search WHERE text LIKE ?)")
        values.append(f"%{term}%")
    return (f"WHERE {' AND '.join(parts)}" if parts else ""), values


def _selects() -> list[tuple[str, list[sqlite3.Row]]]:
    tables = {"category": "category", "unit": "reporting_unit", "industry": "industry"}
    return [(name, g.db.execute(f"SELECT code, name FROM {table}").fetchall()) for name, table in tables.items()]
