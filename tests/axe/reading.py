"""What axe finds on a page, in one place for all that ask it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ONLY = {"resultTypes": ["violations"]}
"""Of what passes, axe counts no more than the first element: nobody reads the others."""


def axe_faults(page: Page) -> list[str]:
    """Each element that breaks a rule, with the rule."""
    found = Axe().run(page, options=ONLY).response["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]
