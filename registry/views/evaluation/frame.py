"""The blueprints that several modules of these pages share, and who may do what on them."""

from __future__ import annotations

from flask import Blueprint

from registry.permissions import Permission, can
from registry.views.web.runtime import actor

panels_blueprint = Blueprint("panels", __name__)
expert_blueprint = Blueprint("expert", __name__)


def may_manage() -> bool:
    """Whether the officer makes panels and draws, or reads results alone."""
    return can(actor(), Permission.PANEL_MANAGE).allowed
