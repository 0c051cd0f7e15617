"""Links in letters that prove a mail address: the end of a registration, and a new address of the own account."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.forms.accounts import AddressForm, NewPasswordForm, PersonForm, ProofForm
from registry.i18n import in_words, language
from registry.mail import Letter
from registry.permissions import Permission
from registry.services.accounts import address_proofs, credentials, registration_proofs, throttling
from registry.services.accounts.making import email_key
from registry.services.accounts.passwords import hash_password
from registry.services.accounts.registration import Registration
from registry.views.accounts import entering
from registry.views.accounts.attempts import DONE, UNSENT, Answer, begin, examine_own, take
from registry.views.accounts.outbox import mailer, post_after_commit
from registry.views.web.addresses import site_url
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("letters", __name__)
LONGEST = 100


def defer_password(form: PersonForm) -> None:
    """Where letters are sent, the password of a new account is chosen behind the link and not asked for before."""
    if mailer().server is not None:
        form.drop_password()


def send_registration(asked: Registration, target: str, *, colleague: str = "") -> Response:
    """Keep a registration and send its link; an address that has an account gets a message instead. The answer is the
    same, so that it never says whether an address is known."""
    link = registration_proofs.ask_registration(
        session(), asked, now=datetime.now(UTC), language=language(), target=target, colleague=colleague
    )
    if link is not None:
        address, token = link
        # Nothing that was typed: whoever asked may be a stranger, who would have his words sent under the site's name.
        body = Message(
            "有人用这个邮箱注册账户。是您本人的，请打开下面的链接，设置密码，完成注册，"
            "24 小时内有效：\n\n%(href)s\n\n如果不是，无须处理，账户不会建立。\n",
            href=site_url("letters.registration", token=token, lang=None),
        )
        _post(address, Message("完成注册"), body)
    return redirect(url_for("auth.sign_in", done="letter"))


def _post(address: str, subject: Message, body: Message) -> None:
    """Send a letter once what it speaks of is committed."""
    post_after_commit(Letter(address, in_words(subject), in_words(body)))


@blueprint.route("/register/<token>", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def registration(token: str) -> Response | Answer:
    """Complete a registration by the link of its letter: whoever reads it chooses the password."""
    # A transaction of its own, since hashing takes its time.
    with runtime().read() as reading:
        asked = registration_proofs.registration_of(reading, token[:LONGEST], now=datetime.now(UTC))
    form = NewPasswordForm()
    status, headers = UNSENT
    if request.method == "POST":
        entered: list[Response] = []
        status, headers = take(form, lambda: entered.append(_complete(form, token[:LONGEST], asked)))
        if status == DONE:
            return entered[0]
        session().rollback()
    return render_template("accounts/registration.html", form=form, asked=asked), status, headers


def _complete(form: NewPasswordForm, token: str, asked: Registration) -> Response:
    password = form.new_password.data or ""
    near = credentials.known_of(asked.email, asked.name, asked.enterprise_name, asked.uscc)
    credentials.require_new_password(
        password, form.new_password_again.data or "", near=near, local=runtime().known_names
    )
    password_hash = hash_password(password)
    account, target = registration_proofs.complete_registration(session(), token, password_hash, now=datetime.now(UTC))
    return redirect(url_for("auth.sign_in", done="proved")) if account is None else entering.enter(account, target)


@blueprint.route("/account/email", methods=("GET", "POST"))
@policy(Permission.ACCOUNT_OWN)
def address() -> Response | Answer:
    """Ask for another mail address; where letters are sent, it holds when its link was used."""
    form, has_mail = AddressForm(), mailer().server is not None
    status, headers = UNSENT
    if request.method == "POST":
        status, headers = take(form, lambda: _ask(form, has_mail=has_mail))
        if status == DONE:
            return redirect(url_for("auth.account", done="letter" if has_mail else "email"))
    return render_template("accounts/address.html", form=form, has_mail=has_mail), status, headers


def _ask(form: AddressForm, *, has_mail: bool) -> None:
    examined = examine_own(form.password.data or "")
    wanted, now = form.email.data or "", datetime.now(UTC)
    if not has_mail:
        address_proofs.change_address(session(), actor(), examined, wanted, now=now)
        return
    begin(throttling.reset_attempt(email_key(wanted), request.remote_addr))
    link = address_proofs.ask_address(session(), actor(), examined, wanted, now=now)
    if link is None:
        return
    found, token = link
    href = site_url("letters.new_address", token=token, lang=None)
    body = Message(
        "请打开下面的链接，输入账户的密码，把邮箱改成这一个，24 小时内有效：\n\n%(href)s\n\n"
        "如果不是您本人申请，无须处理。\n",
        href=href,
    )
    _post(found, Message("确认新的邮箱"), body)


@blueprint.route("/account/email/<token>", methods=("GET", "POST"))
@policy(Permission.SIGN_IN)
def new_address(token: str) -> Response | Answer:
    """Take a new address by the link of its letter and the password of the account; the address before is told."""
    with runtime().read() as reading:
        email = address_proofs.address_of(reading, token[:LONGEST], now=datetime.now(UTC))
        account_id = address_proofs.account_of(reading, token[:LONGEST], now=datetime.now(UTC))
    form = ProofForm()
    status, headers = UNSENT
    if request.method == "POST":
        status, headers = take(form, lambda: _take_address(form, token[:LONGEST], account_id))
        if status == DONE:
            return redirect(url_for("auth.sign_in", done="email"))
        session().rollback()
    return render_template("accounts/proof.html", form=form, email=email), status, headers


def _take_address(form: ProofForm, token: str, account_id: int) -> None:
    examined = examine_own(form.password.data or "", account_id)
    before, _address = address_proofs.complete_address(session(), token, examined, now=datetime.now(UTC))
    body = Message("您的账户现在用另一个邮箱登录和接收通知。如果不是您本人修改，请立即与主管部门联系。\n")
    _post(before, Message("账户的邮箱已修改"), body)
