"""Forms of administrators: inviting staff, role and unit; filters of the audit page."""

from __future__ import annotations

from wtforms import SelectField
from wtforms.validators import ValidationError

from registry.forms.base import LineField, VersionedForm
from registry.forms.inputs import Printable, Required
from registry.i18n import N_
from registry.permissions import STAFF
from registry.terms import Role
from registry.wording import Message


class RoleForm(VersionedForm):
    """Role and unit of a member of staff; `version` is the one that was seen."""

    role = SelectField(N_("角色"), validate_choice=False)
    unit = SelectField(N_("板块"), validate_choice=False)

    def validate_role(self, field: SelectField) -> None:
        """One of the roles of staff."""
        if field.data not in {role.value for role in STAFF}:
            raise ValidationError(Message("没有选择角色；请选择"))

    @property
    def chosen_role(self) -> Role:
        """The role, once the form is valid."""
        return Role(self.role.data)

    @property
    def chosen_unit(self) -> str | None:
        """The unit where the role has one."""
        return (self.unit.data or None) if self.chosen_role is Role.DISTRICT_REVIEWER else None


class InviteForm(RoleForm):
    """A new member of staff."""

    email = LineField(N_("邮箱"), [Required(), Printable(200)])
    name = LineField(N_("姓名"), [Required(), Printable(60)])
