"""The upload of a list."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import SelectField

from registry.forms.base import BaseForm
from registry.i18n import N_


class UploadForm(BaseForm):
    """Which kind of list, and the file."""

    kind = SelectField(N_("名单的种类"), validate_choice=False)
    list = FileField(N_("名单文件"))
