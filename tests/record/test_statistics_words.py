"""What the statistics say in sentences: the paragraph, the document, the switch of what is counted."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import pytest
from docx import Document as WordDocument
from docx.oxml.ns import qn
from flask import Flask

from tests.browser import XHTML, Browser, standing_values
from tests.record.test_statistics_page import BAR, EVER, NEW

STYLES = {"Normal": "仿宋", "Title": "黑体", "Heading 1": "黑体", "Caption": "仿宋"}


def test_the_sentences_of_the_2020_batch_are_what_is_copied_and_what_the_document_says(demo_app: Flask) -> None:
    """Character by character, in both languages: in the page there is no blank that a copy would carry along."""
    browser = Browser(demo_app)
    told = {
        "zh": (
            "2020年新增市级示范智能车间22家，完成总投资19.9亿元；车间自动化、智能化设备使用率平均达93.6%，智能设备联网率平均达"
            "94.2%，使用工业机器人142台（套）。与改造前相比，生产运营成本平均降低21.1%，生产效率平均提升60.5%，产品不良品率"
            "平均下降53.5%，能源利用率、资源利用率分别平均提高29.5%、28.9%。"
        ),
        "en": (
            "In 2020, Changzhou gained 22 titles of Municipal Demonstration Smart Workshop, with a total investment of CNY "
            "1.99 billion. On average, the smart equipment rate is 93.6%, the equipment networking rate is 94.2%; 142 "
            "industrial robots are in use. Compared with the state before, on average production operating cost fell by "
            "21.1%, production efficiency rose by 60.5%, defect rate fell by 53.5%, energy utilisation and resource "
            "utilisation rose by 29.5% and 28.9% respectively."
        ),
    }
    for language, sentences in told.items():
        page = browser.get(f"/statistics?{NEW}&lang={language}")
        assert "".join(page.one("p", id="paragraph").itertext()) == sentences
        document = WordDocument(io.BytesIO(browser.raw(f"/statistics.docx?{NEW}&lang={language}").data))
        assert document.paragraphs[1].text == sentences


def test_the_text_of_all_tiers_states_what_the_bureau_states(demo_app: Flask) -> None:
    page = Browser(demo_app).get(f"/statistics?{EVER}&as_of=2020-12-31")
    text = "".join(page.one("p", id="paragraph").itertext())
    assert text.startswith(
        "截至2020年末，全市累计认定国家级试点示范4项、省级智能工厂3家、省级示范智能车间131个、省级领军服务机构14家、"
        "市级智能车间294个、市级示范智能车间83个，合计认定529项"
    )
    assert "；其中2020年新增" in text
    assert "、市级示范智能车间22个。上述项目完成总投资277.5亿元（按298个项目计）；" in text
    assert text.endswith("能源利用率、资源利用率分别平均提高18.9%、18.2%（按288至291个项目计）。")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("unit=WJQ&as_of=2019-12-31", "截至2019年末，武进区有效的认定有国家级试点示范"),
        ("tier=provincial&unit=JTQ&unit=LYS", "目前，金坛区、溧阳市有效的认定有省级示范智能车间"),
        (f"{'{EVER}'}&year_from=2016&year_to=2018", "2016至2018年新增国家级试点示范1项、"),
        (f"{'{EVER}'}&year_from=2031&year_to=2031", "2031年没有新增认定。"),
        ("status=revoked", "目前，全市已撤销的认定有市级智能车间8个，"),
        ("ownership=private&size=small&size=micro", "目前，全市（企业规模：小型、微型，企业性质：民营）有效的认定有"),
        ("honor=首台套", "目前，全市（企业荣誉：首台套）有效的认定有"),
        ("year=none", "目前，全市（认定年份：未注明）有效的认定有国家级试点示范3项。"),
        ("unit=ZLQ&year_from=2018", "目前，钟楼区2018年以来有效的认定有"),
    ],
)
def test_a_scope_is_said_in_a_sentence(demo_app: Flask, query: str, sentence: str) -> None:
    page = Browser(demo_app).get(f"/statistics?{query.replace('{EVER}', EVER)}")
    assert "".join(page.one("p", id="paragraph").itertext()).startswith(sentence)


@pytest.mark.parametrize(
    ("form", "address"),
    [
        ("count=valid", ""),
        ("count=cumulative&year_to=2020", f"{'{EVER}'}&as_of=2020-12-31"),
        ("count=new&year_from=2020&year_to=2020&unit=WJQ", f"unit=WJQ&{'{EVER}'}&year_from=2020&year_to=2020"),
        ("count=new", f"{'{EVER}'}&year_from=2020&year_to=2020"),
        (
            "count=valid&year_from=2018&year_to=2019&unit=WJQ&unit=JKQ",
            "unit=WJQ&unit=JKQ&year_from=2018&as_of=2019-12-31",
        ),
        ("count=cumulative&as_of=2019-06-30&year_to=2020", f"{'{EVER}'}&as_of=2019-06-30"),
        ("count=valid&tier=&q=&lang=en", "lang=en"),
    ],
)
def test_the_switch_only_sets_state_years_and_day(demo_app: Flask, form: str, address: str) -> None:
    answer = Browser(demo_app).raw(f"/statistics?{form}")
    query = address.replace("{EVER}", EVER)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/statistics" + (f"?{query}" if query else ""))


def test_a_wrong_switch_and_years_the_wrong_way_round_are_refused_in_a_sentence(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    assert browser.raw("/statistics?count=all").status_code == 400
    page = browser.raw("/statistics?count=new&year_from=2020&year_to=2016")
    assert page.status_code == 400
    assert "起始年份 2020 晚于截止年份 2016，请调换。" in page.get_data(as_text=True)


def test_the_document_is_an_official_one(demo_app: Flask) -> None:
    """A4, Chinese fonts, its own title, author and day; the annex has exactly the titles that are counted."""
    body = Browser(demo_app).raw(f"/statistics.docx?{NEW}").data
    document = WordDocument(io.BytesIO(body))
    section, told = document.sections[0], document.core_properties
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert (told.title, told.author, told.language) == ("智能制造试点示范项目统计摘要", "常州市工业和信息化局", "zh-CN")
    assert abs((datetime.now(UTC) - told.created.replace(tzinfo=UTC)).total_seconds()) < 3600
    fonts = {
        style.name: style.element.rPr.rFonts.get(qn("w:eastAsia")) for style in document.styles if style.name in STYLES
    }
    assert fonts == STYLES
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {"zh-CN"}
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["序号", "企业名称", "项目名称", "所属板块", "类别", "文号", "年份"]
    assert {(row[4], row[5], row[6]) for row in rows[1:]} == {("市级示范智能车间", "演示〔2020〕1号", "2020")}
    assert len({row[2] for row in rows[1:]}) == len(rows) - 1 == 22


@pytest.mark.parametrize("query", ["unit=XBQ", f"{EVER}&as_of=2020-12-31&unit=XBQ"])
def test_every_figure_of_the_paragraph_leads_to_its_list(demo_app: Flask, query: str) -> None:
    """A count to a list of that many, a figure of a KPI to the projects that it is made of."""
    browser = Browser(demo_app)
    answer = browser.raw(f"/api/v1/statistics?{query}").json
    page = browser.get(f"/statistics?{query}")
    figures = 0
    for link in page.one("p", id="paragraph").iter(XHTML + "a"):
        href, said = link.get("href") or "", page.text(link)
        total = browser.raw(href.replace("/projects?", "/api/v1/projects?per_page=1&", 1)).json["total"]
        code = href.rpartition("has=")[2] if "has=" in href else ""
        assert total == (answer["kpis"][code]["n"] if code else int(re.sub(r"\D", "", said))), said
        figures += 1
    assert figures > 12


def test_an_enterprise_has_a_paragraph_of_its_own(demo_app: Flask) -> None:
    """Each title by the name and document of its award, ended ones too; no figure of a single enterprise's KPIs."""
    browser = Browser(demo_app)
    item = browser.raw("/api/v1/projects/CZ-000001").json
    titles = item["recognitions"]
    page = browser.get(f"/enterprises/{item['enterprise']['id']}")
    text = page.text(page.one("p", id="paragraph"))
    assert text.startswith(f"{item['enterprise']['name']}累计获认定{len(titles)}项：")
    for title in titles:
        assert f"{title['name_awarded']}（{title['year']}，" in text
        assert title["document_number"] in text
    assert "%" not in text
    english = browser.get(f"/enterprises/{item['enterprise']['id']}?lang=en")
    assert f"has been awarded titles, {len(titles)} in all" in english.text(english.one("p", id="paragraph"))


@pytest.mark.parametrize(
    ("scope", "begins", "begins_en"),
    [
        ("year=2018&year=2020&year_from=2015", "2018、2020年新增", "In 2018, 2020, Changzhou gained"),
        ("year=2018&year=2020&year_from=2019", "2020年新增", "In 2020, Changzhou gained"),
        (
            "year=2018&year_from=2022&year_to=2023",
            "2022至2023年全市（认定年份：2018）没有新增",
            "In 2022 to 2023, Changzhou (",
        ),
        ("year=none", "全市（认定年份：未注明）新增", "Changzhou (Year: Not stated) gained"),
    ],
)
def test_years_that_are_narrowed_twice_are_told_as_they_are_counted(
    demo_app: Flask, scope: str, begins: str, begins_en: str
) -> None:
    browser = Browser(demo_app)
    for language, words in (("zh", begins), ("en", begins_en)):
        page = browser.get(f"/statistics?{EVER}&{scope}&lang={language}")
        assert "".join(page.one("p", id="paragraph").itertext()).startswith(words)


@pytest.mark.parametrize(
    "scope",
    [
        "year_to=2015", "year_from=2016&year_to=2018", "year=2018&year=2019", "year=2018&year=2020&year_from=2019",
        "year=2018&year=none", "as_of=2019-06-30&year_to=2018", "as_of=2019-12-31&year_from=2018",
        f"{EVER}&year=2018&year=2020&year_from=2019", f"{EVER}&year=2018&year=2019", f"{EVER}&as_of=2019-06-30&year_to=2018",
        "status=revoked&status=expired&year_from=2015&year_to=2020", "status=revoked&as_of=2019-12-31",
    ],
)  # fmt: skip
def test_the_form_of_the_statistics_drops_nothing_of_the_time(demo_app: Flask, scope: str) -> None:
    """Sent as it stands, it counts what the address counted."""
    browser = Browser(demo_app)
    form = browser.get(f"/statistics?{scope}").one("form", class_=BAR)
    sent = urlencode(list(standing_values(form).items(multi=True)))
    answer = browser.raw(f"/statistics?{sent}")
    again = urlsplit(answer.headers["Location"]).query if answer.status_code == 302 else sent
    told = [browser.raw(f"/api/v1/statistics?{query}").json for query in (scope, again)]
    counts = [[found[name] for name in ("recognitions", "projects", "enterprises")] for found in told]
    assert counts[0] == counts[1]
