"""专家库: who can be drawn, for which industries, and which enterprises somebody must not judge."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import Conflict, RegistryError
from registry.evaluation.terms import ConflictSource
from registry.forms.evaluation import ConflictForm, ExpertForm
from registry.i18n import language
from registry.permissions import Permission
from registry.queries.evaluation import pool as rows
from registry.services.evaluation import conflicts, pool
from registry.views.evaluation.parts import now, private
from registry.views.web.runtime import actor, catalogue, policy, session

blueprint = Blueprint("pool", __name__)


@blueprint.get("/admin/experts")
@policy(Permission.EXPERT_MANAGE)
def experts() -> Response:
    """The pool, and how many know each industry."""
    found = rows.pool_rows(session())
    return private(
        "evaluation/experts.html", rows=found, known=rows.by_industry(found), industries=catalogue().lists.industries
    )


@blueprint.route("/admin/experts/<int:account_id>", methods=("GET", "POST"))
@policy(Permission.EXPERT_MANAGE)
def expert(account_id: int) -> AnyResponse:
    """One expert; a POST enters or changes what the pool knows."""
    sent = request.method == "POST"
    row = _row(account_id)
    form = ExpertForm(data=None if sent else _typed(row))
    status = 200
    if sent:
        status = 422
        if form.validate():
            try:
                pool.enter(session(), actor(), account_id, form.given, seen_version=form.seen_version, now=now())
                return redirect(url_for("pool.expert", account_id=account_id, done="saved"), 303)
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
                if isinstance(error, Conflict):
                    row = _row(account_id)
                    form.version.data = str(row.version)
    return _page(row, form, ConflictForm(formdata=None), status)


@blueprint.post("/admin/experts/<int:account_id>/conflicts")
@policy(Permission.EXPERT_MANAGE)
def add_conflict(account_id: int) -> AnyResponse:
    """Note an enterprise that the expert must not judge."""
    row, form = _row(account_id), ConflictForm()
    status = 422
    if form.validate():
        try:
            conflicts.add_conflict(
                session(), actor(), account_id, form.enterprise.data or "", form.reason.data or "", now=now()
            )
            return redirect(url_for("pool.expert", account_id=account_id, done="conflict"), 303)
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
    return _page(row, ExpertForm(formdata=None, data=_typed(row)), form, status)


@blueprint.post("/admin/experts/<int:account_id>/conflicts/<int:enterprise_id>/end")
@policy(Permission.EXPERT_MANAGE)
def end_conflict(account_id: int, enterprise_id: int) -> AnyResponse:
    """Take back what an officer noted."""
    conflicts.end_conflict(session(), actor(), account_id, enterprise_id, now=now())
    return redirect(url_for("pool.expert", account_id=account_id, done="ended"), 303)


def _row(account_id: int) -> rows.PoolRow:
    conflicts.expert_account(session(), account_id)
    return next(row for row in rows.pool_rows(session()) if row.id == account_id)


def _typed(row: rows.PoolRow) -> dict[str, object]:
    return {
        "employer": row.employer,
        "employer_uscc": row.employer_uscc,
        "title": row.title,
        "languages": row.languages,
        "industries": list(row.industries),
        "active": row.is_active or not row.is_entered,
        "version": str(row.version),
    }


def _page(row: rows.PoolRow, form: ExpertForm, conflict: ConflictForm, status: int) -> Response:
    return private(
        "evaluation/expert.html",
        status,
        row=row,
        form=form,
        conflict=conflict,
        errors=[*form.summary, *conflict.summary],
        conflicts=rows.conflict_rows(session(), row.id),
        sources={term.value: term.label(language()) for term in ConflictSource},
        industries=catalogue().lists.industries,
        done=request.args.get("done", ""),
    )
