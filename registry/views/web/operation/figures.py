"""`/metrics`: a route that exists where the operator wants it (`REGISTRY_METRICS`)."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response

from registry.permissions import Permission
from registry.views.web.operation.metrics import Metrics
from registry.views.web.runtime import policy, runtime

blueprint = Blueprint("figures", __name__)


@blueprint.get("/metrics")
@policy(Permission.HEALTH_READ)
def metrics() -> Response:
    """Figures of all workers of this server."""
    body, kind = cast(Metrics, runtime().metrics).text()
    return Response(body, content_type=kind, headers={"Cache-Control": "no-store"})
