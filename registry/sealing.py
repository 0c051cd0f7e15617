"""Encrypting what the record must be able to read again: the key follows from the secret of the installation.

Each use has a key of its own (`purpose`, with the row that it belongs to), so that a sealed value that somebody
copies to another row cannot be opened there. Passwords and tokens are not sealed but hashed: nobody reads them again.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import OperatorError
from registry.wording import Message

_NAME = b"registry sealing 1 "
LONGEST = 255
"""Signs of a sealed value; a secret of 32 signs takes 140."""


class Sealer:
    """Seals with the secret in force and opens with former ones too. They are asked for when they are needed, since
    a restore brings them along with the rows, and a renewal changes them under a server that runs."""

    def __init__(self, secrets: Callable[[], Sequence[str]]) -> None:
        self._secrets = secrets

    def seal(self, purpose: str, text: str) -> str:
        """The text encrypted and authenticated."""
        return self._fernet(purpose).encrypt(text.encode()).decode()

    def unseal(self, purpose: str, sealed: str) -> str:
        """The text again. Raises OperatorError (503) when it was sealed with another secret or for something else."""
        try:
            return self._fernet(purpose).decrypt(sealed).decode()
        except InvalidToken:
            raise OperatorError(
                Message(
                    "加密保存的内容读不出来：现在的密钥不是加密时的那一把。请系统管理员恢复原来的 secret.key "
                    "或 REGISTRY_SECRET_KEY；第二因子也可以由系统管理员停用后重新设置。"
                )
            ) from None

    def _fernet(self, purpose: str) -> MultiFernet:
        return MultiFernet([_fernet(secret, purpose) for secret in self._secrets()])


def _fernet(secret: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_NAME + purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))


def totp(account_id: int) -> str:
    """The purpose under which the second factor of an account is sealed."""
    return f"totp:{account_id}"
