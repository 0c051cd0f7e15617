"""Vocabulary of the later life of a record: kinds of change, states, causes (Chinese, English)."""

from __future__ import annotations

from registry.terms import Term


class Ending(Term):
    """How a document ends titles; the values are states of a title."""

    REVOKED = "revoked", "撤销", "Revoked"
    EXPIRED = "expired", "到期", "Expired"


class EndingCause(Term):
    """Why a title was revoked or ran out; `cool_down` years without a new application, None: as the call says."""

    ABSENT = "absent", "未参加复核", "Absent from the re-evaluation"
    FAILED = "failed", "复核不合格", "Re-evaluation failed"
    OWN_REQUEST = "own_request", "企业申请", "At the holder's request"
    DISSOLVED = "dissolved", "企业注销或停产", "Dissolved or closed"
    FRAUD = "fraud", "弄虚作假", "Fraud"
    DUE = "due", "有效期满", "Term over"
    MAPPED = "mapped", "转入新类别", "Moved to a new category"
    OTHER = "other", "其他", "Other"

    @property
    def cool_down(self) -> int | None:
        """Years of waiting that the cause itself brings."""
        return 3 if self is EndingCause.FRAUD else None


class ClosingCause(Term):
    """Why a project is no longer there."""

    STOPPED = "stopped", "停产", "Production stopped"
    MOVED_AWAY = "moved_away", "迁出本市", "Moved out of the city"
    DISSOLVED = "dissolved", "企业注销", "Enterprise dissolved"


class ChangeKind(Term):
    """变更 and 更正 of the public record; who starts each and who decides stands in `changes/rows`."""

    RENAME_ENTERPRISE = "rename_enterprise", "企业更名", "Enterprise renamed"
    USCC = "uscc", "登记统一社会信用代码", "Unified code entered"
    MERGE_ENTERPRISES = "merge_enterprises", "企业合并登记", "Enterprises merged"
    RENAME_PROJECT = "rename_project", "项目更名", "Project renamed"
    MOVE_PROJECT = "move_project", "项目迁址", "Project moved"
    CORRECT_PROJECT = "correct_project", "更正项目信息", "Project facts corrected"
    MERGE_PROJECTS = "merge_projects", "项目合并登记", "Projects merged"
    SPLIT_PROJECT = "split_project", "项目拆分", "Project split"
    CLOSE_PROJECT = "close_project", "项目停产、迁出或注销", "Project closed"
    KPI = "kpi", "更正指标", "Figure corrected"
    TITLE_FACT = "title_fact", "更正认定信息", "Title corrected"
    END_TITLES = "end_titles", "撤销或到期", "Titles revoked or expired"
    VOID_TITLES = "void_titles", "登记差错作废", "Titles void, entered in error"
    SUCCESSION = "succession", "企业合并或分立承继", "Succession by merger or division"
    DOCUMENT_FACT = "document_fact", "更正文件登记", "Document corrected"
    WITHDRAW_DOCUMENT = "withdraw_document", "撤回误登文件", "Document withdrawn, confirmed in error"
    STORY = "story", "公开案例", "Case story published"
    PHOTOS = "photos", "公开或撤下照片", "Photos shown or withdrawn"
    UNDO = "undo", "撤销合并或拆分", "Merger or split undone"


class ChangeState(Term):
    """State of a change request; the three after the draft wait for a desk of its route."""

    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "待板块核对", "Waiting for the unit"
    AGREED = "agreed", "待市局决定", "Waiting for the bureau"
    DECIDED = "decided", "待复核生效", "Waiting for confirmation"
    IN_FORCE = "in_force", "已生效", "In force"
    RETURNED = "returned", "退回修改", "Returned for correction"
    REFUSED = "refused", "不予变更", "Refused"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"


class ChangeAction(Term):
    """What can be done to a change request."""

    AGREE = "agree", "同意", "Agree"
    RETURN = "return", "退回修改", "Return for correction"
    REFUSE = "refuse", "不予变更", "Refuse"
    WITHDRAW = "withdraw", "撤回", "Withdraw"
    RESUBMIT = "resubmit", "重新提交", "Resubmit"
    DROP = "drop", "删除草稿", "Delete the draft"


class Origin(Term):
    """Who asked for a change."""

    ENTERPRISE = "enterprise", "企业申请", "Asked by the enterprise"
    STAFF = "staff", "工作人员发起", "Begun by staff"


class ReportTopic(Term):
    """What a reader says is wrong."""

    NAME = "name", "名称", "Name"
    PLACE = "place", "地点", "Place"
    TITLE = "title", "认定", "Title"
    FIGURE = "figure", "指标", "Figure"
    PHOTO = "photo", "照片", "Photo"
    OTHER = "other", "其他", "Other"


class ReportState(Term):
    """State of a reader's report of a mistake."""

    RECEIVED = "received", "待处理", "Received"
    CORRECTED = "corrected", "已更正", "Corrected"
    CONFIRMED = "confirmed", "与登记一致", "As on record"
