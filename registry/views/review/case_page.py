"""The detail page of an application: how it is put together for reading, and for every refusal of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from flask import Response as FlaskResponse
from flask import make_response, render_template

from registry import workflow
from registry.event_actions import EVENT_ACTIONS, step_of
from registry.forms.base import FormError, at_fields
from registry.forms.review import REMARK, Typed
from registry.i18n import _, language
from registry.permissions import Actor, Permission, can
from registry.purposes import CallPurpose
from registry.queries.accounts.people import uses_keys
from registry.queries.applications.returned import desk_of
from registry.queries.evaluation.result import result_for
from registry.queries.inspection.standing import obstacle
from registry.queries.inspection.visit import of_case
from registry.queries.review.case import Case, File, Happening, find_case
from registry.queries.review.guards import hindrance
from registry.queries.review.place import Place, find_place
from registry.queries.review.queue import handlers
from registry.queries.review.quota import free_rank
from registry.queries.review.sheets import NO
from registry.queries.review.stage import sees_stages, stage_of
from registry.queries.review.stage_words import Stage, StageCode
from registry.services.review.filing import PROPOSED_OUTCOMES
from registry.services.review.phrases import list_phrases
from registry.statuses import FINAL_STATUSES, fills_sheets, may_fill_sheet
from registry.terms import Action, ApplicationStatus, AttachmentKind, Role, Tier
from registry.views.review.case_bar import StepButton, bar_of
from registry.views.review.case_facts import case_facts, change_parts
from registry.views.review.case_kpis import kpi_lines
from registry.views.review.case_proofs import proofs
from registry.views.review.case_rows import form_sections, lacking_files
from registry.views.review.case_typed import typed_lines
from registry.views.review.line import carried, case_filters, of_queue
from registry.views.web.runtime import actor, catalogue, runtime, session
from registry.wording import told
from registry.workflow import Need


def case_page(
    application_id: int,
    *,
    step: Action | None = None,
    typed: Typed | None = None,
    errors: list[FormError] | None = None,
    status: int = 200,
    conflict: Happening | None = None,
    done: str = "",
    captions: Mapping[int, tuple[str, str]] | None = None,
    onward: int | None = None,
    with_contacts: bool = False,
) -> FlaskResponse:
    """The page of an application. `step` opens the form of that step, filled with `typed`; `conflict` tells
    what somebody else did meanwhile; `captions` are caption and text instead of the picture, of photos that
    were not taken; `onward` is the one that came next before a step was taken here; `with_contacts` is for who
    looks at them."""
    now = datetime.now(UTC)
    who = actor()
    case = find_case(session(), who, application_id, now=now, with_contacts=with_contacts)
    stage = stage_of(session(), case.application, case.form.rules) if sees_stages(who) else None
    buttons = step_buttons(case, who)
    if typed is None and step in (Action.RECOMMEND, Action.RETURN):
        typed = _proposed(case, step)
    if typed is None and step in (Action.REJECT, Action.NOT_RECOMMEND) and case.status is ApplicationStatus.RETURNED:
        typed = Typed({"message": lapsed_phrase()})
    needs = _needs(case, who)
    has_open_sheet = bool(case.sheet) and may_fill_sheet(who.role, case.status)
    place = find_place(session(), who, case_filters(who), case.application, now=now)
    place = replace(place, after=_onward(place, onward))
    offered = {button.action for button in buttons if not button.reason}
    people = handlers(session(), who)
    lines, sections = kpi_lines(case), form_sections(case, catalogue().lists)
    page = render_template(
        "review/case.html",
        case=case,
        status=case.status,
        stage=stage.words if stage else None,
        stage_page=_stage_page(stage, who) if stage else None,
        sections=sections,
        lacking=lacking_files(case, sections),
        kpis=lines,
        proofs=proofs(case, lines, is_form=step is Action.RETURN and step in offered),
        facts=case_facts(case, people, result_for(session(), who, case.application)),
        changes=change_parts(case, catalogue().lists),
        typed_lines=typed_lines(case, typed or Typed()),
        bar=bar_of(case, buttons, place, has_open_sheet=has_open_sheet, needs=needs),
        next_id=place.after,
        keep=carried(),
        back=of_queue(),
        keys=uses_keys(session(), who.id),
        step=step if step in offered else None,
        step_label=step_label(step, CallPurpose(case.application.call.purpose)) if step else "",
        lost_step=step if step is not None and step not in offered else None,
        needs={need.value for need in needs.get(step, frozenset())} if step else set(),
        typed=typed or Typed(),
        version=case.application.version,
        errors=errors or [],
        error_at=at_fields(errors or []),
        conflict=conflict,
        done=done,
        locator=_locator(case),
        phrases=[phrase.text for phrase in list_phrases(session())] if step == Action.RETURN else [],
        handlers=people,
        may_assign=fills_sheets(who.role),
        can_fill_sheet=has_open_sheet,
        is_final=case.status in FINAL_STATUSES,
        photos=releasable(case, who),
        may_extend=who.role is not None and desk_of(case.application) is who.role,
        captions=captions or {},
        inspection=of_case(session(), case.application, obstacle(session(), case.application)),
        outcomes=PROPOSED_OUTCOMES,
        purpose=CallPurpose(case.application.call.purpose),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _stage_page(stage: Stage, who: Actor) -> str | None:
    """The page on which a stage goes on, for those who may open it."""
    if stage.code not in (StageCode.INSPECTION, StageCode.FIXING):
        return "panels.panel_list"
    return "inspections.inspections" if can(who, Permission.INSPECT).allowed else None


def step_buttons(case: Case, who: Actor) -> list[StepButton]:
    """All steps of the role in the order of the table; what is not available says why."""
    call, noticed = case.application.call, case.form.rules.has_notice
    kind = Tier(call.category.tier), CallPurpose(call.purpose)
    available = {item.action for item in workflow.available(case.status, who.role, *kind, noticed=noticed)}
    found: dict[Action, StepButton] = {}
    for step in workflow.TRANSITIONS:
        if who.role not in step.roles or not step.is_for(*kind, noticed) or step.needs & workflow.BY_PAPER:
            continue
        if step.action in found:
            continue
        # What a step needs depends on where it is taken from.
        item = workflow.find(step.action, case.status, who.role, *kind, noticed=noticed) or step
        reason = ""
        if item.action not in available:
            reason = _("现在是“%(status)s”", status=case.status.label(language()))
        elif who.id in (case.application.created_by, case.application.submitted_by):
            reason = _("自己提交的申报由他人办理")
        elif item.action == Action.UNDO and case.application.previous_status is None:
            reason = _("没有可以撤销的上一步")
        elif against := hindrance(session(), case.application, item, today=case.today):
            reason = told(against[1], language())
        elif Need.QUOTA in item.needs and not case.has_quota_left:
            reason = _("本板块推荐名额 %(quota)s 个，已用 %(used)s 个", quota=case.quota, used=case.used)
        found[item.action] = StepButton(
            action=item.action,
            label=step_label(item.action, kind[1]),
            is_direct=not item.needs - workflow.GUARDS,
            reason=reason,
            is_here=item.action in available,
        )
    return list(found.values())


def step_label(action: Action, purpose: CallPurpose) -> str:
    """A step as its button calls it: nothing is recommended or recognised in a re-evaluation."""
    if purpose is CallPurpose.RE_EVALUATION and action in (Action.RECOMMEND, Action.PROPOSE):
        return _("核对后报市局") if action is Action.RECOMMEND else _("拟定复核结论")
    return action.label(language())


def releasable(case: Case, who: Actor) -> list[File]:
    """The photos that this officer may show to the public or take back."""
    if case.status is not ApplicationStatus.RECOGNISED or not can(who, Permission.PHOTO_RELEASE).allowed:
        return []
    return [file for file in case.files if file.kind == AttachmentKind.PHOTO.value]


def _needs(case: Case, who: Actor) -> dict[Action, frozenset[Need]]:
    """What the steps that start from this state need."""
    call, noticed = case.application.call, case.form.rules.has_notice
    kind = Tier(call.category.tier), CallPurpose(call.purpose)
    return {item.action: item.needs for item in workflow.available(case.status, who.role, *kind, noticed=noticed)}


def _proposed(case: Case, step: Action) -> Typed:
    """What a step begins with: the next free rank, or what the sheet says against the application."""
    if step is Action.RECOMMEND:
        application = case.application
        rank = free_rank(session(), application.call_id, application.unit_code or "")
        return Typed({"rank": str(rank)})
    remarks, rest = {}, []
    for row in case.sheet:
        if row.answer == NO and row.reason:
            if row.found.field:
                remarks[f"{REMARK}{row.found.field}"] = row.reason
            else:
                rest.append(row.reason)
    return Typed({**remarks, "message": "\n".join(rest)})


def _onward(place: Place, onward: int | None) -> int | None:
    """What comes next. After a step the application itself stands elsewhere, so the page remembers."""
    return place.after if place.number or onward is None else onward


def lapsed_phrase() -> str:
    """What an officer says when an application ends because nothing was corrected; a proposal to be edited."""
    return _("补正期限已过，逾期未补正，本次申报终止。")


def kind_name(code: str) -> str:
    """Name of an attachment kind."""
    return AttachmentKind(code).label(language())


def happening_name(action: str) -> str:
    """An event of an application in words; its code where there are none."""
    if found := step_of(action):
        return found.label(language())
    return _(EVENT_ACTIONS[action]) if action in EVENT_ACTIONS else action


def role_name(code: str) -> str:
    """Name of a role as events record it."""
    if code in {role.value for role in Role}:
        return Role(code).label(language())
    return {"operator": _("系统"), "public": _("公众")}.get(code, code)


def status_name(code: str) -> str:
    """Name of a state for officers; '' for none."""
    return ApplicationStatus(code).label(language()) if code else ""


def _locator(case: Case) -> str:
    # Slow import: shapely and the boundary set.
    from geo.locator import locator_svg

    unit = catalogue().lists.units.get(case.application.unit_code or "")
    return locator_svg(
        runtime().city.boundary,
        lon=case.application.lon,
        lat=case.application.lat,
        division=unit.division if unit else None,
        tier=case.application.call.category.tier,
        language=language(),
    )
