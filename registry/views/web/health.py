"""`/healthz` says the process lives; `/readyz` says that database, schema, files and assets are right."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from registry.assets import missing_assets
from registry.errors import OperatorError
from registry.permissions import Permission
from registry.services.installation import require_current_schema
from registry.views.web.json_answers import as_json
from registry.views.web.runtime import policy, runtime
from registry.wording import Message

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@policy(Permission.HEALTH_READ)
def healthz() -> Response:
    """Liveness: no database is asked."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/readyz")
@policy(Permission.HEALTH_READ)
def readyz() -> Response:
    """Readiness; 503 with the reasons otherwise."""
    faults: list[str] = [Message("缺少前端资源 %(name)s，请运行 make setup。", name=name) for name in missing_assets()]
    try:
        require_current_schema(runtime().engine)
    except (OperatorError, SQLAlchemyError) as error:
        faults.append(error.message if isinstance(error, OperatorError) else Message("数据库不可用。"))
    try:
        runtime().files.check()
    except OperatorError:
        faults.append(Message("文件存储不可用。"))
    body = as_json({"ready": not faults, "faults": faults})
    return Response(
        body,
        status=503 if faults else 200,
        mimetype="application/json",
        headers={"Cache-Control": "no-store"},
    )
