"""Whether rows and stored files belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from registry.services.doctor.findings import Finding
from registry.services.uploads import orphans
from registry.storage import Storage
from registry.wording import Message


def check_files(
    session: Session, folder: Storage, *, progress: Callable[[str], None] = lambda title: None
) -> Iterator[Finding]:
    """Rows whose file is gone, and (notes) files that no row names, as a power cut leaves them."""
    progress(Message("附件"))
    found = orphans(session, folder)
    for file in found.missing:
        yield Finding(
            what=Message("文件"),
            record=Message("%(table)s 第 %(row)s 行", table=file.table, row=file.row),
            stored=Message("有记录"),
            computed=Message("文件夹中没有这个文件"),
            way_out=Message("请从备份中恢复 files 文件夹"),
        )
    for name in found.unclaimed:
        yield Finding(
            what=Message("记录"),
            record=Message("文件 %(name)s", name=name),
            stored=Message("有文件"),
            computed=Message("没有记录指向它"),
            way_out=Message("多半是断电时留下的，核对后可以删除"),
            is_note=True,
        )
