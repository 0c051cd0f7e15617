"""What the actions of the record are called on the audit page; an action without a name shows its code."""

from __future__ import annotations

from registry.i18n import _, language
from registry.terms import Action


def action_name(code: str) -> str:
    """The action in words, '' when it has none."""
    subject, _dot, verb = code.partition(".")
    if subject == "application" and verb in {action.value for action in Action}:
        return _("申报：%(step)s", step=_verb(verb))
    return _named().get(code, "")


def _verb(verb: str) -> str:
    return Action(verb).label(language())


def _named() -> dict[str, str]:
    return {
        "account.create": _("新建账户"),
        "account.disable": _("停用账户"),
        "account.enable": _("启用账户"),
        "account.export": _("下载本人数据"),
        "account.invitation_accepted": _("接受邀请"),
        "account.invitation_link": _("生成邀请链接"),
        "account.password_change": _("修改密码"),
        "account.password_reset": _("重设密码"),
        "account.register": _("注册"),
        "account.register_again": _("邮箱再次注册"),
        "account.reset_asked": _("申请重设密码"),
        "account.reset_link": _("生成重设链接"),
        "account.role": _("更改角色或板块"),
        "account.second_factor_off": _("停用第二因子"),
        "account.second_factor_on": _("启用第二因子"),
        "account.sessions_end": _("结束全部登录"),
        "account.sign_in": _("登录"),
        "account.sign_in_failed": _("登录失败"),
        "account.sign_out": _("退出"),
        "application.begin": _("开始申报"),
        "application.confirm": _("企业复核申报"),
        "application.export": _("导出申报"),
        "application.assign": _("分派经办人"),
        "application.duplicate": _("答复疑似重复"),
        "application.note": _("写内部备注"),
        "application.sheet": _("填写条件审核表"),
        "attachment.add": _("上传附件"),
        "attachment.describe": _("修改附件说明"),
        "attachment.download": _("下载附件"),
        "attachment.remove": _("删除附件"),
        "audit.export": _("导出办理记录"),
        "audit.read": _("查看办理记录"),
        "call.create": _("新建申报通知"),
        "call.publish": _("发布申报通知"),
        "call.rules": _("修改申报规则"),
        "call.update": _("修改申报通知"),
        "call.extend": _("延长截止时间"),
        "call.end_extension": _("取消延长"),
        "call.waive": _("豁免规则"),
        "call.end_waiver": _("取消豁免"),
        "demo.load": _("装入演示数据"),
        "demo.passwords": _("设置演示账户密码"),
        "demo.purge": _("清除演示数据"),
        "enterprise.register": _("企业首次注册"),
        "import.projects": _("导入项目名单"),
        "import.create": _("导入新项目"),
        "import.change": _("导入时更正项目"),
        "import.kpis": _("导入指标"),
        "membership.approve": _("批准加入企业"),
        "membership.decline": _("谢绝加入企业"),
        "membership.remove": _("移除企业成员"),
        "phrase.add": _("增加常用语"),
        "phrase.move": _("调整常用语次序"),
        "phrase.remove": _("删除常用语"),
        "publication.cancel": _("取消认定文件"),
        "publication.prepare": _("录入认定文件"),
        "publication.download": _("下载认定文件原文"),
        "publication.export": _("导出认定附件"),
        "publication.confirm": _("认定文件生效"),
        "recognition.award": _("认定"),
    }
