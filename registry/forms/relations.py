"""Forms of what officers enter beside a project; syntax only."""

from __future__ import annotations

from wtforms import SelectField, SelectMultipleField, TextAreaField

from registry.forms.base import BaseForm
from registry.forms.inputs import DayField, Printable, TextLine, visible
from registry.i18n import N_
from registry.kinds import LinkKind, ServiceKind, SupplierKind
from registry.terms import Term
from registry.wording import Message


def _choices(terms: type[Term], language: str) -> dict[str, str]:
    return {term.value: term.label(language) for term in terms}


class SupplierForm(BaseForm):
    """What a supplier offers."""

    kinds = SelectMultipleField(N_("服务类型"), validate_choice=False)
    capabilities = TextAreaField(N_("服务能力"), filters=[visible])

    def offer(self, language: str) -> None:
        """Fill the kinds in."""
        self.kinds.choices = _choices(SupplierKind, language)


class LinkForm(BaseForm):
    """Who built it, or which zone it belongs to."""

    kind = SelectField(N_("关联"), validate_choice=False)
    other = TextLine(N_("服务机构、示范区或园区的项目编号"), [Printable(12)])
    since = DayField(N_("从哪一天起"))

    def offer(self, language: str) -> None:
        """Fill the kinds in."""
        self.kind.choices = {"": Message("请选择")} | _choices(LinkKind, language)


class EndLinkForm(BaseForm):
    """Until when a link held."""

    until = DayField(N_("到哪一天止"))


class ServiceForm(BaseForm):
    """A service at a project or of a supplier."""

    service = SelectField(N_("活动"), validate_choice=False)
    held_on = DayField(N_("活动日期"))
    supplier = TextLine(N_("服务机构的项目编号"), [Printable(12)])
    told = TextAreaField(N_("活动情况（公开）"), filters=[visible])

    def offer(self, language: str) -> None:
        """Fill the kinds in."""
        self.service.choices = {"": Message("请选择")} | _choices(ServiceKind, language)


class StoryForm(BaseForm):
    """A story for the public page."""

    title = TextLine(N_("案例标题"), [Printable(100)])
    text = TextAreaField(N_("案例正文（公开）"), filters=[visible])


class ChainForm(BaseForm):
    """The chain of industry that an enterprise leads."""

    chain = TextLine(N_("产业链"), [Printable(60)])
