"""What each person is answered to the forms of deadlines, pauses and digests; read with `writing.py`."""

from __future__ import annotations

from tests.house.access.answers import BUREAU_DOES, CALL_EMPTY
from tests.house.access.reading import Table

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
DESK: Table = (
    (
        "401 403 403 403 403 404 404 404 403 403 403 403 403",
        """
        review_steps.assign /review/{draft}/assign
        review_bulk.confirm /review/bulk/confirm seen={draft}:{draft_version}&action=assign
    """,
    ),
    (
        "401 403 403 403 403 303 404 303 403 403 403 403 403",
        """
            review_steps.assign /review/{submitted}/assign assignee={tnq}&version={submitted_version}
            review_bulk.confirm /review/bulk/confirm seen={submitted}:{submitted_version}&action=assign&assignee={tnq}
        """,
    ),
    (
        "401 403 403 403 403 422 404 403 403 403 403 403 403",
        "review_steps.extend /review/{returned}/extend version={returned_version}",
    ),
    ("401 303 303 404 403 403 403 403 403 403 403 403 403", "enterprise.ask /enterprise/applications/{draft}/ask"),
    ("401 403 403 404 403 403 403 403 403 403 403 403 403", "enterprise.ask /enterprise/applications/{submitted}/ask"),
    (
        "401 200 200 404 403 403 403 403 403 403 403 403 403",
        "enterprise.hand_link /enterprise/applications/{draft}/colleague-link",
    ),
    ("401 403 403 403 403 403 403 403 403 403 422 403 403", "maintenance.notices /admin/maintenance"),
    ("401 403 403 403 403 403 403 403 403 403 404 403 403", "maintenance.remove /admin/maintenance/99/remove"),
    (
        "401 403 403 403 403 403 403 403 403 403 303 403 403",
        "maintenance.remove /admin/maintenance/{upkeep}/remove",
    ),
    ("401 422 422 422 422 422 422 422 422 422 422 422 422", "account.digest /account/digest digest=hourly"),
    ("401 302 302 302 302 302 302 302 302 302 302 302 302", "account.digest /account/digest digest=weekly"),
    ("401 403 403 403 403 403 403 422 403 403 422 403 403", "call_pauses.pauses /admin/calls/{call}/pauses"),
    ("401 403 403 403 403 403 403 404 403 403 404 403 403", "call_pauses.end /admin/calls/{call}/pauses/99/end"),
    ("401 403 403 403 403 403 403 302 403 403 302 403 403", "call_pauses.end /admin/calls/{call}/pauses/{pause}/end"),
    (
        CALL_EMPTY,
        """
            call_files.files /admin/calls/{call}/files
            call_files.replace /admin/calls/{call}/files/{call_file}/replace
        """,
    ),
    (BUREAU_DOES, "call_files.remove /admin/calls/{call}/files/{call_file}/remove version={call_version}"),
    (
        "401 403 403 403 403 403 403 404 403 403 404 403 403",
        """
            call_files.replace /admin/calls/{call}/files/{secret_call_file}/replace replace-{secret_call_file}-version={call_version}
            call_files.remove /admin/calls/{call}/files/{secret_call_file}/remove version={call_version}
        """,
    ),
)
