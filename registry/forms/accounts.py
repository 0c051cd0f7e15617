"""Forms of signing in, registering, passwords and the second factor; syntax only."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, HiddenField, PasswordField

from registry.errors import RegistryError
from registry.forms.base import BaseForm, LineField
from registry.forms.inputs import Agreed, Printable, Required
from registry.i18n import N_
from registry.services.accounts.registration import Registration


class SignInForm(BaseForm):
    """Mail address and password."""

    email = LineField(N_("邮箱"), [Required(), Printable(200)])
    password = PasswordField(N_("密码"), [Required()])
    next = HiddenField()


class CodeForm(BaseForm):
    """The second factor."""

    one_time_code = LineField(N_("动态口令"), [Required(), Printable(12)])


class FirmForm(BaseForm):
    """Which enterprise it is; declared before the person, so that its faults are told first."""

    enterprise_name = LineField(N_("企业名称"), [Required(), Printable(200)])
    uscc = LineField(N_("统一社会信用代码"), [Required(), Printable(40)])


class PersonForm(BaseForm):
    """A person who makes an account of his own, and agrees to the privacy notice."""

    name = LineField(N_("姓名"), [Required(), Printable(60)])
    email = LineField(N_("邮箱"), [Required(), Printable(200)])
    new_password = PasswordField(N_("密码"), [Required()])
    new_password_again = PasswordField(N_("再输入一次密码"), [Required()])
    consent = BooleanField(N_("我已阅读隐私说明，同意为办理申报处理我填写的个人信息"), [Agreed()])
    next = HiddenField()

    def drop_password(self) -> None:
        """Ask for no password: it is chosen behind the link of a letter."""
        del self.new_password
        del self.new_password_again

    def of_firm(self, enterprise_name: str, uscc: str) -> Registration:
        """What was typed, for this enterprise."""
        return Registration(
            email=self.email.data or "", name=self.name.data or "", enterprise_name=enterprise_name, uscc=uscc
        )

    def absorb_all(self, errors: Iterable[RegistryError]) -> bool:
        """Put each error at its field, unless the field has one already. Returns whether the form is right."""
        for error in errors:
            field = self._fields.get(error.field or "")
            if field is None or not field.errors:
                self.absorb(error)
        return not self.summary


class RegisterForm(FirmForm, PersonForm):
    """An enterprise's person registers."""

    @property
    def registration(self) -> Registration:
        """What was typed."""
        return self.of_firm(self.enterprise_name.data or "", self.uscc.data or "")


class ResetForm(BaseForm):
    """Asking for a link."""

    email = LineField(N_("邮箱"), [Required(), Printable(200)])


class ProofForm(BaseForm):
    """Taking a new mail address by its link, proved by the password of the account."""

    password = PasswordField(N_("现在的密码"), [Required()])


class AddressForm(BaseForm):
    """Another mail address, proved by the password."""

    email = LineField(N_("新邮箱"), [Required(), Printable(200)])
    password = PasswordField(N_("现在的密码"), [Required()])


class NewPasswordForm(BaseForm):
    """A new password, typed twice."""

    new_password = PasswordField(N_("新密码"), [Required()])
    new_password_again = PasswordField(N_("再输入一次新密码"), [Required()])


class ChangePasswordForm(NewPasswordForm):
    """A new password, proved by the old one."""

    password = PasswordField(N_("现在的密码"), [Required()])


class ClosingForm(BaseForm):
    """Closing the own account, proved by the password."""

    password = PasswordField(N_("现在的密码"), [Required()])


class SecondFactorForm(BaseForm):
    """Setting a second factor up or taking it away: password and a code."""

    password = PasswordField(N_("现在的密码"), [Required()])
    one_time_code = LineField(N_("动态口令"), [Required(), Printable(12)])
