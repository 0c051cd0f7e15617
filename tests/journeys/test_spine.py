"""From registration to the public map, by every person it takes; then a provincial title on the same project."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page

from app import create_app
from registry.application_form import form_of
from registry.application_form.window import beijing_day
from registry.config import Settings
from registry.db import writers
from registry.services.demo.words import demo_code
from registry.terms import Role
from tests import people
from tests.applicants import complete_answers, open_call, rules_without_files
from tests.journeys.conftest import REPORTER, Watch, press, serving

ENTERPRISE, PROJECT = "演示明远精密传动有限公司", "演示齿轮箱装配智能车间"
CODE = demo_code("320402", 77_001)
NUMBER, OUTSIDE = "演示信发〔2026〕7号", "演示省信〔2026〕12号"


class Office:
    """The people at their browsers."""

    def __init__(self, app: Flask, chromium: Chromium, site: str, watch: Watch) -> None:
        self.app, self.chromium, self.site, self.watch = app, chromium, site, watch
        self.contexts: list[BrowserContext] = []
        self.emails: dict[str, str] = {}

    def visitor(self) -> Page:
        """Somebody whom the site has not seen before."""
        context = self.chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
        context.add_init_script(REPORTER)
        self.contexts.append(context)
        page = context.new_page()
        self.watch.follow(page)
        return page

    def staff(self, name: str) -> Page:
        """A member of staff who signs in with e-mail and password."""
        page = self.visitor()
        page.goto(f"{self.site}/sign-in")
        page.fill("input[name=email]", self.emails[name])
        page.fill("input[name=password]", people.PASSWORD)
        press(page, "main button[type=submit]")
        return page


@contextmanager
def at_work(app: Flask, chromium: Chromium, emails: dict[str, str]) -> Iterator[Office]:
    """The people at their browsers while the site is served; nothing may have complained at the end."""
    with serving(app) as site:
        watch = Watch(site)
        made = Office(app, chromium, site, watch)
        made.emails = emails
        yield made
        for context in made.contexts:
            context.close()
    assert [text for text in watch.complaints if "status of 4" not in text] == []


def open_registry(app: Flask) -> dict[str, str]:
    """An open call and staff of every kind in an empty registry; their e-mail addresses by name."""
    now = datetime.now(UTC)
    found = {}
    with writers(app.extensions["registry"].engine)() as session:
        open_call(
            session,
            year=beijing_day(now).year,
            opens_at=now - timedelta(days=5),
            closes_at=now + timedelta(days=30),
            rules=rules_without_files(),
        )
        for name, role, unit in (
            ("district", Role.DISTRICT_REVIEWER, "TNQ"),
            ("city", Role.MUNICIPAL_REVIEWER, None),
            ("publisher", Role.PUBLISHER, None),
        ):
            account = people.make_account(session, role, unit=unit, known_password=True)
            found[name] = account.email
        session.commit()
    return found


@pytest.fixture(scope="module")
def whole_way(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Chromium
) -> tuple[Path, dict[str, str]]:
    """The registry after the whole way, gone once for all that follows from it, and everybody's e-mail address."""
    folder = tmp_path_factory.mktemp("spine")
    path = folder / "registry.db"
    shutil.copyfile(sqlite_template, path)
    app = create_app(Settings(data_dir=folder, database_url=f"sqlite:///{path}", secret_key="k" * 32))
    emails = open_registry(app)
    with at_work(app, chromium, emails) as office:
        recognise(office)
    app.extensions["registry"].engine.dispose()
    return path, emails


@pytest.fixture
def office(
    whole_way: tuple[Path, dict[str, str]], make_app: Callable[..., Flask], tmp_path: Path, chromium: Chromium
) -> Iterator[Office]:
    """The people in a registry whose first project is recognised."""
    path, emails = whole_way
    shutil.copyfile(path, tmp_path / "registry.db")
    with at_work(make_app(f"sqlite:///{tmp_path / 'registry.db'}"), chromium, dict(emails)) as made:
        yield made


def register(office: Office, email: str, name: str) -> Page:
    """Register an account of the enterprise; whoever is the first is its owner."""
    page = office.visitor()
    page.goto(f"{office.site}/register")
    page.fill("input[name=enterprise_name]", ENTERPRISE)
    page.fill("input[name=uscc]", CODE)
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", email)
    page.fill("input[name=new_password]", people.PASSWORD)
    page.fill("input[name=new_password_again]", people.PASSWORD)
    page.check("input[name=consent]")
    press(page, "main button[type=submit]")
    office.emails[name] = email
    return page


def fill_form(page: Page, address: str, answers: dict[str, str]) -> None:
    """Type everything, section by section, as a person does."""
    for section in ("enterprise", "project", "place", "kpis", "criteria", "commitment"):
        page.goto(f"{address}?section={section}")
        for field in form_of(rules_without_files()).fields:
            if field.section.value != section or field.name not in answers:
                continue
            control = page.locator(f"[name='{field.name}']:not([type=hidden])")
            kind = control.first.get_attribute("type")
            if kind == "radio":
                page.check(f"[name='{field.name}'][value='{answers[field.name]}']")
            elif kind == "checkbox":
                control.check()
            elif control.first.evaluate("element => element.tagName") == "SELECT":
                control.select_option(answers[field.name])
            else:
                control.fill(answers[field.name])
        press(page, "text=保存，稍后再填")


def confirm_and_submit(office: Office, clerk: Page, checker: Page, address: str, verb: str) -> None:
    """The second person confirms, the clerk submits."""
    checker.goto(f"{address}/review-page")
    press(checker, "button:has-text('确认')")
    clerk.goto(f"{address}/review-page")
    press(clerk, f"main button:has-text('{verb}')")


def recognise(office: Office) -> None:
    """The whole way, from two people who register to the document in force."""
    clerk = register(office, "clerk@example.com", "演示经办人")
    register(office, "checker@example.com", "演示复核人")
    clerk = office.staff("演示经办人")
    clerk.goto(f"{office.site}/enterprise/team")
    press(clerk, "button:has-text('批准')")
    checker = office.staff("演示复核人")
    clerk.goto(f"{office.site}/enterprise/begin?call=1")
    clerk.click("main button[type=submit]")
    clerk.wait_for_url("**/enterprise/applications/1**")
    address = f"{office.site}/enterprise/applications/1"
    fill_form(clerk, address, complete_answers(project_name=PROJECT))
    confirm_and_submit(office, clerk, checker, address, "提交")

    district = office.staff("district")
    district.goto(f"{office.site}/review/1")
    press(district, "text=退回修改…")
    for field, text in (("lon", "请核对大门的位置。"), ("summary", "请补充联网的做法。")):
        mark = district.locator(f"details.mark:has(#remark-{field})")
        mark.locator("summary").click()
        district.fill(f"#remark-{field}", text)
    district.click("button[form=step]")
    district.wait_for_url("**done=return")

    clerk.goto(address)
    assert "请补充联网的做法。" in clerk.inner_text("main")
    clerk.fill("[name=summary]", "演示：装配线全部联网，质量信息可以追溯，设备数据每秒上传。")
    press(clerk, "text=保存，稍后再填")
    confirm_and_submit(office, clerk, checker, address, "提交")

    district.goto(f"{office.site}/review/1")
    for radio in district.locator("input[type=radio][value=yes]").all():
        radio.check()
    press(district, "button:has-text('保存审核表')")
    press(district, "#go-recommend")
    district.fill("[name=rank]", "1")
    district.fill("[name=letter_number]", "演示天工信〔2026〕3号")
    district.click("button[form=step]")
    district.wait_for_url("**done=recommend")

    city = office.staff("city")
    for verb in ("形式审查通过", "拟认定"):
        city.goto(f"{office.site}/review/1")
        press(city, f"button:has-text('{verb}')")
    clerk.goto(address)
    assert "拟认定" not in clerk.inner_text("main")

    city.goto(f"{office.site}/publications/new?call=1")
    city.fill("[name=number]", NUMBER.replace("〔", "[").replace("〕", "]"))
    city.fill("[name=announced_on]", beijing_day(datetime.now(UTC)).isoformat())
    city.fill("[name=title]", "关于公布名单的通知（演示）")
    city.click("button:has-text('提交复核')")
    city.wait_for_url("**/publications/1**")
    assert office.visitor().goto(f"{office.site}/projects/CZ-000001").status == 404

    publisher = office.staff("publisher")
    publisher.goto(f"{office.site}/publications/1")
    press(publisher, "button:has-text('确认生效')")


def test_from_registration_to_the_public_map(office: Office) -> None:
    anyone = office.visitor()
    anyone.goto(f"{office.site}/?q=齿轮箱")
    anyone.wait_for_selector("html[data-map=ready]")
    anyone.wait_for_selector(".leaflet-marker-icon.pt")
    assert anyone.inner_text(".list a") == PROJECT
    anyone.goto(f"{office.site}/projects/CZ-000001")
    assert anyone.inner_text("h1") == PROJECT
    assert NUMBER in anyone.inner_text("main")
    assert "下降" in anyone.inner_text("main")
    rows = list(csv.DictReader(io.StringIO(fetch(anyone, office, "/projects.csv").decode("utf-8-sig"))))
    assert [(row["code"], row["name"], row["unit"], row["division"]) for row in rows] == [
        ("CZ-000001", PROJECT, "TNQ", "320402")
    ]
    [feature] = json.loads(fetch(anyone, office, "/projects.geojson"))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [120.02, 31.79]}
    city = office.staff("city")
    annex = load_workbook(io.BytesIO(fetch(city, office, "/publications/1/annex.xlsx"))).active
    cells = [cell for row in annex.iter_rows(values_only=True) for cell in row if cell is not None]
    assert {ENTERPRISE, PROJECT, "天宁区", 9000} <= set(cells)
    clerk = office.staff("演示经办人")
    clerk.goto(f"{office.site}/enterprise/applications/1")
    assert "已认定" in clerk.inner_text("main")


def fetch(page: Page, office: Office, path: str) -> bytes:
    """A file of the site with the cookies of this browser."""
    response = page.request.get(office.site + path)
    assert response.status == 200
    return bytes(response.body())


def test_a_provincial_title_from_a_list_onto_the_same_project(office: Office, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["序号", "企业名称", "车间/工厂名称", "所属板块"])
    sheet.append([1, ENTERPRISE, PROJECT, "天宁区"])
    path = tmp_path / "省级名单.xlsx"
    book.save(path)
    city = office.staff("city")
    city.goto(f"{office.site}/publications/outside")
    city.select_option("[name=category]", "prov_smart_mfg_demo_workshop")
    city.fill("[name=batch]", "2024")
    city.set_input_files("input[type=file]", path)
    press(city, "button:has-text('核对名单')")
    city.fill("[name=number]", OUTSIDE)
    city.fill("[name=announced_on]", "2024-12-20")
    city.fill("[name=title]", "关于公布省级名单的通知（演示）")
    city.fill("[name=organ]", "演示省级机关")
    city.click("button:has-text('提交复核')")
    city.wait_for_url("**/publications/2**")
    publisher = office.staff("publisher")
    publisher.goto(f"{office.site}/publications/2")
    press(publisher, "button:has-text('确认生效')")

    anyone = office.visitor()
    points: Any = json.loads(fetch(anyone, office, "/map/points.json"))
    assert points["count"] == 1
    anyone.goto(f"{office.site}/")
    anyone.wait_for_selector("html[data-map=ready]")
    anyone.click(".leaflet-marker-icon.pt")
    anyone.wait_for_selector(".pop h3 a")
    assert anyone.locator(".pop .chip").count() == 2
    anyone.goto(f"{office.site}/projects/CZ-000001")
    assert anyone.locator(".ladder li").count() == 2
    assert anyone.inner_text(".title__tier b") == "省级智能制造示范车间"
