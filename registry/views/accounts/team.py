"""The people of an enterprise, and requests to join one."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.permissions import Permission
from registry.queries.accounts import people
from registry.services.accounts import membership, succession
from registry.services.accounts.registration import is_unusual
from registry.views.web.runtime import actor, policy, session

blueprint = Blueprint("team", __name__)


@blueprint.get("/enterprise/team")
@policy(Permission.TEAM_MANAGE)
def team() -> str:
    """Members of the own enterprise and who waits to become one."""
    rows = people.team(session(), actor().enterprise_id or 0)
    return render_template("accounts/team.html", rows=rows, me=actor().id, notice=request.args.get("done", ""))


@blueprint.post("/enterprise/team/<int:account_id>/approve")
@policy(Permission.TEAM_MANAGE)
def approve(account_id: int) -> Response:
    """Let somebody act for the enterprise."""
    membership.approve(session(), actor(), account_id, now=datetime.now(UTC))
    return redirect(url_for("team.team", done="approved"))


@blueprint.post("/enterprise/team/<int:account_id>/decline")
@policy(Permission.TEAM_MANAGE)
def decline(account_id: int) -> Response:
    """Refuse somebody."""
    membership.decline(session(), actor(), account_id, now=datetime.now(UTC))
    return redirect(url_for("team.team", done="declined"))


@blueprint.post("/enterprise/team/<int:account_id>/remove")
@policy(Permission.TEAM_MANAGE)
def remove(account_id: int) -> Response:
    """Shut the account of somebody who left."""
    membership.remove(session(), actor(), account_id)
    return redirect(url_for("team.team", done="removed"))


@blueprint.get("/admin/memberships")
@policy(Permission.MEMBERSHIP_APPROVE)
def memberships() -> str:
    """Everybody who waits to join an enterprise."""
    rows = people.waiting_members(session())
    unusual = {row.id for row in rows if row.claimed_uscc and is_unusual(row.claimed_uscc)}
    q = " ".join(request.args.get("q", "").split())[:100]
    return render_template(
        "accounts/memberships.html",
        rows=rows,
        unusual=unusual,
        namesakes=people.namesakes(session(), rows),
        q=q,
        members=people.members_of(session(), q),
        notice=request.args.get("done", ""),
    )


@blueprint.post("/enterprise/team/<int:account_id>/owner")
@policy(Permission.TEAM_MANAGE)
def hand_over(account_id: int) -> Response:
    """Let another member speak for the enterprise as well."""
    succession.make_owner(session(), actor(), account_id, now=datetime.now(UTC))
    return redirect(url_for("team.team", done="owner"))


@blueprint.post("/admin/memberships/<int:account_id>/owner")
@policy(Permission.MEMBERSHIP_APPROVE)
def make_owner(account_id: int) -> Response:
    """Decide who speaks for an enterprise whose administrator left."""
    reason = request.form.get("reason", "")
    succession.make_owner(session(), actor(), account_id, reason=reason, now=datetime.now(UTC))
    return redirect(url_for("team.memberships", done="owner", q=request.args.get("q", "")))


@blueprint.post("/admin/memberships/<int:account_id>/end-owner")
@policy(Permission.MEMBERSHIP_APPROVE)
def end_owner(account_id: int) -> Response:
    """Decide that somebody no longer speaks for an enterprise."""
    reason = request.form.get("reason", "")
    succession.end_owner(session(), actor(), account_id, reason=reason, now=datetime.now(UTC))
    return redirect(url_for("team.memberships", done="owner", q=request.args.get("q", "")))


@blueprint.post("/admin/memberships/<int:account_id>/approve")
@policy(Permission.MEMBERSHIP_APPROVE)
def approve_membership(account_id: int) -> Response:
    """Approve for an enterprise that cannot itself, or does not."""
    membership.approve(session(), actor(), account_id, now=datetime.now(UTC))
    return redirect(url_for("team.memberships", done="approved"))


@blueprint.post("/admin/memberships/<int:account_id>/decline")
@policy(Permission.MEMBERSHIP_APPROVE)
def decline_membership(account_id: int) -> Response:
    """Refuse a request."""
    membership.decline(session(), actor(), account_id, now=datetime.now(UTC))
    return redirect(url_for("team.memberships", done="declined"))
