"""`make screenshots`: every page at 1440 and 390 px, in grey, large and as print, into screenshots/.

`python -m tests.screenshots --readme` also writes the two pictures of the README into docs/.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from app import create_app
from registry import kpi_definitions, reference
from registry.config import Settings
from registry.db import make_engine, writers
from registry.permissions import OPERATOR
from registry.services.demo import load_demo
from registry.services.installation import load_reference_rows, migrate
from registry.views.accounts.identity import COOKIE
from tests import people
from tests.chromium import ARGUMENTS, find_browser
from tests.private_pages import private_pages
from tests.serving import serving

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "screenshots"
README = ("map", "project")
"""What the README shows: the top of these pages."""
PAGES = {
    "map": "/",
    "map-district": "/?division=320413",
    "map-empty": "/?q=没有这样的项目",
    "map-english": "/?lang=en",
    "projects": "/projects",
    "projects-enterprises": "/projects?rows=enterprises",
    "projects-empty": "/projects?q=没有这样的项目",
    "project": "/projects/CZ-000018",
    "project-revoked": "/projects?status=revoked",
    "project-national": "/projects/CZ-000390",
    "enterprise": "/enterprises/1",
    "announcements": "/announcements",
    "honors": "/honors",
    "suppliers": "/suppliers",
    "announcement": "/announcements/1",
    "statistics": "/statistics",
    "statistics-2020": "/statistics?category=mun_demo_smart_workshop&year=2020",
    "about": "/about",
    "calls": "/calls",
    "call": "/calls/1",
    "call-form": "/calls/1/form",
    "call-check": "/calls/1/check",
    "sign-in": "/sign-in",
    "register": "/register",
    "reset": "/reset",
    "not-found": "/projects/CZ-999999",
    "bad-parameter": "/projects?year=x",
}
WIDTHS = (1440, 390)
GREY = ("map", "statistics", "project")
PRINT = ("project", "statistics", "statistics-2020")


def main() -> None:
    """Serve the demo site on loopback, look at every page, stop."""
    path = find_browser()
    if path is None:
        raise SystemExit("没有可用的浏览器，请先运行 python -m tests.chromium。")
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(demo_settings(Path(folder)))
        with serving(app) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            take_all(browser, site)
            take_private(browser, site, app)
            browser.close()
        app.extensions["registry"].engine.dispose()
    if "--readme" in sys.argv:
        for name in README:
            whole = Image.open(TARGET / f"{name}-1440.png").convert("RGB")
            small = whole.crop((0, 0, 1440, 900)).resize((960, 600), Image.Resampling.LANCZOS)
            small.save(ROOT / "docs" / f"{name}.png", optimize=True)
    print(f"{len(list(TARGET.glob('*.png')))} 张截图在 {TARGET.name}/")


def demo_settings(folder: Path) -> Settings:
    """A data directory with the demo stock."""
    kpi_definitions.use(reference.kpis_by_code)
    settings = Settings(data_dir=folder, secret_key="s" * 32)
    engine = make_engine(settings.database)
    migrate(engine)
    with engine.begin() as connection:
        load_reference_rows(connection)
    with writers(engine)() as session:
        load_demo(session, OPERATOR)
        session.commit()
    engine.dispose()
    return settings


def take_all(browser: Browser, site: str) -> None:
    """All pages, widths and variants."""
    for name, address in PAGES.items():
        for width in WIDTHS:
            take(browser, site + address, f"{name}-{width}", width)
    for name in GREY:
        take(browser, site + PAGES[name], f"{name}-grey", 1440, grey=True)
    take(browser, site + PAGES["map"], "map-large", 1440, large=True)
    for name in PRINT:
        take(browser, site + PAGES[name], f"{name}-print", 794, printed=True)


def take_private(browser: Browser, site: str, app: Flask) -> None:
    """What each role sees, signed in with a session of its own."""
    for account, pages in private_pages(app):
        cookie = {"name": COOKIE, "value": people.session_token(app, account), "url": site}
        for name, address in pages.items():
            for width in WIDTHS:
                take(browser, site + address, f"{name}-{width}", width, cookie=cookie)
        if "application-print" in pages:
            take(browser, site + pages["application-print"], "application-print-a4", 794, printed=True, cookie=cookie)


def take(
    browser: Browser,
    url: str,
    name: str,
    width: int,
    *,
    grey: bool = False,
    large: bool = False,
    printed: bool = False,
    cookie: Any | None = None,
) -> None:
    """One picture of a whole page."""
    context = browser.new_context(viewport={"width": width, "height": 900 if width > 600 else 844}, locale="zh-CN")
    if cookie is not None:
        context.add_cookies([cookie])
    page = context.new_page()
    page.emulate_media(media="print" if printed else "screen")
    page.goto(url)
    if page.locator("#map").count():
        page.wait_for_selector("html[data-map=ready]")
        page.wait_for_timeout(400)
    if large:
        page.click("#size")
        # The map fits its new room and the names look for their places again.
        page.wait_for_timeout(600)
    if grey:
        page.evaluate("document.documentElement.style.filter = 'grayscale(1)'")
    page.screenshot(path=TARGET / f"{name}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    main()
