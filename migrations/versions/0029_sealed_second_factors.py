"""Secrets of second factors are encrypted with a key that follows from the installation's secret.

Revision ID: 0029
Revises: 0026
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from registry.db import sealer_of
from registry.models.rebuilding import rebuilt
from registry.sealing import totp

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ACCOUNT = sa.table("account", sa.column("id", sa.Integer), sa.column("totp_secret", sa.String))


def upgrade() -> None:
    with rebuilt("account") as batch:
        batch.alter_column("totp_secret", existing_type=sa.String(64), type_=sa.String(255), existing_nullable=True)
    _rewrite(sealer_of(op.get_bind()).seal)


def downgrade() -> None:
    _rewrite(sealer_of(op.get_bind()).unseal)
    with rebuilt("account") as batch:
        batch.alter_column("totp_secret", existing_type=sa.String(255), type_=sa.String(64), existing_nullable=True)


def _rewrite(changed: Callable[[str, str], str]) -> None:
    connection = op.get_bind()
    held = sa.select(ACCOUNT).where(ACCOUNT.c.totp_secret.is_not(None))
    for number, secret in connection.execute(held).all():
        new = changed(totp(number), secret)
        connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == number).values(totp_secret=new))
