"""企业情况: an officer enters what an enterprise is and how people call it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import Conflict, NotFound, RegistryError
from registry.forms.relations import FactsForm
from registry.i18n import language
from registry.permissions import Permission
from registry.queries.titles import record
from registry.queries.titles.facts import facts_of
from registry.services.record.describing import describe
from registry.services.titles.relations import enterprise_in_reach
from registry.views.titles.asking import now
from registry.views.web.runtime import actor, policy, session

blueprint = Blueprint("enterprise_facts", __name__)


@blueprint.route("/review/record/enterprises/<int:enterprise_id>/facts", methods=("GET", "POST"))
@policy(Permission.RECORD_CHANGE)
def facts(enterprise_id: int) -> str | tuple[str, int] | Response:
    """Size, ownership, short names and names as printed; statistics and search follow on the next request."""
    enterprise = enterprise_in_reach(session(), actor(), enterprise_id)
    form, status, on_record = FactsForm(), 200, None
    form.offer(language())
    if request.method == "GET":
        form.show(facts_of(session(), enterprise_id), enterprise.version)
    else:
        status = 422
        if form.validate():
            try:
                describe(session(), actor(), enterprise, form.facts, seen_version=form.seen_version, now=now())
                return redirect(url_for("upkeep.enterprise", enterprise_id=enterprise_id, done="facts"), 303)
            except NotFound:
                raise
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
                if isinstance(error, Conflict):
                    # What was typed stays, what holds now is shown above it, and the next press takes it over.
                    found = record.find_enterprise(session(), actor(), enterprise_id)
                    on_record, form.version.data = facts_of(session(), enterprise_id), str(found.version)
    name = record.find_enterprise(session(), actor(), enterprise_id).name
    return render_template(
        "titles/enterprise_facts.html", form=form, name=name, enterprise_id=enterprise_id, on_record=on_record
    ), status
