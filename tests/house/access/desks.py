"""What each person is answered to the forms of lists, calls, documents and administration; `writing` takes
them in."""

from __future__ import annotations

from tests.house.access.answers import (
    ADMINISTRATOR_DOES,
    ADMINISTRATOR_EMPTY,
    BOTH_DO,
    BOTH_STALE,
    BUREAU_DOES,
    CALL_EMPTY,
    CALL_STALE,
    IMPORT_EMPTY,
    IMPORT_STALE,
    NOBODY,
    PUBLISHER_DOES,
    PUBLISHER_STALE,
)
from tests.house.access.reading import Table

DESKS: Table = (
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
            call_exceptions.end_extension /admin/calls/{call}/extensions/WJQ/end version={call_version}
            call_exceptions.end_waiver /admin/calls/{call}/waivers/{waiver}/end
            team.approve_membership /admin/memberships/{pending}/approve
            team.decline_membership /admin/memberships/{pending}/decline
        """,
    ),
    (PUBLISHER_DOES, "publications.confirm /publications/{publication}/confirm version={publication_version}"),
    (
        PUBLISHER_DOES,
        """
        """,
    ),
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
            admin.change /admin/accounts/{preparer}/objectors-on
            admin.change /admin/accounts/{preparer}/objectors-off
            lists.remove_town /admin/lists/towns/remove town=横林镇
        """,
    ),
    (NOBODY, "admin.change /admin/accounts/{administrator}/disable"),
)
