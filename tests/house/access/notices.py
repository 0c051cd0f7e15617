"""What each person is answered to the forms of public notices and objections, in the order of `world.PEOPLE`."""

from __future__ import annotations

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
_EMPTY = "422 422 422 422 422 422 422 422 422 422 422 422 422"
_GONE = "404 404 404 404 404 404 404 404 404 404 404 404 404"
_CITY_EMPTY = "401 403 403 403 403 403 403 422 403 403 403 403 403"
_CITY_STALE = "401 403 403 403 403 403 403 409 403 403 403 403 403"
_CITY_SEES = "401 403 403 403 403 403 403 200 403 403 403 403 403"
_CITY_DOES = "401 403 403 403 403 403 403 303 403 403 403 403 403"
_PUBLISHER_DOES = "401 403 403 403 403 403 403 403 303 403 403 403 403"
_PUBLISHER_STALE = "401 403 403 403 403 403 403 403 409 403 403 403 403"
_BOTH_STALE = "401 403 403 403 403 403 403 409 409 403 403 403 403"
_BOTH_DO = "401 403 403 403 403 403 403 303 303 403 403 403 403"
_ADMINISTRATOR_DOES = "401 403 403 403 403 403 403 403 403 403 302 403 403"
_IN_A_DOCUMENT = "401 403 403 403 403 403 404 409 403 403 403 403 403"

NOTICES: tuple[tuple[str, str], ...] = (
    (_EMPTY, "objecting.objecting /notices/{notice}/object"),
    (
        _GONE,
        """
            objecting.look /objections
            objecting.objecting /notices/{waiting_notice}/object
        """,
    ),
    (
        _CITY_EMPTY,
        """
            notice_desk.new /review/notices/new?call={notice_call}
            objections.paper /review/notices/{notice}/paper
            calendar.calendar /admin/calendar
        """,
    ),
    (_CITY_STALE, "objections.handle /review/objections/{objection}/refuse"),
    (
        _CITY_SEES,
        """
            objections.identity /review/objections/{objection}/identity
            objections.file /review/objections/{objection}/files/{objection_file}
        """,
    ),
    (_CITY_DOES, "objections.handle /review/objections/{objection}/admit version={objection_version}"),
    (
        _PUBLISHER_DOES,
        """
            notice_desk.open_notice /review/notices/{waiting_notice}/open version={waiting_notice_version}&calendar_checked=1
            notice_desk.withdraw /review/notices/{notice}/withdraw version={notice_version}&reason=no
            notice_desk.note /review/notices/{notice}/note version={notice_version}&text=no
        """,
    ),
    (
        _PUBLISHER_STALE,
        """
            notice_desk.open_notice /review/notices/{waiting_notice}/open
            notice_desk.withdraw /review/notices/{notice}/withdraw
            notice_desk.note /review/notices/{notice}/note
        """,
    ),
    (_BOTH_STALE, "notice_desk.cancel /review/notices/{waiting_notice}/cancel"),
    (_BOTH_DO, "notice_desk.cancel /review/notices/{waiting_notice}/cancel version={waiting_notice_version}&reason=no"),
    (
        _ADMINISTRATOR_DOES,
        """
            admin.change /admin/accounts/{preparer}/objectors-on
            admin.change /admin/accounts/{preparer}/objectors-off
        """,
    ),
    # What stands in a document that waits for its second person is not undone.
    (_IN_A_DOCUMENT, "review_steps.step /review/{proposed}/undo version={proposed_version}&reason=no"),
)
