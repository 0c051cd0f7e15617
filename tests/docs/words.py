"""What a step needs and what a permission permits, in words for the generated pages; a new one without words fails."""

from __future__ import annotations

from registry.permissions import Permission
from registry.workflow import Need

NEEDS = {
    Need.COMPLETE: "申报表通过全部检查",
    Need.WINDOW: "在受理期内",
    Need.REMARKS: "栏目意见或总的说明",
    Need.MESSAGE: "给企业的说明",
    Need.REASON: "原因",
    Need.CRITERIA: "条件审核表填全且全部符合",
    Need.SHEET: "条件审核表填全",
    Need.OUTCOME: "复核结论",
    Need.LETTER: "推荐顺序和推荐函文号",
    Need.LAPSED: "补正期限已过，且通知规定逾期终止",
    Need.UNTOUCHED: "企业还没有保存过修改",
    Need.QUOTA: "板块还有名额",
    Need.DOCUMENT: "公布文件，另一人复核",
    Need.SCORES: "设专家评审的，评分交齐并裁定",
    Need.INSPECTION: "需要的现场核查已签字，结论符合",
    Need.NOTICE: "公示，另一人公开",
    Need.NOTICE_OVER: "公示期满，没有在办或成立的异议",
}
"""What a step asks of the record or of who takes it."""
PERMITS = {
    Permission.ACCOUNT_OWN: "自己的账户、密码、第二因子",
    Permission.MESSAGE_OWN: "自己的消息、自己的数据",
    Permission.APPLICATION_OWN: "填写、提交、撤回本企业的申报",
    Permission.TEAM_MANAGE: "批准和移除本企业的成员（企业管理员）",
    Permission.MEMBERSHIP_APPROVE: "代企业批准成员、指定企业管理员",
    Permission.REVIEW: "审核工作台：办理、退回、推荐、备注",
    Permission.FILE_READ: "打开申报的附件",
    Permission.CALL_MANAGE: "申报通知：规则、附件、延期、豁免、暂停",
    Permission.PHOTO_RELEASE: "公开或撤下项目照片",
    Permission.PUBLICATION_READ: "查看认定文件",
    Permission.PUBLICATION_PREPARE: "录入认定文件",
    Permission.PUBLICATION_CONFIRM: "使认定文件生效（不能是录入的人）",
    Permission.NOTICE_READ: "查看公示",
    Permission.NOTICE_PREPARE: "准备公示",
    Permission.NOTICE_CONFIRM: "公开、更正、撤回公示（不能是准备的人）",
    Permission.OBJECTION_HANDLE: "受理和办结异议",
    Permission.OBJECTION_IDENTITY: "查看异议人（另须系统管理员授权）",
    Permission.CALENDAR_MANAGE: "录入放假和调休",
    Permission.ACCOUNT_MANAGE: "账户：邀请、角色、停用、重设链接",
    Permission.REFERENCE_MANAGE: "代码表、维护通知",
    Permission.AUDIT_READ: "查看和导出办理记录",
    Permission.LIST_IMPORT: "导入名单，整批撤回",
    Permission.RECORD_CHANGE: "使登记的变更生效（经变更申请）",
    Permission.CHANGE_OWN: "申请变更、更正本企业的登记",
    Permission.CHANGE_REVIEW: "登记维护；提出和办理变更申请",
    Permission.REPORT_ANSWER: "答复“信息有误”",
    Permission.EXPERT_MANAGE: "专家库",
    Permission.EXPERT_SCORE: "评分、声明回避",
    Permission.PANEL_MANAGE: "评审组：抽取、更换、结束",
    Permission.PANEL_READ: "查看评审组和结果",
    Permission.INSPECT: "现场核查：安排、填表、签字",
    Permission.RELATION_KEEP: "关联与案例：服务商、服务活动、故事",
}
"""What whoever holds a permission may do."""
