"""Kinds of what stands around projects, enterprises and calls: suppliers, links, events, sizes, owners, other names,
files of a call."""

from __future__ import annotations

from registry.terms import Term


class SupplierKind(Term):
    """服务类型: what a supplier offers."""

    INTEGRATION = "integration", "系统集成", "System integration"
    EQUIPMENT = "equipment", "智能装备", "Smart equipment"
    SOFTWARE = "software", "工业软件", "Industrial software"
    NETWORK = "network", "网络与平台", "Networks and platforms"
    CONSULTING = "consulting", "咨询诊断", "Consulting and diagnosis"
    TESTING = "testing", "检验检测", "Testing"


class LinkKind(Term):
    """How a project belongs to another: to the supplier that built it, to a zone or park."""

    BUILT_BY = "built_by", "承建服务机构", "Built by"
    MEMBER_OF = "member_of", "所属示范区或园区", "Member of"


class ServiceKind(Term):
    """服务活动: what was done for enterprises."""

    DIAGNOSIS = "diagnosis", "诊断服务", "Diagnosis"
    MATCHMAKING = "matchmaking", "供需对接", "Matchmaking"
    VISIT = "visit", "现场观摩", "Visit"


class EnterpriseSize(Term):
    """规模 of an enterprise, as the statistical classification of large, medium, small and micro ones has it."""

    LARGE = "large", "大型", "Large"
    MEDIUM = "medium", "中型", "Medium"
    SMALL = "small", "小型", "Small"
    MICRO = "micro", "微型", "Micro"


class Ownership(Term):
    """性质: who owns an enterprise."""

    PRIVATE = "private", "民营", "Private"
    STATE = "state", "国有", "State-owned"
    FOREIGN = "foreign", "外资", "Foreign-invested"
    OTHER = "other", "其他", "Other"


class OtherNameKind(Term):
    """What a name is that finds an enterprise or a project without being its own."""

    SHORT = "short", "简称", "Short name"
    PRINTED = "printed", "文件印作", "As printed"


class CallFileKind(Term):
    """申报通知的附件: what a file is that a bureau publishes with a call."""

    NOTICE = "notice", "通知正文", "Text of the notice"
    FORM = "form", "表样", "Form template"
    GUIDE = "guide", "填报说明", "Guide"
    OTHER = "other", "其他附件", "Other file"
