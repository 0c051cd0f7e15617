"""Vocabulary: the enums of the field with their labels (Chinese, English).

Values are the codes used in URLs, files, answers and columns (contract.md short forms).
"""

from __future__ import annotations

from enum import StrEnum
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
"""The clock of every deadline, year and day in the registry, wherever the server stands."""


class Term(StrEnum):
    """A code with a Chinese and an English label."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Term:
        # The labels have defaults only so that a look-up by value, Tier("national"), type-checks.
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member

    def label(self, language: str = "zh") -> str:
        """The label in `zh` or `en`."""
        return self.en if language == "en" else self.zh


class Tier(Term):
    """级别; `rank` orders them, the highest last."""

    MUNICIPAL = "municipal", "市级", "Municipal"
    PROVINCIAL = "provincial", "省级", "Provincial"
    NATIONAL = "national", "国家级", "National"

    @property
    def rank(self) -> int:
        """1 municipal, 2 provincial, 3 national."""
        return list(Tier).index(self) + 1


class HonorLevel(Term):
    """级别 of an honour of an enterprise: who gives it, or the stars that it has."""

    NATIONAL = "national", "国家级", "National"
    PROVINCIAL = "provincial", "省级", "Provincial"
    MUNICIPAL = "municipal", "市级", "Municipal"
    FIVE_STARS = "five_stars", "五星级", "Five stars"
    FOUR_STARS = "four_stars", "四星级", "Four stars"
    THREE_STARS = "three_stars", "三星级", "Three stars"


class ImportState(Term):
    """State of an import on the web."""

    NEW = "new", "还没有读取", "Not read yet"
    READ = "read", "待处理", "To be dealt with"
    APPLIED = "applied", "已写入", "Written"
    UNDONE = "undone", "已撤回", "Taken back"
    FAILED = "failed", "出错", "Failed"
    DROPPED = "dropped", "已放弃", "Dropped"


class ImportTask(Term):
    """What an import waits for in the background."""

    NONE = "", "无", "Nothing"
    READ = "read", "读取", "Reading"
    APPLY = "apply", "写入", "Writing"
    UNDO = "undo", "撤回", "Taking back"


class TotalKind(Term):
    """口径 of a published total: up to a day, or of one batch year."""

    CUMULATIVE = "cumulative", "累计", "Cumulative"
    NEW = "new", "新增", "New"


class CountKind(Term):
    """What the statistics of a scope count: titles ever announced, those of some batch years, or those in force."""

    CUMULATIVE = "cumulative", "累计", "Cumulative"
    NEW = "new", "新增", "New"
    VALID = "valid", "有效", "Valid"


class ProjectType(Term):
    """主体类型: what kind of thing holds the title."""

    WORKSHOP = "workshop", "车间", "Workshop"
    FACTORY = "factory", "工厂", "Factory"
    PROJECT = "project", "企业项目", "Project"
    PARK = "park", "园区", "Park"
    ZONE = "zone", "示范区", "Zone"
    SUPPLIER = "supplier", "服务机构", "Service provider"


class RecognitionStatus(Term):
    """State of a title."""

    VALID = "valid", "有效", "Valid"
    REVOKED = "revoked", "已撤销", "Revoked"
    EXPIRED = "expired", "已到期", "Expired"


class RecognitionMode(Term):
    """How a title comes about: awarded by document, or declared by the enterprise itself."""

    AWARDED = "awarded", "认定", "Awarded"
    SELF_DECLARED = "self_declared", "自主声明", "Self-declared"


class Stage(Term):
    """阶段 of a national demonstration factory."""

    CHALLENGE = "challenge", "揭榜", "Challenge taken"
    ACCEPTANCE = "acceptance", "验收", "Accepted"


class DocumentKind(Term):
    """What a document does to titles."""

    RECOGNITION = "recognition", "认定", "Recognition"
    REVOCATION = "revocation", "撤销", "Revocation"
    CITATION = "citation", "引用", "Cited in"


class Precision(Term):
    """How exactly a place is known."""

    EXACT = "exact", "精确到门牌", "Exact"
    STREET = "street", "精确到道路", "Street"
    TOWN = "town", "精确到镇（街道）", "Town"
    DISTRICT = "district", "仅知所在区", "District only"
    NONE = "none", "未定位", "Not located"


class Basis(Term):
    """口径: who stands for a KPI value."""

    DECLARED = "declared", "申报值", "Declared"
    VERIFIED = "verified", "核查值", "Verified"


class ReportKind(Term):
    """Which report a KPI value comes from: the one of a recognition feeds batch figures, yearly ones trends."""

    RECOGNITION = "recognition", "认定报告", "Recognition report"
    YEARLY = "yearly", "年度报告", "Yearly report"


class KpiKind(Term):
    """How a KPI is computed (domain: amount, count, share, change, level, ordinal)."""

    AMOUNT = "amount", "金额", "Amount"
    COUNT = "count", "数量", "Count"
    SHARE = "share", "占比", "Share"
    CHANGE = "change", "相对变化", "Relative change"
    LEVEL = "level", "水平", "Level"
    ORDINAL = "ordinal", "等级", "Grade"


PERCENTAGES = (KpiKind.SHARE, KpiKind.CHANGE, KpiKind.LEVEL)
"""Kinds whose value is a percentage."""


class Direction(Term):
    """Which direction of a KPI is better."""

    HIGH = "high", "越高越好", "Higher is better"
    LOW = "low", "越低越好", "Lower is better"


class CoordinateOrigin(Term):
    """Where typed coordinates come from; never guessed from the numbers."""

    WGS84 = "WGS84", "天地图/GPS（WGS-84）", "Tianditu/GPS (WGS-84)"
    GCJ02 = "GCJ02", "高德/腾讯（GCJ-02）", "Amap/Tencent (GCJ-02)"
    BD09 = "BD09", "百度（BD-09）", "Baidu (BD-09)"


class Sector(Term):
    """The bureau's four sectors and the rest; which industry belongs to which is data."""

    EQUIPMENT = "equipment", "装备制造", "Equipment"
    ELECTRONICS = "electronics", "电子信息", "Electronics"
    MATERIALS = "materials", "原材料", "Materials"
    CONSUMER = "consumer", "消费品", "Consumer goods"
    OTHER = "other", "其他", "Other"


class Role(Term):
    """Who acts (domain §3)."""

    ENTERPRISE = "enterprise", "企业用户", "Enterprise member"
    DISTRICT_REVIEWER = "district_reviewer", "板块审核员", "District reviewer"
    MUNICIPAL_REVIEWER = "municipal_reviewer", "市局审核员", "Municipal reviewer"
    EXPERT = "expert", "专家", "Expert"
    PUBLISHER = "publisher", "发布员", "Publisher"
    ADMINISTRATOR = "administrator", "系统管理员", "Administrator"
    AUDITOR = "auditor", "审计员", "Auditor"


class AccountStanding(Term):
    """Whether an account may act."""

    ACTIVE = "active", "正常", "Active"
    PENDING = "pending", "待批准加入", "Waiting for approval"
    INVITED = "invited", "已邀请", "Invited"
    DISABLED = "disabled", "已停用", "Disabled"


class CallState(Term):
    """State of a call for applications."""

    DRAFT = "draft", "草稿", "Draft"
    PUBLISHED = "published", "已发布", "Published"


class ApplicationStatus(Term):
    """State of an application as officers call it; what else is true of it stands in `statuses.STATUSES`."""

    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "待初审", "Submitted, preliminary review"
    RETURNED = "returned", "退回修改", "Returned for correction"
    RECOMMENDED = "recommended", "已推荐，待形式审查", "Recommended"
    CHECKING = "checking", "市级审核中", "City review"
    PROPOSED = "proposed", "拟认定", "Proposed"
    NOTICED = "noticed", "公示中", "Public notice"
    RECOGNISED = "recognised", "已认定", "Recognised"
    FORWARDED = "forwarded", "已上报", "Forwarded"
    FILED = "filed", "已归档", "Filed"
    NOT_RECOMMENDED = "not_recommended", "不予推荐", "Not recommended"
    REJECTED = "rejected", "不予认定", "Rejected"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"


class Action(Term):
    """What can be done to an application; `workflow.TRANSITIONS` says by whom and when."""

    SUBMIT = "submit", "提交", "Submit"
    RESUBMIT = "resubmit", "重新提交", "Resubmit"
    WITHDRAW = "withdraw", "撤回", "Withdraw"
    RETURN = "return", "退回修改", "Return for correction"
    RECOMMEND = "recommend", "推荐", "Recommend"
    NOT_RECOMMEND = "not_recommend", "不予推荐", "Do not recommend"
    ACCEPT = "accept", "形式审查通过", "Pass the formal check"
    PROPOSE = "propose", "拟认定", "Propose"
    OPEN_NOTICE = "open_notice", "公示", "Open the public notice"
    CLOSE_NOTICE = "close_notice", "撤回公示", "Withdraw the public notice"
    REJECT = "reject", "不予认定", "Reject"
    FORWARD = "forward", "上报", "Forward"
    RECOGNISE = "recognise", "认定", "Recognise"
    FILE = "file", "归档", "File"
    UNDO = "undo", "撤回上一步", "Undo"
    REOPEN = "reopen", "认定作废，回到拟认定", "Title void, proposed again"


class CallRule(Term):
    """Rules of a call that a municipal reviewer may waive for one enterprise, with a reason."""

    DEADLINE = "deadline", "截止时间", "Deadline"
    PER_ENTERPRISE = "per_enterprise", "每家企业的申报数", "Applications per enterprise"
    EXCLUSION = "exclusion", "已有同级或更高认定", "Same or higher title held"
    MOST_TITLES = "most_titles", "已有认定数", "Titles held"
    COOL_DOWN = "cool_down", "撤销后的等待期", "Waiting time after a revocation"
    AGE = "age", "成立年限", "Years since establishment"
    CRITERIA = "criteria", "认定条件", "Criteria"
    QUOTA = "quota", "板块推荐名额", "Quota of the unit"


class AfterCorrection(Term):
    """What it means that the time for a correction is over: a mark, or no way back but by an officer."""

    WAIT = "wait", "只作标记，仍可补交", "Only marked, corrections are still taken"
    LAPSE = "lapse", "不能再补交，由审核员延期或终止", "No more corrections; a reviewer extends the time or ends it"


class AttachmentKind(Term):
    """附件 of an application."""

    BUSINESS_LICENSE = "business_license", "营业执照", "Business licence"
    APPLICATION_FORM_SIGNED = "application_form_signed", "盖章申报表", "Signed application form"
    AUTHENTICITY_COMMITMENT = "authenticity_commitment", "真实性承诺书", "Authenticity commitment"
    APPLICATION_REPORT = "application_report", "申报报告", "Application report"
    INVESTMENT_LIST = "investment_list", "投资清单", "Investment list"
    INVOICE = "invoice", "发票", "Invoice"
    AUDIT_REPORT = "audit_report", "审计报告", "Audit report"
    FINANCIAL_STATEMENT = "financial_statement", "财务报表", "Financial statement"
    CREDIT_REPORT = "credit_report", "信用报告", "Credit report"
    MATURITY_REPORT = "maturity_report", "成熟度评估报告", "Maturity report"
    PHOTO = "photo", "现场照片", "Photo"
    RECOMMENDATION_LETTER = "recommendation_letter", "推荐函", "Recommendation letter"
    REVIEW_FORM = "review_form", "审核情况表", "Review form"
    OTHER = "other", "其他", "Other"


class PublicationState(Term):
    """State of a recognition document between entry and effect: a second person confirms it."""

    PREPARED = "prepared", "待复核", "Waiting for confirmation"
    CONFIRMED = "confirmed", "已生效", "In force"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class MailState(Term):
    """Delivery of a message by mail."""

    NONE = "none", "仅站内", "Site only"
    PENDING = "pending", "待发送", "Waiting"
    SENT = "sent", "已发送", "Sent"
    FAILED = "failed", "发送失败", "Failed"


class Digest(Term):
    """How often an account gets one mail about all that waits for it."""

    NONE = "none", "不发", "None"
    DAILY = "daily", "每天", "Daily"
    WEEKLY = "weekly", "每周", "Weekly"


class TokenPurpose(Term):
    """What a one-time link is for."""

    RESET = "reset", "重设密码", "Password reset"
    INVITATION = "invitation", "接受邀请", "Invitation"
    COLLEAGUE = "colleague", "同事加入", "Colleague joining"
