"""Rows of the access tables for the later forms of a title, the ladder and what follows from them."""

from __future__ import annotations

from tests.house.access.answers import CALL_EMPTY, CALL_STALE, CITY_EMPTY
from tests.house.access.reading import CALLS, PREPARING, Table

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
CALL_DOES = "401 403 403 403 403 403 403 303 403 403 303 403 403"

FORMS_GET: Table = (
    (
        CALLS,
        """
            subjects.subjects /admin/calls/{yearly_call}/subjects
            ladder.ladder /admin/ladder
            subjects.workbook /admin/calls/{yearly_call}/subjects.xlsx
        """,
    ),
    (
        PREPARING,
        """
            re_evaluation.new /publications/re-evaluation?call={again_call}
            ladder.convert /publications/mapping?mapping={mapping}
        """,
    ),
)
FORMS_POST: Table = (
    (
        CITY_EMPTY,
        """
            re_evaluation.new /publications/re-evaluation?call={again_call}
            ladder.convert /publications/mapping?mapping={mapping}
        """,
    ),
    (CALL_EMPTY, "ladder.ladder /admin/ladder"),
    (CALL_DOES, "ladder.remove /admin/ladder/{mapping}/remove"),
    (CALL_STALE, "subjects.decide /admin/calls/{yearly_call}/subjects/{subject}"),
    (CALL_DOES, "subjects.decide /admin/calls/{yearly_call}/subjects/{subject} version={subject_version}"),
)
