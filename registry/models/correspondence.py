"""Messages to people, recognition documents until they are in force, and answers about outside lists."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.models.reference import one_of
from registry.purposes import PublicationKind
from registry.terms import MailState, PublicationState


class Message(Base):
    """站内消息 and outbox in one: read on the site, sent by mail after commit when a server is configured.

    `link` is the path of the page that it leads to; `words` are subject and body as sentences that can be put into
    another language, null where a person wrote.
    A sender reserves a message by setting `mail_due` to a later time, before which nobody tries it again.
    """

    __tablename__ = "message"
    __table_args__ = (
        one_of("mail_state", MailState),
        Index("ix_message_account", "account_id", "id"),
        Index("ix_message_mail", "mail_state", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(100), default="", server_default="")
    words: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_state: Mapped[str] = mapped_column(String(10), default=MailState.NONE.value)
    mail_attempts: Mapped[int] = mapped_column(default=0)
    mail_error: Mapped[str] = mapped_column(String(200), default="")
    mail_due: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Publication(Base):
    """A recognition document entered by one person and put into force by a second one.

    `items` names what it recognises: `{"application": id}` of a call, or rows of an outside list
    `{"project": id, "name": …, "enterprise": …}`. Titles exist only once it is confirmed.
    """

    __tablename__ = "publication"
    __table_args__ = (
        one_of("state", PublicationState),
        one_of("kind", PublicationKind),
        CheckConstraint("(state = 'confirmed') = (confirmed_by IS NOT NULL)", name="confirmed_by_somebody"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(state = 'confirmed') = (document_id IS NOT NULL)", name="confirmed_has_document"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(60), index=True)
    title: Mapped[str] = mapped_column(String(200))
    organ: Mapped[str] = mapped_column(String(100))
    announced_on: Mapped[date]
    kind: Mapped[str] = mapped_column(
        String(16), default=PublicationKind.RECOGNITION.value, server_default=PublicationKind.RECOGNITION.value
    )
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    year: Mapped[int]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=PublicationState.PREPARED.value)
    filename: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(80), default="")
    storage_name: Mapped[str] = mapped_column(String(80), default="")
    prepared_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class NameMatch(Base):
    """A person's answer to the question which project a row of an outside list means: it is asked only once."""

    __tablename__ = "name_match"
    __table_args__ = (UniqueConstraint("enterprise_key", "name_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_key: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
