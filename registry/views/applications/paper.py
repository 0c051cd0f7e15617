"""An application on paper: printed by the browser, or as a Word document for its enterprise and the officers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Response, render_template, request

from registry.errors import BadParameter, NotFound
from registry.i18n import _, in_words, language
from registry.measures import Measure
from registry.permissions import STAFF, Permission
from registry.queries.applications import access
from registry.queries.applications.own import history
from registry.queries.applications.paper import Enclosed, Grid, Line, Paper, Part
from registry.services.applications.snapshots import is_genuine
from registry.statuses import shown_to
from registry.terms import BEIJING, ApplicationStatus, AttachmentKind
from registry.values.row_ids import row_id
from registry.views.applications import attachments
from registry.views.applications.fields import CriterionView, FieldView, KpiView, SectionView
from registry.views.applications.frame import blueprint, now, own
from registry.views.applications.pages import read_only
from registry.views.web.answers import measured
from registry.views.web.downloads import DOCX, as_attachment, note_export
from registry.views.web.page import file_size, moment, name_of
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

if TYPE_CHECKING:
    from registry.models import Application, Snapshot


@blueprint.get("/enterprise/applications/<int:application_id>/print")
@policy(Permission.APPLICATION_OWN)
def printed(application_id: int) -> str:
    """A submitted version on paper; a draft prints as a draft, without number and check code."""
    application = own(application_id)
    snapshot = version_asked(application)
    paper = paper_of(application, snapshot)
    return render_template(
        "applications/print.html", application=application, snapshot=snapshot, paper=paper, printed_at=now()
    )


@attachments.blueprint.get("/files/applications/<int:application_id>.docx")
@policy(Permission.FILE_READ)
def document(application_id: int) -> Response:
    """The same as a Word document; a copy that officers take is an event, and holds no contacts."""
    from registry.queries.applications.paper_document import paper_docx  # slow import: the library of Word documents

    application = access.visible(session(), actor(), application_id)
    snapshot = version_asked(application)
    if snapshot is None and actor().role in STAFF:
        raise NotFound(Message("没有这份申报，或不在您的办理范围内。"))
    paper, at = paper_of(application, snapshot), now()
    body = paper_docx(
        paper, owner=runtime().site.owner, now=at.astimezone(BEIJING), language=language(),
        no_files=_("没有附件。"), made=_("导出于 %(at)s（北京时间）", at=moment(at)),
    )  # fmt: skip
    if actor().role in STAFF:
        note_export("application.export", "rows", 1)
    response = Response(body, mimetype=DOCX)
    as_attachment(response, _("申报表"), paper.number or _("草稿"), suffix="docx", plain=f"application-{paper.number}")
    response.headers["Cache-Control"] = "no-store"
    return response


def version_asked(application: Application) -> Snapshot | None:
    """The version that the address names, the newest one without; None for a draft."""
    text = request.args.get("version", "")
    if not text:
        return application.snapshots[-1] if application.snapshots else None
    number = row_id(text)
    if number is None:
        raise BadParameter(Message("参数 version 应为版本号，如 1。"), field="version")
    found = next((item for item in application.snapshots if item.number == number), None)
    if found is None:
        raise NotFound(Message("这份申报没有第 %(text)s 版。", text=number))
    return found


def answers_of(application: Application, snapshot: Snapshot | None) -> dict[str, str]:
    """The answers of a version with today's contacts, which versions do not keep; without one what was typed."""
    if snapshot is None:
        return dict(application.answers)
    personal = {item.name for item in access.form_for(application).fields if item.personal}
    contacts = {name: text for name, text in application.answers.items() if name in personal and text}
    if actor().role in STAFF:
        # Looking at contacts is an act of its own on the page of the case.
        contacts = dict.fromkeys(contacts, _("已隐藏"))
    is_newest = snapshot is application.snapshots[-1]
    return snapshot.answers | (contacts if is_newest else {})


def files_in(snapshot: Snapshot | None) -> dict[str, int]:
    """Number of files by kind in a version."""
    return Counter(item["kind"] for item in snapshot.files) if snapshot else {}


def paper_of(application: Application, snapshot: Snapshot | None) -> Paper:
    """What stands on the paper, in the reader's language; what was typed stays as it is."""
    sections = read_only(application, answers_of(application, snapshot), files_in(snapshot))
    category = name_of("categories", application.call.category_code)
    return Paper(
        title=_("%(year)s 年%(category)s申报表", year=application.call.year, category=category),
        holder=application.enterprise.name,
        project=application.project_name,
        number=(application.number or "") if snapshot else "",
        check_code=snapshot.check_code if snapshot else "",
        stamp=_stamp(application, snapshot) if snapshot else [],
        warning="" if snapshot else _("草稿，没有提交：没有编号和校验码，不能作为申报材料。"),
        parts=[_part(application, section, snapshot) for section in sections],
        remark=_("法定代表人和联系人的信息不随旧版本保存，见最新的一版。")
        if snapshot and snapshot is not application.snapshots[-1]
        else "",
        seals=(_("企业盖章："), _("法定代表人签字："), _("日期：") + _("　　　　年　　月　　日")),
        to_check=_(
            "怎样核对：校验码由本版编号、全部栏目（联系人信息除外）和每个附件的内容算出，改动一个字就会不同。"
            "登录后打开这份申报，查看第 %(n)s 版，校验码与本页相同，内容就与网上提交的相同。",
            n=snapshot.number,
        )
        if snapshot
        else "",
    )


def _stamp(application: Application, snapshot: Snapshot) -> list[Line]:
    status = shown_to(actor().role, ApplicationStatus(application.status))
    code = _("✓ 内容与校验码相符") if is_genuine(application, snapshot) else _("✕ 内容与校验码不符，请联系管理员")
    lines = [
        Line(label=_("编号"), text=application.number or ""),
        Line(label=_("通知"), text=application.call.title),
        Line(label=_("状态"), text=status.label(language())),
    ]
    if application.submitted_at:
        lines.append(Line(label=_("首次提交"), text=moment(application.submitted_at)))
    version = _("第 %(n)s 版", n=snapshot.number) + _("，") + moment(snapshot.created_at)
    lines += [
        Line(label=_("版本"), text=version),
        Line(label=_("校验码"), text=snapshot.check_code, note=code, is_code=True),
    ]
    for made in history(session(), application).versions:
        if made.number == snapshot.number:
            lines.append(Line(label=_("提交人"), text=made.submitted_by))
            if made.confirmed_at:
                at = moment(made.confirmed_at)
                lines.append(Line(label=_("确认人"), text=_("%(name)s，%(at)s", name=made.confirmed_by, at=at)))
    return lines


def _part(application: Application, section: SectionView, snapshot: Snapshot | None) -> Part:
    lines = []
    is_of_files = section.section.value == "files"
    if section.section.value == "enterprise":
        lines += [
            Line(label=_("企业名称"), text=application.enterprise.name),
            Line(label=_("统一社会信用代码"), text=application.enterprise.uscc or "–"),
        ]
    if not is_of_files:
        lines += [Line(label=in_words(view.label), text=view.shown or "–") for view in section.fields]
    lines += [_criterion(item) for item in section.criteria]
    files = [_enclosed(item) for item in (snapshot.files if snapshot else [])] if is_of_files else None
    return Part(title=section.title, lines=lines, grids=_grids(section), files=files)


def _criterion(item: CriterionView) -> Line:
    label = item.criterion.label(language())
    if item.answer is None:
        limit = measured(str(item.criterion.threshold), item.criterion.unit)
        return Line(label=label, text=item.derived, note=_("不低于 %(limit)s", limit=limit))
    said = [view.shown for view in (item.answer, item.evidence) if view is not None and view.shown]
    return Line(label=label, text="\n".join(said) or "–")


def _grids(section: SectionView) -> list[Grid]:
    found = []
    if section.counts:
        head = (_("指标"), _("数值"))
        rows: list[tuple[str, ...]] = [(row.name, _figure(row)) for row in section.counts]
        found.append(Grid(caption=_("设备与投入"), head=head, rows=rows, numbers_from=1))
    if section.others:
        rows = [(row.name, _figure(row), _derived(row)) for row in section.others]
        head_of = (_("指标"), _("自测值"), _("计算值"))
        found.append(Grid(caption=_("水平与占比"), head=head_of, rows=rows, numbers_from=1))
    if section.changes:
        parts = [(row, {part.value: view for part, view in row.parts.items()}) for row in section.changes]
        rows = [
            (row.name, _measured(row, views), views["baseline"].value, views["current"].value, _derived(row))
            for row, views in parts
        ]
        columns = (_("指标"), _("单位或口径"), _("改造前"), _("改造后"), _("变化"))
        found.append(Grid(caption=_("改造前后的指标"), head=columns, rows=rows, numbers_from=2))
    return found


def _figure(row: KpiView) -> str:
    parts = {part.value: view for part, view in row.parts.items()}
    view = parts.get("current") or parts["stated"]
    return f"{view.value} {row.unit}".strip() if view.value else "–"


def _measured(row: KpiView, views: Mapping[str, FieldView]) -> str:
    return Measure(views["measure"].value or row.unit).label(language())


def _derived(row: KpiView) -> str:
    return row.derived or ("—" if row.is_derived else "")


def _enclosed(item: Mapping[str, object]) -> Enclosed:
    name = "".join((str(item["filename"]), _("，") if item["caption"] else "", str(item["caption"])))
    return Enclosed(
        id=int(str(item["id"])),
        kind=AttachmentKind(str(item["kind"])).label(language()),
        name=name,
        size=file_size(int(str(item["size"]))),
        digest=_("校验值（SHA-256） %(sum)s", sum=item["sha256"]),
    )
