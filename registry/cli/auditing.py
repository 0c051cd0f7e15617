"""`flask audit verify|anchor`: whether the record of events is complete, and an anchor to be kept on paper."""

from __future__ import annotations

import sys
from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from registry.cli.running import checked, installed
from registry.cli.words import say
from registry.services import events
from registry.terms import BEIJING
from registry.views.web.runtime import runtime
from registry.wording import Message

audit_group = AppGroup("audit", help=Message("办理记录：校验、打印锚点或导出。"))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(audit_group)


@audit_group.command("verify", help=Message("重新计算办理记录的散列链；有打印的锚点时，还核对末尾有没有被截去。"))
@click.option("--anchor", "printed", default="", help=Message("flask audit anchor 打印过的锚点，件数:散列值。"))
@checked
@installed
def verify_audit(printed: str = "") -> None:
    """Exit code 1 when the chain is broken, or when it does not hold what an anchor was printed for."""
    wanted = events.Anchor.read(printed) if printed else None
    with runtime().read() as session:
        count, broken = events.verify(session)
        if broken is not None:
            say(_told(session, broken, count), err=True)
            sys.exit(1)
        if wanted is not None and not events.holds(session, wanted):
            say(
                Message(
                    "锚点打印时有 %(wanted)s 条办理记录，现在这 %(wanted)s 条不全或不同（现有 %(count)s 条）："
                    "末尾被截去，或整条链被换过。请与备份核对。",
                    wanted=wanted.count,
                    count=count,
                ),
                err=True,
            )
            sys.exit(1)
    say(Message("办理记录 %(count)s 条，散列链完整。", count=count))
    if wanted is not None:
        say(Message("锚点相符：其中前 %(n)s 条与打印时相同。", n=wanted.count))


def _told(session: Session, broken: int, count: int) -> Message:
    found = events.broken_at(session, broken)
    reason = {
        events.Break.CHANGED: Message("它的内容与散列值不符，被改动过"),
        events.Break.CUT: Message("它接不上前一条（%(before)s），其间有记录被删除或插入", before=found.before or "—"),
    }[found.kind]
    return Message(
        "办理记录在序号 %(broken)s（%(at)s，%(action)s）处断开：%(reason)s；此前 %(count)s 条无误。",
        broken=found.id,
        at=f"{found.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        action=found.action,
        reason=reason,
        count=count,
    )


@audit_group.command(
    "anchor", help=Message("打印锚点（件数和最后一条的散列值）；请打印存档，以后用来核对末尾是否完整。")
)
@checked
@installed
def print_anchor() -> None:
    """One line for the archive, and how to use it."""
    with runtime().read() as session:
        found = events.anchor(session)
    say(str(found))
    say(
        Message(
            "%(at)s 的锚点。请打印存档；核对时运行 flask audit verify --anchor 件数:散列值。",
            at=f"{datetime.now(BEIJING):%Y-%m-%d %H:%M}",
        ),
        err=True,
    )
