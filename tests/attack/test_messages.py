"""Who is told of what (a line a message), and that what he is told leads him to a page that he may open."""

from __future__ import annotations

import re

from sqlalchemy import select

from registry.models import Account, Message
from registry.services.accounts.links import Target
from tests.attack.stage import Stage
from tests.people import signed_in

OFFICE, DISTRICT, CITY, EXPERT = "publisher", "district_reviewer", "municipal_reviewer", "expert"
TOLD = {
    (EXPERT, "有申报等您评审"): Target.EXPERT,
    (CITY, "评分已交齐：机密裁定组"): Target.PANEL,
    (CITY, "收到异议 YY-"): Target.OBJECTION,
    (CITY, "演示发〔2026〕7号 已生效"): Target.DOCUMENT,
    (CITY, "BG- 企业更名：退回修改"): Target.CHANGE,
    (OFFICE, "BG- 企业更名：待复核生效"): Target.CHANGE,
    (CITY, "BG- 公开或撤下照片：待市局决定"): Target.CHANGE,
    (OFFICE, "公示“机密公示标题”等待公开"): Target.NOTICE,
    (OFFICE, "公示“演示公示名单”等待公开"): Target.NOTICE,
    (OFFICE, "机密发〔2026〕8号 待复核"): Target.DOCUMENT,
    (OFFICE, "演示发〔2026〕7号 待复核"): Target.DOCUMENT,
    (DISTRICT, "BG- 企业更名：待板块核对"): Target.CHANGE,
    (DISTRICT, "CW- 有人指出 CZ-000001 信息有误（地点）"): Target.REPORT,
    ("enterprise", "BG- 企业更名：退回修改"): Target.OWN_CHANGE,
    ("enterprise", "SB-：已列入公示"): Target.PUBLIC_NOTICE,
    ("enterprise", "SB-：已安排现场核查（2026-11-20）"): None,
    ("enterprise", "SB-：退回修改"): None,
    ("enterprise", "SB-：申报已提交"): None,
    ("enterprise", "SB-：已由所在板块推荐"): None,
    ("enterprise", "SB-：已通过形式审查"): None,
    ("enterprise", "SB-：已获认定"): None,
    ("enterprise", "机密消息"): None,
}
"""Role and subject, its number left out → the page; None: the page of the application. No line is about a proposal."""


def test_each_desk_hears_of_what_waits_there_and_nobody_of_a_proposal(stage: Stage) -> None:
    with stage.app.extensions["registry"].read() as session:
        rows = session.execute(
            select(Account.role, Message.subject, Message.link, Message.application_id, Message.account_id)
            .join(Account, Account.id == Message.account_id)
            .order_by(Message.id)
        ).all()
    found, pages = {}, {}
    for role, subject, link, application_id, account_id in rows:
        known = re.sub(r"\b(SB|BG|CW|YY)-\d{4}-\d{4}", r"\1-", subject)
        target = next((each for each in Target if re.fullmatch(each.value.replace("%s", r"\d+"), link)), None)
        found[role, known] = target
        assert target is not None or application_id is not None, subject
        pages[role, link or f"/enterprise/applications/{application_id}"] = account_id
    assert found == TOLD
    for (_role, path), account_id in pages.items():
        reader = signed_in(stage.app, account_id)
        with reader.client.get(path, follow_redirects=True) as answer:
            assert answer.status_code == 200, path
        assert path in reader.get("/inbox").links().values()
