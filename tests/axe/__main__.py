"""`python -m tests.axe [--list]`: axe on every state of `states.py`, on a demo site with its files; 1 with findings."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from app import create_app
from registry import kpi_definitions, reference
from registry.config import Settings
from registry.permissions import OPERATOR
from registry.services.demo import load_demo
from tests.axe.states import run, states
from tests.chromium import ARGUMENTS, find_browser
from tests.conftest import initialise
from tests.serving import serving

ENOUGH = 140
"""States that there are at least: fewer mean that the way along the links has broken off."""


def main() -> int:
    """Print each state that has findings, then how many states there were."""
    kpi_definitions.use(reference.kpis_by_code)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        url = f"sqlite:///{folder}/registry.db"
        initialise(url)
        app = create_app(Settings(data_dir=folder, database_url=url, secret_key="k" * 32))
        parts = app.extensions["registry"]
        with parts.write() as session:
            load_demo(session, OPERATOR, folder=parts.files)
            session.commit()
        asked = states(app)
        if "--list" in sys.argv:
            print(*(state.name for state in asked), sep="\n")
            print(f"{len(asked)} states")
            return 0
        with serving(app) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
            bad = 0
            for state, found in run(app, browser, site, asked):
                bad += bool(found)
                for line in found:
                    print(f"{state.name}: {line}", flush=True)
            browser.close()
        parts.engine.dispose()
    print(f"axe: {len(asked)} states, {bad} with findings")
    return 1 if bad or len(asked) < ENOUGH else 0


if __name__ == "__main__":
    sys.exit(main())
