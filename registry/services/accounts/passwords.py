"""Passwords: argon2id hashes and the rules for new ones."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registry.errors import InvalidInput
from registry.services.accounts.guessing import weakness
from registry.wording import Message

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The cost that OWASP names as the least (19 MiB, two passes): a flood of sign-ins must not exhaust a small server."""


def hash_password(password: str) -> str:
    """An argon2id hash (with its parameters) for storing."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one; without a hash the same time is spent and the answer is no."""
    try:
        found = _hasher.verify(password_hash or _dummy(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return found and password_hash is not None


@cache
def _dummy() -> str:
    return _hasher.hash("no account has this password")


def require_good(
    password: str, *, near: tuple[str, ...] = (), local: tuple[str, ...] = (), field: str = "password"
) -> None:
    """Raise InvalidInput for a password that is short or easy to guess.

    `near` is what is known of its owner, and no part of it; `local` what everybody knows here (site, city).
    """
    folded = password.casefold()
    if len(password) < SHORTEST:
        raise InvalidInput(
            Message("密码至少 %(shortest)s 个字符，现为 %(n)s 个。", shortest=SHORTEST, n=len(password)), field=field
        )
    if len(password) > LONGEST:
        raise InvalidInput(Message("密码最多 %(longest)s 个字符。", longest=LONGEST), field=field)
    if any(len(word) >= 4 and word.casefold() in folded for word in near):
        raise InvalidInput(Message("密码不能包含邮箱、姓名、企业的名称或代码。"), field=field)
    if found := weakness(password, (*near, *local)):
        raise InvalidInput(found, field=field)
