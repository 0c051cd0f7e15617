"""The application form as data: the rules of a call and the fields that follow from them."""

from registry.application_form.fields import (
    Form,
    FormField,
    Kind,
    KpiPart,
    Section,
    criterion_field,
    file_field,
    form_of,
    kpi_field,
)
from registry.application_form.rules import (
    Criterion,
    CriterionKind,
    InspectionItem,
    RequiredFile,
    Rules,
    default_rules,
)

__all__ = [
    "Criterion",
    "CriterionKind",
    "Form",
    "FormField",
    "InspectionItem",
    "Kind",
    "KpiPart",
    "RequiredFile",
    "Rules",
    "Section",
    "criterion_field",
    "default_rules",
    "file_field",
    "form_of",
    "kpi_field",
]
