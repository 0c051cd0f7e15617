"""关联与案例: what officers enter beside a project, and the chain that an enterprise leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import Conflict, InvalidInput, NotFound, RegistryError
from registry.forms.base import BaseForm
from registry.forms.relations import ChainForm, EndLinkForm, LinkForm, ServiceForm, StoryForm, SupplierForm
from registry.i18n import language
from registry.kinds import LinkKind, ServiceKind
from registry.permissions import Permission
from registry.queries.record.relations import chain_of, relations_of
from registry.queries.titles import record
from registry.services.record import chain_leaders, services, stories
from registry.services.record import relations as verbs
from registry.services.titles.relations import enterprise_in_reach, project_in_reach
from registry.values.row_ids import LARGEST_ID
from registry.views.titles.asking import now
from registry.views.web.runtime import actor, catalogue, policy, session
from registry.wording import Message

blueprint = Blueprint("relations", __name__)
Answer = str | tuple[str, int] | Response
PARTS: dict[str, type[BaseForm]] = {
    "supplier": SupplierForm,
    "link": LinkForm,
    "service": ServiceForm,
    "story": StoryForm,
}


@blueprint.get("/review/record/projects/<code>/relations")
@policy(Permission.RELATION_KEEP)
def page(code: str) -> Answer:
    """What stands beside a project, and the forms that add to it."""
    return _page(code, {})


@blueprint.post("/review/record/projects/<code>/relations/<any('supplier', 'link', 'service', 'story'):part>")
@policy(Permission.RELATION_KEEP)
def add(code: str, part: str) -> Answer:
    """Add to it; what stands against it is said at its field."""
    form = PARTS[part]()
    return _take(code, part, form, lambda: _added(code, part, form))


@blueprint.post("/review/record/projects/<code>/relations/<any('link', 'service', 'story'):part>/<int:row_id>/end")
@policy(Permission.RELATION_KEEP)
def end(code: str, part: str, row_id: int) -> Answer:
    """End a link, take a service away, withdraw a story."""
    form = EndLinkForm()
    return _take(code, "end", form, lambda: _ended(code, part, row_id, form))


@blueprint.route("/review/record/enterprises/<int:enterprise_id>/chain", methods=("GET", "POST"))
@policy(Permission.RELATION_KEEP)
def chain(enterprise_id: int) -> Answer:
    """Name the chain of industry that an enterprise leads."""
    enterprise = record.find_enterprise(session(), actor(), enterprise_id)
    form, status, on_record = ChainForm(), 200, None
    if request.method == "GET":
        form.chain.data, form.version.data = chain_of(session(), enterprise_id), str(enterprise.version)
    else:
        status = 422
        if form.validate():
            try:
                found = enterprise_in_reach(session(), actor(), enterprise_id)
                chain_leaders.tag_chain_leader(
                    session(), actor(), found, form.chain.data or "", seen_version=form.seen_version, now=now()
                )
                return redirect(url_for("upkeep.enterprise", enterprise_id=enterprise_id), 303)
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
                if isinstance(error, Conflict):
                    # What was typed stays, what holds now is shown above it, and the next press takes it over.
                    enterprise = record.find_enterprise(session(), actor(), enterprise_id)
                    on_record, form.version.data = chain_of(session(), enterprise_id), str(enterprise.version)
    return render_template("titles/chain.html", form=form, enterprise=enterprise, on_record=on_record), status


def _take(code: str, part: str, form: BaseForm, step: Callable[[], object]) -> Answer:
    status = 422
    if form.validate():
        try:
            step()
            return redirect(url_for("relations.page", code=code, done="saved"), 303)
        except NotFound:
            raise
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
    return _page(code, {part: form}, status)


def _added(code: str, part: str, form: Any) -> None:
    project, who, at = project_in_reach(session(), actor(), code), actor(), now()
    if part == "supplier":
        verbs.describe_supplier(
            session(), who, project, kinds=form.kinds.data or (), capabilities=form.capabilities.data or "", now=at
        )
    elif part == "link":
        kind = _chosen(LinkKind, form.kind.data, "kind")
        verbs.link(session(), who, project, kind, form.other.data or "", since=form.since.data, now=at)
    elif part == "service":
        service = _chosen(ServiceKind, form.service.data, "service")
        services.record_service(
            session(), who, project, service, held_on=form.held_on.data, supplier_code=form.supplier.data or "",
            summary=form.told.data or "", now=at,
        )  # fmt: skip
    else:
        stories.tell_story(session(), who, project, title=form.title.data or "", text=form.text.data or "", now=at)


def _chosen(terms: Any, value: str | None, field: str) -> Any:
    try:
        return terms(value or "")
    except ValueError:
        raise InvalidInput(Message("请从列表中选择。"), field=field) from None


def _ended(code: str, part: str, row_id: int, form: EndLinkForm) -> None:
    project, at = project_in_reach(session(), actor(), code), now()
    if row_id > LARGEST_ID:
        raise NotFound(Message("没有这项关联，请刷新后查看。"))
    if part == "link":
        if form.until.data is None:
            raise InvalidInput(Message("请填写到哪一天止。"), field="until")
        verbs.end_link(session(), actor(), project, row_id, until=form.until.data, now=at)
    elif part == "service":
        services.remove_service(session(), actor(), project, row_id, now=at)
    else:
        stories.withdraw_story(session(), actor(), project, row_id, now=at)


def _page(code: str, sent: dict[str, BaseForm], status: int = 200) -> Answer:
    project = record.find_project(session(), actor(), code[:20])
    if project.merged_into:
        return redirect(url_for("relations.page", code=project.merged_into), 302)
    found = relations_of(session(), catalogue(), project.id)
    forms: dict[str, Any] = {name: sent.get(name) or kind(formdata=None) for name, kind in PARTS.items()}
    for form in forms.values():
        if hasattr(form, "offer"):
            form.offer(language())
    if "supplier" not in sent:
        forms["supplier"].kinds.data = [kind.value for kind in found.kinds]
        forms["supplier"].capabilities.data = found.capabilities
    end_form = sent.get("end")
    faults = [fault for form in sent.values() for fault in form.summary]
    page = render_template(
        "titles/relations.html", project=project, found=found, forms=forms, faults=faults,
        until=getattr(end_form, "until", None), done=request.args.get("done", "") if status == 200 else "",
        is_supplier=record.is_supplier(session(), project.id),
    )  # fmt: skip
    return (page, status) if status != 200 else page
