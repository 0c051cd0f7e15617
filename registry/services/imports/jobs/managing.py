"""What officers do with an import: upload, answer, write, take back, drop. The work is done in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import ImportJob
from registry.names import tidy
from registry.permissions import Actor, Permission, require
from registry.services.events import Entry, record
from registry.services.imports.result import ListKind, Options
from registry.services.imports.sheets.told_columns import NOT_READ
from registry.services.uploads.names import shortened, shown_name, suffix_of
from registry.spreadsheets import MAX_BYTES
from registry.terms import ImportState, ImportTask
from registry.wording import Message

OPEN = (ImportState.NEW, ImportState.READ, ImportState.FAILED, ImportState.UNDONE)
"""States in which a list may be answered, read again and dropped."""
OPTION_NAMES = ("category", "year", "document", "date", "unit", "kind", "basis", "baseline", "header_row")
LONGEST_ANSWER = 240


def upload(session: Session, actor: Actor, *, kind: str, filename: str, content: bytes, now: datetime) -> ImportJob:
    """Store a list and order its reading. Raises InvalidInput for an unknown kind, an empty or too large file."""
    require(actor, Permission.LIST_IMPORT)
    if kind not in set(ListKind):
        raise InvalidInput(Message("请选择名单的种类。"), field="kind")
    if not content:
        raise InvalidInput(Message("请选择名单文件；选的文件是空的。"), field="list")
    if len(content) > MAX_BYTES:
        sentence = Message("文件超过 %(size)s MB，请拆成几份再上传。", size=MAX_BYTES // 2**20)
        raise InvalidInput(sentence, field="list")
    job = ImportJob(
        kind=kind,
        filename=listed_name(filename),
        content=content,
        options={},
        answers={},
        state=ImportState.NEW.value,
        task=ImportTask.READ.value,
        created_by=actor.id,
        created_at=now,
    )
    session.add(job)
    session.flush()
    _note(session, actor, job, "import.upload", note=job.filename)
    return job


def listed_name(given: str) -> str:
    """The name of a list as it is stored and shown, like that of every other file."""
    shown = shown_name(given)
    return shortened(shown, suffix_of(shown)) if shown else "名单"


def no_file() -> InvalidInput:
    """The refusal of an upload without a file."""
    return InvalidInput(Message("还没有选择名单文件。"), field="list")


def answer(
    session: Session,
    actor: Actor,
    job_id: int,
    *,
    options: Mapping[str, str],
    sheets: Sequence[str],
    columns: Mapping[str, str],
    answers: Mapping[str, str],
    seen_version: int | None,
) -> ImportJob:
    """Store answers and options and order another reading. An answer of '' removes an earlier one, and so does a column
    set to ''. What this page did not show stays as it is."""
    job = _found(session, actor, job_id, seen_version)
    _require_open(job)
    told = {name: tidy(options.get(name, ""))[:LONGEST_ANSWER] for name in OPTION_NAMES}
    told_before = {**dict.fromkeys(job.options.get("ignore", ()), NOT_READ), **job.options.get("columns", {})}
    read_as = {header[:LONGEST_ANSWER]: tidy(target)[:LONGEST_ANSWER] for header, target in columns.items()}
    kept_columns = {header: target for header, target in {**told_before, **read_as}.items() if target}
    job.options = {**told, "sheets": list(sheets), "columns": kept_columns}
    kept = {**job.answers, **{name: tidy(text)[:LONGEST_ANSWER] for name, text in answers.items()}}
    job.answers = {name: text for name, text in kept.items() if text}
    _give(job, ImportTask.READ)
    _note(session, actor, job, "import.answer")
    return job


def ask_to_apply(session: Session, actor: Actor, job_id: int, *, seen_version: int | None) -> ImportJob:
    """Have the list written as it was seen. Raises InvalidInput while anything is refused or open."""
    job = _found(session, actor, job_id, seen_version)
    _require_open(job)
    if not (job.outcome or {}).get("applicable"):
        raise InvalidInput(Message("还有被拒绝的行或没有答复的问题，不能写入。"))
    job.acted_by = actor.id
    _give(job, ImportTask.APPLY)
    return job


def ask_to_undo(session: Session, actor: Actor, job_id: int, *, seen_version: int | None) -> ImportJob:
    """Have the whole import taken back, unless something stands on it by then."""
    job = _found(session, actor, job_id, seen_version)
    if job.state != ImportState.APPLIED or job.task:
        raise Conflict(Message("这次导入没有写入，或已经撤回。"))
    job.acted_by = actor.id
    _give(job, ImportTask.UNDO)
    return job


def drop(session: Session, actor: Actor, job_id: int, *, seen_version: int | None) -> ImportJob:
    """Give an import up that was not written; a reading in the background stops."""
    job = _found(session, actor, job_id, seen_version)
    if job.state not in OPEN or job.task == ImportTask.APPLY:
        raise Conflict(Message("已经写入或正在写入的导入不能放弃；写入后可以整批撤回。"))
    job.state, job.task = ImportState.DROPPED.value, ImportTask.NONE.value
    job.version += 1
    _note(session, actor, job, "import.drop")
    return job


def find_job(session: Session, actor: Actor, job_id: int) -> ImportJob:
    """The import; NotFound where there is none, NotAllowed for those who may not import."""
    require(actor, Permission.LIST_IMPORT)
    job = session.get(ImportJob, job_id)
    if job is None:
        raise NotFound(Message("没有这次导入。"))
    return job


def options_of(job: ImportJob) -> Options:
    """What the reader is told beside the file."""
    told = job.options
    return Options(
        **{name: str(told.get(name, "")) for name in OPTION_NAMES},
        sheets=tuple(told.get("sheets", ())),
        ignore=tuple(told.get("ignore", ())),
        columns=tuple(told.get("columns", {}).items()),
    )


def note_download(session: Session, actor: Actor, job_id: int, what: str) -> None:
    """The event of a downloaded file."""
    _note(session, actor, find_job(session, actor, job_id), "import.download", note=what)


def _found(session: Session, actor: Actor, job_id: int, seen_version: int | None) -> ImportJob:
    job = find_job(session, actor, job_id)
    if seen_version is not None and job.version != seen_version:
        raise Conflict(Message("这次导入刚被同事或后台处理过，请看过现在的内容后再决定。"))
    return job


def _require_open(job: ImportJob) -> None:
    if job.task in (ImportTask.APPLY, ImportTask.UNDO):
        raise Conflict(Message("正在写入或撤回，请等它完成。"))
    if job.state not in OPEN:
        raise Conflict(Message("这次导入已经写入或已经放弃，不能再改。"))


def _give(job: ImportJob, task: ImportTask) -> None:
    job.task, job.problem, job.progress, job.attempts = task.value, "", "", 0
    job.lease_owner, job.lease_until = "", None
    job.version += 1


def _note(session: Session, actor: Actor, job: ImportJob, action: str, note: str = "") -> None:
    record(session, actor, Entry(action=action, subject_type="import_job", subject_id=job.id, note=note))
    session.flush()
