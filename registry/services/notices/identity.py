"""Who objects, encrypted: the key lies beside the database, not in it, and is made at its first use.

Without the key the site goes on; what was encrypted with it cannot be read by anybody any more, which `flask doctor`
says. So a lost key is never replaced in silence while the record holds identities.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.config.keys import keys_in, make_key
from registry.errors import OperatorError
from registry.models import Objection
from registry.wording import Message

FILE = "identity.key"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Name and ways to reach whoever objects."""

    name: str
    phone: str = ""
    mail: str = ""


class IdentityKey:
    """The key in the data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE

    def seal(self, session: Session, who: Identity) -> bytes:
        """Encrypt an identity. Raises OperatorError (503) when the key of earlier ones is lost."""
        return self._fernet(session).encrypt(json.dumps(asdict(who), ensure_ascii=False).encode())

    def unseal(self, sealed: bytes) -> Identity:
        """Read an identity. Raises OperatorError (503) without the key that it was encrypted with."""
        try:
            return Identity(**json.loads(self._read().decrypt(sealed)))
        except (FileNotFoundError, ValueError, InvalidToken):
            raise OperatorError(
                Message(
                    "异议人身份的密钥不在或不是原来的一把，现在读不出来；请告诉系统管理员从备份中恢复 %(file)s。",
                    file=FILE,
                )
            ) from None

    def can_read(self, sealed: bytes) -> bool:
        """Whether the key at hand is the one that an identity was encrypted with."""
        try:
            self.unseal(sealed)
        except OperatorError:
            return False
        return True

    def reseal(self, session: Session) -> int:
        """Encrypt identities anew with the key in force; returns how many. Those that no key opens stay as they are."""
        done = 0
        for objection in session.scalars(select(Objection).where(Objection.identity.is_not(None)).with_for_update()):
            try:
                objection.identity = self.seal(session, self.unseal(objection.identity or b""))
            except OperatorError:
                continue
            done += 1
        session.flush()
        return done

    def _read(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in keys_in(self.path)])

    def _fernet(self, session: Session) -> MultiFernet:
        lost = Message("现在不能在网上提交异议，请按公示中的电话或地址书面提出。")
        try:
            return self._read()
        except FileNotFoundError:
            if (
                session.scalars(select(Objection.id).where(Objection.identity.is_not(None)).limit(1)).first()
                is not None
            ):
                raise OperatorError(lost) from None
        except ValueError:
            raise OperatorError(lost) from None
        make_key(self.path, new_key())
        return self._read()


def new_key() -> str:
    """A random key for identities."""
    return Fernet.generate_key().decode()
