"""Rows of the table of access for what came later; `access_reading` and `access_writing` take them in."""

from __future__ import annotations

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
_GONE = "404 404 404 404 404 404 404 404 404 404 404 404 404"
_ACCOUNT = "302 200 200 200 200 200 200 200 200 200 200 200 200"
_SELF_EMPTY = "401 422 422 422 422 422 422 422 422 422 422 422 422"

GET_LATER: tuple[tuple[str, str], ...] = (
    (_GONE, "letters.registration /register/guessed"),
    (_GONE, "letters.new_address /account/email/guessed"),
    (_ACCOUNT, "letters.address /account/email"),
)
POST_LATER: tuple[tuple[str, str], ...] = (
    ("401 403 403 403 403 403 403 403 403 403 200 403 403", "admin.link /admin/accounts/{expert}/link"),
    (_GONE, "letters.registration /register/guessed"),
    (_GONE, "letters.new_address /account/email/guessed"),
    (_SELF_EMPTY, "letters.address /account/email"),
    ("401 403 403 404 403 403 403 403 403 403 403 403 403", "own_changes.drop /enterprise/changes/{change}/drop version={change_version}"),
    ("401 409 409 404 403 403 403 403 403 403 403 403 403", "own_changes.drop /enterprise/changes/{change}/drop"),
)  # fmt: skip
