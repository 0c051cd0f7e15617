"""An invented city through everything that the registry does, on both kinds of database; nothing names the shipped one.

`python -m pytest tests/cities` is the one command.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app import create_app
from registry.application_form.window import beijing_day
from registry.config import Settings
from registry.models import Account, Application, Call, Project
from registry.queries.applications import access
from registry.services.demo.people import demo_actor
from registry.services.recognition import confirming, document_text, entering
from registry.terms import ApplicationStatus, Role
from tests import people
from tests.browser import Browser, Page
from tests.cities import second
from tests.cities.conftest import run
from tests.cities.words import said_in
from tests.conftest import give_back
from tests.english.reading import chinese
from tests.imports.commands import Command
from tests.imports.sheets import row, table, write_xlsx

MOST_OF_A_KIND = 2
OFFICE = re.compile(rb"^PK\x03\x04")


def words_of(body: bytes) -> str:
    """The text of a page or file; an Office file is looked into."""
    if not OFFICE.match(body):
        # Pictures have no words.
        return body.decode("utf-8-sig", errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def links(text: str) -> list[str]:
    """Addresses of the same site in a page."""
    found = re.findall(r'(?:href|src)="(/[^"#]*)', text)
    return [address.replace("&amp;", "&") for address in found]


def crawl(client: FlaskClient, app: Flask, seen: Counter[str], *roots: str) -> None:
    """Follow the links of pages, a few of each route and language: all answer, none names the shipped city, and an
    English one marks what is Chinese. `seen` counts routes."""
    waiting, asked = deque(roots), set(roots)
    adapter = app.url_map.bind("localhost")
    while waiting:
        path = waiting.popleft()
        try:
            endpoint = str(adapter.match(urlsplit(path).path)[0])
        except (HTTPException, RequestRedirect):
            endpoint = f"nowhere {path}"
        is_english = "lang=en" in path
        if is_english:
            endpoint += " en"
        if seen[endpoint] >= MOST_OF_A_KIND and path not in roots:
            continue
        seen[endpoint] += 1
        answer = client.get(path)
        # What is offered to everybody, such as beginning an application, answers staff with a reason.
        assert answer.status_code in (200, 302, 303, 403), f"{path}: {answer.status_code}"
        text = words_of(answer.data)
        assert said_in(text) == [], path
        if is_english and answer.mimetype == "text/html":
            assert chinese(Page(answer)) == [], path
        answer.close()
        for link in [*links(text), answer.headers.get("Location", "")]:
            local = link.removeprefix("http://localhost")
            if local.startswith("/") and local not in asked and "/static/vendor/" not in local:
                asked.add(local)
                waiting.append(local)


def accounts(session: Session) -> dict[str, int]:
    """One account of each role."""
    found: dict[str, int] = {}
    for account in session.scalars(select(Account).order_by(Account.id)):
        found.setdefault(account.role, account.id)
    return found


def test_every_page_of_every_role_speaks_of_this_city(stocked_app: Flask) -> None:
    app = stocked_app
    assert re.search(r"findings=0", run(app, "doctor"))
    visited = Counter[str]()
    crawl(
        app.test_client(),
        app,
        visited,
        "/",
        "/?lang=en",
        "/about",
        "/about?lang=en",
        "/statistics.docx",
        "/calls/1/form",
    )
    with app.extensions["registry"].read() as session:
        holders = accounts(session)
        draft = session.scalars(select(Application).where(Application.status == "draft")).first()
        assert draft is not None
        owner = select(Account.id).where(Account.enterprise_id == draft.enterprise_id, Account.is_owner)
        holders["enterprise"] = session.scalars(owner).one()
        form = f"/enterprise/applications/{draft.id}"
    assert set(holders) == {
        "enterprise", "district_reviewer", "municipal_reviewer", "publisher", "expert", "administrator", "auditor",
    }  # fmt: skip
    for role, account in holders.items():
        browser = people.signed_in(app, account)
        home = "/enterprise" if role == Role.ENTERPRISE.value else "/review" if "reviewer" in role else "/account"
        sections = (
            [f"{form}?section={name}" for name in ("enterprise", "place", "kpis")] if role == "enterprise" else []
        )
        crawl(browser.client, app, visited, home, f"{home}?lang=en", *sections)
    assert len(visited) > 100, sorted(visited)
    assert sum(route.endswith(" en") for route in visited) > 50
    text = Browser(app).get("/").source
    assert 'aria-label="云杉市试点示范项目分布地图，名单内容与地图相同"' in text
    assert "没有单独公布的界线" not in text
    assert "边界：示例界线（按经纬度画成方格）" in text
    assert "天地图）" not in text
    assert all(name in text for name, _name_en, _shape in second.DIVISIONS.values())


def test_the_map_draws_every_part_of_every_division(stocked_app: Flask) -> None:
    app = stocked_app
    browser = Browser(app)
    page = browser.get("/")
    drawn = [path.get("d") or "" for path in page.root.iter("{http://www.w3.org/2000/svg}path")]
    shades = [path for path in drawn if path.startswith("M") and path.endswith("z") and "L" in path]
    assert sorted(path.count("M") for path in shades if path.count("L") >= 3)[-1] == 2, "the division of two parts"
    found = browser.raw("/api/v1/divisions").json
    assert [len(item["geometry"]["coordinates"]) for item in found["features"]] == [1, 2, 1, 1]
    assert found["approval_number"] == "审图号：示例0000号"
    points = browser.raw("/map/points.json").json
    assert points["count"] + points["without"] == 51 - ended(app)
    labels = browser.raw("/map/labels.json?codes=000002,YS-000003").json["items"]
    assert [item["code"] for item in labels] == ["YS-000002", "YS-000003"]
    assert browser.raw("/map/labels.json?codes=CZ-000002").status_code == 400
    scripts = [link for link in links(page.source) if "/map/" in link or link.startswith("/map/page-")]
    rest = re.findall(r"(/map/page-\w+\.js)", page.source)
    assert rest, scripts
    assert "云杉" not in browser.raw(rest[0]).get_data(as_text=True)
    assert "Linshan" in browser.raw(rest[0]).get_data(as_text=True)


def ended(app: Flask) -> int:
    """Projects that have no valid title and are not on the map by default."""
    with app.extensions["registry"].read() as session:
        projects = session.scalars(select(Project)).all()
        return sum(all(title.status != "valid" for title in project.recognitions) for project in projects)


def test_a_list_goes_in_by_the_names_of_this_city(empty_app: Flask, tmp_path: Path) -> None:
    app = empty_app
    given = {"类别": "市级标杆车间", "批次年份": "2020", "公布文号": "云工信发〔2020〕9号", "公布日期": "2020-12-18"}
    rows = [
        row(企业名称="某某甲有限公司", 所属板块="川区", 经度="100.95", 纬度="26.45", 坐标系="WGS84", **given),
        row(企业名称="某某乙有限公司", 所属板块="BZ", 经度="100.2", 纬度="26.55", 坐标系="WGS84", **given),
    ]
    for each in rows:
        each["镇(街道)"] = ""
        each["统一社会信用代码"] = None
    path = write_xlsx(tmp_path / "list.xlsx", table(rows))
    assert run(app, "import", "projects", str(path), "--apply").endswith(
        "new=2 changed=0 unchanged=0 refused=0 questions=0\n"
    )
    items = Browser(app).raw("/api/v1/projects?sort=code").json["items"]
    found = [(item["code"], item["unit"], item["division"]) for item in items]
    assert found == [("YS-000001", "XC", "990103"), ("YS-000002", "BZ", "990104")]
    # The town decides, and a place in the shipped city is outside of this one.
    rows[0]["镇(街道)"] = "泽口镇"
    rows[1] |= {"经度": "119.95", "纬度": "31.78"}
    again = write_xlsx(tmp_path / "again.xlsx", table(rows))
    output = run(app, "import", "projects", str(again), code=1)
    assert "泽口镇 属于北泽县" in output
    assert "位置在市域边界以外约" in output
    run(app, "import", "template", str(tmp_path / "template.xlsx"))
    assert said_in(words_of((tmp_path / "template.xlsx").read_bytes())) == []
    # A list in which longitude and latitude stand the wrong way round is told so here as well.
    rows[1] |= {"经度": "26.55", "纬度": "100.2"}
    turned = write_xlsx(tmp_path / "turned.xlsx", table(rows))
    assert "经度和纬度填反了" in run(app, "import", "projects", str(turned), code=1)


def test_a_list_goes_in_by_other_names_of_the_folder(empty_app: Flask, tmp_path: Path) -> None:
    app = empty_app
    given = {"批次年份": "2020", "公布文号": "云工信发〔2020〕9号", "公布日期": "2020-12-18"}
    given |= {"镇(街道)": "", "经度": "", "纬度": "", "坐标系": "", "统一社会信用代码": ""}
    rows = [
        row(企业名称="某某甲有限公司", 所属板块="川西产业园", 类别="云杉市级标杆示范车间", **given),
        row(企业名称="某某乙有限公司", 所属板块="山溪产业园", 类别="市标杆车间", **given),
    ]
    path = write_xlsx(tmp_path / "list.xlsx", table(rows))
    command = Command(app, tmp_path)
    asked = command.run(path, "--apply")
    assert asked.exit_code == 3
    assert "“川西产业园”按对照表计入西川区" in asked.output
    (question,) = asked.questions
    assert (question["kind"], question["value"]) == ("unit", "山溪产业园")
    command.answer(asked, {"unit": "NX"})
    taken = command.run(path, "--apply")
    assert taken.exit_code == 0, taken.output
    assert said_in(taken.output) == []
    items = Browser(app).raw("/api/v1/projects?sort=code").json["items"]
    assert [(item["unit"], item["recognitions"][0]["category"]) for item in items] == [
        ("XC", "city_model"), ("NX", "city_model"),
    ]  # fmt: skip


def test_an_application_becomes_a_title_and_the_demo_leaves_nothing(stocked_app: Flask) -> None:
    app = stocked_app
    now = datetime.now(UTC)
    with app.extensions["registry"].write() as session:
        by_role = {account.role: account for account in session.scalars(select(Account).order_by(Account.id.desc()))}
        proposed = session.scalars(
            select(Application).where(Application.status == ApplicationStatus.PROPOSED.value)
        ).all()
        assert len(proposed) == 3
        # The demo has calls of several purposes; this is the one whose applications wait for their titles.
        call = session.scalars(select(Call).where(Call.id.in_({one.call_id for one in proposed}))).one()
        year = call.year
        assert access.form_for(proposed[0]).rules.excludes == ("city_star", "region_model", "region_star")
        text = document_text.DocumentText(
            number="云工信发〔2026〕7号",
            title="关于公布名单的通知（演示）",
            organ=app.extensions["registry"].site.owner,
            announced_on=beijing_day(now),
        )
        city, publisher = demo_actor(by_role["municipal_reviewer"]), demo_actor(by_role["publisher"])
        publication = entering.prepare(session, city, call.id, text, now=now)
        confirming.confirm(session, publisher, publication.id, seen_version=publication.version, now=now)
        session.commit()
    page = Browser(app).get("/announcements")
    assert "云工信发〔2026〕7号" in page.source
    statistics = Browser(app).raw(f"/api/v1/statistics?category=city_star&year={year}").json
    assert statistics["recognitions"] == 3
    reconciled = Browser(app).get("/statistics").source
    assert "云工信发〔2021〕3号" in reconciled
    assert re.search(r"findings=0", run(app, "doctor"))
    assert "已清除演示数据：54 个项目" in run(app, "demo", "purge")
    assert Browser(app).raw("/api/v1/projects").json["total"] == 0


def test_the_form_takes_a_local_number_and_a_place_in_this_city(empty_app: Flask) -> None:
    from registry import declaration
    from tests.applicants import complete_answers, rules_without_files

    form = access.form_of(rules_without_files("city_star"))
    with empty_app.extensions["registry"].read() as session:
        choices = declaration.load_choices(session)

    def faults(**changes: str) -> dict[str, str]:
        answers = complete_answers(rules_without_files("city_star"), **({"unit": "DS"} | changes))
        checked = declaration.check(form, answers, {}, choices, today=date(2026, 11, 25))
        return {fault.field: fault.message for fault in checked.faults}

    here = {"lon": "100.6", "lat": "26.85"}
    assert faults(contact_phone="5123456", **here) == {}
    assert "0888-8568123" in faults(contact_phone="51234567", **here)["contact_phone"]
    assert "市域边界以外" in faults(contact_phone="5123456")["lon"]


def test_two_cities_live_in_one_process(
    empty_app: Flask, make_app: Callable[..., Flask], sqlite_url: str, kind: str
) -> None:
    other = make_app(sqlite_url)
    texts = [Browser(app).get("/").source for app in (empty_app, other, empty_app)]
    assert ["云杉市" in text for text in texts] == [True, False, True]
    assert ["常州市" in text for text in texts] == [False, True, False]


def test_a_database_of_another_city_is_refused(city_folder: Path, sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret_key="k" * 32, city_dir=city_folder)
    app = create_app(settings)
    for command in (["init"], ["doctor"], ["export", "projects", str(tmp_path / "a.csv")]):
        done = app.test_cli_runner().invoke(args=command)
        assert done.exit_code == 1
        assert (
            "数据库是常州市的登记（项目编号 CZ-，区划 3204），REGISTRY_CITY_DIR 所指的城市目录是云杉市的" in done.output
        )
    give_back(app.extensions["registry"].engine)
