"""Whoever goes by keyboard sees where he is: at every stop of every page, of all roles, at two sizes (WCAG 2.4.11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from registry.views.accounts.identity import COOKIE
from tests import people
from tests.private_pages import private_pages
from tests.screenshots import PAGES
from tests.serving import serving

SIZES = {"desk": (1366, 768), "telephone": (390, 844)}
STOPS = """() => {
    const hidden = [];
    let stops = 0;
    const wanted = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]';
    const all = [...document.querySelectorAll(wanted)].filter((one) => one.tabIndex >= 0 && !one.disabled
        && one.type !== 'hidden' && one.checkVisibility({ visibilityProperty: true }));
    const said = (one) => (one.getAttribute('aria-label') || one.name || one.textContent).trim().slice(0, 40);
    // What stands for a control that is only there for those who hear the page.
    const shown = (one) => {
        const box = one.getBoundingClientRect();
        return box.width > 2 && box.height > 2 ? one : one.labels?.[0] ?? one;
    };
    const isSeen = (one) => {
        const part = shown(one);
        return [...part.getClientRects()].some((box) => {
            // Of what is larger than the window, the part that is in it.
            const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
            const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
            if (left >= right || top >= bottom) return false;
            const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1]];
            return points.some(([across, down]) => {
                const found = document.elementFromPoint(left + (right - left) * across, top + (bottom - top) * down);
                return found && (part.contains(found) || found.closest('label')?.contains(part));
            });
        });
    };
    // Forwards as with Tab, then back again: bars at the bottom hide on one way, those at the top on the other.
    for (const [way, stopsOfWay] of [['Tab', all], ['Shift+Tab', [...all].reverse()]]) {
        for (const one of stopsOfWay) {
            one.focus();
            if (document.activeElement !== one) continue;
            stops += 1;
            if (!isSeen(one)) hidden.push(`${way} ${one.tagName} ${said(one)}`);
        }
    }
    return { stops, hidden };
}"""


@pytest.fixture
def walk(demo_app: Flask, chromium: Chromium) -> Iterator[Any]:
    """`walk(account, paths, size)` → (stops, what was hidden) over these pages as this account (None: nobody)."""
    with serving(demo_app) as site:

        def go(account: int | None, paths: list[str], size: tuple[int, int]) -> tuple[int, list[str]]:
            stops, hidden = 0, []
            with chromium.new_context(locale="zh-CN", viewport={"width": size[0], "height": size[1]}) as context:
                if account is not None:
                    token = people.session_token(demo_app, account)
                    context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
                page = context.new_page()
                for path in paths:
                    page.goto(site + path)
                    if page.query_selector("#map-data"):
                        page.wait_for_selector("html[data-map=ready]")
                    found = page.evaluate(STOPS)
                    stops += found["stops"]
                    hidden += [f"{path}: {one}" for one in found["hidden"]]
            return stops, hidden

        yield go


@pytest.mark.parametrize("size", SIZES)
def test_the_focus_is_never_hidden(walk: Any, demo_app: Flask, size: str) -> None:
    pages: list[tuple[int | None, dict[str, str]]] = [(None, PAGES), *private_pages(demo_app)]
    found = [walk(account, list(paths.values()), SIZES[size]) for account, paths in pages]
    assert [one for _stops, hidden in found for one in hidden] == []
    assert sum(stops for stops, _hidden in found) > 3000
