"""What is written into the record of events: one row an action, with what it is called in Chinese.

An event of an action without a row is refused when it is written, so that the audit page, the case page
and the files always have its words. The steps of an application stand here by their own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from registry.terms import Action

EVENT_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "account.create": "新建账户",
        "account.digest": "更改待办摘要",
        "account.disable": "停用账户",
        "account.enable": "启用账户",
        "account.export": "下载本人数据",
        "account.invitation_accepted": "接受邀请",
        "account.invitation_link": "生成邀请链接",
        "account.password_change": "修改密码",
        "account.password_reset": "重设密码",
        "account.register": "注册",
        "account.register_again": "邮箱再次注册",
        "account.reset_asked": "申请重设密码",
        "account.reset_link": "生成重设链接",
        "account.role": "更改角色或板块",
        "account.second_factor_off": "停用第二因子",
        "account.second_factor_on": "启用第二因子",
        "account.sessions_end": "结束全部登录",
        "account.sign_in": "登录",
        "account.sign_in_failed": "登录失败",
        "account.sign_out": "退出",
        "application.ask": "请同事核对",
        "application.begin": "开始申报",
        "application.confirm": "企业复核申报",
        "application.export": "导出申报",
        "application.assign": "分派经办人",
        "application.duplicate": "答复疑似重复",
        "application.extend": "延长补正期限",
        "application.note": "写内部备注",
        "application.sheet": "填写条件审核表",
        "attachment.add": "上传附件",
        "attachment.describe": "修改附件说明",
        "attachment.download": "下载附件",
        "attachment.remove": "删除附件",
        "audit.export": "导出办理记录",
        "audit.read": "查看办理记录",
        "category.update": "修改类别",
        "call.create": "新建申报通知",
        "call.publish": "发布申报通知",
        "call.rules": "修改申报规则",
        "call.update": "修改申报通知",
        "call.extend": "延长截止时间",
        "call.end_extension": "取消延长",
        "call.waive": "豁免规则",
        "call.end_waiver": "取消豁免",
        "call.pause": "暂停一步",
        "call.end_pause": "取消暂停",
        "demo.load": "装入演示数据",
        "demo.passwords": "设置演示账户密码",
        "demo.purge": "清除演示数据",
        "enterprise.register": "企业首次注册",
        "enterprise.rename": "企业更名",
        "enterprise.code": "登记统一社会信用代码",
        "enterprise.merge": "企业合并登记",
        "import.projects": "导入项目名单",
        "import.create": "导入新项目",
        "import.change": "导入时更正项目",
        "import.kpis": "导入指标",
        "import.upload": "上传名单",
        "import.answer": "答复名单的问题",
        "import.apply": "写入名单",
        "import.undo": "撤回导入",
        "import.drop": "放弃导入",
        "import.download": "下载导入的文件",
        "import.honors": "导入企业荣誉",
        "import.totals": "导入公布数",
        "membership.approve": "批准加入企业",
        "membership.decline": "谢绝加入企业",
        "membership.owner": "更换企业管理员",
        "membership.remove": "移除企业成员",
        "photo.release": "公开照片",
        "photo.withdraw": "撤下照片",
        "phrase.add": "增加常用语",
        "phrase.move": "调整常用语次序",
        "phrase.remove": "删除常用语",
        "publication.cancel": "取消认定文件",
        "publication.prepare": "录入认定文件",
        "publication.download": "下载认定文件原文",
        "publication.export": "导出认定附件",
        "publication.confirm": "认定文件生效",
        "project.rename": "项目更名",
        "project.move": "项目迁址",
        "project.correct": "更正项目信息",
        "project.merge": "项目合并登记",
        "project.split": "项目拆分",
        "project.close": "项目停产、迁出或注销",
        "kpi.correct": "更正指标",
        "recognition.award": "认定",
        "town.add": "加入镇（街道）",
        "town.remove": "删去镇（街道）",
        "unit.update": "修改板块",
        "recognition.correct": "更正认定信息",
        "recognition.move": "认定转到另一项目",
        "recognition.revoke": "撤销认定",
        "recognition.expire": "认定到期",
        "recognition.void": "认定作废",
        "change.enter": "提出变更",
        "change.agree": "同意变更",
        "change.return": "退回变更申请",
        "change.refuse": "不予变更",
        "change.withdraw": "撤回变更申请",
        "change.resubmit": "重新提交变更申请",
        "change.download": "下载变更依据",
        "error_report.receive": "收到纠错",
        "error_report.answer": "答复纠错",
    }
)
"""Code → Chinese message id; `application.<step>` besides, see `is_known`."""

_STEPS = frozenset(f"application.{action.value}" for action in Action)


def step_of(code: str) -> Action | None:
    """The step of an application that an event is about, or None."""
    return Action(code.removeprefix("application.")) if code in _STEPS else None


def is_known(code: str) -> bool:
    """Whether an action may be written."""
    return code in EVENT_ACTIONS or code in _STEPS
