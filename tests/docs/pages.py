"""The generated pages of docs/: settings, commands, KPI dictionary. `make docs` writes them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask

from app import create_app
from registry import reference
from registry.config import SETTINGS, Settings
from registry.permissions import HOLDERS, Permission
from registry.purposes import CallPurpose
from registry.services.retention import RULES
from registry.statuses import STATUSES, for_applicant
from registry.terms import ApplicationStatus, Role
from registry.workflow import TRANSITIONS, Need
from tests.docs import licences
from tests.docs.words import NEEDS, PERMITS

DOCS = Path(__file__).resolve().parents[2] / "docs"
BESIDE = "Rooms with a dot between them may know each other in one direction; with a bar they may not at all."
GUIDE = """| page | for whom | says |
|---|---|---|
| [settings](settings.md) | operator | every `REGISTRY_*` setting with its default |
| [commands](commands.md) | operator | every command and its options |
| [city](city.md) | operator | another city in an hour: its folder, boundaries, checks |
| [operation](operation.md) | operator | from a bare Debian to a running site: proxy, TLS, databases, replica, upgrade, log, faults |
| [backup](backup.md) | operator | backup, restore, what stands in an archive |
| [privacy](privacy.md) | operator | what is known of persons, where, for how long; secrets at rest |
| [security](security.md) | operator | what holds, what was attacked and with what result |
| [dengbao](dengbao.md) | operator | 等保二级 line by line, with the test of each |
| [licences](licences.md) | operator | packages and their licences |
| [import](import.md) | officer | lists from Excel: columns, rules, what is refused |
| [workflow](workflow.md) | officer | states, steps, who takes them |
| [permissions](permissions.md) | administrator | role by permission |
| [api](api.md) | programmer | interface, OGC API – Features, files, versions |
| [kpis](kpis.md) | everybody | definitions of the figures |
| [design](design.md) | engineer | why the code is shaped as it is |
| [CONTRIBUTING](../CONTRIBUTING.md) | engineer | the first day, where things are, how to add a KPI, a filter, a status, a column, a page, a table |
| [SECURITY](../SECURITY.md) | everybody | how to report, what is protected and which tests show it |
| [CHANGELOG](../CHANGELOG.md) | everybody | what changed |

Each layer has the same capability folders: `accounts calls applications review evaluation inspection notices recognition titles record` (and a few more); a page of a
capability stands in `views/<capability>`, what it reads in `queries/<capability>`, what it does in `services/<capability>`,
its templates in `templates/<capability>` and its tests in `tests/<capability>`.
"""
PRIVACY = """`flask retention run` 清除保存期满的内容并逐项报告件数（`--dry-run` 只报告），`registry-reminders.timer` 每天运行一次。

| 内容 | 自何时起 | 天数 |
|---|---|---|
{rows}
## 存放在哪里

| 内容 | 存放 | 谁能看到 |
|---|---|---|
| 账户的姓名、邮箱 | 数据库 `account` | 本人、本企业管理员、系统管理员、主管部门 |
| 申报的法定代表人、联系人、电话、邮箱 | 数据库 `application.answers`；不进入提交版本、办理记录、评审和公开页面 | 本企业；受理的审核人员按“显示联系方式”后，每次查看记入办理记录 |
| 附件 | 数据目录 `files` 或对象存储，名称随机 | 本企业、受理的审核人员；下载记入办理记录 |
| 纠错人的联系方式 | 数据库 `error_report` | 答复的审核人员 |
| 异议人的身份 | 数据库 `objection.identity`，加密 | 获系统管理员授权的人员；每次查看记入办理记录 |
| 网络地址 | 办理记录；`REGISTRY_AUDIT_ADDRESSES=short` 时只存网段；在网上提出异议的人的地址不存 | 审计员、系统管理员 |
| 网络地址 | nginx 的 `registry.log`，保留天数由 logrotate 定（默认 14）；不记提出异议的人，一次性链接和查询码只留前一段；错误日志不记请求 | 服务器管理员 |

## 秘密怎样存放

| 秘密 | 存放 |
|---|---|
| 密码 | 只存 argon2id 散列 |
| 登录会话、一次性链接、查询码 | 只存散列 |
| 第二因子 | 加密，密钥由 `secret.key`（或 `REGISTRY_SECRET_KEY`）导出，每个账户一把，互换无效 |
| 异议人身份 | 加密，密钥是数据目录中的 `identity.key` |
| 签名密钥 | 数据目录中的 `secret.key`，0600；环境变量优先 |
| 邮件服务器和对象存储的口令 | 只在环境变量中 |
| 备份 | 含以上加密内容和数据目录中的密钥，因此应加密存放（见 backup.md） |

密钥用 `flask secrets renew` 更换（见 operation.md），没有人因此退出登录；丢失的换不回来，`flask doctor` 会报告读不出来的内容。

## 本人的权利

登录后在“我的账户”下载与自己有关的全部内容（JSON）；可以在那里注销自己的账户，姓名和邮箱随即清除。
"""
NOTE = "<!-- 由 make docs 生成，请勿手工修改。 -->\n"


def settings_page() -> str:
    """docs/settings.md."""
    rows = "".join(
        f"| `REGISTRY_{name}` | {f'`{default}`' if default else '（空）'} | {text} |\n"
        for name, default, text in SETTINGS
    )
    return f"# 设置\n{NOTE}\n全部设置都是环境变量；不认识的 `REGISTRY_*` 名称会在启动时报错。\n\n| 变量 | 默认值 | 含义 |\n|---|---|---|\n{rows}"


IN_PRODUCTION = {
    "DATA_DIR": "/var/lib/registry",
    "WORKERS": "2",
    "TRUSTED_PROXIES": "1",
    "PUBLIC_URL": "https://registry.example.gov.cn",
    "STAFF_SECOND_FACTOR": "1",
}
"""Settings that a site behind the proxy of deploy/ needs."""


def environment_file() -> str:
    """deploy/registry.env.example."""
    lines = [
        "# 由 make docs 生成。复制为 /etc/registry/registry.env（0600），删去行首的 # 并填写；含义见 docs/settings.md。"
    ]
    for name, default, text in SETTINGS:
        value = IN_PRODUCTION.get(name)
        lines += ["", f"# {text}", f"#REGISTRY_{name}={default}" if value is None else f"REGISTRY_{name}={value}"]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """docs/commands.md."""
    os.environ["LANGUAGE"] = "zh_CN"
    app = create_app(Settings(data_dir=Path("instance"), secret_key="d" * 32))
    parts = [f"# 命令\n{NOTE}\n用法：`.venv/bin/flask --app app 命令`。退出码：0 完成，1 数据有错误，2 用法不对。\n"]
    parts += [_command(name, command) for name, command in _commands(app)]
    return "\n".join(parts)


def _commands(app: Flask) -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(app.cli.commands.items()):
        if isinstance(command, click.Group):
            yield from ((f"{name} {part}", found) for part, found in sorted(command.commands.items()))
        elif name not in ("run", "shell", "routes"):
            yield name, command


def _command(name: str, command: click.Command) -> str:
    arguments = " ".join(
        parameter.make_metavar(click.Context(command))
        for parameter in command.params
        if isinstance(parameter, click.Argument)
    )
    text = f"## flask {name} {arguments}".rstrip() + f"\n\n{(command.help or '').strip()}\n"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            choices = "".join(f" `{each}`" for each in getattr(parameter.type, "choices", ()))
            text += f"\n- `{' '.join(parameter.opts)}` {parameter.help or ''}{choices}"
    return text.rstrip() + "\n"


def kpis_page() -> str:
    """docs/kpis.md."""
    kinds = {"share": "分子 ÷ 分母 × 100", "change": "（改造后 − 改造前）÷ |改造前| × 100"}
    rows = ""
    for item in reference.kpis():
        limits = f"{'>' if item.min_open else '≥'} {item.hard_min}" + (
            f"，≤ {item.hard_max}" if item.hard_max is not None else ""
        )
        direction = item.direction.zh if item.direction else "–"
        rows += f"| `{item.code}` | {item.name} | {item.unit or '随值申报'} | {item.kind.zh} | {direction} | {kinds.get(item.kind, '–')} | {limits} |\n"
    head = "| 代码 | 指标 | 单位 | 种类 | 方向 | 计算 | 输入范围 |\n|---|---|---|---|---|---|---|\n"
    return f"# 指标字典\n{NOTE}\n小数只在显示时四舍五入一次。改造前为零或缺失的写“不可比”，不计入平均。\n\n{head}{rows}"


def workflow_page() -> str:
    """docs/workflow.md: the states, the steps, who takes them and what they need."""
    states = "".join(
        f"| `{status.value}` | {status.zh} | {for_applicant(status).zh} | {_holder(status)} |\n"
        for status in ApplicationStatus
    )
    steps = ""
    for step in TRANSITIONS:
        sources = "、".join(status.zh for status in ApplicationStatus if status in step.sources)
        target = step.target.zh if step.target else "原来的步骤"
        roles = "、".join(role.zh for role in Role if role in step.roles)
        needs = "；".join(NEEDS[need] for need in Need if need in step.needs) or "–"
        tiers = "全部" if len(step.tiers) == 3 else "、".join(sorted(tier.zh for tier in step.tiers))
        every = len(step.purposes) == len(CallPurpose)
        purposes = "全部" if every else "、".join(each.zh for each in CallPurpose if each in step.purposes)
        steps += f"| {step.action.zh} | {sources} | {target} | {roles} | {needs} | {tiers} | {purposes} |\n"
    return (
        f"# 办理流程\n{NOTE}\n由 `registry/workflow.py` 的一张表生成；页面按钮、批量办理和测试读同一张表。\n\n"
        f"| 状态 | 审核员看到 | 企业看到 | 在谁手里 |\n|---|---|---|---|\n{states}\n"
        f"| 办理 | 从 | 到 | 谁 | 需要 | 级别 | 用于 |\n|---|---|---|---|---|---|---|\n{steps}"
    )


def _holder(status: ApplicationStatus) -> str:
    holder = STATUSES[status].holder
    return holder.zh if holder else "–"


def permissions_page() -> str:
    """docs/permissions.md: which role has which permission."""
    head = "| 权限 | 可以做什么 | " + " | ".join(role.zh for role in Role) + " |\n|---|---" + "|---" * len(Role) + "|\n"
    rows = "".join(
        f"| `{permission.value}` | {PERMITS[permission]} | "
        + " | ".join("✓" if role in HOLDERS[permission] else "" for role in Role)
        + " |\n"
        for permission in Permission
        if permission in HOLDERS
    )
    return f"# 权限\n{NOTE}\n没有列出的页面对所有人开放（公开页面、登录、健康检查）。办理范围另按板块和企业限定：范围之外一律 404。\n角色由系统管理员在“账户管理”或用 `flask users role` 更改。\n\n{head}{rows}"


def index_page() -> str:
    """docs/index.md: the way into the docs, and the layers drawn from the import contracts."""
    contracts = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layered = [contract for contract in contracts["contracts"] if contract["type"] == "layers"]
    drawn = "".join(
        f"### `{contract['containers'][0]}`\n{contract['name']}.\n\n```\n{_drawing(contract)}```\n"
        for contract in layered
    )
    rest = "".join(f"- {contract['name']}.\n" for contract in contracts["contracts"] if contract not in layered)
    return f"# Index\n{NOTE}\n{GUIDE}\n## Layers\nA room may import from the rooms below it, never from those above. {BESIDE}\n\n{drawn}\n## Besides\n{rest}"


def _drawing(contract: dict[str, list[str]]) -> str:
    """Boxes from the top to the bottom; what stands in one box does not depend on each other's order."""
    lines = [layer.replace(" | ", "  |  ").replace(" : ", "  ·  ") for layer in contract["layers"]]
    width = max(len(line) for line in lines) + 4
    rule = "+" + "-" * width + "+\n"
    return rule + rule.join(f"|{line.center(width)}|\n" for line in lines) + rule


def privacy_page() -> str:
    """docs/privacy.md."""
    days = Settings(data_dir=DOCS).retention_days
    setting = "（设置 `REGISTRY_RETENTION_DAYS`）"
    rows = "".join(
        f"| {rule.what} | {rule.since} | {rule.days(days)}{setting if rule.kept is None else ''} |\n" for rule in RULES
    )
    return f"# 个人信息与秘密\n{NOTE}\n{PRIVACY.format(rows=rows)}"


PAGES = {
    "index.md": index_page,
    "settings.md": settings_page,
    "../deploy/registry.env.example": environment_file,
    "commands.md": commands_page,
    "kpis.md": kpis_page,
    "workflow.md": workflow_page,
    "permissions.md": permissions_page,
    "privacy.md": privacy_page,
    "licences.md": lambda: f"# 软件包与许可\n{NOTE}\n{licences.page()}",
}


def main() -> None:
    """Write all generated pages."""
    DOCS.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
