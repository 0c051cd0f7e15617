"""An enterprise's people register themselves. Whoever joins a known enterprise waits for approval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from registry.errors import Conflict, InvalidInput
from registry.models import Account, Enterprise
from registry.names import has_control_characters, name_key, tidy
from registry.permissions import PUBLIC
from registry.queries.record.similar import SimilarEnterprises
from registry.services.accounts import messages
from registry.services.accounts.making import add, clean_email, clean_name, email_key, faults_of, find
from registry.services.accounts.membership import approvers, deciders
from registry.services.events import Entry, record
from registry.services.record import enterprises
from registry.terms import AccountStanding, Role
from registry.wording import Message

MOST_NAMED = 5


@dataclass(frozen=True)
class Consent:
    """To which privacy notice somebody agreed, and when."""

    version: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a person states about himself and his enterprise; checked by `checked`.

    `consent_version` is the day of the privacy notice that he agreed to, `consent_at` when (RFC 3339), both as texts
    since a registration may wait behind a link.
    """

    email: str
    name: str
    enterprise_name: str
    uscc: str
    consent_version: str = ""
    consent_at: str = ""

    @property
    def consent(self) -> Consent:
        """What he agreed to; nothing for registrations from before there was a notice."""
        if not self.consent_version:
            return Consent()
        return Consent(date.fromisoformat(self.consent_version), datetime.fromisoformat(self.consent_at))


def checked(asked: Registration) -> Registration:
    """The registration in the form in which it is stored; raises InvalidInput at the first field that is wrong."""
    return replace(
        asked,
        enterprise_name=_checked_enterprise(asked.enterprise_name),
        uscc=checked_uscc(asked.uscc),
        name=clean_name(asked.name),
        email=clean_email(asked.email),
    )


def faults(asked: Registration) -> list[InvalidInput]:
    """Everything that is wrong with a registration by itself, in the order of its fields."""
    return faults_of(
        (_checked_enterprise, asked.enterprise_name),
        (checked_uscc, asked.uscc),
        (clean_name, asked.name),
        (clean_email, asked.email),
    )


def _checked_enterprise(text: str) -> str:
    name = tidy(text)
    if not 4 <= len(name) <= 200 or has_control_characters(name):
        raise InvalidInput(Message("请填写营业执照上的企业全称。"), field="enterprise_name")
    return name


def checked_uscc(text: str, *, field: str = "uscc") -> str:
    """A unified social credit code of 18 signs with a right check digit; raises InvalidInput."""
    typed = tidy(text)
    try:
        return str(uscc_number.validate(typed))
    except InvalidLength:
        raise InvalidInput(
            Message("统一社会信用代码应为 18 位，现为 %(n)s 位。", n=len(uscc_number.compact(typed))), field=field
        ) from None
    except InvalidChecksum:
        raise InvalidInput(Message("统一社会信用代码的校验位不符，请对照营业执照逐位核对。"), field=field) from None
    except ValidationError:
        raise InvalidInput(
            Message("统一社会信用代码含有不该有的字符（没有字母 I、O、Z、S、V）。"), field=field
        ) from None


def is_unusual(uscc: str) -> bool:
    """Whether a code was not issued by the market authority, as those of enterprises are: worth a hint."""
    return not uscc.startswith("9")


def register(
    session: Session, asked: Registration, password_hash: str, *, now: datetime, language: str = "zh"
) -> Account | None:
    """Make an account and return it; None where the mail address has one, whose owner then gets a message.

    A new code makes a new enterprise, whose owner the account is; where one of that name is on record under
    another code, or that code under another name, the account waits for the bureau, who sees both. A known code,
    or an enterprise of that name without a code, makes a member who waits.
    """
    asked = checked(asked)
    holder = find(session, asked.email)
    enterprise = _known_enterprise(session, asked, hold=holder is None)
    if holder is None:
        return _make(session, asked, enterprise, password_hash, now, language)
    tell_holder(session, holder, now=now)
    return None


def require_clear(session: Session, asked: Registration) -> None:
    """Raise InvalidInput for a registration that nobody could decide; what else is on record is no fault."""
    _known_enterprise(session, asked)


def tell_holder(session: Session, holder: Account, *, now: datetime) -> None:
    """Say to the owner of an address that somebody registered with it."""
    messages.notify(
        session,
        [holder.id],
        subject=Message("有人用您的邮箱再次注册"),
        body=Message(
            "您的邮箱已有账户，没有建立新账户。如果是您本人，请直接登录，忘记密码可以重设；如果不是，无须处理。"
        ),
        now=now,
    )
    record(session, PUBLIC, Entry(action="account.register_again", subject_type="account", subject_id=holder.id))


def _make(
    session: Session,
    asked: Registration,
    enterprise: Enterprise | None,
    password_hash: str,
    now: datetime,
    language: str,
) -> Account:
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
        claimed_name="" if _bears(enterprise, asked.enterprise_name) else asked.enterprise_name,
        password_hash=password_hash,
        language=language,
        consent_version=asked.consent.version,
        consent_at=asked.consent.at,
        created_at=now,
    )
    if not add(session, account):
        raise Conflict(Message("刚有同样的注册提交，请稍后直接登录。"))
    changes = {"standing": (None, account.standing), "enterprise": (None, enterprise.id)}
    entry = Entry(action="account.register", subject_type="account", subject_id=account.id, changes=changes)
    record(session, PUBLIC, entry)
    if namesakes:
        messages.notify(
            session,
            deciders(session, enterprise, now=now),
            subject=Message("%(asked)s申请加入%(enterprise)s", asked=asked.name, enterprise=enterprise.name),
            body=Message(
                "%(asked)s（%(email)s）注册并申请加入%(enterprise)s，请核实后批准或谢绝。"
                "登记中已有同名企业（%(same)s），注册的代码是 %(uscc)s，请核对是不是同一家。",
                asked=asked.name,
                email=asked.email,
                enterprise=enterprise.name,
                same=[_known_as(each) for each in namesakes],
                uscc=asked.uscc,
            ),
            now=now,
        )
    elif is_new:
        _tell_of_similar(session, enterprise, now)
    elif account.claimed_name:
        messages.notify(
            session,
            approvers(session),
            subject=Message("%(asked)s申请加入%(enterprise)s", asked=asked.name, enterprise=enterprise.name),
            body=Message(
                "%(asked)s（%(email)s）用代码 %(uscc)s 注册，填写的企业名称是“%(claimed)s”，登记的是“%(enterprise)s”。"
                "请核对是不是同一家：已更名的，批准后在登记维护中办理“企业更名”；不是的，请谢绝。",
                asked=asked.name,
                email=asked.email,
                uscc=asked.uscc,
                claimed=account.claimed_name,
                enterprise=enterprise.name,
            ),
            now=now,
        )
    else:
        messages.notify(
            session,
            deciders(session, enterprise, now=now),
            subject=Message("%(asked)s申请加入%(enterprise)s", asked=asked.name, enterprise=enterprise.name),
            body=Message(
                "%(asked)s（%(email)s）注册并申请加入%(enterprise)s，请核实后批准或谢绝。",
                asked=asked.name,
                email=asked.email,
                enterprise=enterprise.name,
            ),
            now=now,
        )
    return account


def _bears(enterprise: Enterprise, name: str) -> bool:
    """Whether an enterprise is, or was, called so."""
    return name_key(name) in {enterprise.name_key, *(former.name_key for former in enterprise.former_names)}


def _known_as(enterprise: Enterprise) -> Message:
    return Message("序号 %(id)s，代码 %(uscc)s", id=enterprise.id, uscc=enterprise.uscc or Message("未登记"))


def _tell_of_similar(session: Session, made: Enterprise, now: datetime) -> None:
    """The bureau hears of a new enterprise whose name looks like one on record; the registration stands."""
    similar = SimilarEnterprises(session).like(made.name, has_code=made.uscc is not None)
    if not similar:
        return
    names = "、".join(f"“{known.name}”" for known in similar[:MOST_NAMED])
    messages.notify(
        session,
        approvers(session),
        subject=Message("新注册的企业与已登记的名称相近：%(name)s", name=made.name),
        body=Message(
            "“%(name)s”（%(uscc)s）已注册。登记里有名称相近、没有代码的企业：%(names)s。请核对是不是同一家。",
            name=made.name,
            uscc=made.uscc,
            names=names,
        ),
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
        raise Conflict(Message("这家企业刚被另一个人注册，请再提交一次，您将申请加入它。")) from None
    entry = Entry(action="enterprise.register", subject_type="enterprise", subject_id=made.id)
    record(session, PUBLIC, entry)
    return made


def _known_enterprise(session: Session, asked: Registration, *, hold: bool = False) -> Enterprise | None:
    """The enterprise on record that is meant, or None; doubt raises InvalidInput. With `hold` it is held to the end of
    the transaction: one that is being merged into another must not get a member meanwhile, whom nobody would see."""
    found = enterprises.by_code(session, asked.uscc)
    if found is None:
        uncoded = [
            enterprise for enterprise in enterprises.named(session, asked.enterprise_name) if not enterprise.uscc
        ]
        if len(uncoded) > 1:
            raise InvalidInput(
                Message(
                    "有 %(n)s 家没有登记代码的企业用过这个名称，不能判断是哪一家，请联系主管部门补登代码后再注册。",
                    n=len(uncoded),
                ),
                field="enterprise_name",
            )
        found = uncoded[0] if uncoded else None
    return enterprises.held_as_it_is(session, found.id) if found is not None and hold else found
