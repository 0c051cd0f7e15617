"""How many statements a page sends to the database, first time and seen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import event

from app import create_app
from registry.config import Settings

WARM_UP = ("/?unit=TNQ", "/projects?unit=TNQ", "/statistics?unit=TNQ", "/projects/CZ-000002")
PAGES = (
    ("地图页", "/"),
    ("点数据", "/map/points.json"),
    ("名单", "/projects"),
    ("名单，每页 200 行", "/projects?per_page=200"),
    ("名单+检索词", "/projects?q=%E6%BC%94%E7%A4%BA"),
    ("名单（认定）", "/projects?rows=recognitions"),
    ("名单（企业）", "/projects?rows=enterprises"),
    ("项目页", "/projects/CZ-000001"),
    ("统计页", "/statistics"),
    ("统计接口", "/api/v1/statistics"),
)


def count_queries(folder: Path, pages: Iterable[tuple[str, str]] = PAGES) -> list[tuple[str, int, int]]:
    """(page, statements the first time, statements when seen), in this process; the record is already read."""
    app = create_app(Settings(data_dir=folder))
    statements: list[str] = []

    def note(statement: str) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    # Asked of SQLite itself: the front reads the revision without SQLAlchemy.
    engine = app.extensions["registry"].engine
    event.listen(engine, "connect", lambda connection, record: connection.set_trace_callback(note))
    client = app.test_client()
    for path in WARM_UP:
        client.get(path)
    counted = []
    for name, path in pages:
        counts = []
        for _ in range(2):
            statements.clear()
            assert client.get(path).status_code == 200
            counts.append(len(statements))
        counted.append((name, counts[0], counts[1]))
    engine.dispose()
    return counted
