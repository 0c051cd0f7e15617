"""The work on imports in the background of the server: one thread, one task at a time, a lease in the database.

Reading writes nothing but its result. Writing and taking back are one transaction together with the row of the
job, so a server that stops in the middle leaves the record as it was and the task waiting: whoever finds its
lease run out, or its holder dead, does it again.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, undefer

from registry import kpi_definitions
from registry.errors import RegistryError
from registry.models import Account, ImportJob
from registry.permissions import Actor, Permission, require
from registry.queries.accounts.told import packed
from registry.queries.catalogue.code_lists import load_kpi_definitions
from registry.services.events import Entry, record
from registry.services.imports.engine import apply_list, prepare_list, read_list, state_of_record
from registry.services.imports.jobs.alone import keep_others_out
from registry.services.imports.jobs.journal import MOST_NAMED, RECORD, journal, obstacles, picture, take_back
from registry.services.imports.jobs.managing import options_of
from registry.services.imports.jobs.outcome import outcome_of
from registry.services.imports.jobs.seal import report_of, seal_of
from registry.services.imports.plan import Progress
from registry.services.imports.result import ListKind, ListReading
from registry.terms import BEIJING, AccountStanding, ImportState, ImportTask, Role
from registry.wording import Message, as_message, clauses

log = logging.getLogger(__name__)
READING_LEASE = timedelta(seconds=60)
WRITING_LEASE = timedelta(minutes=15)
"""Nobody can renew a lease beside a long write on SQLite, which has one writer."""
MOST_ATTEMPTS = 3
TELL_SECONDS = 1.0
_PROCESS = secrets.token_hex(4)
"""Tells this process from one before it that had the same number, as servers in containers do."""


class Stopped(Exception):
    """The task was taken from this worker: dropped, answered anew, or given to another."""


class Worker:
    """Does what waits; `wake` starts the thread, which ends when nothing is left."""

    def __init__(self, read: Callable[[], Session], write: Callable[[], Session]) -> None:
        self.read, self.write = read, write
        self.name = f"{socket.gethostname()}:{os.getpid()}:{_PROCESS}:{id(self):x}"
        self.progress: dict[int, str] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Have the thread look for work."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="imports", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait until the thread has ended, which it does when nothing is left."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def work(self) -> int:
        """Do everything that waits; returns how many tasks were done."""
        done = 0
        while (job_id := self._take()) is not None:
            self._do(job_id)
            done += 1
        return done

    def _run(self) -> None:
        while True:
            try:
                self.work()
                with self._lock:
                    if self._waiting() is None:
                        self._thread = None
                        return
            except Exception:
                # The site goes on; the lease runs out and the task is tried again.
                log.exception("imports in the background failed")
                with self._lock:
                    self._thread = None
                return

    def _waiting(self) -> int | None:
        now = datetime.now(UTC)
        free = or_(ImportJob.lease_until.is_(None), ImportJob.lease_until < now)
        with self.read() as reading:
            statement = select(ImportJob.id, ImportJob.lease_owner, free).where(ImportJob.task != "")
            for job_id, owner, is_free in reading.execute(statement.order_by(ImportJob.id)):
                if is_free or _is_dead(owner):
                    return int(job_id)
        return None

    def _take(self) -> int | None:
        """The next task that nobody does, under a lease of ours."""
        while (job_id := self._waiting()) is not None:
            now = datetime.now(UTC)
            with self.write() as writing:
                job = writing.get(ImportJob, job_id, with_for_update=True)
                if job is None or not job.task:
                    continue
                if job.lease_until is not None and job.lease_until >= now and not _is_dead(job.lease_owner):
                    continue
                job.attempts += 1
                if job.attempts > MOST_ATTEMPTS:
                    job.problem = packed(
                        Message(
                            "在后台试了 %(n)s 次都没有完成，什么也没有写入。请把文件交给系统管理员。", n=MOST_ATTEMPTS
                        )
                    )
                    job.state = job.state if job.task == ImportTask.UNDO else ImportState.FAILED.value
                    job.task = ImportTask.NONE.value
                    job.version += 1
                    writing.commit()
                    continue
                writes = job.task != ImportTask.READ
                job.lease_owner, job.lease_until = self.name, now + (WRITING_LEASE if writes else READING_LEASE)
                writing.commit()
                return job_id
        return None

    def _do(self, job_id: int) -> None:
        with self.read() as reading:
            task = reading.scalar(select(ImportJob.task).where(ImportJob.id == job_id))
            definitions = load_kpi_definitions(reading)
        kpi_definitions.use(lambda: definitions)
        try:
            if task == ImportTask.READ:
                self._read(job_id)
            elif task == ImportTask.APPLY:
                self._apply(job_id)
            elif task == ImportTask.UNDO:
                self._undo(job_id)
        except Stopped:
            pass
        except RegistryError as error:
            self._end(job_id, error.message)
        except Exception:
            log.exception("import %s failed", job_id)
            self._end(
                job_id, Message("后台处理时出错，什么也没有写入；详情在服务器日志里。请稍后再试，或告诉系统管理员。")
            )
        finally:
            self.progress.pop(job_id, None)

    def _read(self, job_id: int) -> None:
        with self.read() as reading:
            job = _job(reading, job_id)
            version = job.version
            found = _reading(reading, job, self._teller(job_id))
            outcome, seal, report = outcome_of(found), seal_of(found), report_of(found)
        with self.write() as writing:
            job = self._held(writing, job_id)
            if job.version != version:
                raise Stopped
            _keep(job, found, outcome, seal, report)
            writing.commit()

    def _apply(self, job_id: int) -> None:
        """Read again and write what was seen, or nothing.

        SQLite has one writer, so the list is read before the transaction that writes: others can save meanwhile.
        Only if they have touched what a reading looks at is it read once more where nobody can write.
        """
        tell = self._teller(job_id, writes=True)
        with self.read() as reading:
            job = _job(reading, job_id)
            version, state = job.version, state_of_record(reading)
            found, before = _reading(reading, job, tell), picture(reading)
        prepare_list(found)
        with self.write() as writing:
            if writing.get_bind().dialect.name == "postgresql":
                # Somebody else's change in between is a conflict, not a part of this import.
                writing.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            job = self._held(writing, job_id)
            actor = _actor(writing, job.acted_by)
            if job.version != version or state_of_record(writing) != state:
                found, before = _reading(writing, job, tell), picture(writing)
            if not found.applicable or seal_of(found) != job.seal:
                _keep(job, found, outcome_of(found), seal_of(found), report_of(found))
                job.problem = packed(
                    Message("预览之后登记有了变化，什么也没有写入。下面已按现在的登记重新核对，请再看一遍。")
                )
                writing.commit()
                return
            now = datetime.now(UTC)
            apply_list(writing, actor, found, now=now, progress=tell)
            tell(Message("记录"), 0, 0)
            job.journal = journal(before, writing)
            job.state, job.task, job.applied_at, job.undone_at = ImportState.APPLIED.value, "", now, None
            job.summary, job.progress = found.summary(), ""
            job.version += 1
            _event(writing, actor, job, "import.apply")
            writing.commit()

    def _undo(self, job_id: int) -> None:
        with self.write() as writing:
            job = self._held(writing, job_id)
            actor = _actor(writing, job.acted_by)
            require(actor, Permission.LIST_IMPORT)
            keep_others_out(writing, RECORD)
            kept = job.journal or {}
            against = obstacles(writing, kept)
            job.task, job.version = "", job.version + 1
            if against:
                named = [each.sentence for each in against[:MOST_NAMED]]
                if len(against) > MOST_NAMED:
                    named.append(Message("等共 %(n)s 处", n=len(against)))
                job.problem = packed(Message("不能撤回，什么也没有改动。%(against)s。", against=clauses(*named)))
            else:
                take_back(writing, kept)
                job.state, job.undone_at, job.journal = ImportState.UNDONE.value, datetime.now(UTC), None
                job.outcome, job.seal = None, ""
                _event(writing, actor, job, "import.undo")
            writing.commit()

    def _held(self, session: Session, job_id: int) -> ImportJob:
        """The job, if its task is still ours."""
        job = session.get(ImportJob, job_id, with_for_update=True)
        if job is None or job.lease_owner != self.name or not job.task:
            raise Stopped
        return job

    def _end(self, job_id: int, problem: str) -> None:
        """A task that came to nothing: it says why, and what was read or written before stands."""
        with suppress(Stopped), self.write() as writing:
            job = self._held(writing, job_id)
            if job.task == ImportTask.READ:
                job.state = ImportState.FAILED.value
            job.task, job.problem, job.version = "", packed(problem), job.version + 1
            writing.commit()

    def _teller(self, job_id: int, *, writes: bool = False) -> Progress:
        """Says how far a task is, in memory and, while no writing holds the database, in the row with its lease."""
        last = time.monotonic()

        def tell(work: str, done: int, of: int) -> None:
            nonlocal last
            text = as_message(work)
            if of:
                text = Message("%(work)s %(done)s / %(of)s", work=work, done=done, of=of)
            elif done:
                text = Message("%(work)s %(done)s", work=work, done=done)
            self.progress[job_id] = text
            if writes or time.monotonic() - last < TELL_SECONDS:
                return
            last = time.monotonic()
            with self.write() as writing:
                held = writing.execute(
                    update(ImportJob)
                    .where(ImportJob.id == job_id, ImportJob.lease_owner == self.name, ImportJob.task != "")
                    .values(progress=packed(text), lease_until=datetime.now(UTC) + READING_LEASE)
                )
                writing.commit()
            if held.rowcount != 1:  # type: ignore[attr-defined]
                raise Stopped

        return tell


def _is_dead(owner: str) -> bool:
    """Whether the holder of a lease was a process of this machine that has ended."""
    host, number, process, *_rest = [*owner.split(":"), "", "", ""]
    if host != socket.gethostname() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return process != _PROCESS
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _job(session: Session, job_id: int) -> ImportJob:
    job = session.get(ImportJob, job_id, options=[undefer(ImportJob.content)])
    if job is None:
        raise Stopped
    return job


def _reading(session: Session, job: ImportJob, progress: Progress) -> ListReading:
    return read_list(
        session,
        ListKind(job.kind),
        job.content,
        name=job.filename,
        options=options_of(job),
        answers=job.answers,
        today=datetime.now(BEIJING).date(),
        progress=progress,
    )


def _keep(job: ImportJob, found: ListReading, outcome: dict[str, object], seal: str, report: bytes | None) -> None:
    job.outcome, job.seal, job.report = outcome, seal, report
    job.summary = found.summary() if not found.refusal else ""
    job.state, job.task, job.progress = ImportState.READ.value, "", ""
    job.version += 1


def _actor(session: Session, account_id: int | None) -> Actor:
    """The officer who asked for it, as he stands now: permissions are asked again."""
    account = session.get(Account, account_id) if account_id is not None else None
    if account is None or account.standing != AccountStanding.ACTIVE:
        return Actor()
    return Actor(id=account.id, role=Role(account.role), unit=account.unit_code)


def _event(session: Session, actor: Actor, job: ImportJob, action: str) -> None:
    entry = Entry(action=action, subject_type="import_job", subject_id=job.id, note=f"{job.filename} {job.summary}")
    record(session, actor, entry)
