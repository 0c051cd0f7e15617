"""An enterprise's people register themselves. Whoever joins a known enterprise waits for approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from registry.errors import Conflict, InvalidInput
from registry.models import Account, Enterprise
from registry.names import has_control_characters, name_key, tidy
from registry.permissions import PUBLIC
from registry.services.accounts import messages
from registry.services.accounts.making import add, clean_email, clean_name, email_key, find
from registry.services.accounts.membership import deciders
from registry.services.events import Entry, record
from registry.services.record import enterprises
from registry.terms import AccountStanding, Role


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a person states about himself and his enterprise; checked by `checked`."""

    email: str
    name: str
    enterprise_name: str
    uscc: str


def checked(asked: Registration) -> Registration:
    """The registration in the form in which it is stored; raises InvalidInput at the first field that is wrong."""
    name = tidy(asked.enterprise_name)
    if not 4 <= len(name) <= 200 or has_control_characters(name):
        raise InvalidInput("请填写营业执照上的企业全称。", field="enterprise_name")
    return Registration(
        email=clean_email(asked.email),
        name=clean_name(asked.name),
        enterprise_name=name,
        uscc=checked_uscc(asked.uscc),
    )


def checked_uscc(text: str, *, field: str = "uscc") -> str:
    """A unified social credit code of 18 signs with a right check digit; raises InvalidInput."""
    typed = tidy(text)
    try:
        return str(uscc_number.validate(typed))
    except InvalidLength:
        raise InvalidInput(
            f"统一社会信用代码应为 18 位，现为 {len(uscc_number.compact(typed))} 位。", field=field
        ) from None
    except InvalidChecksum:
        raise InvalidInput("统一社会信用代码的校验位不符，请对照营业执照逐位核对。", field=field) from None
    except ValidationError:
        raise InvalidInput("统一社会信用代码含有不该有的字符（没有字母 I、O、Z、S、V）。", field=field) from None


def is_unusual(uscc: str) -> bool:
    """Whether a code was not issued by the market authority, as those of enterprises are: worth a hint."""
    return not uscc.startswith("9")


def register(session: Session, asked: Registration, password_hash: str, *, now: datetime) -> None:
    """Make an account. It says nothing about whether the mail address had one: then its owner gets a message.

    A new code makes a new enterprise, whose owner the account is; where one of that name is on record under
    another code, the account waits for the bureau, who sees both. A known code, or an enterprise of that name
    without a code, makes a member who waits. A known code with another name raises InvalidInput.
    """
    asked = checked(asked)
    enterprise = _known_enterprise(session, asked)
    holder = find(session, asked.email)
    if holder is None:
        _make(session, asked, enterprise, password_hash, now)
        return
    messages.notify(
        session,
        [holder.id],
        subject="有人用您的邮箱再次注册",
        body="您的邮箱已有账户，没有建立新账户。如果是您本人，请直接登录，忘记密码可以重设；如果不是，无须处理。",
        now=now,
    )
    record(session, PUBLIC, Entry(action="account.register_again", subject_type="account", subject_id=holder.id))


def _make(
    session: Session, asked: Registration, enterprise: Enterprise | None, password_hash: str, now: datetime
) -> None:
    is_new = enterprise is None
    namesakes = enterprises.named(session, asked.enterprise_name) if is_new else []
    waits = bool(namesakes) or not is_new
    enterprise = enterprise or _new_enterprise(session, asked, now)
    account = Account(
        email=asked.email,
        email_key=email_key(asked.email),
        name=asked.name,
        role=Role.ENTERPRISE.value,
        standing=(AccountStanding.PENDING if waits else AccountStanding.ACTIVE).value,
        enterprise_id=enterprise.id,
        is_owner=not waits,
        claimed_uscc=None if enterprise.uscc else asked.uscc,
        password_hash=password_hash,
        created_at=now,
    )
    if not add(session, account):
        raise Conflict("刚有同样的注册提交，请稍后直接登录。")
    changes = {"standing": (None, account.standing), "enterprise": (None, enterprise.id)}
    entry = Entry(action="account.register", subject_type="account", subject_id=account.id, changes=changes)
    record(session, PUBLIC, entry)
    if waits:
        same = "；".join(f"序号 {each.id}，代码 {each.uscc or '未登记'}" for each in namesakes)
        doubt = f"登记中已有同名企业（{same}），注册的代码是 {asked.uscc}，请核对是不是同一家。" if same else ""
        messages.notify(
            session,
            deciders(session, enterprise, now=now),
            subject=f"{asked.name}申请加入{enterprise.name}",
            body=f"{asked.name}（{asked.email}）注册并申请加入{enterprise.name}，请核实后批准或谢绝。{doubt}",
            now=now,
        )


def _new_enterprise(session: Session, asked: Registration, now: datetime) -> Enterprise:
    made = Enterprise(
        name=asked.enterprise_name,
        name_key=name_key(asked.enterprise_name),
        uscc=asked.uscc,
        created_at=now,
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        raise Conflict("这家企业刚被另一个人注册，请再提交一次，您将申请加入它。") from None
    entry = Entry(action="enterprise.register", subject_type="enterprise", subject_id=made.id)
    record(session, PUBLIC, entry)
    return made


def _known_enterprise(session: Session, asked: Registration) -> Enterprise | None:
    """The enterprise on record that is meant, or None; doubt raises InvalidInput."""
    key = name_key(asked.enterprise_name)
    coded = enterprises.by_code(session, asked.uscc)
    if coded is not None:
        if key not in {coded.name_key, *(former.name_key for former in coded.former_names)}:
            raise InvalidInput(
                "这个统一社会信用代码登记的是另一个企业名称。请核对名称和代码；如企业已更名，请先联系主管部门登记更名。",
                field="enterprise_name",
            )
        return coded
    uncoded = [enterprise for enterprise in enterprises.named(session, asked.enterprise_name) if not enterprise.uscc]
    if len(uncoded) > 1:
        raise InvalidInput(
            f"有 {len(uncoded)} 家没有登记代码的企业用过这个名称，不能判断是哪一家，请联系主管部门补登代码后再注册。",
            field="enterprise_name",
        )
    return uncoded[0] if uncoded else None
