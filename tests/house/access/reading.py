"""What each person is answered at every address that is read: one status a person, in the order of `world.PEOPLE`."""

from __future__ import annotations

from tests.house.access.later import GET_LATER, POST_LATER

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
ALL = "200 200 200 200 200 200 200 200 200 200 200 200 200"
GONE = "404 404 404 404 404 404 404 404 404 404 404 404 404"
AWAY = "302 302 302 302 302 302 302 302 302 302 302 302 302"
ACCOUNT = "302 200 200 200 200 200 200 200 200 200 200 200 200"
MESSAGES = "302 200 200 200 200 200 200 200 200 200 200 200 302"
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
IMPORTERS = "302 403 403 403 302 403 403 200 200 403 200 403 302"
ADMINISTRATOR = "302 403 403 403 302 403 403 403 403 403 200 403 302"
AUDIT = "302 403 403 403 302 403 403 403 403 403 200 200 302"

Table = tuple[tuple[str, str], ...]
__all__ = ["ALL", "AWAY", "GET", "GONE", "POST_LATER", "Table"]
GET: Table = (
    *GET_LATER,
    (
        ALL,
        """
            auth.desk /desk.json
            static /static/site.css
            health.healthz /healthz
            health.readyz /readyz
            home.map_page /
            public.projects /projects
            public.project /projects/CZ-000001
            public.photo /projects/CZ-000001/photos/{public_photo}
            public.enterprise /enterprises/{public_enterprise}
            public.announcements /announcements
            public.announcement /announcements/{document}
            annex.annex /announcements/{document}.xlsx
            public.about /about
            honors.honors /honors
            files.projects_csv /projects.csv
            files.projects_xlsx /projects.xlsx
            files.projects_geojson /projects.geojson
            mapdata.points_json /map/points.json
            mapdata.points_script /map/points.js
            mapdata.clusters_json /map/clusters.json
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
            files.projects_gpkg /projects.gpkg
            files.csv_metadata /projects.csv-metadata.json
            open_page.page /api
            open_page.openapi /api/openapi.json
            ogc.landing /ogc
            ogc.conformance /ogc/conformance
            ogc.api /ogc/api
            ogc.listed /ogc/collections
            ogc.projects /ogc/collections/projects
            ogc.divisions /ogc/collections/divisions
            ogc.project_items /ogc/collections/projects/items
            ogc.division_items /ogc/collections/divisions/items
            ogc.project_item /ogc/collections/projects/items/CZ-000001
            ogc.division_item /ogc/collections/divisions/items/320402
            calls.calls /calls
            calls.call /calls/{call}
            call_dates.dates /calls/{call}.ics
            call_files.public /calls/{call}/files/{call_file}
            calls.blank_form /calls/{call}/form
            calls.check /calls/{call}/check
            notices.notices /notices
            notices.notice /notices/{notice}
            notices.workbook /notices/{notice}.xlsx
            notices_open.notices /api/v1/notices
            notices_open.notice /api/v1/notices/{notice}
            catalog.catalog /catalog.jsonld
            embed.embed /embed?list=1
            embed.share /share?unit=JKQ
            project_code.svg /projects/CZ-000001/qr.svg
            project_code.png /projects/CZ-000001/qr.png
            feed.feed /feed.xml
            pictures.card /card.png
            pictures.favicon /favicon.ico
            pictures.touch_icon /icon-180.png
            robots.robots /robots.txt
            robots.sitemap /sitemap.xml
            robots.sitemap_part /sitemap-1.xml
            texts.privacy /privacy
            texts.accessibility /accessibility
            texts.guide /help
            texts.contact /contact
            objecting.objecting /notices/{notice}/object
            objecting.look /objections
            registering.register /register
            error_reports.report /projects/CZ-000001/report
            error_reports.look /reports
            auth.reset /reset
        """,
    ),
    (
        GONE,
        """
            mapdata.map_script /map/page-0.js
            mapdata.shell_script /map/shell-0.js
            public.project /projects/CZ-999999
            project_code.svg /projects/CZ-999999/qr.svg
            project_code.png /projects/CZ-999999/qr.png
            public.photo /projects/CZ-000001/photos/999
            public.photo /projects/CZ-000001/photos/{file}
            public.photo /projects/CZ-999999/photos/{public_photo}
            public.enterprise /enterprises/{own_enterprise}
            public.announcement /announcements/999
            annex.annex /announcements/999.xlsx
            api.project /api/v1/projects/CZ-999999
            ogc.project_item /ogc/collections/projects/items/CZ-999999
            ogc.division_item /ogc/collections/divisions/items/999999
            calls.call /calls/{draft_call}
            call_dates.dates /calls/{draft_call}.ics
            call_files.public /calls/{draft_call}/files/{secret_call_file}
            call_files.public /calls/{call}/files/{secret_call_file}
            calls.blank_form /calls/{draft_call}/form
            calls.check /calls/{draft_call}/check
            error_reports.report /projects/CZ-999999/report
            error_reports.answered /reports/CW-2026-0001/guessed
            notices.notice /notices/{waiting_notice}
            notices.workbook /notices/{waiting_notice}.xlsx
            notices_open.notice /api/v1/notices/{waiting_notice}
            objecting.objecting /notices/{waiting_notice}/object
            objecting.answered /objections/YY-2026-0001/guessed
            auth.reset_link /reset/guessed
            auth.invitation /invitation/guessed
            joining.join /join/guessed
        """,
    ),
    ("200 302 302 302 302 302 302 302 302 302 302 302 302", "auth.sign_in /sign-in"),
    (AWAY, "auth.second_step /sign-in/code"),
    (
        ACCOUNT,
        """
            auth.account /account
            account.password /account/password
            account.close /account/close
            account.change_second_factor /account/second-factor
        """,
    ),
    (
        MESSAGES,
        """
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
            own_changes.changes /enterprise/changes
            own_changes.new /enterprise/changes/new?kind=rename_enterprise
        """,
    ),
    (
        OWN,
        """
            enterprise.application /enterprise/applications/{draft}?section=place
            enterprise.application /enterprise/applications/{submitted}
            enterprise.application /enterprise/applications/{proposed}
            enterprise.check /enterprise/applications/{draft}/review-page
            enterprise.second_person /enterprise/applications/{draft}/second-person
            enterprise.withdraw /enterprise/applications/{submitted}/withdraw
            enterprise.printed /enterprise/applications/{submitted}/print
            enterprise.printed /enterprise/applications/{draft}/print
            attachments.files /enterprise/applications/{draft}/files
            own_changes.change /enterprise/changes/{change}
            own_changes.file /enterprise/changes/{change}/file
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
    ("302 404 404 200 302 403 403 403 403 403 403 403 302", "own_changes.edit /enterprise/changes/{other_change}/edit"),
    ("302 403 403 404 302 403 403 403 403 403 403 403 302", "own_changes.edit /enterprise/changes/{change}/edit"),
    (
        "302 403 403 403 302 200 404 200 403 403 403 403 302",
        "changes.new /review/changes/new?kind=correct_project&project=CZ-000001",
    ),
    ("302 403 403 403 302 403 404 200 403 403 403 403 302", "changes.edit /review/changes/{staff_change}/edit"),
    ("302 403 403 403 302 200 200 200 403 403 403 403 302", "report_desk.queue /review/reports"),
    ("302 403 403 403 302 200 404 200 403 403 403 403 302", "report_desk.case /review/reports/{report}"),
    (OWNER, "team.team /enterprise/team"),
    (
        FILE,
        """
            attachments.download /files/{file}
            attachments.document /files/applications/{submitted}.docx
            attachments.preview /files/{file}/preview
        """,
    ),
    (
        OWN_FILE,
        """
            attachments.download /files/{draft_file}
            attachments.document /files/applications/{draft}.docx
            attachments.preview /files/{draft_file}/preview
        """,
    ),
    (
        OFFICER,
        """
            today.today /review/today
            delivery.page /review/delivery
            delivery.workbook /review/delivery.xlsx
            review.queue /review
            review.queue /review?unit=TNQ&tab=all
            review.summary_xlsx /review/summary.xlsx?tab=all
            phrases.library /review/phrases
            changes.queue /review/changes
            upkeep.search /review/record?q=CZ-000001
        """,
    ),
    (
        CASE,
        """
            review.case /review/{submitted}
            review.case /review/{submitted}?step=return
            review.case /review/{returned}
            changes.change /review/changes/{change}
            changes.file /review/changes/{change}/file
            upkeep.project /review/record/projects/CZ-000001
            upkeep.enterprise /review/record/enterprises/{public_enterprise}
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
            call_pauses.pauses /admin/calls/{call}/pauses
            call_files.files /admin/calls/{draft_call}/files
            call_files.file /admin/calls/{draft_call}/files/{secret_call_file}
            call_exceptions.waivers /admin/calls/{call}/waivers
        """,
    ),
    (
        DOCUMENTS,
        """
            notice_desk.notices /review/notices
            notice_desk.notice /review/notices/{waiting_notice}
            publications.publications /publications
            publications.publication /publications/{publication}
            publications.annex /publications/{publication}/annex.xlsx
            publications.file /publications/{in_force}/file
        """,
    ),
    (
        NO_DOCUMENT,
        """
            publications.file /publications/{publication}/file
            publications.publication /publications/999
            notice_desk.notice /review/notices/999
        """,
    ),
    (
        PREPARING,
        """
            notice_desk.new /review/notices/new?call={notice_call}
            objections.objections /review/objections
            objections.objection /review/objections/{objection}
            objections.paper /review/notices/{notice}/paper
            calendar.calendar /admin/calendar
            publications.new /publications/new?call={call}
            outside.outside /publications/outside
        """,
    ),
    (MEMBERSHIPS, "team.memberships /admin/memberships"),
    (
        ADMINISTRATOR,
        """
            admin.accounts /admin/accounts
            maintenance.notices /admin/maintenance
            admin.invite /admin/accounts/new
            admin.account /admin/accounts/{own}
            lists.overview /admin/lists
            lists.unit /admin/lists/units/TNQ
            lists.category /admin/lists/categories/mun_smart_workshop
        """,
    ),
    (
        IMPORTERS,
        """
            imports.imports /admin/imports
            imports.job /admin/imports/{import}
            import_files.sent /admin/imports/{import}/file
            import_files.report /admin/imports/{import}/report.xlsx
            import_files.answers /admin/imports/{import}/answers.csv
            import_files.template /admin/imports/templates/honors.xlsx
            import_files.enterprises /admin/imports/enterprises.xlsx
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
