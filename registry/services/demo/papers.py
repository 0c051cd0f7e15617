"""Files of the demo's call: the notice, a template and a guide, written by the program from the call itself."""

from __future__ import annotations

import io
from datetime import datetime

from sqlalchemy.orm import Session

from registry.application_form import form_of
from registry.kinds import CallFileKind
from registry.models import Call
from registry.permissions import Actor
from registry.purposes import CallPurpose
from registry.queries.statistics.document import blank
from registry.services import uploads
from registry.services.calls.files import add_file
from registry.services.calls.managing import rules_of
from registry.spreadsheets.writing import new_book
from registry.storage import Storage
from registry.terms import AttachmentKind
from registry.wording import told

OWNER = "演示机关"
GUIDE = (
    "一、由本企业一人填写、另一人核对，两人都登录后才能提交。",
    "二、改造前、改造后的数值按同一计量单位、同一口径填写，变化由系统计算。",
    "三、位置可以在地图上点选，也可以填写经纬度并说明坐标来源。",
    "四、附件应当清楚、完整；需要盖章的，上传盖章后的扫描件。",
)


def add_papers(session: Session, actor: Actor, call: Call, *, folder: Storage, now: datetime) -> None:
    """Put three files beside a call."""
    notice = [call.title, call.document_number, *call.introduction.splitlines()]
    for kind, name, content in (
        (CallFileKind.NOTICE, "通知正文（演示）.docx", _document(call.title, notice, now)),
        (CallFileKind.FORM, "申报表表样（演示）.xlsx", _template(call)),
        (CallFileKind.GUIDE, "填报说明（演示）.docx", _document("填报说明（演示）", ["填报说明（演示）", *GUIDE], now)),
    ):
        with uploads.examine(io.BytesIO(content), name, kind=AttachmentKind.OTHER) as examined:
            add_file(session, actor, call.id, kind.value, examined, seen_version=call.version, folder=folder, now=now)


def _document(title: str, lines: list[str], now: datetime) -> bytes:
    document = blank(title, OWNER, now, "zh")
    document.add_paragraph(lines[0], style="Title")
    for line in lines[1:]:
        document.add_paragraph(line)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _template(call: Call) -> bytes:
    """The fields of the form in a column, with room beside them."""
    book = new_book()
    sheet = book.worksheets[0]
    sheet.title = "申报表表样"
    sheet.append(["项目", "填写"])
    for field in form_of(rules_of(call), CallPurpose(call.purpose)).fields:
        sheet.append([told(field.label, "zh"), ""])
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 40
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
