"""Second factors that stand in a database are encrypted by the migration, and plain again on the way back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from registry.db import make_engine, sealer_of, writers
from registry.errors import OperatorError
from registry.models import Account
from registry.sealing import totp
from registry.services.doctor.sealed import check_sealed
from registry.services.installation import alembic_config, downgrade, migrate

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BEFORE = str(ScriptDirectory.from_config(alembic_config()).get_revision("0029").down_revision)


def add_account(engine: Engine) -> int:
    with writers(engine)() as session:
        account = Account(
            email="a@example.com",
            email_key="a@example.com",
            name="甲",
            role="expert",
            standing="active",
            created_at=datetime.now(UTC),
        )
        session.add(account)
        session.commit()
        return account.id


def stored(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT totp_secret FROM account")))


def test_a_second_factor_is_sealed_and_opened_again(database_url: str) -> None:
    engine, other = (
        make_engine(database_url, keys=lambda: ["k" * 32]),
        make_engine(database_url, keys=lambda: ["l" * 32]),
    )
    number = add_account(engine)
    downgrade(engine, BEFORE)
    with engine.begin() as connection:
        connection.execute(text("UPDATE account SET totp_secret = :secret"), {"secret": SECRET})
    migrate(engine)
    sealed = stored(engine)
    assert (SECRET in sealed, len(sealed) <= 255) == (False, True)
    with writers(engine)() as session:
        sealer = sealer_of(session)
        assert sealer.unseal(totp(number), sealed) == SECRET
        with pytest.raises(OperatorError, match="现在的密钥不是加密时的那一把"):
            sealer.unseal(totp(number + 1), sealed)
        assert list(check_sealed(session)) == []
    with writers(other)() as session:
        [found] = check_sealed(session)
        assert "现在的密钥读不出来" in found.line
    with pytest.raises(OperatorError, match="已全部退回"):
        downgrade(other, BEFORE)
    assert stored(engine) == sealed
    downgrade(engine, BEFORE)
    assert stored(engine) == SECRET
    engine.dispose()
    other.dispose()
