"""Which enterprise, project and title a row means. Doubt refuses; nothing is merged by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from registry.services.imports.drafts import EnterpriseDraft, ProjectDraft, TitleDraft
from registry.services.imports.rows import ListedTitle
from registry.services.imports.stock import Stock
from registry.values.bad_value import BadValue


class Matcher:
    """Matches rows against the stock and against what earlier rows of the same file bring."""

    def __init__(self, stock: Stock, titles: Iterable[ListedTitle]) -> None:
        self.stock = stock
        self.new_codes: dict[str, dict[str, int]] = defaultdict(dict)
        for title in titles:
            if title.uscc is not None and title.uscc not in stock.by_uscc:
                self.new_codes[title.enterprise_key].setdefault(title.uscc, title.row)

    def enterprise(self, title: ListedTitle) -> EnterpriseDraft | None:
        """The enterprise of a row, existing or new; None for parks and zones without one.

        Rows with a code must be matched before rows without, so that the order of a file does not matter.
        """
        if not title.enterprise:
            return None
        if title.uscc is None:
            return self._by_name(title)
        known = self.stock.by_uscc.get(title.uscc)
        if known is None:
            return self._with_new_code(title, title.uscc)
        if title.enterprise_key not in known.keys:
            where = f"（第 {known.row} 行）" if known.id is None else ""
            raise BadValue(
                f"代码 {title.uscc} 登记的企业名称是“{known.name}”{where}",
                "如企业已更名，请先在登记维护中办理企业更名再导入；如代码填错，请更正",
            )
        return known

    def _by_name(self, title: ListedTitle) -> EnterpriseDraft:
        named = self.stock.by_name.get(title.enterprise_key, [])
        if len(named) > 1:
            raise BadValue(
                f"有 {len(named)} 家企业用过这个名称：{_listed(named)}",
                "请填写统一社会信用代码，说明是哪一家",
            )
        return named[0] if named else self._new(title)

    def _with_new_code(self, title: ListedTitle, code: str) -> EnterpriseDraft:
        named = self.stock.by_name.get(title.enterprise_key, [])
        uncoded = [enterprise for enterprise in named if enterprise.uscc is None]
        if len(uncoded) > 1:
            raise BadValue(
                f"有 {len(uncoded)} 家没有代码的企业用过这个名称：{_listed(uncoded)}",
                "请先在登记维护中给那一家登记代码，再导入",
            )
        if not uncoded:
            return self._new(title)
        rivals = self.new_codes[title.enterprise_key]
        if len(rivals) > 1:
            claims = "、".join(f"{rival}（第 {row} 行）" for rival, row in rivals.items())
            raise BadValue(
                f"{len(rivals)} 个代码都可能属于已登记的{_listed(uncoded)}：{claims}",
                "请先在登记维护中给那一家登记代码，再导入",
            )
        enterprise = uncoded[0]
        enterprise.assign("uscc", code)
        enterprise.assign("verified", True)
        self.stock.by_uscc[code] = enterprise
        return enterprise

    def _new(self, title: ListedTitle) -> EnterpriseDraft:
        enterprise = EnterpriseDraft(
            name=title.enterprise,
            name_key=title.enterprise_key,
            uscc=title.uscc,
            verified=title.uscc is not None,
            keys={title.enterprise_key},
            row=title.row,
        )
        self.stock.add_enterprise(enterprise)
        return enterprise

    def namesake(self, enterprise: EnterpriseDraft | None) -> EnterpriseDraft | None:
        """Another coded enterprise of the same name, if this one is new: worth a look."""
        if enterprise is None or enterprise.id is not None:
            return None
        others = self.stock.by_name.get(enterprise.name_key, [])
        return next((other for other in others if other is not enterprise), None)

    def project(self, title: ListedTitle, enterprise: EnterpriseDraft | None) -> ProjectDraft:
        """The project of a row: the enterprise's one that bears or bore this name, or a new one."""
        owner = (id(enterprise), title.name_key)
        found = self.stock.by_project_name.get(owner)
        if found is None:
            found = ProjectDraft(
                enterprise=enterprise, name=title.name, name_key=title.name_key, type=title.category.type
            )
            self.stock.by_project_name[owner] = found
        return found

    def title(self, title: ListedTitle, project: ProjectDraft) -> TitleDraft | None:
        """The existing title of this category and year."""
        return self.stock.titles.get((id(project), title.category.code, title.year))

    def add_title(self, title: TitleDraft) -> None:
        """Remember a new title, so that a second row for it is noticed."""
        self.stock.titles[(id(title.project), title.category_code, title.year)] = title


def _listed(enterprises: Iterable[EnterpriseDraft]) -> str:
    return "、".join(str(enterprise) for enterprise in enterprises)
