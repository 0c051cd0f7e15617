"""Sentences of the script that fills in a sheet without a network."""

from __future__ import annotations

from collections.abc import Mapping

from registry.i18n import _


def device_words() -> Mapping[str, str]:
    """Sentences of the page's script; `{n}` and its like are filled in there."""
    return {
        "kept": _("已存本机 {time}"),
        "unsent": _("{fields} 处修改、{photos} 张照片待上传"),
        "until": _("保留到 {day}"),
        "offline": _("没有网络，或连不上服务器；有网后会自动上传，也可以按“上传”。"),
        "sending": _("正在上传…"),
        "uploaded": _("已上传 {done}/{all}"),
        "saved": _("已保存 {time}"),
        "expired": _("登录已过期，内容已存在本机。"),
        "signIn": _("在新页登录"),
        "other": _("现在登录的是另一个账户，内容留在本机，没有上传。"),
        "foreign": _("本机存有另一个账户的核查内容，请由其登录后上传。"),
        "closed": _("没有上传：{reason}内容仍在本机。"),
        "server": _("服务器没有接受，内容仍在本机，请稍后再按“上传”。"),
        "insecure": _("此地址不是 https，没有网络时请保持本页打开。"),
        "downloaded": _("已下载到本机：没有网络也能打开这一页，保留 7 天。"),
        "noStore": _("这个浏览器不能在本机保存，请在有网络时填写。"),
        "download": _("下载到本机"),
        "upload": _("上传"),
        "notSigned": _("没有网络不能签字：内容已存本机，有网后再签。"),
        "clashHead": _("有 {n} 处被他人改过，请选用哪一个"),
        "mine": _("本机填的：{text}"),
        "theirs": _("{name} {time} 填的：{text}"),
        "useMine": _("用本机填的"),
        "useTheirs": _("用对方填的"),
        "empty": _("（空）"),
        "waiting": _("待上传"),
        "sent": _("已上传"),
        "noCaption": _("请给照片写一句说明，如“装配线全景”。"),
        "noPhoto": _("还没有选择照片。"),
        "removePhoto": _("移除"),
        "less": _("比申报少 {n}"),
        "more": _("比申报多 {n}"),
        "equal": _("与申报相同"),
    }
