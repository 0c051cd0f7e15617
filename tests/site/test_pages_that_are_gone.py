"""A page after the last one does not say that its list is empty: what stood there was dealt with meanwhile."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Account
from tests import people
from tests.browser import Browser

LISTS = {
    "": ("/projects", "/honors"),
    "municipal_reviewer": (
        "/review?tab=all", "/review/reports", "/review/objections", "/review/changes", "/review/notices",
        "/publications", "/admin/imports",
    ),
    "administrator": ("/admin/accounts?role=expert",),
}  # fmt: skip


@pytest.mark.slow
def test_a_page_after_the_last_leads_to_the_first(demo_app: Flask) -> None:
    with demo_app.extensions["registry"].read() as session:
        held = session.execute(select(Account.role, Account.id).order_by(Account.id.desc()))
        holder = {row.role: row.id for row in held}
    for role, paths in LISTS.items():
        browser = people.signed_in(demo_app, holder[role]) if role else Browser(demo_app)
        for path in paths:
            page = browser.get(f"{path}{'&' if '?' in path else '?'}page=99")
            assert "这一页没有内容" in page.text(), path
            first = browser.get(page.links()["回到第一页"]).text()
            assert "这一页没有内容" not in first, path
