"""What the tests of the officers' pages share: a form as it is typed, the call as it is stored, a control's value."""

from __future__ import annotations

from flask import Flask

from registry.models import Call
from tests.browser import Page

NEW = {
    "category": "mun_demo_smart_workshop",
    "year": "2026",
    "title": "关于组织申报 2026 年市级示范智能车间的通知",
    "document_number": "常工信[2026]12号",
    "opens_at": "2026-05-01T09:00",
    "closes_at": "2026-05-31T17:00",
    "introduction": "第一段\n\n第二段",
}


def stored(app: Flask, call_id: int) -> Call:
    """The call as it is stored."""
    with app.extensions["registry"].read() as session:
        call = session.get_one(Call, call_id)
        assert call.forms
        assert call.extensions is not None
        session.expunge_all()
    return call


def value(page: Page, name: str) -> str:
    """What stands in a control."""
    for tag in ("input", "textarea"):
        for control in page.all(tag):
            if control.get("name") == name:
                return (control.get("value") if tag == "input" else "".join(control.itertext())) or ""
    raise AssertionError(name)
