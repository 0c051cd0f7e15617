"""Officers at their pages of imports, and waiting for what is done in the background."""

from __future__ import annotations

import io
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
from tests.browser import Browser, Page
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
        path = write_xlsx(self.folder / "演示名单.xlsx", table(rows))
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
