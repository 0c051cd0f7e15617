"""Forms of what officers enter beside a project and of an enterprise; syntax only."""

from __future__ import annotations

from typing import TypeVar

from wtforms import SelectField, SelectMultipleField, TextAreaField

from registry.errors import InvalidInput
from registry.forms.base import BaseForm, VersionedForm
from registry.forms.inputs import DayField, Printable, TextLine, visible
from registry.i18n import N_
from registry.kinds import EnterpriseSize, LinkKind, OtherNameKind, Ownership, ServiceKind, SupplierKind
from registry.queries.titles.facts import Facts
from registry.services.record.describing import names_in
from registry.terms import Term
from registry.wording import Message

T = TypeVar("T", bound=Term)


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


class ChainForm(VersionedForm):
    """The chain of industry that an enterprise leads."""

    chain = TextLine(N_("产业链"), [Printable(60)])


class FactsForm(VersionedForm):
    """What an enterprise is and how people call it: names of each kind in one line."""

    size = SelectField(N_("企业规模"), id="enterprise-size", validate_choice=False)
    ownership = SelectField(N_("企业性质"), validate_choice=False)
    short = TextLine(N_("简称"), [Printable(1000)])
    printed = TextLine(N_("文件印作"), [Printable(1000)])

    def offer(self, language: str) -> None:
        """Fill the choices in."""
        for field, terms in ((self.size, EnterpriseSize), (self.ownership, Ownership)):
            field.choices = {"": Message("未登记")} | _choices(terms, language)

    def show(self, facts: Facts, version: int) -> None:
        """Fill in what is on record."""
        self.size.data, self.ownership.data = facts.size or "", facts.ownership or ""
        self.short.data = facts.names_as(OtherNameKind.SHORT)
        self.printed.data = facts.names_as(OtherNameKind.PRINTED)
        self.version.data = str(version)

    @property
    def facts(self) -> Facts:
        """What was typed; InvalidInput at the field that says something else."""
        names = [
            *names_in(OtherNameKind.SHORT, self.short.data or ""),
            *names_in(OtherNameKind.PRINTED, self.printed.data or ""),
        ]
        return Facts(
            size=_chosen(EnterpriseSize, self.size), ownership=_chosen(Ownership, self.ownership), names=tuple(names)
        )


def _chosen(terms: type[T], field: SelectField) -> T | None:
    if not field.data:
        return None
    try:
        return terms(field.data)
    except ValueError:
        raise InvalidInput(Message("请从列表中选择。"), field=field.name) from None
