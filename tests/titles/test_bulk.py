"""`flask record apply`: a list is tried first, written as a whole, and each refusal names its row and the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from registry.models import Event, Project
from tests.titles.makers import Holders, holders, told, writing
from tests.titles.test_enterprises import findings


@pytest.fixture
def app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """An application on one kind of database."""
    return make_app(sqlite_url)


@pytest.fixture
def made(app: Flask) -> Holders:
    """Two enterprises with a public project each."""
    with writing(app) as session:
        return holders(session)


def run(app: Flask, folder: Path, kind: str, lines: list[str], *options: str) -> Result:
    """The command on a list with these lines."""
    path = folder / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return app.test_cli_runner().invoke(args=["record", "apply", kind, str(path), *options])


def test_names_are_tried_written_and_refused_as_a_whole(app: Flask, made: Holders, tmp_path: Path) -> None:
    head, first, second = "项目编号,新名称,从哪一天起,依据", *(project.code for project in made.projects)
    good = [head, f"{first},演示一号线,2026-05-12,演示函〔2026〕1号", f"{second},演示二号线,2026/5/12,"]
    tried = run(app, tmp_path, "project-names", good)
    assert (tried.exit_code, tried.stdout.splitlines()[-1]) == (0, "changed=0 possible=2 refused=0")
    assert told(app, "q=演示一号线")["statistics"]["projects"] == 0
    bad = run(app, tmp_path, "project-names", [*good, "CZ-999999,演示三号线,2026-05-12,"], "--apply")
    assert bad.exit_code == 1
    assert bad.stderr.splitlines()[0] == "第 4 行：没有编号为“CZ-999999”的项目。"
    assert told(app, "q=演示一号线")["statistics"]["projects"] == 0
    done = run(app, tmp_path, "project-names", good, "--apply")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "changed=2 possible=2 refused=0")
    assert told(app, "q=演示一号线")["items"][first]["name"] == "演示一号线"
    with app.extensions["registry"].read() as session:
        notes = session.execute(
            select(Event.actor_role, Event.note).where(Event.action == "project.rename").order_by(Event.id)
        ).all()
        assert [tuple(row) for row in notes] == [("operator", "演示函〔2026〕1号"), ("operator", "")]
    assert findings(app) == []


def test_titles_end_projects_close_and_enterprises_are_renamed_by_lists(
    app: Flask, made: Holders, tmp_path: Path
) -> None:
    first, second = (project.code for project in made.projects)
    item = told(app)["items"][first]["recognitions"][0]
    head = "项目编号,类别,年份,结果,原因,文号,文件日期,文件标题,发文机关"
    line = (
        f"{first},{item['category']},{item['year']},到期,有效期满,演示发〔2026〕31号,2026-11-24,到期通知（演示）,演示局"
    )
    assert run(app, tmp_path, "ends", [head, line], "--apply").exit_code == 0
    assert told(app)["codes"] == [second]
    again = run(app, tmp_path, "ends", [head, line, line.replace(str(item["year"]), "x")], "--apply")
    assert [text.split("：")[0] for text in again.stderr.splitlines()] == ["第 2 行", "第 3 行"]
    closed = run(app, tmp_path, "closures", ["项目编号,原因,从哪一天起,依据", f"{second},停产,2026-11-24,"], "--apply")
    assert closed.exit_code == 0
    with app.extensions["registry"].read() as session:
        assert session.get_one(Project, made.projects[1].id).ended_cause == "stopped"
    head = "企业,新名称,从哪一天起,依据"
    renamed = run(
        app, tmp_path, "enterprise-names", [head, "演示企业甲2有限公司,演示新名有限公司,2026-05-12,"], "--apply"
    )
    assert renamed.exit_code == 0
    assert told(app)["items"][second]["enterprise"]["name"] == "演示新名有限公司"
    wrong = run(app, tmp_path, "links", [head])
    assert (wrong.exit_code, "表头应为：项目编号、关联、对方编号、从哪一天起。" in wrong.stderr) == (1, True)
