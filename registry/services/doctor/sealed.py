"""Whether what is sealed can be opened with the secret at hand."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import sealer_of
from registry.errors import OperatorError
from registry.models import Account
from registry.sealing import totp
from registry.services.doctor.findings import Finding, stream
from registry.wording import Message


def check_sealed(session: Session) -> Iterator[Finding]:
    """Second factors that nobody can use, because the secret that sealed them is gone."""
    held = select(Account.id, Account.totp_secret).where(Account.totp_secret.is_not(None)).order_by(Account.id)
    unreadable = [row.id for row in stream(session, held) if not _opens(session, row.id, row.totp_secret)]
    if unreadable:
        yield Finding(
            what=Message("第二因子"),
            record=Message("账户 %(numbers)s", numbers=unreadable[:20]),
            stored=Message("%(n)s 个已加密", n=len(unreadable)),
            computed=Message("现在的密钥读不出来"),
            way_out=Message("请恢复原来的 secret.key 或 REGISTRY_SECRET_KEY；没有的，停用这些账户的第二因子后重新设置"),
        )


def _opens(session: Session, account_id: int, sealed: str) -> bool:
    try:
        sealer_of(session).unseal(totp(account_id), sealed)
    except OperatorError:
        return False
    return True
