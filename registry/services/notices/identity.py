"""Who objects, encrypted: the key lies beside the database, not in it, and is made at its first use.

Without the key the site goes on; what was encrypted with it cannot be read by anybody any more, which `flask doctor`
says. So a lost key is never replaced in silence while the record holds identities.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

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

    def _read(self) -> Fernet:
        return Fernet(self.path.read_bytes().strip())

    def _fernet(self, session: Session) -> Fernet:
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
        self._make()
        return self._read()

    def _make(self) -> None:
        """Write a new key, whole or not at all; of two at once the first one counts."""
        part = self.path.with_name(f".{FILE}.{secrets.token_hex(4)}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key())
                file.flush()
                os.fsync(file.fileno())
            os.link(part, self.path)
        except FileExistsError:
            return
        finally:
            part.unlink()
