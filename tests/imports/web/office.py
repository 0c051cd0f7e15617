"""Officers at their pages of imports, and waiting for what is done in the background."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from registry.models import ImportJob
from registry.services.imports.jobs.journal import RECORD
from registry.terms import Role
from tests import people
from tests.browser import XHTML, Browser, Page, standing_values
from tests.imports.sheets import table, write_xlsx
from tests.migrations.rebuilding import picture


class Office:
    """Officers who are signed in, and what lies in the database."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder, self.runtime = app, folder, app.extensions["registry"]
        with self.runtime.write() as session:
            accounts = {
                role: people.staff(session, role).id
                for role in (Role.MUNICIPAL_REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR)
            }
            session.commit()
        self.city, self.publisher, self.administrator = (people.signed_in(app, key) for key in accounts.values())

    def upload(self, kind: str, *rows: Mapping[str, Any], browser: Browser | None = None) -> str:
        """Upload rows, wait until they are read; returns the address of the import."""
        return self.send(kind, write_xlsx(self.folder / "演示名单.xlsx", table(rows)), browser=browser)

    def send(self, kind: str, path: Path, *, browser: Browser | None = None) -> str:
        """Upload a file, wait until it is read; returns the address of the import."""
        fields = {"kind": kind, "list": (io.BytesIO(path.read_bytes()), path.name)}
        answer = (browser or self.city).post("/admin/imports", fields, status=303)
        address = answer.headers["Location"]
        self.settle()
        return str(address)

    def settle(self) -> None:
        """Wait until nothing is at work in the background."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with self.runtime.read() as session:
                waiting = session.scalar(select(ImportJob.id).where(ImportJob.task != "").limit(1))
            if waiting is None:
                self.app.extensions["imports"].wait(10)
                return
            time.sleep(0.02)
        raise AssertionError("the background has not come to an end")

    def reply(
        self,
        address: str,
        given: Mapping[str, str],
        told: Mapping[str, str] | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> Page:
        """Fill in the form of an import as it stands, send it, and wait until the list is read again.

        `given` are answers by question id, each at a control that the page offers; `told` is what is told beside,
        `columns` what a column of the file is read as.
        """
        page = self.city.get(address)
        asked = {question["id"]: question for question in questions(page)}
        fields = standing_values(page.form(f"{address}/answers"))
        for name, value in (told or {}).items():
            fields[f"option-{name}"] = value
        for header, target in (columns or {}).items():
            [place] = [each.get("id") or "" for each in page.all("th") if page.text(each) == header]
            offered = page.one("select", name=place).iter(XHTML + "option")
            assert target in [option.get("value") for option in offered]
            fields[place] = target
        for identifier, answer in given.items():
            question = asked[identifier]
            if answer in question["radios"]:
                fields[f"answer-{identifier}"] = answer
            elif answer in question["options"]:
                fields[f"choice-{identifier}"] = answer
            else:
                assert question["free"], (answer, question)
                fields[f"free-{identifier}"] = answer
        self.city.post(f"{address}/answers", fields, status=303)
        self.settle()
        return self.city.get(address)

    def press(self, address: str, action: str, browser: Browser | None = None) -> Page:
        """Press a button of an import and wait for what it does."""
        found = browser or self.city
        page = found.get(address)
        version = page.one("form", action=f"{address}/{action}").find(".//*[@name='version']")
        assert version is not None
        found.post(f"{address}/{action}", {"version": version.get("value")}, status=303)
        self.settle()
        return found.get(address)

    def record(self) -> dict[str, str]:
        """Digests of the tables that imports write."""
        contents = picture(self.runtime.engine).contents
        return {name: contents[name] for name in RECORD}

    def all(self, *columns: Any) -> list[tuple[Any, ...]]:
        with self.runtime.read() as session:
            return [tuple(found) for found in session.execute(select(*columns).order_by(columns[0]))]


def figures(page: Page) -> dict[str, str]:
    """The four counts of the preview."""
    names = [page.text(name) for name in page.all("dt")]
    return dict(zip(names, (page.text(value) for value in page.all("dd")), strict=True))


def questions(page: Page) -> list[dict[str, Any]]:
    """What a page asks, as a person finds it there; named as `--questions` names it."""
    found: list[dict[str, Any]] = []
    for field in page.all("fieldset"):
        identifier = (field.get("id") or "").removeprefix("question-")
        help_text = page.text(next(each for each in field.iter(XHTML + "p")))
        column, value = re.fullmatch(r"(?:[^【]* )?(?:【(.*?)】)?(.*?) ?(?:第 [\d–、,; ]+ 行)?", help_text).groups()  # type: ignore[union-attr]
        inputs = list(field.iter(XHTML + "input"))
        radios = [each.get("value") or "" for each in inputs if each.get("type") == "radio"]
        options = [each.get("value") or "" for each in field.iter(XHTML + "option") if each.get("value")]
        strong = [each for each in field.iter(XHTML + "b") if page.text(each) == "采用建议："]
        found.append(
            {
                "id": identifier,
                "kind": identifier.rpartition("-")[0],
                "text": page.text(next(each for each in field.iter(XHTML + "legend"))),
                "column": column or "",
                "value": value,
                "proposed": radios[0] if strong else None,
                "radios": radios,
                "options": options,
                "choices": [{"answer": each} for each in (*radios, *options)],
                "free": any(each.get("name") == f"free-{identifier}" for each in inputs),
            }
        )
    return found
