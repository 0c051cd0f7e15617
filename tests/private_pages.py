"""Signed-in pages for `make screenshots`: what each role sees of the demo data."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from registry.models import Account, Application, Assignment, Inspection, Notice, Panel
from registry.terms import ApplicationStatus, Role

S = ApplicationStatus


def private_pages(app: Flask) -> list[tuple[int, dict[str, str]]]:
    """(account, name → path) for clerk, district reviewer, city reviewer, administrator, expert, auditor."""
    with app.extensions["registry"].read() as session:

        def case(status: ApplicationStatus) -> Application:
            return (
                session.scalars(
                    select(Application).where(Application.status == status.value).order_by(Application.id)
                ).first()
                or session.scalars(select(Application)).one()
            )

        def staff(role: Role, unit: str | None = None) -> int:
            statement = select(Account.id).where(Account.role == role.value)
            return session.scalars(statement.where(Account.unit_code == unit) if unit else statement).first() or 0

        def clerk(application: Application) -> int:
            return session.scalars(
                select(Account.id).where(Account.enterprise_id == application.enterprise_id, Account.is_owner)
            ).one()

        def newest(model: type[Inspection] | type[Notice] | type[Panel]) -> int:
            return session.scalars(select(model.id).order_by(model.id.desc())).first() or 0

        visit, notice, panel = newest(Inspection), newest(Notice), newest(Panel)
        scoring = session.scalars(select(Assignment).order_by(Assignment.id.desc())).first()
        draft, returned, submitted, proposed = case(S.DRAFT), case(S.RETURNED), case(S.SUBMITTED), case(S.PROPOSED)
        form = f"/enterprise/applications/{draft.id}"
        back = f"/enterprise/applications/{returned.id}"
        return [
            (
                clerk(draft),
                {
                    "enterprise": "/enterprise",
                    "enterprise-begin": f"/enterprise/begin?call={draft.call_id}",
                    "form-enterprise": f"{form}?section=enterprise",
                    "form-place": f"{form}?section=place",
                    "form-kpis": f"{form}?section=kpis",
                    "form-criteria": f"{form}?section=criteria",
                    "form-files": f"{form}?section=files",
                    "form-check": f"{form}/review-page",
                    "team": "/enterprise/team",
                    "account": "/account",
                    "inbox": "/inbox",
                },
            ),
            (clerk(returned), {"form-returned": back, "form-returned-place": f"{back}?section=place"}),
            (
                clerk(submitted),
                {
                    "application-submitted": f"/enterprise/applications/{submitted.id}",
                    "application-print": f"/enterprise/applications/{submitted.id}/print",
                },
            ),
            (
                staff(Role.DISTRICT_REVIEWER, submitted.unit_code),
                {
                    "queue-district": "/review",
                    "case": f"/review/{submitted.id}",
                    "today": "/review/today",
                    "delivery": "/review/delivery",
                    "changes": "/review/changes",
                    "reports": "/review/reports",
                },
            ),
            (
                staff(Role.MUNICIPAL_REVIEWER),
                {
                    "queue-city": "/review",
                    "queue-city-all": "/review?tab=all",
                    "case-proposed": f"/review/{proposed.id}",
                    "phrases": "/review/phrases",
                    "publications": "/publications",
                    "publication-new": f"/publications/new?call={proposed.call_id}",
                    "publication-outside": "/publications/outside",
                    "admin-calls": "/admin/calls",
                    "admin-call": f"/admin/calls/{proposed.call_id}",
                    "admin-call-rules": f"/admin/calls/{proposed.call_id}/rules",
                    "admin-call-new": "/admin/calls/new",
                    "memberships": "/admin/memberships",
                    "admin-call-files": f"/admin/calls/{proposed.call_id}/files",
                    "inspections": "/review/inspections",
                    "inspection": f"/review/inspections/{visit}",
                    "notices": "/review/notices",
                    "notice": f"/review/notices/{notice}",
                    "notice-new": f"/review/notices/new?call={proposed.call_id}",
                    "objections": "/review/objections",
                    "panels": "/review/panels",
                    "panel": f"/review/panels/{panel}",
                    "imports": "/admin/imports",
                    "record": "/review/record",
                },
            ),
            (
                staff(Role.ADMINISTRATOR),
                {
                    "admin-accounts": "/admin/accounts",
                    "admin-invite": "/admin/accounts/new",
                    "admin-experts": "/admin/experts",
                    "admin-lists": "/admin/lists",
                },
            ),
            (
                scoring.expert_id if scoring else staff(Role.EXPERT),
                {"expert": "/expert", "expert-guide": "/expert/guide"}
                | ({"expert-sheet": f"/expert/{scoring.id}"} if scoring else {}),
            ),
            (staff(Role.AUDITOR), {"admin-audit": "/admin/audit"}),
        ]
