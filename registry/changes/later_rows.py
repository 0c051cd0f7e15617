"""Kinds of change that take several records at once: successions, documents, and undoing."""

from __future__ import annotations

from registry.changes.shape import About, Asked, Change, Desk, Input
from registry.changes.words import ChangeKind

_BUREAU = (Desk.CITY, Desk.PUBLISHER)

LATER = (
    Change(
        kind=ChangeKind.SUCCESSION,
        about=About.ENTERPRISE,
        route=(Desk.UNIT, *_BUREAU),
        by_enterprise=True,
        public=True,
        asked=(
            Asked(
                name="other",
                zh="承继的企业（代码、全称或序号）",
                en="Successor (code, name or number)",
                help_zh="合并后的企业，或分立出的企业；须已在登记中",
                help_en="The enterprise after the merger, or the one divided off; it must be on record",
            ),
            Asked(
                name="projects",
                zh="由它承继的项目",
                en="Projects that pass to it",
                input=Input.PROJECTS,
                help_zh="不勾选的留在本企业",
                help_en="What is not ticked stays",
            ),
            Asked(
                name="titles",
                zh="其中撤销的认定",
                en="Titles of these that are revoked",
                input=Input.TITLES,
                optional=True,
                help_zh="不勾选的认定保留；撤销须有文件，填在下面",
                help_en="What is not ticked is kept; a revocation needs a document, stated below",
            ),
            Asked(name="number", zh="撤销文件的文号", en="Number of the revoking document", longest=60, optional=True),
            Asked(name="announced_on", zh="文件日期", en="Day of the document", input=Input.DAY, optional=True),
            Asked(name="document_title", zh="文件标题", en="Title of the document", optional=True),
            Asked(name="organ", zh="发文机关", en="Issued by", longest=100, optional=True),
            Asked(
                name="document",
                zh="依据（合并或分立协议、公告）",
                en="Basis (agreement or notice)",
                longest=100,
                optional=True,
            ),
        ),
    ),
    Change(
        kind=ChangeKind.DOCUMENT_FACT,
        about=About.DOCUMENT,
        route=_BUREAU,
        needs_scan=True,
        asked=(
            Asked(name="number", zh="文号", en="Document number", longest=60, has_before=True),
            Asked(name="announced_on", zh="公布日期", en="Day of the document", input=Input.DAY, has_before=True),
            Asked(name="document_title", zh="文件标题", en="Title of the document", optional=True, has_before=True),
            Asked(name="organ", zh="发文机关", en="Issued by", longest=100, optional=True, has_before=True),
        ),
    ),
    Change(
        kind=ChangeKind.WITHDRAW_DOCUMENT,
        about=About.DOCUMENT,
        route=_BUREAU,
        needs_scan=True,
        asked=(
            Asked(
                name="document",
                zh="依据（更正文件的文号，或情况说明）",
                en="Basis (number of the correcting document)",
                longest=100,
                help_zh="由这份文件认定的作废，由它撤销的恢复，申报回到拟认定",
                help_en="What the document awarded becomes void, what it ended is valid again, "
                "its applications are proposed again",
            ),
        ),
    ),
    Change(
        kind=ChangeKind.STORY,
        about=About.PROJECT,
        route=(Desk.CITY,),
        by_enterprise=True,
        needs_file=False,
        asked=(
            Asked(name="headline", zh="案例标题", en="Title of the story", longest=100),
            Asked(
                name="text",
                zh="案例正文",
                en="Text of the story",
                input=Input.TEXT,
                longest=4000,
                help_zh="市局同意后显示在项目页面上；不要写个人信息和不公开的数值",
                help_en="Shown on the page of the project once the bureau agrees; no personal data, no secret figures",
            ),
        ),
    ),
    Change(
        kind=ChangeKind.PHOTOS,
        about=About.PROJECT,
        route=(Desk.CITY,),
        by_enterprise=True,
        needs_file=False,
        pictured=True,
        asked=(
            Asked(
                name="caption",
                zh="照片说明",
                en="Caption",
                optional=True,
                help_zh="公开一张照片时填写，显示在照片下面",
                help_en="For a photo that shall be shown; it stands below it",
            ),
            Asked(
                name="alt",
                zh="替代文字",
                en="Alt text",
                optional=True,
                help_zh="读给看不到图片的人：画面里有什么。不填时读照片说明。",
                help_en="Read to those who do not see it: what it shows. Without one the caption is read.",
            ),
            Asked(
                name="withdraw",
                zh="公开的照片",
                en="Photos that are shown",
                input=Input.PHOTOS,
                optional=True,
                has_before=True,
                help_zh="勾选的照片撤下，不再公开",
                help_en="What is ticked is withdrawn from the public page",
            ),
        ),
    ),
    Change(
        kind=ChangeKind.UNDO,
        about=About.REQUEST,
        route=_BUREAU,
        needs_file=False,
        public=True,
        asked=(Asked(name="number", zh="撤销哪一份变更", en="Change that is undone", input=Input.FIXED),),
    ),
)
