"""What each person (`world.PEOPLE`) is answered to every form, empty unless `name={id of the city}` follows."""

from __future__ import annotations

from tests.house.access.answers import (
    BOTH_DO,
    BOTH_EMPTY,
    BOTH_MISS,
    BULK_EMPTY,
    BUREAU_DOES,
    CALL_EMPTY,
    CALL_STALE,
    CITY_DOES,
    CITY_EMPTY,
    CITY_ONLY,
    DISTRICT_DOES,
    EMPTY,
    FOR_DISTRICT,
    HIDDEN,
    MIXED,
    NO_STEP,
    NOBODY,
    NOTE,
    NOTE_EMPTY,
    OFFICERS_SEE,
    OWN_CLASH,
    OWN_CLOSED,
    OWN_REFUSED,
    OWN_SAVED,
    OWNER_DOES,
    SELF,
    SELF_EMPTY,
    SELF_UNLIMITED,
    SHEET,
    STALE,
)
from tests.house.access.desk import DESK
from tests.house.access.desks import DESKS
from tests.house.access.inspection import WRITING
from tests.house.access.notices import NOTICES
from tests.house.access.reading import ALL, AWAY, GONE, POST_LATER, Table

POST: Table = (
    *WRITING,
    *POST_LATER,
    *NOTICES,
    (
        EMPTY,
        """
            auth.sign_in /sign-in
            registering.register /register
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
            joining.join /join/guessed
        """,
    ),
    (AWAY, "auth.second_step /sign-in/code"),
    (
        SELF,
        """
            auth.sign_out /sign-out
            account.sign_out_everywhere /account/sign-out-everywhere
            account.sign_out_others /account/sign-out-others
        """,
    ),
    (SELF_UNLIMITED, "inbox.read /inbox/read"),
    (
        SELF_EMPTY,
        """
            account.password /account/password
            account.close /account/close
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
    ("401 403 403 403 403 200 404 200 403 403 403 403 403", "report_desk.contact /review/reports/{report}/contact"),
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
    (CITY_DOES, "review_steps.step /review/{proposed}/reject version={proposed_version}&message=no"),
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
            review_steps.contacts /review/{draft}/contacts
                review_steps.duplicate /review/{draft}/duplicate other=project:1&answer=same
            """,
    ),
    (OFFICERS_SEE, "review_steps.contacts /review/{submitted}/contacts"),
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
    *DESKS,
    *DESK,
)  # fmt: skip
