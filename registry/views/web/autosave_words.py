"""Sentences of the autosave script, in the language of the page."""

from __future__ import annotations

from registry.i18n import _


def script_words() -> dict[str, str]:
    """Sentences by name; {…} are filled in by the script."""
    return {
        "saved": _("✓ {time} 已自动保存"),
        "saving": _("正在保存…"),
        "unsaved": _("有内容还没有保存"),
        "copy": _("断网时先存在本机，也不会丢。"),
        "offline": _("断网，已存在本机，恢复后自动保存。"),
        "server": _("服务器暂时没有回答，已存在本机，稍后自动重试。"),
        "expired": _("登录已过期，内容已存在本机。"),
        "signIn": _("在新窗口登录，再回到这里"),
        "otherAccount": _("现在登录的是另一个账户，内容只存在本机；请换回原来的账户。"),
        "closed": _("这份申报现在不能修改，内容已存在本机。"),
        "conflict": _("这份申报在别处也改过，请选择用哪一份。"),
        "compare": _("比较并选择"),
        "restoreHead": _("这台设备上有还没保存到服务器的内容"),
        "restoreNote": _("{time} 在这台设备上填写，与服务器上的不同："),
        "restore": _("恢复本机的内容"),
        "discard": _("不要了，删除本机的副本"),
        "elsewhere": _("在“{section}”部分还有 {n} 处"),
        "here": _("本机"),
        "there": _("服务器"),
        "empty": _("（空）"),
        "storage": _("浏览器不允许在本机留副本，请及时按“保存”。"),
        "busy": _("正在提交…"),
        "letters": _("{n} / {most} 字"),
    }
