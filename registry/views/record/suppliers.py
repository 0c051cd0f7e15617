"""`/suppliers`: service institutions, what they offer, and how many projects they built."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from registry.i18n import language
from registry.kinds import SupplierKind
from registry.permissions import Permission
from registry.queries.record.suppliers import parse_suppliers
from registry.queries.record.suppliers import suppliers as list_suppliers
from registry.views.web.delivery import cached_page
from registry.views.web.runtime import catalogue, policy, session

blueprint = Blueprint("suppliers", __name__)


@blueprint.get("/suppliers")
@policy(Permission.PUBLIC_READ)
def suppliers() -> Response:
    """The list of suppliers, all or of one kind."""
    wanted = parse_suppliers(request.args.to_dict(flat=False))

    def make() -> str:
        rows = list_suppliers(session(), catalogue(), wanted)
        chosen = [SupplierKind(wanted.kind).label(language())] if wanted.kind else []
        return render_template(
            "record/suppliers.html", rows=rows, filters=wanted, kinds=list(SupplierKind), chosen=chosen
        )

    return cached_page(wanted, make)
