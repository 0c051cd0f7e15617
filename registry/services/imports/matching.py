"""Which enterprise, project and title a row means. Doubt refuses; nothing is merged by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from registry.names import document_number, name_key
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.services.imports.drafts import EnterpriseDraft, ProjectDraft, TitleDraft
from registry.services.imports.listed import ListedTitle
from registry.services.imports.name_resolving import Resolved
from registry.services.imports.sheets.row_numbers import RowNumber, place
from registry.services.imports.stock import Stock
from registry.values.bad_value import BadValue
from registry.values.written import written_day
from registry.wording import Message


class Holder(Protocol):
    """A row that names an enterprise; `enterprise` is '' for a park or zone, `former` a name that stands beside it."""

    @property
    def row(self) -> int:
        """Its number in the file."""

    @property
    def enterprise(self) -> str:
        """The name."""

    @property
    def enterprise_key(self) -> str:
        """Its comparison key."""

    @property
    def uscc(self) -> str | None:
        """The code, if the row states one."""

    @property
    def former(self) -> str:
        """The former name, if the row states one."""


class Matcher:
    """Matches rows against the stock and against what earlier rows of the same file bring."""

    def __init__(
        self, stock: Stock, titles: Iterable[Holder], resolved: Resolved | None = None, asker: Asker | None = None
    ) -> None:
        self.stock, self.asker = stock, asker
        self.resolved = resolved or Resolved()
        self.projects_mean: dict[int, Resolved] = {}
        self.new_codes: dict[str, dict[str, int]] = defaultdict(dict)
        for title in titles:
            if title.uscc is not None and title.uscc not in stock.by_uscc:
                self.new_codes[self.key(title)].setdefault(title.uscc, title.row)

    def key(self, title: Holder) -> str:
        """The key under which the enterprise of a row is looked for."""
        return self.resolved.key(title.enterprise_key)

    def enterprise(self, title: Holder, header: str) -> EnterpriseDraft | None:
        """The enterprise of a row, existing or new; None for parks and zones without one.

        Rows with a code must be matched before rows without, so that the order of a file does not matter. May
        raise Waiting: a known code under an unknown name is asked about.
        """
        if not title.enterprise:
            return None
        found = self._enterprise(title, header)
        new = self.resolved.renames.get(title.enterprise_key)
        if new is not None and found.name_key != title.enterprise_key:
            found.rename(new)
            self.stock.by_name[title.enterprise_key].append(found)
        if title.former and found.has_borne(title.former):
            key = name_key(title.former)
            if all(other is not found for other in self.stock.by_name[key]):
                self.stock.by_name[key].append(found)
        return found

    def _enterprise(self, title: Holder, header: str) -> EnterpriseDraft:
        if title.uscc is None:
            return self._by_name(title)
        known = self.stock.by_uscc.get(title.uscc)
        if known is None:
            return self._with_new_code(title, title.uscc)
        if title.enterprise_key not in known.keys and self.key(title) not in known.keys:
            self._renamed(title, title.uscc, known, header)
        return known

    def _renamed(self, title: Holder, code: str, known: EnterpriseDraft, header: str) -> None:
        """A known code with an unknown name: a person says whether the enterprise has been renamed."""
        where = Message("（%(where)s）", where=place(known.row or 0)) if known.id is None else ""
        reason = Message("代码 %(code)s 登记的企业名称是“%(name)s”%(where)s", code=code, name=known.name, where=where)
        if known.id is None:
            raise BadValue(reason, Message("一份名单里一个代码只能有一个名称：请统一名称，或更正代码"))
        refused = BadValue(
            reason, Message("如企业已更名，请在答复中登记更名，或先在登记维护中办理企业更名；如代码填错，请更正")
        )
        if self.asker is None:
            raise refused
        answer = self.asker.ask(
            QuestionKind.RENAME,
            column=header,
            value=title.enterprise,
            text=Message("名单写“%(new)s”，而%(reason)s。企业已更名吗？", reason=reason, new=title.enterprise),
            choices=[
                Choice("rename", Message("登记更名；可写 rename;document=文号;date=日期")),
                Choice("stop", Message("不是更名，先改文件")),
            ],
            row=title.row if isinstance(title.row, RowNumber) else None,
            scope=code,
        )
        if answer == "stop":
            raise refused
        facts = dict(part.partition("=")[::2] for part in answer.split(";")[1:])
        date_text = facts.get("date", "").strip()
        until = None
        if date_text:
            try:
                until = written_day(date_text, today=self.asker.today)[0]
            except BadValue as error:
                raise BadValue(Message("更名日期%(reason)s", reason=error.reason), error.way_out) from None
        known.rename(title.enterprise, until, document_number(facts.get("document", "")))
        self.stock.by_name[title.enterprise_key].append(known)

    def _by_name(self, title: Holder) -> EnterpriseDraft:
        named = self._bearing(title)
        if len(named) > 1:
            raise BadValue(
                Message("有 %(n)s 家企业用过这个名称：%(names)s", n=len(named), names=_listed(named)),
                Message("请填写统一社会信用代码，说明是哪一家"),
            )
        return named[0] if named else self._new(title)

    def _bearing(self, title: Holder) -> list[EnterpriseDraft]:
        """The enterprises of this name; failing these, that of the former name that stands beside it."""
        named = self.stock.by_name.get(self.key(title), [])
        if named or not title.former:
            return named
        before = self.stock.by_name.get(name_key(title.former), [])
        if len(before) == 1:
            before[0].rename(title.enterprise)
            self.stock.by_name[title.enterprise_key].append(before[0])
            return before
        return []

    def _with_new_code(self, title: Holder, code: str) -> EnterpriseDraft:
        named = self._bearing(title)
        uncoded = [enterprise for enterprise in named if enterprise.uscc is None]
        if len(uncoded) > 1:
            raise BadValue(
                Message("有 %(n)s 家没有代码的企业用过这个名称：%(names)s", n=len(uncoded), names=_listed(uncoded)),
                Message("请先在登记维护中给那一家登记代码，再导入"),
            )
        if not uncoded:
            return self._new(title)
        rivals = self.new_codes[self.key(title)]
        if len(rivals) > 1:
            claims = [Message("%(code)s（%(where)s）", code=rival, where=place(row)) for rival, row in rivals.items()]
            raise BadValue(
                Message(
                    "%(n)s 个代码都可能属于已登记的%(names)s：%(claims)s",
                    n=len(rivals),
                    names=_listed(uncoded),
                    claims=claims,
                ),
                Message("请先在登记维护中给那一家登记代码，再导入"),
            )
        enterprise = uncoded[0]
        enterprise.assign("uscc", code)
        enterprise.assign("verified", True)
        self.stock.by_uscc[code] = enterprise
        return enterprise

    def _new(self, title: Holder) -> EnterpriseDraft:
        key = self.key(title)
        enterprise = EnterpriseDraft(
            name=self.resolved.display.get(key, title.enterprise),
            name_key=key,
            uscc=title.uscc,
            verified=title.uscc is not None,
            keys={key},
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
        means = self.projects_mean.get(id(enterprise), Resolved())
        key = means.key(title.name_key)
        owner = (id(enterprise), key)
        found = self.stock.by_project_name.get(owner)
        if found is None:
            name = means.display.get(key, title.name)
            found = ProjectDraft(enterprise=enterprise, name=name, name_key=key, type=title.category.type)
            self.stock.by_project_name[owner] = found
        new = means.renames.get(title.name_key)
        if new is not None and found.name_key != title.name_key:
            found.rename(new)
        return found

    def title(self, title: ListedTitle, project: ProjectDraft) -> TitleDraft | None:
        """The existing title of this category and year."""
        return self.stock.titles.get((id(project), title.category.code, title.year or None))

    def add_title(self, title: TitleDraft) -> None:
        """Remember a new title, so that a second row for it is noticed."""
        self.stock.titles[(id(title.project), title.category_code, title.year)] = title


def _listed(enterprises: Iterable[EnterpriseDraft]) -> list[Message]:
    return [enterprise.described() for enterprise in enterprises]
