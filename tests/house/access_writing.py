"""What each person is answered to every form, with the form token: one status a person, in the order of `world.PEOPLE`.

An empty form unless fields follow the address (`name={id of the city}`).
"""

from __future__ import annotations

from tests.house.access_desk import DESK
from tests.house.access_reading import ALL, AWAY, GONE, Table

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
BOTH_EMPTY = "401 403 403 403 403 403 403 422 422 403 403 403 403"
BOTH_MISS = "401 403 403 403 403 403 403 404 404 403 403 403 403"
BOTH_DO = "401 403 403 403 403 403 403 303 303 403 403 403 403"
ADMINISTRATOR_EMPTY = "401 403 403 403 403 403 403 403 403 403 422 403 403"
ADMINISTRATOR_DOES = "401 403 403 403 403 403 403 403 403 403 302 403 403"
IMPORT_EMPTY = "401 403 403 403 403 403 403 422 422 403 422 403 403"
IMPORT_STALE = "401 403 403 403 403 403 403 409 409 403 409 403 403"
NOBODY = "401 403 403 403 403 403 403 403 403 403 403 403 403"

POST: Table = (
    (
        EMPTY,
        """
            auth.sign_in /sign-in
            auth.register /register
            error_reports.report /projects/CZ-000001/report
        """,
    ),
    (ALL, "auth.reset /reset"),
    (
        GONE,
        """
            error_reports.look /reports
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
            own_changes.withdraw /enterprise/changes/{change}/withdraw version={change_version}
            attachments.describe /enterprise/applications/{draft}/files/{draft_file}/describe caption=x
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
            attachments.describe /enterprise/applications/{draft}/files/{draft_file}/describe
            enterprise.submit /enterprise/applications/{draft}/submit version={draft_version}
        """,
    ),
    (
        OWN_CLASH,
        """
            enterprise.confirm /enterprise/applications/{draft}/confirm
            enterprise.submit /enterprise/applications/{draft}/submit
            enterprise.withdraw_now /enterprise/applications/{submitted}/withdraw
            own_changes.withdraw /enterprise/changes/{change}/withdraw
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
        "401 422 422 422 403 403 403 403 403 403 403 403 403",
        "own_changes.new /enterprise/changes/new?kind=rename_enterprise",
    ),
    ("401 404 404 409 403 403 403 403 403 403 403 403 403", "own_changes.edit /enterprise/changes/{other_change}/edit"),
    (
        "401 403 403 403 403 422 404 422 403 403 403 403 403",
        "changes.new /review/changes/new?kind=correct_project&project=CZ-000001",
    ),
    ("401 403 403 403 403 403 404 409 403 403 403 403 403", "changes.edit /review/changes/{staff_change}/edit"),
    (
        "401 403 403 403 403 303 404 403 403 403 403 403 403",
        "changes.step /review/changes/{change}/refuse version={change_version}&answer=no",
    ),
    (BUREAU_DOES, "team.make_owner /admin/memberships/{colleague}/owner reason=x"),
    (CALL_EMPTY, "team.make_owner /admin/memberships/{colleague}/owner"),
    (CALL_STALE, "team.end_owner /admin/memberships/{own}/end-owner reason=x"),
    ("401 403 403 403 403 409 404 409 403 403 403 403 403", "report_desk.case /review/reports/{report}"),
    (
        OWNER_DOES,
        """
            team.approve /enterprise/team/{pending}/approve
            team.decline /enterprise/team/{pending}/decline
            team.remove /enterprise/team/{colleague}/remove
            team.hand_over /enterprise/team/{colleague}/owner
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
            changes.step /review/changes/{change}/agree
            review_steps.sheet /review/{submitted}/sheet
        """,
    ),
    (
        HIDDEN,
        """
            review_steps.step /review/{draft}/submit version={draft_version}
            review_steps.step /review/{submitted}/publish version={submitted_version}
            review_steps.note /review/{draft}/note note=x
                review_steps.duplicate /review/{draft}/duplicate other=project:1&answer=same
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
        BOTH_DO,
        """
            photos.release /review/{recognised}/photos/{unreleased_photo}/release caption=x
            photos.withdraw /review/{recognised}/photos/{released_photo}/withdraw
        """,
    ),
    (BOTH_EMPTY, "photos.release /review/{recognised}/photos/{unreleased_photo}/release"),
    (BOTH_MISS, "photos.release /review/{recognised}/photos/{file}/release caption=x"),
    (NOBODY, "photos.release /review/{submitted}/photos/{file}/release caption=x"),
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
    (IMPORT_EMPTY, "imports.imports /admin/imports"),
    (
        IMPORT_STALE,
        """
            imports.answer /admin/imports/{import}/answers
            imports.apply /admin/imports/{import}/apply
            imports.undo /admin/imports/{import}/undo
            imports.drop /admin/imports/{import}/drop
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
            lists.add_town /admin/lists/towns
            lists.unit /admin/lists/units/TNQ
            lists.category /admin/lists/categories/mun_smart_workshop
        """,
    ),
    (
        ADMINISTRATOR_DOES,
        """
            admin.change /admin/accounts/{expert}/disable
            admin.change /admin/accounts/{expert}/enable
            admin.change /admin/accounts/{expert}/sessions
            lists.remove_town /admin/lists/towns/remove town=横林镇
        """,
    ),
    ("401 403 403 403 403 403 403 403 403 403 200 403 403", "admin.link /admin/accounts/{expert}/link"),
    (NOBODY, "admin.change /admin/accounts/{administrator}/disable"),
    *DESK,
)
