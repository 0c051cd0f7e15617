"""`python -m tests.answers [BATCHES] [SCOPES] [SEED]`: the figures of random batches and scopes on every surface.

Two thousand batches and three hundred scopes take about half an hour; the test of the suite asks a few of each.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from random import Random

from app import create_app
from registry import kpi_definitions, reference
from registry.config import Settings
from tests.answers.record import made, write
from tests.answers.scopes import batch_scopes, random_scopes
from tests.answers.surfaces import check
from tests.browser import Browser
from tests.conftest import initialise

AT_ONCE = 250
"""Batches in one record."""


def main(batches: int = 2000, scopes: int = 300, seed: int = 0) -> int:
    """Check them all; the first one that is wrong raises with its address."""
    kpi_definitions.use(reference.kpis_by_code)
    asked = 0
    for start in range(0, batches, AT_ONCE):
        draw = Random(f"{seed}-{start}")
        size = min(AT_ONCE, batches - start)
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/registry.db"
            initialise(url)
            app = create_app(Settings(data_dir=Path(folder), database_url=url, secret_key="k" * 32))
            titles = made(draw, size)
            with app.extensions["registry"].write() as session:
                write(session, titles)
                session.commit()
            browser = Browser(app)
            further = random_scopes(titles, draw, -(-scopes * size // batches))
            for filters in (*batch_scopes(titles, draw), *further):
                check(browser, titles, filters)
                asked += 1
            app.extensions["registry"].engine.dispose()
        print(f"{min(start + size, batches)} batches, {asked} scopes: every surface agrees", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
