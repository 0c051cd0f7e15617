"""The network address of whoever made a web request, beside the number of that request, by which events are found.

Events written before have no address, and their hashes stay as they are: an address is part of an event's hash
only where there is one. Going down takes the addresses away, so events that had one do not verify any more.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A column with a default is added in place: no table is rebuilt, so the append-only trigger stays.
    op.add_column("event", sa.Column("network_address", sa.String(length=45), server_default="", nullable=False))
    op.create_index(op.f("ix_event_request_id"), "event", ["request_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_event_request_id"), table_name="event")
    op.drop_column("event", "network_address")
