"""Role × route × object: what each person is answered everywhere, written out by hand.

Every endpoint stands here with every method; one that is missing fails. POSTs carry a valid form token and
an empty form, so that a person who may act is answered by the rules (400, 409, 422) or acts (2xx, 3xx).
"""

from __future__ import annotations

import pytest

from tests.attack.conftest import Stage, city, stage  # noqa: F401
from tests.attack.world import PEOPLE

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
ALL = "200 200 200 200 200 200 200 200 200 200 200 200 200"
GONE = "404 404 404 404 404 404 404 404 404 404 404 404 404"
AWAY = "302 302 302 302 302 302 302 302 302 302 302 302 302"
ACCOUNT = "302 200 200 200 200 200 200 200 200 200 200 200 200"
ENTERPRISE = "302 200 200 200 302 403 403 403 403 403 403 403 302"
OWN = "302 200 200 404 302 403 403 403 403 403 403 403 302"
OWN_AWAY = "302 302 302 404 302 403 403 403 403 403 403 403 302"
OWNER = "302 200 403 200 302 403 403 403 403 403 403 403 302"
OWN_FILE = "302 200 200 404 302 404 404 404 404 403 403 403 302"
FILE = "302 200 200 404 302 200 404 200 200 403 403 403 302"
OFFICER = "302 403 403 403 302 200 200 200 200 403 403 403 302"
CASE = "302 403 403 403 302 200 404 200 200 403 403 403 302"
CASE_ABROAD = "302 403 403 403 302 404 200 200 200 403 403 403 302"
NO_CASE = "302 403 403 403 302 404 404 404 404 403 403 403 302"
CALLS = "302 403 403 403 302 403 403 200 403 403 200 403 302"
DOCUMENTS = "302 403 403 403 302 403 403 200 200 403 403 403 302"
NO_DOCUMENT = "302 403 403 403 302 403 403 404 404 403 403 403 302"
PREPARING = "302 403 403 403 302 403 403 200 403 403 403 403 302"
MEMBERSHIPS = "302 403 403 403 302 403 403 200 403 403 200 403 302"
ADMINISTRATOR = "302 403 403 403 302 403 403 403 403 403 200 403 302"
AUDIT = "302 403 403 403 302 403 403 403 403 403 200 200 302"

Table = tuple[tuple[str, str], ...]
GET: Table = (
    (
        ALL,
        """
            static /static/site.css
            health.healthz /healthz
            health.readyz /readyz
            home.map_page /
            public.projects /projects
            public.project /projects/CZ-000001
            public.enterprise /enterprises/{public_enterprise}
            public.announcements /announcements
            public.announcement /announcements/{document}
            annex.annex /announcements/{document}.xlsx
            public.about /about
            files.projects_csv /projects.csv
            files.projects_xlsx /projects.xlsx
            files.projects_geojson /projects.geojson
            mapdata.points_json /map/points.json
            mapdata.labels_json /map/labels.json?codes=CZ-000001
            statistics.page /statistics
            statistics.workbook /statistics.xlsx
            statistics.summary_document /statistics.docx
            api.projects /api/v1/projects
            api.project /api/v1/projects/CZ-000001
            api.statistics_json /api/v1/statistics
            api.units /api/v1/units
            api.categories /api/v1/categories
            api.divisions /api/v1/divisions
            calls.calls /calls
            calls.call /calls/{call}
            calls.blank_form /calls/{call}/form
            calls.check /calls/{call}/check
            auth.register /register
            auth.reset /reset
        """,
    ),
    (
        GONE,
        """
            mapdata.shell_script /map/shell-0.js
            public.project /projects/CZ-999999
            public.enterprise /enterprises/{own_enterprise}
            public.announcement /announcements/999
            annex.annex /announcements/999.xlsx
            api.project /api/v1/projects/CZ-999999
            calls.call /calls/{draft_call}
            calls.blank_form /calls/{draft_call}/form
            calls.check /calls/{draft_call}/check
            auth.reset_link /reset/guessed
            auth.invitation /invitation/guessed
        """,
    ),
    ("200 302 302 302 302 302 302 302 302 302 302 302 302", "auth.sign_in /sign-in"),
    (AWAY, "auth.second_step /sign-in/code"),
    (
        ACCOUNT,
        """
            auth.account /account
            account.password /account/password
            account.change_second_factor /account/second-factor
            account.data /account/data.json
            inbox.messages /inbox
        """,
    ),
    (
        ENTERPRISE,
        """
            enterprise.dashboard /enterprise
            enterprise.begin /enterprise/begin
            enterprise.begin /enterprise/begin?call={call}
            place.place /enterprise/place?system=WGS84&lon=120.02&lat=31.79
        """,
    ),
    (
        OWN,
        """
            enterprise.application /enterprise/applications/{draft}?section=place
            enterprise.application /enterprise/applications/{submitted}
            enterprise.application /enterprise/applications/{proposed}
            enterprise.check /enterprise/applications/{draft}/review-page
            enterprise.withdraw /enterprise/applications/{submitted}/withdraw
            enterprise.printed /enterprise/applications/{submitted}/print
            enterprise.printed /enterprise/applications/{draft}/print
            attachments.files /enterprise/applications/{draft}/files
        """,
    ),
    (OWN_AWAY, "enterprise.check /enterprise/applications/{submitted}/review-page"),
    (
        "302 404 404 200 302 403 403 403 403 403 403 403 302",
        """
            enterprise.application /enterprise/applications/{abroad}
            enterprise.printed /enterprise/applications/{abroad}/print
        """,
    ),
    (OWNER, "team.team /enterprise/team"),
    (
        FILE,
        """
            attachments.download /files/{file}
            attachments.preview /files/{file}/preview
        """,
    ),
    (
        OWN_FILE,
        """
            attachments.download /files/{draft_file}
            attachments.preview /files/{draft_file}/preview
        """,
    ),
    (
        OFFICER,
        """
            review.queue /review
            review.queue /review?unit=TNQ&tab=all
            review.summary_xlsx /review/summary.xlsx?tab=all
            phrases.library /review/phrases
        """,
    ),
    (
        CASE,
        """
            review.case /review/{submitted}
            review.case /review/{submitted}?step=return
            review.case /review/{returned}
            review.case /review/{proposed}
        """,
    ),
    (CASE_ABROAD, "review.case /review/{abroad}"),
    (NO_CASE, "review.case /review/{draft}"),
    (
        CALLS,
        """
            calls_admin.calls /admin/calls
            calls_admin.new /admin/calls/new
            calls_admin.call /admin/calls/{draft_call}
            calls_admin.edit /admin/calls/{call}/edit
            calls_admin.rules /admin/calls/{call}/rules
            calls_admin.publish /admin/calls/{draft_call}/publish
            call_exceptions.extensions /admin/calls/{call}/extensions
            call_exceptions.waivers /admin/calls/{call}/waivers
        """,
    ),
    (
        DOCUMENTS,
        """
            publications.publications /publications
            publications.publication /publications/{publication}
            publications.annex /publications/{publication}/annex.xlsx
        """,
    ),
    (
        NO_DOCUMENT,
        """
            publications.file /publications/{publication}/file
            publications.publication /publications/999
        """,
    ),
    (
        PREPARING,
        """
            publications.new /publications/new?call={call}
            outside.outside /publications/outside
        """,
    ),
    (MEMBERSHIPS, "team.memberships /admin/memberships"),
    (
        ADMINISTRATOR,
        """
            admin.accounts /admin/accounts
            admin.invite /admin/accounts/new
            admin.account /admin/accounts/{own}
        """,
    ),
    (
        AUDIT,
        """
            admin.audit /admin/audit
            admin.audit_workbook /admin/audit.xlsx
        """,
    ),
)

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
EMPTY = "422 422 422 422 422 422 422 422 422 422 422 422 422"
SELF = "401 302 302 302 302 302 302 302 302 302 302 302 302"
SELF_EMPTY = "401 422 422 422 422 422 422 422 422 422 422 422 422"
OWN_SAVED = "401 303 303 404 403 403 403 403 403 403 403 403 403"
OWN_REFUSED = "401 422 422 404 403 403 403 403 403 403 403 403 403"
OWN_CLASH = "401 409 409 404 403 403 403 403 403 403 403 403 403"
OWN_CLOSED = "401 403 403 404 403 403 403 403 403 403 403 403 403"
MIXED = "401 404 404 404 403 403 403 403 403 403 403 403 403"
OWNER_DOES = "401 302 403 404 403 403 403 403 403 403 403 403 403"
FOR_DISTRICT = "401 403 403 403 403 422 404 403 403 403 403 403 403"
DISTRICT_DOES = "401 403 403 403 403 303 404 403 403 403 403 403 403"
CITY_DOES = "401 403 403 403 403 403 404 303 403 403 403 403 403"
NO_STEP = "401 403 403 403 403 403 404 403 403 403 403 403 403"
STALE = "401 403 403 403 403 409 404 409 409 403 403 403 403"
SHEET = "401 403 403 403 403 303 404 303 403 403 403 403 403"
NOTE = "401 403 403 403 403 303 404 303 303 403 403 403 403"
NOTE_EMPTY = "401 403 403 403 403 422 404 422 422 403 403 403 403"
HIDDEN = "401 403 403 403 403 404 404 404 404 403 403 403 403"
BULK_EMPTY = "401 403 403 403 403 422 422 422 422 403 403 403 403"
CITY_EMPTY = "401 403 403 403 403 403 403 422 403 403 403 403 403"
CITY_ONLY = "401 403 403 403 403 403 403 303 403 403 403 403 403"
CALL_EMPTY = "401 403 403 403 403 403 403 422 403 403 422 403 403"
CALL_STALE = "401 403 403 403 403 403 403 409 403 403 409 403 403"
BUREAU_DOES = "401 403 403 403 403 403 403 302 403 403 302 403 403"
PUBLISHER_DOES = "401 403 403 403 403 403 403 403 303 403 403 403 403"
PUBLISHER_STALE = "401 403 403 403 403 403 403 403 409 403 403 403 403"
BOTH_STALE = "401 403 403 403 403 403 403 409 409 403 403 403 403"
BOTH_DO = "401 403 403 403 403 403 403 303 303 403 403 403 403"
ADMINISTRATOR_EMPTY = "401 403 403 403 403 403 403 403 403 403 422 403 403"
ADMINISTRATOR_DOES = "401 403 403 403 403 403 403 403 403 403 302 403 403"
NOBODY = "401 403 403 403 403 403 403 403 403 403 403 403 403"

POST: Table = (
    (
        EMPTY,
        """
            auth.sign_in /sign-in
            auth.register /register
        """,
    ),
    (ALL, "auth.reset /reset"),
    (
        GONE,
        """
            auth.reset_link /reset/guessed
            auth.invitation /invitation/guessed
        """,
    ),
    (AWAY, "auth.second_step /sign-in/code"),
    (
        SELF,
        """
            auth.sign_out /sign-out
            account.sign_out_everywhere /account/sign-out-everywhere
            inbox.read /inbox/read
        """,
    ),
    (
        SELF_EMPTY,
        """
            account.password /account/password
            account.change_second_factor /account/second-factor
        """,
    ),
    (
        OWN_SAVED,
        """
            enterprise.save /enterprise/applications/{draft}
            enterprise.save /enterprise/applications/{submitted}
            enterprise.submit /enterprise/applications/{submitted}/submit
            enterprise.confirm /enterprise/applications/{draft}/confirm version={draft_version}
            enterprise.withdraw_now /enterprise/applications/{submitted}/withdraw version={submitted_version}
            attachments.describe /enterprise/applications/{draft}/files/{draft_file}/describe
            attachments.remove /enterprise/applications/{draft}/files/{draft_file}/remove
        """,
    ),
    (
        "401 200 200 404 403 403 403 403 403 403 403 403 403",
        """
            enterprise.autosave /enterprise/applications/{draft}/autosave
        """,
    ),
    (
        OWN_REFUSED,
        """
            attachments.add /enterprise/applications/{draft}/files
            attachments.add /enterprise/applications/{submitted}/files
            enterprise.submit /enterprise/applications/{draft}/submit version={draft_version}
        """,
    ),
    (
        OWN_CLASH,
        """
            enterprise.confirm /enterprise/applications/{draft}/confirm
            enterprise.submit /enterprise/applications/{draft}/submit
            enterprise.withdraw_now /enterprise/applications/{submitted}/withdraw
        """,
    ),
    (
        OWN_CLOSED,
        """
            attachments.describe /enterprise/applications/{draft}/files/{file}/describe
            attachments.remove /enterprise/applications/{submitted}/files/{file}/remove
        """,
    ),
    (
        MIXED,
        """
            attachments.describe /enterprise/applications/{abroad}/files/{draft_file}/describe
            attachments.remove /enterprise/applications/{abroad}/files/{draft_file}/remove
            enterprise.begin_draft /enterprise/begin
            enterprise.begin_draft /enterprise/begin?call={draft_call} project=new
            enterprise.begin_draft /enterprise/begin?call={call} project={public_project}
        """,
    ),
    ("401 422 422 422 403 403 403 403 403 403 403 403 403", "enterprise.begin_draft /enterprise/begin?call={call}"),
    (
        "401 303 303 303 403 403 403 403 403 403 403 403 403",
        """
            enterprise.begin_draft /enterprise/begin?call={call} project=new
        """,
    ),
    (
        OWNER_DOES,
        """
            team.approve /enterprise/team/{pending}/approve
            team.decline /enterprise/team/{pending}/decline
            team.remove /enterprise/team/{colleague}/remove
        """,
    ),
    (
        FOR_DISTRICT,
        """
            review_steps.step /review/{submitted}/return version={submitted_version}
            review_steps.step /review/{submitted}/recommend version={submitted_version}
            review_steps.step /review/{submitted}/not_recommend version={submitted_version}
        """,
    ),
    (DISTRICT_DOES, "review_steps.step /review/{submitted}/not_recommend version={submitted_version}&message=no"),
    (
        CITY_DOES,
        """
            review_steps.step /review/{proposed}/undo version={proposed_version}&reason=no
            review_steps.step /review/{proposed}/reject version={proposed_version}&message=no
        """,
    ),
    (
        NO_STEP,
        """
            review_steps.step /review/{submitted}/accept version={submitted_version}
            review_steps.step /review/{submitted}/propose version={submitted_version}
            review_steps.step /review/{submitted}/submit version={submitted_version}
            review_steps.step /review/{returned}/resubmit version={returned_version}
            review_steps.step /review/{submitted}/withdraw version={submitted_version}
            review_steps.step /review/{submitted}/recognise version={submitted_version}
        """,
    ),
    (
        "401 403 403 403 403 403 404 403 409 403 403 403 403",
        """
            review_steps.step /review/{proposed}/recognise version={proposed_version}
        """,
    ),
    (
        STALE,
        """
            review_steps.step /review/{submitted}/return
            review_steps.step /review/{submitted}/submit
            review_steps.sheet /review/{submitted}/sheet
        """,
    ),
    (
        HIDDEN,
        """
            review_steps.step /review/{draft}/submit version={draft_version}
            review_steps.step /review/{submitted}/publish version={submitted_version}
            review_steps.note /review/{draft}/note note=x
            review_steps.assign /review/{draft}/assign
            review_steps.duplicate /review/{draft}/duplicate other=project:1&answer=same
            review_bulk.confirm /review/bulk/confirm seen={draft}:{draft_version}&action=assign
        """,
    ),
    (SHEET, "review_steps.sheet /review/{submitted}/sheet version={submitted_version}"),
    (
        NOTE,
        """
            review_steps.note /review/{submitted}/note note=x
            review_steps.duplicate /review/{submitted}/duplicate other=project:1&answer=same
        """,
    ),
    (
        NOTE_EMPTY,
        """
            review_steps.note /review/{submitted}/note
            review_steps.seen /review/{submitted}/seen
            review_steps.duplicate /review/{submitted}/duplicate
        """,
    ),
    (
        "401 403 403 403 403 303 404 303 403 403 403 403 403",
        """
            review_steps.assign /review/{submitted}/assign assignee={tnq}
            review_bulk.confirm /review/bulk/confirm seen={submitted}:{submitted_version}&action=assign&assignee={tnq}
        """,
    ),
    (
        BULK_EMPTY,
        """
            review_bulk.plan /review/bulk
            review_bulk.confirm /review/bulk/confirm
        """,
    ),
    (
        "401 403 403 403 403 200 200 200 200 403 403 403 403",
        """
            review_bulk.plan /review/bulk id={submitted}&action=recommend
        """,
    ),
    (
        CITY_EMPTY,
        """
            phrases.add /review/phrases
            publications.new /publications/new?call={call}
            outside.outside /publications/outside
        """,
    ),
    (
        CITY_ONLY,
        """
            phrases.remove /review/phrases/{phrase}/remove
            phrases.move /review/phrases/{phrase}/move
        """,
    ),
    (
        CALL_EMPTY,
        """
            calls_admin.new /admin/calls/new
            calls_admin.edit /admin/calls/{call}/edit
            calls_admin.rules /admin/calls/{call}/rules
            call_exceptions.extensions /admin/calls/{call}/extensions
            call_exceptions.waivers /admin/calls/{call}/waivers
        """,
    ),
    (CALL_STALE, "calls_admin.publish /admin/calls/{draft_call}/publish"),
    (
        BUREAU_DOES,
        """
            call_exceptions.end_extension /admin/calls/{call}/extensions/WJQ/end
            call_exceptions.end_waiver /admin/calls/{call}/waivers/{waiver}/end
            team.approve_membership /admin/memberships/{pending}/approve
            team.decline_membership /admin/memberships/{pending}/decline
        """,
    ),
    (PUBLISHER_DOES, "publications.confirm /publications/{publication}/confirm version={publication_version}"),
    (
        PUBLISHER_STALE,
        """
            publications.confirm /publications/{publication}/confirm
            publications.confirm /publications/{in_force}/confirm version={in_force_version}
        """,
    ),
    (BOTH_STALE, "publications.cancel /publications/{publication}/cancel"),
    (BOTH_DO, "publications.cancel /publications/{publication}/cancel version={publication_version}&reason=no"),
    (
        ADMINISTRATOR_EMPTY,
        """
            admin.invite /admin/accounts/new
            admin.account /admin/accounts/{expert}
            admin.change /admin/accounts/{expert}/second-factor
        """,
    ),
    (
        ADMINISTRATOR_DOES,
        """
            admin.change /admin/accounts/{expert}/disable
            admin.change /admin/accounts/{expert}/enable
            admin.change /admin/accounts/{expert}/sessions
        """,
    ),
    ("401 403 403 403 403 403 403 403 403 403 200 403 403", "admin.link /admin/accounts/{expert}/link"),
    (NOBODY, "admin.change /admin/accounts/{administrator}/disable"),
)


def rows(table: Table) -> list[tuple[str, str, dict[str, str], tuple[str, ...]]]:
    """(endpoint, path, form, expected statuses) of a table."""
    found = []
    for statuses, lines in table:
        for line in filter(None, map(str.strip, lines.splitlines())):
            endpoint, path, *form = line.split()
            fields = dict(pair.split("=", 1) for pair in form[0].split("&")) if form else {}
            found.append((endpoint, path, fields, tuple(statuses.split())))
    return found


def test_every_endpoint_has_its_rows(stage: Stage) -> None:  # noqa: F811
    for method, table in (("GET", GET), ("POST", POST)):
        served = {rule.endpoint for rule in stage.app.url_map.iter_rules() if method in (rule.methods or ())}
        assert {endpoint for endpoint, *_rest in rows(table)} == served, method
        assert {len(statuses) for *_rest, statuses in rows(table)} == {len(PEOPLE)}


@pytest.mark.parametrize("person", PEOPLE)
def test_reading(stage: Stage, person: str) -> None:  # noqa: F811
    browser, place = stage.world.browser(stage.app, person), PEOPLE.index(person)
    found, expected = {}, {}
    for _endpoint, path, _fields, statuses in rows(GET):
        with browser.client.get(path.format(**stage.world.ids)) as answer:
            found[path] = answer.status_code
        expected[path] = int(statuses[place])
    assert found == expected


@pytest.mark.parametrize("person", PEOPLE)
def test_writing(stage: Stage, person: str) -> None:  # noqa: F811
    browser, place = stage.world.browser(stage.app, person), PEOPLE.index(person)
    token = browser.token()
    found, expected = {}, {}
    for _endpoint, path, fields, statuses in rows(POST):
        form = {name: value.format(**stage.world.ids) for name, value in fields.items()}
        with browser.client.post(path.format(**stage.world.ids), data=form | {"csrf_token": token}) as answer:
            found[path, *fields.items()] = answer.status_code
        expected[path, *fields.items()] = int(statuses[place])
        if answer.status_code < 400:
            # Something was done: the next row meets the city as it was.
            stage.put_back()
            browser = stage.world.browser(stage.app, person)
            token = browser.token()
    assert found == expected
