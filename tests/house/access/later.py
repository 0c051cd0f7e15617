"""Rows of the table of access for what came later; `reading` and `writing` take them in."""

from __future__ import annotations

#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
_GONE = "404 404 404 404 404 404 404 404 404 404 404 404 404"
_KEPT = "302 403 403 403 302 200 404 200 403 403 403 403 302"
_CASE = "302 403 403 403 302 200 404 200 200 403 403 403 302"
_NO_CASE = "302 403 403 403 302 404 404 404 404 403 403 403 302"
_OWN = "302 200 200 404 302 403 403 403 403 403 403 403 302"
_NOT_OWN = "302 404 404 404 302 403 403 403 403 403 403 403 302"
_ADDED = "401 403 403 403 403 422 404 422 403 403 403 403 403"
_FACTS = "302 403 403 403 302 200 404 200 200 403 403 403 302"
_STALE = "401 403 403 403 403 409 404 409 409 403 403 403 403"
_ACCOUNT = "302 200 200 200 200 200 200 200 200 200 200 200 200"
_SELF_EMPTY = "401 422 422 422 422 422 422 422 422 422 422 422 422"

GET_LATER: tuple[tuple[str, str], ...] = (
    ("200 200 200 200 200 200 200 200 200 200 200 200 200", "suppliers.suppliers /suppliers"),
    (_KEPT, "relations.page /review/record/projects/CZ-000001/relations"),
    (_KEPT, "relations.chain /review/record/enterprises/{public_enterprise}/chain"),
    (_FACTS, "enterprise_facts.facts /review/record/enterprises/{public_enterprise}/facts"),
    (_GONE, "letters.registration /register/guessed"),
    (_GONE, "letters.new_address /account/email/guessed"),
    (_ACCOUNT, "letters.address /account/email"),
    (_CASE, "changes.photo /review/changes/{photo_change}/photo"),
    (_NO_CASE, "changes.photo /review/changes/{other_change}/photo"),
    (_OWN, "own_changes.photo /enterprise/changes/{change}/photo"),
    (_NOT_OWN, "own_changes.photo /enterprise/changes/{photo_change}/photo"),
)
POST_LATER: tuple[tuple[str, str], ...] = (
    (_ADDED, "relations.add /review/record/projects/CZ-000001/relations/link"),
    (_ADDED, "relations.end /review/record/projects/CZ-000001/relations/link/1/end"),
    (_ADDED, "relations.chain /review/record/enterprises/{public_enterprise}/chain"),
    (_STALE, "enterprise_facts.facts /review/record/enterprises/{public_enterprise}/facts"),
    ("401 403 403 403 403 403 403 403 403 403 200 403 403", "admin.link /admin/accounts/{expert}/link"),
    (_GONE, "letters.registration /register/guessed"),
    (_GONE, "letters.new_address /account/email/guessed"),
    (_SELF_EMPTY, "letters.address /account/email"),
    ("401 403 403 404 403 403 403 403 403 403 403 403 403", "own_changes.drop /enterprise/changes/{change}/drop version={change_version}"),
    ("401 409 409 404 403 403 403 403 403 403 403 403 403", "own_changes.drop /enterprise/changes/{change}/drop"),
)  # fmt: skip
