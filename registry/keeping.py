"""What is kept of people, why, and how long: one row a kind.

The privacy notice is written from these rows, and the rules that erase something take their time from here, so
that the site does what it says. A row without days is kept as long as its `until` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from registry.wording import Message

NOTICE_VERSION = date(2026, 11, 29)
"""The day of the wording of the privacy notice; whoever agrees, agrees to this one. A change of the rows changes it."""
ANONYMOUS = "application_contact"
"""The row whose days an operator may set (`REGISTRY_RETENTION_DAYS`)."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One kind of personal data: what it is, what it is for, and when it goes."""

    what: Message
    purpose: Message
    until: Message
    days: int | None = None

    @property
    def time(self) -> timedelta:
        """How long it is kept; asked of rows with days only."""
        assert self.days is not None
        return timedelta(days=self.days)


KEPT: dict[str, Kept] = {
    "account": Kept(
        what=Message("账户：姓名、邮箱、密码（只存摘要）、所属企业"),
        purpose=Message("登录、通知、写明由谁填报和确认"),
        until=Message("账户存续期间；停用后保留到不再需要证明办理过程"),
    ),
    ANONYMOUS: Kept(
        what=Message("申报：联系人、电话、法定代表人姓名"),
        purpose=Message("审核时联系企业"),
        until=Message("没有获得认定的申报，%(n)s 天后删除；获得认定的，随申报存档，不公开"),
        days=730,
    ),
    "error_report": Kept(
        what=Message("纠错：您留下的联系方式（可以不留）"),
        purpose=Message("答复您"),
        until=Message("答复 %(n)s 天后删除"),
        days=180,
    ),
    "objector": Kept(
        what=Message("异议：提出人的姓名或单位、联系方式、证明材料"),
        purpose=Message("核实异议；对企业和公众保密"),
        until=Message("办结 %(n)s 天后删除"),
        days=3 * 365,
    ),
    "session": Kept(
        what=Message("登录：时间、网络地址、浏览器的随机标识"),
        purpose=Message("保持登录，防止他人冒用和反复试密码"),
        until=Message("退出或最长 12 小时后失效，失效 %(n)s 天后删除"),
        days=30,
    ),
    "event": Kept(
        what=Message("办理记录：谁在何时办了什么、请求编号和网络地址"),
        purpose=Message("审计，查明差错；不含联系方式"),
        until=Message("随登记长期保存，只增不改"),
    ),
}


def kept(kind: str) -> timedelta:
    """How long a kind is kept, for the rule that erases it."""
    return KEPT[kind].time
