"""What is out of somebody's scope stands on no page that he can reach: by address, link, search, file, count or bulk step."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from registry.models import Application, Snapshot
from tests.attack.stage import Answer, Answers, Stage
from tests.attack.test_secrets import text_of
from tests.attack.world import PEOPLE
from tests.browser import Page
from tests.house.access.all import GET
from tests.house.access.table import rows

NAMES = {"draft": "机密草稿车间", "submitted": "机密待审车间", "returned": "机密退回车间", "proposed": "机密待定车间",
         "abroad": "机密武进车间", "waiting": "机密拟公示车间"}  # fmt: skip
READERS = {
    "draft": {"own", "colleague"},
    "submitted": {"own", "colleague", "tnq", "city", "publisher"},
    "returned": {"own", "colleague", "tnq", "city", "publisher"},
    "proposed": {"own", "colleague", "tnq", "city", "publisher"},
    "abroad": {"other", "wjq", "city", "publisher"},
    "waiting": {"own", "colleague", "tnq", "city", "publisher"},
}
"""Who can read an application at all; for everybody else it does not exist."""
QUESTIONS = (
    "/review?tab=all&q=机密", "/review?tab=all&unit=TNQ", "/review?tab=all&q=SB-2026-0001", "/review?tab=all&assignee=none",
    "/review/summary.xlsx?tab=all", "/review/summary.xlsx?tab=all&unit=TNQ&unit=WJQ", "/review?tab=all&missing=files",
    "/projects?q=机密&status=valid&status=revoked&status=expired", "/projects.csv?q=机密", "/api/v1/projects?q=机密",
    "/admin/accounts?q=机密", "/admin/audit?subject=application", "/publications", "/inbox", "/account/data.json",
)  # fmt: skip
SCORERS = ("机密专家2", "机密工作单位2")
"""Another expert than the one who signs in here."""
SCORED = ("机密评分理由", "机密总体意见")
SELECTION = re.compile(r"/(?:projects|statistics|api)\b[^?]*\?")
"""Selections of the public record are the same for everybody: links to them are followed by the public alone."""


LINK = re.compile(r'<a\b[^>]*?\shref="(/[a-z][^"]*)"')


def reached(stage: Stage, person: str, known: dict[str, Answer]) -> dict[str, str]:
    """Text by address of all that this person is answered: every row of the route table, questions, links of links.

    What is known already is not asked again.
    """
    client, found = stage.world.browser(stage.app, person).client, dict[str, str]()
    waiting = [path.format(**stage.world.ids) for _endpoint, path, *_rest in rows(GET)] + list(QUESTIONS)
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith(("/static/", "/map/")):
            continue
        if path not in known:
            with client.get(path) as response:
                known[path] = Answer(response.status_code, response.mimetype, response.get_data())
        answer = known[path]
        found[path] = text_of(answer.data) if answer.status != 302 else ""
        if answer.mimetype == "text/html" and len(found) < 140:
            links = map(html.unescape, LINK.findall(found[path]))
            links = (link for link in links if person == "public" or not SELECTION.match(link))
            waiting += [link.split("#")[0] for link in links if "lang=" not in link]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_what_is_out_of_scope_is_nowhere(stage: Stage, answers: Answers, person: str) -> None:
    with stage.app.extensions["registry"].read() as session:
        marks = {
            name: [
                NAMES[name],
                session.get_one(Application, stage.world.ids[name]).number or "-none-",
                *session.scalars(select(Snapshot.check_code).where(Snapshot.application_id == stage.world.ids[name])),
            ]
            for name in NAMES
        }
    pages = reached(stage, person, dict(answers(person)))
    for name, readers in READERS.items():
        holding = {path for path, text in pages.items() for mark in marks[name] if _is_told(path, text, mark)}
        if person in readers:
            assert holding, name
        elif person in ("administrator", "auditor"):
            # The record of what was done names applications by number, and nothing else of them.
            assert {path for path in holding if not path.startswith("/admin/audit")} == set(), name
            assert {path for path in holding if NAMES[name] in pages[path]} == set(), name
        else:
            assert holding == set(), name
    if person in ("own", "colleague", "other", "pending", "public", "expert"):
        internal = ("机密内部备注", "机密用语", "机密文件标题", "机密公示标题", "机密函〔2026〕1号")
        assert {(path, word) for path, text in pages.items() for word in internal if word in text} == set()
        # The word stands on public notices, which are about nothing else; nobody's own application says it.
        assert {path for path, text in pages.items() if "拟认定" in text and "notices" not in path} == set()
    if person in ("tnq", "wjq", "limited"):
        # A proposal is none of the unit's knowledge before it is on notice: its pages call it the city's check.
        of_proposals = {f"/review/{stage.world.ids[name]}" for name in ("proposed", "waiting")}
        assert {path for path in of_proposals & pages.keys() if "拟认定" in pages[path]} == set()
    _round_is_kept(pages, person)
    # Who objects is shown to nobody who merely looks; what was said, to those who handle it.
    objector = ("机密异议单位", "0519-70707073", "secret-objector@example.com", "机密盖章材料")
    assert {(path, word) for path, text in pages.items() for word in objector if word in text} == set()
    told = {path for path, text in pages.items() if "机密事实" in text}
    assert told == ({f"/review/objections/{stage.world.ids['objection']}"} if person == "city" else set())


def _round_is_kept(pages: dict[str, str], person: str) -> None:
    """Who scored is known to the city, what was scored to the publisher and the chair as well."""
    told = {word: {path for path, text in pages.items() if word in text} for word in (*SCORERS, *SCORED)}
    if person in ("tnq", "wjq"):
        # Who may be asked to come along to a visit is no answer to who scored.
        told = {word: {path for path in paths if "/inspections/plan/" not in path} for word, paths in told.items()}
    if person not in ("city", "administrator", "auditor"):
        assert {word: paths for word, paths in told.items() if word in SCORERS and paths} == {}
    if person not in ("city", "publisher", "expert"):
        assert {word: paths for word, paths in told.items() if word in SCORED and paths} == {}
    if person == "city":
        assert all(told.values())


def _is_told(path: str, text: str, mark: str) -> bool:
    """Whether an answer says more than what was asked."""
    return mark in text.replace(f"“{mark}”", "") and mark not in path


def test_counts_and_bulk_steps_of_another_unit(stage: Stage) -> None:
    """武进's reviewer: one application in all tabs together, and no bulk step, plan or choice knows another."""
    browser = stage.world.browser(stage.app, "wjq")
    listed = {
        tab: Page(browser.client.get(f"/review?tab={tab}")).rows() for tab in ("all", "mine", "returned", "passed")
    }
    assert {tab: len(found) for tab, found in listed.items()} == {"all": 1, "mine": 1, "returned": 0, "passed": 0}
    assert NAMES["abroad"] in " ".join(listed["all"][0])
    token = browser.token()
    for name in ("draft", "submitted", "returned", "proposed"):
        number = stage.world.ids[name]
        for action in ("recommend", "accept", "propose", "reject", "assign"):
            fields = {"id": [str(number), str(stage.world.ids["abroad"])], "action": action, "message": "x"}
            with browser.client.post("/review/bulk", data=fields | {"csrf_token": token}) as answer:
                assert answer.status_code in (200, 422)
                assert NAMES[name] not in answer.get_data(as_text=True)
            version = stage.world.ids[f"{name}_version"]
            seen = {
                "seen": [f"{number}:{version}"],
                "action": action,
                "message": "x",
                "rank": "1",
                "letter_number": "x",
            }
            answer = browser.client.post("/review/bulk/confirm", data=seen | {"csrf_token": token})
            assert answer.status_code in (404, 422), (name, action)
            assert NAMES[name] not in answer.get_data(as_text=True)
