"""The route table: an endpoint that is not in it, or a row that no endpoint has, fails."""

from __future__ import annotations

from flask import Flask

from registry.permissions import Permission

PUBLIC, HEALTH = Permission.PUBLIC_READ, Permission.HEALTH_READ
IMPORT = Permission.LIST_IMPORT
OWN_APPLICATION = Permission.APPLICATION_OWN
CALL_MANAGE = Permission.CALL_MANAGE
ACCOUNT_OWN, ACCOUNTS = Permission.ACCOUNT_OWN, Permission.ACCOUNT_MANAGE
TEAM, MEMBERSHIP = Permission.TEAM_MANAGE, Permission.MEMBERSHIP_APPROVE
CHANGE_OWN, CHANGE_REVIEW = Permission.CHANGE_OWN, Permission.CHANGE_REVIEW
ROUTES = {
    "static": ("/static/<path:filename>", ("GET",), PUBLIC),
    "health.healthz": ("/healthz", ("GET",), HEALTH),
    "health.readyz": ("/readyz", ("GET",), HEALTH),
    "home.map_page": ("/", ("GET",), PUBLIC),
    "public.projects": ("/projects", ("GET",), PUBLIC),
    "public.project": ("/projects/<code>", ("GET",), PUBLIC),
    "public.photo": ("/projects/<code>/photos/<int:photo_id>", ("GET",), PUBLIC),
    "public.enterprise": ("/enterprises/<int:enterprise_id>", ("GET",), PUBLIC),
    "public.announcements": ("/announcements", ("GET",), PUBLIC),
    "public.announcement": ("/announcements/<int:document_id>", ("GET",), PUBLIC),
    "honors.honors": ("/honors", ("GET",), PUBLIC),
    "public.about": ("/about", ("GET",), PUBLIC),
    "files.projects_csv": ("/projects.csv", ("GET",), PUBLIC),
    "files.projects_xlsx": ("/projects.xlsx", ("GET",), PUBLIC),
    "files.projects_geojson": ("/projects.geojson", ("GET",), PUBLIC),
    "mapdata.map_script": ("/map/page-<digest>.js", ("GET",), PUBLIC),
    "mapdata.shell_script": ("/map/shell-<digest>.js", ("GET",), PUBLIC),
    "mapdata.points_json": ("/map/points.json", ("GET",), PUBLIC),
    "mapdata.points_script": ("/map/points.js", ("GET",), PUBLIC),
    "mapdata.labels_json": ("/map/labels.json", ("GET",), PUBLIC),
    "statistics.page": ("/statistics", ("GET",), PUBLIC),
    "statistics.workbook": ("/statistics.xlsx", ("GET",), PUBLIC),
    "statistics.summary_document": ("/statistics.docx", ("GET",), PUBLIC),
    "api.projects": ("/api/v1/projects", ("GET",), PUBLIC),
    "api.project": ("/api/v1/projects/<code>", ("GET",), PUBLIC),
    "api.statistics_json": ("/api/v1/statistics", ("GET",), PUBLIC),
    "api.units": ("/api/v1/units", ("GET",), PUBLIC),
    "api.categories": ("/api/v1/categories", ("GET",), PUBLIC),
    "api.divisions": ("/api/v1/divisions", ("GET",), PUBLIC),
    "annex.annex": ("/announcements/<int:document_id>.xlsx", ("GET",), PUBLIC),
    "photos.release": (
        "/review/<int:application_id>/photos/<int:attachment_id>/release",
        ("POST",),
        Permission.PHOTO_RELEASE,
    ),
    "photos.withdraw": (
        "/review/<int:application_id>/photos/<int:attachment_id>/withdraw",
        ("POST",),
        Permission.PHOTO_RELEASE,
    ),
    "publications.publications": ("/publications", ("GET",), Permission.PUBLICATION_READ),
    "publications.new": ("/publications/new", ("GET", "POST"), Permission.PUBLICATION_PREPARE),
    "publications.publication": ("/publications/<int:publication_id>", ("GET",), Permission.PUBLICATION_READ),
    "publications.confirm": ("/publications/<int:publication_id>/confirm", ("POST",), Permission.PUBLICATION_CONFIRM),
    "publications.cancel": ("/publications/<int:publication_id>/cancel", ("POST",), Permission.PUBLICATION_READ),
    "publications.annex": ("/publications/<int:publication_id>/annex.xlsx", ("GET",), Permission.PUBLICATION_READ),
    "publications.file": ("/publications/<int:publication_id>/file", ("GET",), Permission.PUBLICATION_READ),
    "outside.outside": ("/publications/outside", ("GET", "POST"), Permission.PUBLICATION_PREPARE),
    "changes.queue": ("/review/changes", ("GET",), CHANGE_REVIEW),
    "changes.new": ("/review/changes/new", ("GET", "POST"), CHANGE_REVIEW),
    "changes.change": ("/review/changes/<int:request_id>", ("GET",), CHANGE_REVIEW),
    "changes.file": ("/review/changes/<int:request_id>/file", ("GET",), CHANGE_REVIEW),
    "changes.edit": ("/review/changes/<int:request_id>/edit", ("GET", "POST"), CHANGE_REVIEW),
    "changes.step": (
        "/review/changes/<int:request_id>/<any('agree', 'return', 'refuse', 'withdraw'):action>",
        ("POST",),
        CHANGE_REVIEW,
    ),
    "error_reports.report": ("/projects/<code>/report", ("GET", "POST"), Permission.REPORT_SEND),
    "error_reports.look": ("/reports", ("GET", "POST"), Permission.REPORT_SEND),
    "error_reports.answered": ("/reports/<number>/<token>", ("GET",), Permission.REPORT_SEND),
    "report_desk.queue": ("/review/reports", ("GET",), Permission.REPORT_ANSWER),
    "report_desk.case": ("/review/reports/<int:report_id>", ("GET", "POST"), Permission.REPORT_ANSWER),
    "own_changes.changes": ("/enterprise/changes", ("GET",), CHANGE_OWN),
    "own_changes.new": ("/enterprise/changes/new", ("GET", "POST"), CHANGE_OWN),
    "own_changes.change": ("/enterprise/changes/<int:request_id>", ("GET",), CHANGE_OWN),
    "own_changes.file": ("/enterprise/changes/<int:request_id>/file", ("GET",), CHANGE_OWN),
    "own_changes.edit": ("/enterprise/changes/<int:request_id>/edit", ("GET", "POST"), CHANGE_OWN),
    "own_changes.withdraw": ("/enterprise/changes/<int:request_id>/withdraw", ("POST",), CHANGE_OWN),
    "upkeep.search": ("/review/record", ("GET",), CHANGE_REVIEW),
    "upkeep.project": ("/review/record/projects/<code>", ("GET",), CHANGE_REVIEW),
    "upkeep.enterprise": ("/review/record/enterprises/<int:enterprise_id>", ("GET",), CHANGE_REVIEW),
    "calls.calls": ("/calls", ("GET",), PUBLIC),
    "calls.call": ("/calls/<int:call_id>", ("GET",), PUBLIC),
    "calls.blank_form": ("/calls/<int:call_id>/form", ("GET",), PUBLIC),
    "calls.check": ("/calls/<int:call_id>/check", ("GET",), PUBLIC),
    "calls_admin.calls": ("/admin/calls", ("GET",), CALL_MANAGE),
    "calls_admin.new": ("/admin/calls/new", ("GET", "POST"), CALL_MANAGE),
    "calls_admin.call": ("/admin/calls/<int:call_id>", ("GET",), CALL_MANAGE),
    "calls_admin.edit": ("/admin/calls/<int:call_id>/edit", ("GET", "POST"), CALL_MANAGE),
    "calls_admin.rules": ("/admin/calls/<int:call_id>/rules", ("GET", "POST"), CALL_MANAGE),
    "calls_admin.publish": ("/admin/calls/<int:call_id>/publish", ("GET", "POST"), CALL_MANAGE),
    "call_exceptions.extensions": ("/admin/calls/<int:call_id>/extensions", ("GET", "POST"), CALL_MANAGE),
    "call_exceptions.end_extension": ("/admin/calls/<int:call_id>/extensions/<unit>/end", ("POST",), CALL_MANAGE),
    "call_exceptions.waivers": ("/admin/calls/<int:call_id>/waivers", ("GET", "POST"), CALL_MANAGE),
    "call_exceptions.end_waiver": ("/admin/calls/<int:call_id>/waivers/<int:waiver_id>/end", ("POST",), CALL_MANAGE),
    "attachments.files": ("/enterprise/applications/<int:application_id>/files", ("GET",), OWN_APPLICATION),
    "attachments.add": ("/enterprise/applications/<int:application_id>/files", ("POST",), OWN_APPLICATION),
    "attachments.describe": (
        "/enterprise/applications/<int:application_id>/files/<int:attachment_id>/describe",
        ("POST",),
        OWN_APPLICATION,
    ),
    "attachments.remove": (
        "/enterprise/applications/<int:application_id>/files/<int:attachment_id>/remove",
        ("POST",),
        OWN_APPLICATION,
    ),
    "attachments.download": ("/files/<int:attachment_id>", ("GET",), Permission.FILE_READ),
    "attachments.preview": ("/files/<int:attachment_id>/preview", ("GET",), Permission.FILE_READ),
    "enterprise.dashboard": ("/enterprise", ("GET",), OWN_APPLICATION),
    "enterprise.begin": ("/enterprise/begin", ("GET",), OWN_APPLICATION),
    "enterprise.begin_draft": ("/enterprise/begin", ("POST",), OWN_APPLICATION),
    "enterprise.application": ("/enterprise/applications/<int:application_id>", ("GET",), OWN_APPLICATION),
    "enterprise.save": ("/enterprise/applications/<int:application_id>", ("POST",), OWN_APPLICATION),
    "enterprise.autosave": ("/enterprise/applications/<int:application_id>/autosave", ("POST",), OWN_APPLICATION),
    "enterprise.check": ("/enterprise/applications/<int:application_id>/review-page", ("GET",), OWN_APPLICATION),
    "enterprise.confirm": ("/enterprise/applications/<int:application_id>/confirm", ("POST",), OWN_APPLICATION),
    "enterprise.submit": ("/enterprise/applications/<int:application_id>/submit", ("POST",), OWN_APPLICATION),
    "enterprise.withdraw": ("/enterprise/applications/<int:application_id>/withdraw", ("GET",), OWN_APPLICATION),
    "enterprise.withdraw_now": ("/enterprise/applications/<int:application_id>/withdraw", ("POST",), OWN_APPLICATION),
    "enterprise.printed": ("/enterprise/applications/<int:application_id>/print", ("GET",), OWN_APPLICATION),
    "place.place": ("/enterprise/place", ("GET",), OWN_APPLICATION),
    "review.queue": ("/review", ("GET",), Permission.REVIEW),
    "review.case": ("/review/<int:application_id>", ("GET",), Permission.REVIEW),
    "review.summary_xlsx": ("/review/summary.xlsx", ("GET",), Permission.REVIEW),
    "review_steps.step": ("/review/<int:application_id>/<action>", ("POST",), Permission.REVIEW),
    "review_steps.seen": ("/review/<int:application_id>/seen", ("POST",), Permission.REVIEW),
    "review_steps.sheet": ("/review/<int:application_id>/sheet", ("POST",), Permission.REVIEW),
    "review_steps.note": ("/review/<int:application_id>/note", ("POST",), Permission.REVIEW),
    "call_dates.dates": ("/calls/<int:call_id>.ics", ("GET",), PUBLIC),
    "call_pauses.pauses": ("/admin/calls/<int:call_id>/pauses", ("GET", "POST"), CALL_MANAGE),
    "call_pauses.end": ("/admin/calls/<int:call_id>/pauses/<int:pause_id>/end", ("POST",), CALL_MANAGE),
    "account.digest": ("/account/digest", ("POST",), ACCOUNT_OWN),
    "enterprise.ask": ("/enterprise/applications/<int:application_id>/ask", ("POST",), OWN_APPLICATION),
    "today.today": ("/review/today", ("GET",), Permission.REVIEW),
    "delivery.page": ("/review/delivery", ("GET",), Permission.REVIEW),
    "delivery.workbook": ("/review/delivery.xlsx", ("GET",), Permission.REVIEW),
    "review_steps.extend": ("/review/<int:application_id>/extend", ("POST",), Permission.REVIEW),
    "review_steps.assign": ("/review/<int:application_id>/assign", ("POST",), Permission.REVIEW),
    "review_steps.duplicate": ("/review/<int:application_id>/duplicate", ("POST",), Permission.REVIEW),
    "review_bulk.plan": ("/review/bulk", ("POST",), Permission.REVIEW),
    "review_bulk.confirm": ("/review/bulk/confirm", ("POST",), Permission.REVIEW),
    "phrases.library": ("/review/phrases", ("GET",), Permission.REVIEW),
    "phrases.add": ("/review/phrases", ("POST",), Permission.REVIEW),
    "phrases.remove": ("/review/phrases/<int:phrase_id>/remove", ("POST",), Permission.REVIEW),
    "phrases.move": ("/review/phrases/<int:phrase_id>/move", ("POST",), Permission.REVIEW),
    "auth.sign_in": ("/sign-in", ("GET", "POST"), Permission.SIGN_IN),
    "auth.second_step": ("/sign-in/code", ("GET", "POST"), Permission.SIGN_IN),
    "auth.sign_out": ("/sign-out", ("POST",), ACCOUNT_OWN),
    "auth.register": ("/register", ("GET", "POST"), Permission.SIGN_IN),
    "auth.reset": ("/reset", ("GET", "POST"), Permission.SIGN_IN),
    "auth.reset_link": ("/reset/<token>", ("GET", "POST"), Permission.SIGN_IN),
    "auth.invitation": ("/invitation/<token>", ("GET", "POST"), Permission.SIGN_IN),
    "auth.account": ("/account", ("GET",), ACCOUNT_OWN),
    "account.password": ("/account/password", ("GET", "POST"), ACCOUNT_OWN),
    "account.change_second_factor": ("/account/second-factor", ("GET", "POST"), ACCOUNT_OWN),
    "account.sign_out_everywhere": ("/account/sign-out-everywhere", ("POST",), ACCOUNT_OWN),
    "account.data": ("/account/data.json", ("GET",), ACCOUNT_OWN),
    "inbox.messages": ("/inbox", ("GET",), ACCOUNT_OWN),
    "inbox.read": ("/inbox/read", ("POST",), ACCOUNT_OWN),
    "team.team": ("/enterprise/team", ("GET",), TEAM),
    "team.approve": ("/enterprise/team/<int:account_id>/approve", ("POST",), TEAM),
    "team.decline": ("/enterprise/team/<int:account_id>/decline", ("POST",), TEAM),
    "team.remove": ("/enterprise/team/<int:account_id>/remove", ("POST",), TEAM),
    "team.hand_over": ("/enterprise/team/<int:account_id>/owner", ("POST",), TEAM),
    "team.make_owner": ("/admin/memberships/<int:account_id>/owner", ("POST",), MEMBERSHIP),
    "team.end_owner": ("/admin/memberships/<int:account_id>/end-owner", ("POST",), MEMBERSHIP),
    "team.memberships": ("/admin/memberships", ("GET",), MEMBERSHIP),
    "team.approve_membership": ("/admin/memberships/<int:account_id>/approve", ("POST",), MEMBERSHIP),
    "team.decline_membership": ("/admin/memberships/<int:account_id>/decline", ("POST",), MEMBERSHIP),
    "admin.accounts": ("/admin/accounts", ("GET",), ACCOUNTS),
    "admin.invite": ("/admin/accounts/new", ("GET", "POST"), ACCOUNTS),
    "admin.account": ("/admin/accounts/<int:account_id>", ("GET", "POST"), ACCOUNTS),
    "admin.change": (
        "/admin/accounts/<int:account_id>/<any('disable', 'enable', 'sessions', 'second-factor'):step>",
        ("POST",),
        ACCOUNTS,
    ),
    "admin.link": ("/admin/accounts/<int:account_id>/link", ("POST",), ACCOUNTS),
    "imports.imports": ("/admin/imports", ("GET", "POST"), IMPORT),
    "imports.job": ("/admin/imports/<int:job_id>", ("GET",), IMPORT),
    "imports.answer": ("/admin/imports/<int:job_id>/answers", ("POST",), IMPORT),
    "imports.apply": ("/admin/imports/<int:job_id>/apply", ("POST",), IMPORT),
    "imports.undo": ("/admin/imports/<int:job_id>/undo", ("POST",), IMPORT),
    "imports.drop": ("/admin/imports/<int:job_id>/drop", ("POST",), IMPORT),
    "import_files.sent": ("/admin/imports/<int:job_id>/file", ("GET",), IMPORT),
    "import_files.report": ("/admin/imports/<int:job_id>/report.xlsx", ("GET",), IMPORT),
    "import_files.answers": ("/admin/imports/<int:job_id>/answers.csv", ("GET",), IMPORT),
    "import_files.template": ("/admin/imports/templates/<kind>.xlsx", ("GET",), IMPORT),
    "lists.overview": ("/admin/lists", ("GET",), Permission.REFERENCE_MANAGE),
    "lists.add_town": ("/admin/lists/towns", ("POST",), Permission.REFERENCE_MANAGE),
    "lists.remove_town": ("/admin/lists/towns/remove", ("POST",), Permission.REFERENCE_MANAGE),
    "lists.unit": ("/admin/lists/units/<code>", ("GET", "POST"), Permission.REFERENCE_MANAGE),
    "lists.category": ("/admin/lists/categories/<code>", ("GET", "POST"), Permission.REFERENCE_MANAGE),
    "admin.audit": ("/admin/audit", ("GET",), Permission.AUDIT_READ),
    "admin.audit_workbook": ("/admin/audit.xlsx", ("GET",), Permission.AUDIT_READ),
}


def test_every_route_stands_in_the_table_with_its_methods_and_policy(demo_app: Flask) -> None:
    found = {
        rule.endpoint: (
            rule.rule,
            tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            getattr(demo_app.view_functions[rule.endpoint], "policy", None),
        )
        for rule in demo_app.url_map.iter_rules()
    }
    assert found == ROUTES


def test_a_view_without_a_policy_answers_to_nobody(demo_app: Flask) -> None:
    demo_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = demo_app.test_client().get("/forgotten")
    assert response.status_code == 403
    assert b"secret" not in response.data


def test_only_get_is_answered(demo_app: Flask) -> None:
    client = demo_app.test_client()
    answers = {
        method: client.open("/projects", method=method).status_code for method in ("POST", "PUT", "PATCH", "DELETE")
    }
    assert answers == {"POST": 405, "PUT": 405, "PATCH": 405, "DELETE": 405}
