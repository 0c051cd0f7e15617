"""Mail: messages of the site leave by SMTP after they are committed, and again by `flask messages send`.

Sending is never part of a request: it happens in one background thread of the process, so that a dead
server delays nobody. A sender reserves a message by setting `mail_due` to a later time in a short transaction; what is
not sent is tried again then, at most `MOST_ATTEMPTS` times. The delivery log is the message itself.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from queue import Empty, SimpleQueue
from threading import Lock, Thread, main_thread
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import wording
from registry.errors import OperatorError
from registry.models import Account, Message
from registry.queries.accounts.told import wording_of
from registry.terms import MailState

log = logging.getLogger(__name__)
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
TIMEOUT = 10.0
"""Seconds that one step of the conversation with the server may take."""
BATCH = 20
MOST_ATTEMPTS = 6
RETRY = timedelta(minutes=5)
"""After the first failure; doubling with each further one."""
SERVER_RETRY = timedelta(seconds=20)
"""While the server itself cannot be reached: no failure of a message, and the next run of the timer tries again."""
STALE = timedelta(days=3)
"""What was not sent by then is read on the site only."""


@dataclass(frozen=True)
class Server:
    """A mail server from `REGISTRY_MAIL_URL`."""

    host: str
    port: int
    scheme: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    sender: str = ""


@dataclass(frozen=True)
class Letter:
    """One mail. Line ends in the subject become blanks, so that nothing can add a header."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class Outcome:
    """Why a letter was not sent, '' when it was; `is_away` when the server could not be spoken to at all."""

    reason: str = ""
    is_away: bool = False


@dataclass
class Delivery:
    """What one run did."""

    sent: int = 0
    failed: int = 0


def parse_url(url: str) -> Server:
    """`smtp://`, `smtps://` or `smtp+starttls://user:password@host:port/?from=address`; raises OperatorError."""
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if parts.scheme not in PORTS or not parts.hostname or not port:
        raise OperatorError(
            wording.Message("REGISTRY_MAIL_URL 应写成 smtp://用户:密码@主机:端口（或 smtps://、smtp+starttls://）。")
        )
    user = unquote(parts.username or "")
    sender = parse_qs(parts.query).get("from", [user if "@" in user else f"registry@{parts.hostname}"])[0]
    return Server(parts.hostname, port, parts.scheme, user, unquote(parts.password or ""), sender)


class Mailer:
    """The outbox of one process. Without a server it sends nothing and takes no letters."""

    def __init__(
        self, url: str, *, site: str, home: str, read: Callable[[], Session], write: Callable[[], Session]
    ) -> None:
        self.server = parse_url(url) if url else None
        self.site, self.home = site, home
        self.read, self.write = read, write
        self._tasks: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._lock = Lock()
        self._thread: Thread | None = None

    def kick(self) -> None:
        """Have pending messages sent soon, in the background."""
        if self.server is not None:
            self._later(self.send_pending)

    def post(self, letter: Letter) -> None:
        """Have a letter sent soon that must not stand in the database (it carries a secret link)."""
        if self.server is not None:
            self._later(lambda: self._try([letter]))

    def wait(self, seconds: float) -> None:
        """Wait until the background work is done, at most so long."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _later(self, task: Callable[[], object]) -> None:
        with self._lock:
            self._tasks.put(task)
            if self._thread is None:
                # Whichever thread sends: a process that is told to stop waits until the letter is out, which may be
                # stored nowhere else.
                self._thread = Thread(target=self._work, name="mail", daemon=False)
                self._thread.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                try:
                    task = self._tasks.get_nowait()
                except Empty:
                    self._thread = None
                    return
            try:
                task()
            except Exception:
                # Whatever happens to mail, the site goes on; the message stays pending.
                log.exception("sending mail failed")

    def send_pending(self, *, now: datetime | None = None) -> Delivery:
        """Send what is due, batch by batch; stops at the first batch that the server does not take."""
        delivery = Delivery()
        self._put_aside(now or datetime.now(UTC))
        while self.server is not None and not _is_ending():
            taken = self._take(now or datetime.now(UTC))
            if not taken:
                break
            outcomes = self._try([letter for _, letter in taken])
            numbers = [message_id for message_id, _ in taken]
            self._note(list(zip(numbers, outcomes, strict=True)), now or datetime.now(UTC))
            failed = sum(1 for outcome in outcomes if outcome.reason)
            delivery.sent += len(taken) - failed
            delivery.failed += failed
            if failed == len(taken):
                break
        return delivery

    def _put_aside(self, now: datetime) -> None:
        """Without a server, and for demo accounts and old messages, the site's inbox is all there is."""
        pending = Message.mail_state == MailState.PENDING.value
        left = select(Message.id).where(pending)
        if self.server is not None:
            demo = select(Account.id).where(Account.is_demo)
            left = left.where((Message.created_at < now - STALE) | Message.account_id.in_(demo))
        with self.read() as reading:
            found = list(reading.scalars(left.limit(10_000)))
        if found:
            with self.write() as writing:
                writing.execute(
                    update(Message).where(Message.id.in_(found), pending).values(mail_state=MailState.NONE.value)
                )
                writing.commit()

    def _take(self, now: datetime) -> list[tuple[int, Letter]]:
        """Up to a batch of due messages, marked so that no other sender takes them meanwhile."""
        due = (Message.mail_state == MailState.PENDING.value) & (Message.mail_due.is_(None) | (Message.mail_due <= now))
        with self.read() as reading:
            if reading.scalar(select(Message.id).where(due).limit(1)) is None:
                return []
        with self.write() as writing:
            rows = writing.execute(
                select(Message, Account.email, Account.language)
                .join(Account, Account.id == Message.account_id)
                .where(due)
                .order_by(Message.id)
                .limit(BATCH)
                .with_for_update(of=Message, skip_locked=True)
            ).all()
            taken = []
            for message, email, language in rows:
                message.mail_attempts += 1
                message.mail_due = now + RETRY * 2 ** (message.mail_attempts - 1)
                subject, body = (wording.told(text, language) for text in wording_of(message))
                taken.append((message.id, Letter(email, subject, f"{body}\n\n{self.home}/inbox\n")))
            writing.commit()
        return taken

    def _note(self, outcomes: list[tuple[int, Outcome]], now: datetime) -> None:
        with self.write() as writing:
            for message_id, outcome in outcomes:
                message = writing.get(Message, message_id)
                if message is None:
                    continue
                message.mail_error = outcome.reason[:200]
                if not outcome.reason:
                    message.mail_state = MailState.SENT.value
                elif outcome.is_away:
                    message.mail_attempts -= 1
                    message.mail_due = now + SERVER_RETRY
                elif message.mail_attempts >= MOST_ATTEMPTS:
                    message.mail_state = MailState.FAILED.value
            writing.commit()

    def _try(self, letters: list[Letter]) -> list[Outcome]:
        """Send letters over one connection; returns what became of each, without addresses."""
        assert self.server is not None
        outcomes: list[Outcome] = []
        is_away = True
        try:
            connection = connect(self.server)
            is_away = False
            try:
                for letter in letters:
                    if outcomes and _is_ending():
                        return outcomes + [Outcome("stopped", True)] * (len(letters) - len(outcomes))
                    outcomes.append(Outcome(self._send(connection, letter)))
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    connection.quit()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail server: %s", reason_of(error))
            # A wrong password is tried as seldom as any failure: some servers lock an account that tries too often.
            is_away = is_away and not isinstance(error, smtplib.SMTPAuthenticationError)
            return outcomes + [Outcome(reason_of(error), is_away)] * (len(letters) - len(outcomes))
        return outcomes

    def _send(self, connection: smtplib.SMTP, letter: Letter) -> str:
        mail = EmailMessage()
        try:
            # An invalid address refuses its own letter, not those of the others.
            mail["From"], mail["To"] = self.server.sender if self.server else "", letter.to
            if [f"{found.username}@{found.domain}" for found in mail["To"].addresses] != [letter.to]:
                # A comment, a group or an encoded word in an address leads the letter to others.
                raise ValueError(letter.to)
            mail["Subject"] = " ".join(f"[{self.site}] {letter.subject}".split())
            mail["Auto-Submitted"] = "auto-generated"
            mail.set_content(letter.body)
            connection.send_message(mail)
        except smtplib.SMTPServerDisconnected:
            raise
        except (smtplib.SMTPException, ValueError) as error:
            return reason_of(error)
        return ""


def _is_ending() -> bool:
    """Whether the process has been told to stop: what waits in the database is left to the next run."""
    return not main_thread().is_alive()


def connect(server: Server) -> smtplib.SMTP:
    """A connection that is ready to send; raises OSError or SMTPException."""
    if server.scheme == "smtps":
        secure = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=secure)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        if server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
    if server.user:
        connection.login(server.user, server.password)
    return connection


def reason_of(error: Exception) -> str:
    """The kind of an error, for the delivery log: no address, no password."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((refusal[0] for refusal in error.recipients.values()), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
