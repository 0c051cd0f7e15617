"""Accounts and what keeps them safe: session rows, throttle counters, one-time links."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, UtcDateTime
from registry.models.people import Enterprise
from registry.models.reference import one_of
from registry.sealing import LONGEST
from registry.terms import AccountStanding, Digest, Role, TokenPurpose


class Account(Base):
    """账户. An enterprise member belongs to one enterprise, a district reviewer to one reporting unit.

    `totp_secret` is sealed (`registry.sealing`); `totp_step` is the last accepted time step of the
    second factor, so that a code works once.
    `claimed_uscc` is the code that a member typed for an enterprise whose code is not known yet, `claimed_name` the
    name that he typed for one which is on record under another name.
    `language` is the one in which the account last signed in; its mail is written in it.
    `uses_keys`: keyboard shortcuts (single letters) work on the officers' pages.
    `consent_version` is the privacy notice that a person agreed to when registering, at `consent_at`.
    `may_see_objectors`: an officer to whom an administrator gave the right to know who objects.
    """

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", Role),
        one_of("standing", AccountStanding),
        CheckConstraint("(role = 'enterprise') = (enterprise_id IS NOT NULL)", name="enterprise_member"),
        CheckConstraint("(role = 'district_reviewer') = (unit_code IS NOT NULL)", name="district_reviewer"),
        CheckConstraint("language IN ('zh', 'en')", name="language_known"),
        one_of("digest", Digest),
        CheckConstraint("NOT is_owner OR role = 'enterprise'", name="owner_is_member"),
        CheckConstraint("(consent_at IS NULL) = (consent_version IS NULL)", name="consent_dated"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200))
    email_key: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(24), index=True)
    standing: Mapped[str] = mapped_column(String(10))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("reporting_unit.code"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    is_owner: Mapped[bool] = mapped_column(default=False)
    claimed_uscc: Mapped[str | None] = mapped_column(String(18))
    claimed_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(LONGEST))
    totp_step: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(2), default="zh", server_default="zh")
    may_see_objectors: Mapped[bool] = mapped_column(default=False, server_default=false())
    digest: Mapped[str] = mapped_column(String(8), default=Digest.NONE.value, server_default=Digest.NONE.value)
    uses_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    consent_version: Mapped[date | None]
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    enterprise: Mapped[Enterprise | None] = relationship()
    __mapper_args__ = {"version_id_col": version}


class LoginSession(Base):
    """A signed-in browser. Only the hash of its token is stored; deleting the row signs it out at once."""

    __tablename__ = "login_session"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    second_factor: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Throttle(Base):
    """Failed attempts under a key (account or address), counted in the database for all workers."""

    __tablename__ = "throttle"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OneTimeToken(Base):
    """A link that works once; only its hash is stored."""

    __tablename__ = "one_time_token"
    __table_args__ = (one_of("purpose", TokenPurpose),)
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailProof(Base):
    """A mail address that somebody says is his, until the link in its letter is used; only the hash is stored.

    Of an account: the new address that it asks for. Without one: a registration, whose `content` waits here, so that
    an address which nobody reads makes neither an account nor an enterprise.
    """

    __tablename__ = "mail_proof"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(200))
    email_key: Mapped[str] = mapped_column(String(200), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
