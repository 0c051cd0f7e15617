"""Every file opens in every scope: each value of each filter, each document, each person, in both languages by turns.

Which addresses are files is found by asking: whatever answers with something else than a page.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import docx
import pytest
from flask import Flask
from sqlalchemy import select

from registry.event_actions import EVENT_ACTIONS
from registry.models import Account, Document
from registry.permissions import HOLDERS, Permission
from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.catalogue.filters import LADDER, SELECTING, Filters
from registry.queries.catalogue.selection import select_projects
from registry.queries.review.queue_filters import MISSING
from registry.statuses import VISIBLE_STATUSES, shown_to, tabs
from registry.terms import Role
from tests import people
from tests.attack.stage import Answer, Answers, Stage
from tests.attack.world import PEOPLE
from tests.house.access.all import GET
from tests.house.access.table import rows
from tests.record.opening import opened

pytestmark = pytest.mark.slow
LANGUAGES = ("zh", "en")
PAGE = "text/html"

RECORD = (
    "files.projects_csv", "files.projects_xlsx", "files.projects_geojson", "files.projects_gpkg", "statistics.workbook",
    "statistics.summary_document", "api.projects", "api.statistics_json", "mapdata.points_json",
    "mapdata.points_script", "mapdata.clusters_json",
)  # fmt: skip
"""Files of the public record, which take its filters."""
WITHOUT_FILTERS = (
    "static", "health.healthz", "health.readyz", "mapdata.labels_json", "api.project", "api.units", "api.categories",
    "api.divisions", "publications.annex", "publications.file", "attachments.document",
    "attachments.download", "attachments.preview", "public.photo",
    "place.place", "import_files.sent", "import_files.report", "import_files.answers", "import_files.template",
    "import_files.enterprises",
    "changes.file", "changes.photo", "own_changes.file", "own_changes.photo", "call_dates.dates", "delivery.workbook",
    "expert.file", "inspection_devices.worker",
    "inspection_photos.photo", "notices.workbook", "notices_open.notice", "notices_open.notices",
    "panels.results_xlsx", "subjects.workbook", "ogc.landing", "ogc.conformance", "ogc.api", "ogc.listed", "ogc.projects",
    "ogc.divisions", "ogc.project_items", "ogc.division_items", "ogc.project_item", "ogc.division_item",
    "files.csv_metadata", "open_page.openapi", "auth.desk", "catalog.catalog", "feed.feed", "pictures.card",
    "pictures.favicon", "pictures.touch_icon", "project_code.png", "project_code.svg", "robots.robots", "robots.sitemap",
    "robots.sitemap_part", "sheet_files.archive", "sheet_files.docx", "sheet_files.files_zip", "sheet_files.sheets_xlsx",
    "sheet_files.xlsx", "call_files.file", "call_files.public",
)  # fmt: skip
"""Files of which there is one for each record, or one only."""


def by_turns(number: int, *, is_all: bool) -> tuple[str, ...]:
    """Languages in which a file is asked: both where everything is in it, else either, so that the values of each
    filter come in both."""
    return LANGUAGES if is_all else LANGUAGES[number % 2 :][:1]


@pytest.fixture
def values(demo_app: Flask) -> dict[str, int]:
    """Query string of each value of each filter → how many projects it selects, as the filters on the page say."""
    runtime = demo_app.extensions["registry"]
    with runtime.read() as session:
        catalogue = runtime.catalogues.current(session)
        facets = select_projects(session, catalogue, Filters()).facets
        kpis = list(catalogue.lists.kpis)
    assert set(facets) == set(BY_NAME)
    found = {f"{name}={code}": count for name, counts in facets.items() for code, count in counts.items()}
    further: dict[str, list[str]] = {
        "ladder": list(LADDER),
        "grade": ["2", "3", "4", "5"],
        "has": kpis,
        "honor": ["专精特新小巨人", "none"],
        "year_from": ["2018"],
        "year_to": ["2016"],
        "as_of": ["2014-01-01", "2018-12-31"],
        "q": ["演示", "%25"],
        "bbox": ["119.8,31.5,120.1,31.9", "119.0,31.0,119.1,31.1"],
    }
    assert {*facets, *further} == set(SELECTING), "a new filter is asked with its values"
    return (
        {"": sum(facets["unit"].values())}
        | found
        | {f"{name}={text}": -1 for name, texts in further.items() for text in texts}
    )


def test_the_files_of_the_record_hold_the_list_of_every_scope(demo_app: Flask, values: dict[str, int]) -> None:
    """Lists in Word, CSV and on the map are as long as the filter says; every other file opens."""
    client, failed = demo_app.test_client(), {}
    address_of = {rule.endpoint: rule.rule for rule in demo_app.url_map.iter_rules()}
    for number, (scope, count) in enumerate(values.items()):
        for language in by_turns(number, is_all=not scope):
            sizes: dict[str, Any] = {}
            titles = -1
            for endpoint in RECORD:
                with client.get(f"{address_of[endpoint]}?{scope}&lang={language}") as answer:
                    body = answer.get_data()
                    sizes[endpoint] = opened(answer.mimetype, body) if answer.status_code == 200 else answer.status
                    if endpoint == "api.statistics_json":
                        titles = json.loads(body)["recognitions"]
            lengths = {sizes[name] for name in LISTS}
            if (
                sizes["statistics.summary_document"] != titles
                or len(lengths) > 1
                or not lengths <= ({count} if count >= 0 else set(range(391)))
            ):
                failed[scope, language] = sizes
            failed |= {(scope, language, name): size for name, size in sizes.items() if isinstance(size, str)}
    assert failed == {}


LISTS = ("files.projects_csv", "files.projects_geojson", "files.projects_gpkg")
"""Files with one row or feature for each project; the annex of the Word file has a line for each title."""


def test_a_project_without_enterprise_has_a_dash_in_the_word_file(demo_app: Flask) -> None:
    """A park and a zone belong to nobody."""
    answer = demo_app.test_client().get("/statistics.docx?tier=national")
    [table] = docx.Document(io.BytesIO(answer.get_data())).tables
    holders = {row.cells[2].text: row.cells[1].text for row in table.rows[1:]}
    assert list(holders.values()).count("–") == 1
    assert "" not in holders.values()


def _documents(app: Flask, account: Account) -> Iterator[str]:
    with app.extensions["registry"].read() as session:
        keys = list(session.scalars(select(Document.id)))
    assert keys
    yield from (f"/announcements/{key}.xlsx?" for key in keys)


def _summaries(app: Flask, account: Account) -> Iterator[str]:
    with app.extensions["registry"].read() as session:
        lists = app.extensions["registry"].catalogues.current(session).lists
    choices = {
        "unit": list(lists.units),
        "industry": list(lists.industries),
        # A state that the reader may not tell from another one is none of his filters.
        "step": [status.value for status in VISIBLE_STATUSES if shown_to(Role(account.role), status) is status],
        "missing": list(MISSING),
        "assignee": ["me", "none"],
        "call": ["1", "2", "999"],
        "q": ["演示", "x"],
    }
    yield from (f"/review/summary.xlsx?tab={tab}" for tab in tabs(Role(account.role)))
    yield from (f"/review/summary.xlsx?tab=all&{name}={code}" for name in choices for code in choices[name])


def _audits(app: Flask, account: Account) -> Iterator[str]:
    actions = {action.partition(".")[0] for action in EVENT_ACTIONS}
    yield "/admin/audit.xlsx?"
    yield from (f"/admin/audit.xlsx?action={action}" for action in sorted({*EVENT_ACTIONS, *actions}))
    yield f"/admin/audit.xlsx?account={account.email}"
    yield "/admin/audit.xlsx?subject=application&id=1"
    yield "/admin/audit.xlsx?since=2026-01-01&until=2026-01-02"


SCOPED: dict[str, Callable[[Flask, Account], Iterator[str]]] = {
    "annex.annex": _documents,
    "review.summary_xlsx": _summaries,
    "admin.audit_workbook": _audits,
    "account.data": lambda app, account: iter(["/account/data.json?"]),
}
"""Files with scopes of their own."""


@pytest.mark.parametrize("endpoint", SCOPED)
def test_files_with_scopes_of_their_own_open_for_every_role(demo_app: Flask, endpoint: str) -> None:
    policy: Permission = demo_app.view_functions[endpoint].policy  # type: ignore[attr-defined]
    holders = HOLDERS.get(policy, {Role.AUDITOR})
    with demo_app.extensions["registry"].read() as session:
        every = {Role(account.role): account for account in session.scalars(select(Account))}
        session.expunge_all()
    asking = [every[role] for role in holders]
    failed = {}
    for account in asking:
        client = people.signed_in(demo_app, account.id).client
        for number, address in enumerate(SCOPED[endpoint](demo_app, account)):
            for language in by_turns(number, is_all=number == 0):
                with client.get(f"{address}&lang={language}") as answer:
                    size = opened(answer.mimetype, answer.get_data())
                    if answer.status_code != 200 or isinstance(size, str):
                        failed[account.role, address, language] = (answer.status_code, size)
    assert failed == {}


def test_every_download_opens_for_everybody_who_may_have_it(stage: Stage, answers: Answers) -> None:
    """Each address of the table of access is asked by each person whom it answers, what is no page in English too."""
    failed, found = {}, set()
    for place, person in enumerate(PEOPLE):
        client = stage.world.browser(stage.app, person).client
        for number, (endpoint, path, _fields, statuses) in enumerate(rows(GET)):
            if statuses[place] != "200":
                continue
            address = path.format(**stage.world.ids)
            asked = {"zh": answers(person)[address]}
            if asked["zh"].mimetype == PAGE:
                continue
            found.add(endpoint)
            if "en" in by_turns(number + place, is_all=person == "city"):
                with client.get(f"{address}{'&' if '?' in address else '?'}lang=en") as answer:
                    asked["en"] = Answer(answer.status_code, answer.mimetype, answer.get_data())
            for language, given in asked.items():
                size = opened(given.mimetype, given.data)
                if given.status != 200 or isinstance(size, str):
                    failed[person, address, language] = (given.status, size)
    assert failed == {}
    # A new download is asked here at once; its place in this list says in which scopes it is asked below.
    assert sorted(found ^ {*RECORD, *WITHOUT_FILTERS, *SCOPED}) == []
