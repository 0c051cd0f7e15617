"""The sheet leads to what a criterion rests on: the row of the form, and the files that its sentence names."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.models import Application, Call
from registry.services import uploads
from registry.services.applications import attachments, drafts
from registry.terms import Action, AttachmentKind
from registry.views.review.case_proofs import is_named
from tests import applicants
from tests.browser import Page
from tests.review.conftest import Desk
from tests.uploads import samples


@pytest.mark.parametrize(
    ("kind", "filename", "caption", "sentence", "expected"),
    [
        ("application_report", "1.pdf", "", "见申报报告。", True),
        ("invoice", "1.pdf", "", "见发票第 3 张", True),
        ("other", "数据中台说明.pdf", "", "见“数据中台说明”", True),
        ("photo", "IMG_1.jpg", "立体仓库全景", "立体仓库全景一图可见", True),
        ("other", "1.pdf", "", "其他材料第 1 项", False),
        ("photo", "IMG_1.jpg", "", "见审计报告", False),
    ],
)
def test_a_sentence_names_a_file(kind: str, filename: str, caption: str, sentence: str, expected: bool) -> None:
    assert is_named(kind, filename, caption, sentence) is expected


def targets(page: Page) -> list[str]:
    """Where the links of the sheet lead on the page itself."""
    return [link for link in (item.get("href") or "" for item in page.all("a")) if link.startswith("#row-")]


def test_links_lead_to_rows_that_are_there(desk: Desk) -> None:
    storage = desk.app.extensions["registry"].files

    def bring(session: Session, call: Call, who: applicants.Cast, **answers: Any) -> Application:
        application = applicants.drafted(session, call, who, **answers)
        for kind, name in (
            (AttachmentKind.OTHER, "申报报告.pdf"),
            (AttachmentKind.INVESTMENT_LIST, "别的.pdf"),
        ):
            with uploads.examine(io.BytesIO(samples.pdf()), name, kind=kind) as examined:
                attachments.add_attachment(
                    session, who.clerk, application.id, kind=kind, examined=examined, caption="", folder=storage,
                    now=applicants.NOW,
                )  # fmt: skip
        drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=applicants.NOW)
        return applicants.step(session, application, who.clerk, Action.SUBMIT)

    found = desk.add(bring=bring)
    browser = desk.browser("TNQ")
    for step, expected in (
        ("", ["#row-kpi-smart_equipment_count", "#row-kpi-networked_equipment_count"]),
        ("?step=return", ["#row-kpi-smart_equipment_count-current", "#row-criterion-storage"]),
    ):
        page = browser.get(f"/review/{found}{step}")
        rows = {item.get("id") for item in page.all("tr")}
        led = targets(page)
        assert set(expected) <= set(led)
        assert {link[1:] for link in led} <= rows
        [sheet] = [item for item in page.all("section") if item.get("id") == "sheet"]
        files = [
            page.text(link)
            for link in sheet.iter("{http://www.w3.org/1999/xhtml}a")
            if "/files/" in link.get("href", "")
        ]
        # Three criteria of the call ask for a sentence, and each of them names the report alone.
        assert files == ["申报报告.pdf"] * 3
