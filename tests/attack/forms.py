"""Every address that takes parameters and every form, with the person who may send it and texts that are right."""

from __future__ import annotations

from registry.queries.accounts.lists import seen_of
from tests.cities import SHIPPED

_UNIT = next(row for row in SHIPPED.units if row.code == "TNQ")
UNIT_SEEN = seen_of((_UNIT.name, _UNIT.name_en, *_UNIT.aliases))
_CATEGORY = next(row for row in SHIPPED.categories if row.code == "mun_smart_workshop")
CATEGORY_SEEN = seen_of((_CATEGORY.name, _CATEGORY.name_en, _CATEGORY.valid_from, _CATEGORY.valid_to, _CATEGORY.note))

QUERIES = {
    "/review": ("tnq", "tab call unit industry step assignee missing q page per_page done lang"),
    "/review?tab=all": ("city", "stage"),
    "/review/panels/new": ("city", "call"),
    "/expert": ("expert", "tab done"),
    "/review/summary.xlsx": ("city", "tab call unit industry step assignee missing q page per_page"),
    "/review/{submitted}": ("tnq", "step done"),
    "/enterprise/begin": ("own", "call"),
    "/enterprise/applications/{draft}": ("own", "section check"),
    "/enterprise/applications/{submitted}/print": ("own", "version"),
    "/enterprise/place?system=WGS84&lon=120&lat=31": ("own", "system lon lat"),
    "/admin/audit": ("auditor", "account action subject id since until before request"),
    "/admin/audit.xlsx": ("auditor", "account action subject id since until before request"),
    "/admin/accounts": ("administrator", "q role unit standing page"),
    "/admin/accounts/{own}": ("administrator", "done"),
    "/admin/lists": ("administrator", "done"),
    "/admin/memberships": ("city", "done"),
    "/publications": ("city", "page"),
    "/publications/new": ("city", "call"),
    "/publications/{publication}": ("city", "done"),
    "/calls/{call}/check": ("public", "enterprise project established_on lang"),
    "/sign-in": ("public", "next done"),
    "/register": ("public", "next"),
    "/review/changes": ("city", "tab page"),
    "/review/reports": ("city", "tab page"),
    "/reset": ("public", "done"),
    "/account": ("own", "done"),
    "/inbox": ("own", "page done"),
    "/enterprise/team": ("own", "done"),
}
"""Address → (person, names of its parameters)."""

FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "/sign-in": ("public", {"email": "a@example.com", "password": "wrong-password-1", "next": "/enterprise"}),
    "/register": (
        "public",
        {"email": "new@example.com", "name": "演示人", "enterprise_name": "演示新企业有限公司", "uscc": "91320400MA1X000000",
         "new_password": "horse-battery-32", "new_password_again": "horse-battery-32", "consent": "1"},
    ),
    "/account/password": (
        "own", {"password": "wrong", "new_password": "horse-battery-33", "new_password_again": "horse-battery-33"},
    ),
    "/account/close": ("own", {"password": "wrong"}),
    "/account/second-factor": ("own", {"password": "horse-battery-31", "one_time_code": "123456"}),
    "/account/email": ("own", {"email": "new@example.com", "password": "wrong"}),
    "/review/record/projects/CZ-000001/relations/link": ("city", {"kind": "built_by", "other": "CZ-000001", "since": ""}),
    "/review/record/projects/CZ-000001/relations/service": (
        "city", {"service": "visit", "held_on": "2026-01-02", "supplier": "CZ-000001", "told": "走访"},
    ),
    "/review/record/projects/CZ-000001/relations/story": ("city", {"title": "案例", "text": "正文"}),
    "/review/record/enterprises/{public_enterprise}/chain": ("city", {"chain": "产业链"}),
    "/review/record/enterprises/{public_enterprise}/facts": (
        "city", {"version": "1", "size": "small", "ownership": "private", "short": "简称甲", "printed": "印作甲"},
    ),
    "/enterprise/begin?call={call}": ("own", {"project": "new", "call": "{call}"}),
    "/enterprise/applications/{draft}": (
        "own",
        {"version": "{draft_version}", "seen": "{{}}", "town": "街道", "go": "stay", "section": "place", "lon": "120.01", "unit": "TNQ",
         "kpi-total_investment-current": "1", "industry": "34", "established_on": "2008-03-15", "pick-town": "typed"},
    ),
    "/enterprise/applications/{draft}/autosave": ("own", {"version": "{draft_version}", "seen": "{{}}", "town": "街道"}),
    "/enterprise/applications/{draft}/confirm": ("own", {"version": "{draft_version}"}),
    "/enterprise/applications/{draft}/submit": ("own", {"version": "{draft_version}", "seen": "{{}}", "town": "街道"}),
    "/enterprise/applications/{submitted}/withdraw": ("own", {"version": "{submitted_version}"}),
    "/enterprise/applications/{draft}/files": ("own", {"kind": "photo", "caption": "说明"}),
    "/enterprise/applications/{draft}/files/{draft_file}/describe": ("own", {"caption": "说明"}),
    "/review/{submitted}/return": (
        "tnq", {"version": "{submitted_version}", "message": "请改", "remark-lon": "水面", "open_all": "yes"},
    ),
    "/review/{submitted}/recommend": (
        "tnq",
        {"version": "{submitted_version}", "rank": "1", "letter_number": "演示〔2026〕1号", "sheet-c1": "yes"},
    ),
    "/review/{submitted}/not_recommend": ("tnq", {"version": "{submitted_version}", "message": "不行"}),
    "/review/{proposed}/undo": ("city", {"version": "{proposed_version}", "reason": "有误"}),
    "/review/{submitted}/seen": ("tnq", {"snapshot": "1"}),
    "/review/{submitted}/sheet": ("tnq", {"version": "{submitted_version}", "sheet-c1": "yes"}),
    "/review/{submitted}/note": ("tnq", {"note": "备注"}),
    "/review/{submitted}/contacts": ("tnq", {}),
    "/review/{submitted}/assign": ("tnq", {"assignee": "{tnq}", "version": "{submitted_version}"}),
    "/review/{submitted}/duplicate": ("tnq", {"other": "project:1", "answer": "same"}),
    "/review/{recognised}/photos/{unreleased_photo}/release": ("city", {"caption": "说明"}),
    "/review/bulk": ("tnq", {"id": "{submitted}", "action": "recommend", "rank": "1", "letter_number": "一号"}),
    "/review/bulk/confirm": (
        "tnq", {"seen": "{submitted}:1", "action": "assign", "assignee": "{tnq}", "rank": "1", "letter_number": "一号"},
    ),
    "/review/phrases": ("city", {"text": "用语"}),
    "/review/phrases/{phrase}/move": ("city", {"direction": "up"}),
    "/publications/new?call={call}": (
        "city",
        {"number": "演示发〔2026〕9号", "announced_on": "2026-11-23", "title": "标题", "organ": "机关",
         "application": "{proposed}", "number_confirmed": "y"},
    ),
    "/publications/{publication}/confirm": ("publisher", {"version": "{publication_version}"}),
    "/publications/{publication}/cancel": ("publisher", {"version": "1", "reason": "有误"}),
    "/publications/outside": ("city", {"category": "prov_demo_smart_workshop", "batch": "2026"}),
    "/publications/outside?": (
        "city",
        {"category": "prov_demo_smart_workshop", "batch": "2026", "number": "苏工信〔2026〕9号", "title": "标题",
         "announced_on": "2026-11-20", "organ": "机关", "answer-1": "new", "unit-1": "TNQ",
         "rows": '[{{"row":1,"enterprise":"演示","name":"演示甲","uscc":"","unit":"","town":"","address":"","industry":"",'
                 '"industry_class":""}}]'},
    ),
    "/admin/experts/{expert}": (
        "city",
        {"employer": "演示研究院", "employer_uscc": "", "title": "教授", "languages": "英语", "industries": "34", "active": "y",
         "version": "1"},
    ),
    "/review/panels/new?call={round_call}": (
        "city",
        {"name": "二组", "closes_at": "2036-12-01 17:00", "per_application": "2", "chair": "{expert}", "applications": "{scored}"},
    ),
    "/review/panels/{panel}/applications/{scored}/decide": (
        "city", {"decision": "set", "points": "80", "place": "1", "reason": "原因", "seen": "x"},
    ),
    "/expert/{seat}": (
        "expert",
        {"version": "1", "seen": "{{}}", "go": "stay", "points-smart": "30", "reason-smart": "理由", "comment": "意见",
         "veto-false": "yes"},
    ),
    "/expert/panels/{ruled_panel}/decide": (
        "expert", {"application": "{ruled}", "decision": "accept", "points": "", "reason": "原因", "seen": "x"},
    ),
    "/admin/calls/new": (
        "city",
        {"category": "mun_demo_smart_workshop", "year": "2026", "title": "通知", "document_number": "演示〔2026〕91号",
         "opens_at": "2026-12-01 09:00", "closes_at": "2026-12-31 17:00", "introduction": "说明", "rules_from": "0"},
    ),
    "/admin/calls/{draft_call}/edit": (
        "city",
        {"category": "mun_demo_smart_workshop", "year": "2026", "title": "通知", "document_number": "演示〔2026〕91号",
         "opens_at": "2026-12-01 09:00", "closes_at": "2026-12-31 17:00", "introduction": "说明", "version": "1"},
    ),
    "/admin/calls/{draft_call}/rules": (
        "city",
        {"per_enterprise": "1", "excludes": "mun_demo_smart_workshop", "most_titles": "1", "quotas-TNQ": "1", "kpis": "total_investment",
         "files-photo": "y", "files-photo-least": "1", "handling_days": "5", "criteria-0-text": "条件", "version": "1",
         "criteria-0-kind": "number", "criteria-0-threshold": "70", "criteria-0-code": "c1", "criteria-0-unit": "%"},
    ),
    "/admin/calls/{draft_call}/publish": ("city", {"version": "9"}),
    "/admin/calls/{call}/extensions": ("city", {"unit": "TNQ", "closes_at": "2027-12-31 17:00", "reason": "原因", "version": "{call_version}"}),
    "/admin/calls/{call}/waivers": (
        "city", {"enterprise": "演示机密乙有限公司", "enterprise_id": "2", "rule": "age", "reason": "原因"},
    ),
    "/admin/accounts/new": (
        "administrator", {"email": "staff@example.com", "name": "演示人", "role": "district_reviewer", "unit": "TNQ"},
    ),
    "/admin/accounts/{expert}": ("administrator", {"role": "district_reviewer", "unit": "TNQ", "version": "1"}),
    "/admin/lists/towns": ("administrator", {"town": "演示镇", "unit": "TNQ"}),
    "/admin/lists/towns/remove": ("administrator", {"town": "横林镇"}),
    "/admin/lists/units/TNQ": (
        "administrator",
        {"name": "天宁区", "name_en": "Tianning District", "aliases": "天宁、演示区", "seen": UNIT_SEEN},
    ),
    "/admin/lists/categories/mun_smart_workshop": (
        "administrator",
        {"name": "市级智能车间", "name_en": "Smart Workshop", "valid_from": "2016", "valid_to": "2030", "note": "演示",
         "seen": CATEGORY_SEEN},
    ),
}  # fmt: skip
"""Address of a form → (person, texts by field)."""
