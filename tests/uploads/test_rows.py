"""File, row and event appear together or not at all; who may change and who may open them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry.application_form import file_field
from registry.db import writers
from registry.errors import InvalidInput, NotAllowed, NotFound
from registry.models import Application, Attachment, Event
from registry.models.stored_files import Stored
from registry.permissions import PUBLIC, Actor
from registry.services import uploads
from registry.services.applications import attachments
from registry.services.doctor import check_files
from registry.services.review.needs import StepInput
from registry.storage import Folder
from registry.terms import Action, AttachmentKind, Role
from tests import applicants as stage
from tests import people
from tests.uploads import samples

NOW = stage.NOW
K = AttachmentKind


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


@pytest.fixture
def who(session: Session) -> stage.Cast:
    return stage.cast(session)


@pytest.fixture
def draft(session: Session, who: stage.Cast) -> Application:
    made = stage.drafted(session, stage.open_call(session), who)
    session.commit()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def add(
    session: Session,
    actor: Actor,
    application_id: int,
    folder: Path,
    *,
    kind: AttachmentKind = K.PHOTO,
    content: bytes = b"",
    name: str = "车间.jpg",
    caption: str = "大门",
) -> Attachment:
    with uploads.examine(io.BytesIO(content or samples.picture()), name, kind=kind) as examined:
        return attachments.add_attachment(
            session,
            actor,
            application_id,
            kind=kind,
            examined=examined,
            caption=caption,
            folder=Folder(folder),
            now=NOW,
        )


def stored(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def counts(session: Session) -> tuple[int, int]:
    rows = session.scalar(select(func.count()).select_from(Attachment))
    events = session.scalar(select(func.count()).where(Event.action.startswith("attachment.")))
    return rows or 0, events or 0


def test_a_file_lies_under_a_generated_name_as_its_row_says(
    session: Session, who: stage.Cast, draft: Application, folder: Path
) -> None:
    version = draft.version
    row = add(session, who.clerk, draft.id, folder, name="../../车间 大门.jpg", caption=" 大门\u200b ")
    session.commit()
    assert stored(folder) == [row.storage_name]
    content = (folder / row.storage_name).read_bytes()
    assert (len(content), oct((folder / row.storage_name).stat().st_mode & 0o777)) == (row.size, "0o600")
    assert (row.filename, row.caption, row.media_type) == ("车间 大门.jpg", "大门", "image/jpeg")
    assert "车间" not in row.storage_name
    assert draft.version == version
    event = session.scalars(select(Event).where(Event.action == "attachment.add")).one()
    assert (event.subject_id, event.note) == (draft.id, f"现场照片（附件 {row.id}）")
    assert uploads.orphans(session, Folder(folder)) == uploads.Orphans([], [])


@pytest.mark.parametrize("breaks", ["store", "flush", "event", "commit", "forgotten"])
def test_an_exception_anywhere_leaves_nothing(
    breaks: str,
    engine: Engine,
    session: Session,
    who: stage.Cast,
    draft: Application,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Injected(Exception):
        pass

    def fail(*_arguments: object, **_options: object) -> None:
        raise Injected

    def work() -> None:
        with writers(engine)() as other:
            if breaks == "store":
                monkeypatch.setattr("shutil.copyfileobj", fail)
            if breaks == "flush":
                monkeypatch.setattr(other, "flush", fail)
            if breaks == "event":
                monkeypatch.setattr(attachments, "record", fail)
            add(other, who.clerk, draft_id, folder)
            if breaks == "commit":
                monkeypatch.setattr(other, "commit", fail)
            if breaks != "forgotten":
                other.commit()
            # A request that ends in an error closes its session without a commit.
            raise Injected

    draft_id = draft.id
    session.rollback()
    with pytest.raises(Injected):
        work()
    monkeypatch.undo()
    with writers(engine)() as after:
        assert counts(after) == (0, 0)
        assert after.get_one(Application, draft_id).attachments == []
    assert stored(folder) == []


def test_one_session_keeps_what_it_committed_and_takes_the_rest_back(
    session: Session, who: stage.Cast, draft: Application, folder: Path
) -> None:
    kept = add(session, who.clerk, draft.id, folder).storage_name
    session.commit()
    add(session, who.clerk, draft.id, folder)
    session.rollback()
    assert stored(folder) == [kept]
    assert counts(session) == (1, 1)


def test_orphans_are_reported_and_stay(session: Session, who: stage.Cast, draft: Application, folder: Path) -> None:
    row = add(session, who.clerk, draft.id, folder)
    session.commit()
    (folder / row.storage_name).rename(folder / row.storage_name[:2] / "lost")
    found = uploads.orphans(session, Folder(folder))
    assert found == uploads.Orphans([f"{row.storage_name[:2]}/lost"], [Stored("attachment", row.id, row.storage_name)])
    assert len(stored(folder)) == 1


def test_the_caption_and_the_file_can_be_taken_back_but_not_erased(
    session: Session, who: stage.Cast, draft: Application, folder: Path
) -> None:
    row = add(session, who.clerk, draft.id, folder)
    attachments.describe_attachment(session, who.clerk, row.id, "东门\x07")
    attachments.describe_attachment(session, who.clerk, row.id, "东门")
    attachments.remove_attachment(session, who.clerk, row.id, now=NOW)
    session.commit()
    assert (row.caption, row.removed_at, stored(folder)) == ("东门", NOW, [row.storage_name])
    actions = session.scalars(select(Event.action).where(Event.action.startswith("attachment.")).order_by(Event.id))
    assert list(actions) == ["attachment.add", "attachment.describe", "attachment.remove"]
    with pytest.raises(NotFound):
        attachments.remove_attachment(session, who.clerk, row.id, now=NOW)
    with pytest.raises(NotFound):
        attachments.open_attachment(session, who.clerk, row.id, Folder(folder))


def test_a_change_takes_the_second_persons_confirmation_back(
    session: Session, who: stage.Cast, draft: Application, folder: Path
) -> None:
    from registry.services.applications import drafts

    drafts.confirm(session, who.checker, draft.id, seen_version=draft.version, now=NOW)
    add(session, who.clerk, draft.id, folder)
    assert (draft.confirmed_by, draft.confirmed_at) == (None, None)


def test_limits_of_one_application(
    session: Session, who: stage.Cast, draft: Application, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = add(session, who.clerk, draft.id, folder)

    def refusal() -> str:
        with pytest.raises(InvalidInput) as caught:
            add(session, who.clerk, draft.id, folder)
        return caught.value.message

    monkeypatch.setattr(attachments, "MAX_BYTES", row.size)
    assert refusal() == "这份申报的附件合计会超过 0 MB：请先移除不需要的，或压缩图片和扫描件。"
    monkeypatch.undo()
    for _ in range(attachments.MAX_FILES - 1):
        add(session, who.clerk, draft.id, folder)
    assert refusal() == "这份申报已有 30 个附件，最多 30 个：请先移除不需要的，或合并成一个 PDF。"
    attachments.remove_attachment(session, who.clerk, row.id, now=NOW)
    monkeypatch.setattr(attachments, "MAX_BYTES_EVER", row.size)
    assert "先后上传的文件合计会超过" in refusal()
    monkeypatch.undo()
    monkeypatch.setattr(attachments, "MAX_EVER", 30)
    assert refusal() == "这份申报先后上传过 30 个文件，不能再添加：请联系所在板块。"
    assert len(stored(folder)) == 30


def test_a_long_caption_and_a_kind_that_the_call_does_not_ask_for(
    session: Session, who: stage.Cast, draft: Application, folder: Path
) -> None:
    with pytest.raises(InvalidInput, match=r"^说明有 201 个字，最多 200 个：请缩短。$"):
        add(session, who.clerk, draft.id, folder, caption="字" * 201)
    with pytest.raises(InvalidInput, match=r"^这份申报不需要推荐函，请选择申报表列出的附件。$"):
        add(session, who.clerk, draft.id, folder, kind=K.RECOMMENDATION_LETTER)
    with pytest.raises(InvalidInput, match=r"^没有这一类附件，请从申报表的附件部分上传。$"):
        attachments.kind_of("virus")
    assert stored(folder) == []


def test_who_may_open_a_file(session: Session, who: stage.Cast, draft: Application, folder: Path) -> None:
    row = add(session, who.clerk, draft.id, folder)
    other = stage.cast(session, unit="WJQ")
    expert = people.actor_of(people.staff(session, Role.EXPERT))

    def those_who_see() -> list[str]:
        actors = {
            "clerk": who.clerk, "checker": who.checker, "district": who.district, "city": who.city,
            "publisher": who.publisher, "other clerk": other.clerk, "other district": other.district,
            "expert": expert, "public": PUBLIC,
        }  # fmt: skip
        seen = []
        for name, actor in actors.items():
            try:
                assert attachments.open_attachment(session, actor, row.id, Folder(folder))[0] is row
            except NotFound:
                continue
            seen.append(name)
        return seen

    assert those_who_see() == ["clerk", "checker"]
    for actor in (other.clerk, who.district):
        with pytest.raises((NotFound, NotAllowed)):
            attachments.remove_attachment(session, actor, row.id, now=NOW)
    stage.drafts.confirm(session, who.checker, draft.id, seen_version=draft.version, now=NOW)
    stage.step(session, draft, who.clerk, Action.SUBMIT)
    assert those_who_see() == ["clerk", "checker", "district", "city", "publisher"]
    with pytest.raises(NotAllowed, match="申报已经提交"):
        add(session, who.clerk, draft.id, folder)


def test_a_returned_application_opens_the_marked_kind_and_new_files_wait_for_resubmission(
    session: Session, who: stage.Cast, draft: Application, folder: Path
) -> None:
    old = add(session, who.clerk, draft.id, folder)
    stage.drafts.confirm(session, who.checker, draft.id, seen_version=draft.version, now=NOW)
    stage.step(session, draft, who.clerk, Action.SUBMIT)
    marked = {file_field(K.PHOTO): "请补拍设备铭牌"}
    stage.step(session, draft, who.district, Action.RETURN, StepInput(remarks=marked))
    with pytest.raises(NotAllowed, match="审核员没有开放这一项"):
        add(session, who.clerk, draft.id, folder, kind=K.OTHER)
    new = add(session, who.clerk, draft.id, folder)
    attachments.remove_attachment(session, who.clerk, old.id, now=NOW)
    # The officer still reads what was submitted, and not yet what is being prepared.
    assert attachments.open_attachment(session, who.district, old.id, Folder(folder))[0] is old
    with pytest.raises(NotFound):
        attachments.open_attachment(session, who.district, new.id, Folder(folder))
    stage.drafts.confirm(session, who.checker, draft.id, seen_version=draft.version, now=NOW)
    stage.step(session, draft, who.clerk, Action.RESUBMIT)
    assert attachments.open_attachment(session, who.district, new.id, Folder(folder))[0] is new


def test_a_file_that_is_gone_is_said_to_be_gone(
    session: Session, who: stage.Cast, draft: Application, folder: Path
) -> None:
    row = add(session, who.clerk, draft.id, folder)
    (folder / row.storage_name).unlink()
    with pytest.raises(NotFound, match=r"^这个文件在服务器上找不到了"):
        attachments.open_attachment(session, who.clerk, row.id, Folder(folder))[1].open()
    for name in ("../../registry.db", "ab/../../x", ""):
        with pytest.raises(ValueError, match="not a storage name"):
            uploads.stored_file(Folder(folder), name)


def test_the_doctor_names_lost_and_unclaimed_files(
    session: Session, who: stage.Cast, draft: Application, folder: Path
) -> None:
    row = add(session, who.clerk, draft.id, folder)
    session.commit()
    assert list(check_files(session, Folder(folder))) == []
    (folder / row.storage_name).rename(folder / "ab.part")
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab.part").rename(folder / "ab" / "cd.part")
    assert [found.line for found in check_files(session, Folder(folder))] == [
        f"问题：attachment 第 {row.id} 行：文件：现存 有记录，核对结果 文件夹中没有这个文件。请从备份中恢复 files 文件夹。",
        "提示：文件 ab/cd.part：记录：现存 有文件，核对结果 没有记录指向它。多半是断电时留下的，核对后可以删除。",
    ]
