"""What a reader looks for first is found and says what it is."""

from __future__ import annotations

from flask import Flask

from tests.browser import Browser


def test_a_list_by_status_says_that_its_rows_show_the_leading_title(demo_app: Flask) -> None:
    """A valid title in the list of the revoked would be read as revoked."""
    browser = Browser(demo_app)
    sentence = "每行写的是项目当前的主要认定，不一定是符合条件的那一项。"
    page = browser.get("/projects?status=revoked")
    assert sentence in page.text()
    assert "/projects?status=revoked&rows=recognitions" in [link.get("href") for link in page.all("a")]
    for address in ("/projects", "/projects?unit=JKQ", "/projects?status=revoked&rows=recognitions"):
        assert sentence not in browser.get(address).text(), address


def test_totals_beside_a_selection_say_that_they_are_of_the_city(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    assert "全市累计认定" in browser.get("/?division=320413").text()
    assert "全市累计认定" not in browser.get("/").text()


def test_the_paragraph_comes_with_its_source_and_day(demo_app: Flask) -> None:
    source = Browser(demo_app).get("/statistics").text()
    assert "出处：智能制造试点示范项目登记（常州市工业和信息化局），数据截至 20" in source


def test_kinds_validity_objection_and_errors_are_explained(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    guide = browser.get("/help")
    hrefs = [link.get("href") for link in guide.all("a")]
    assert "/about#kinds" in hrefs
    assert "/notices" in hrefs
    assert "示范智能车间" in browser.get("/about").text()
    assert "/suppliers" in [link.get("href") for link in browser.get("/").all("a")]


def test_english_words_of_buttons_are_orders(demo_app: Flask) -> None:
    """One Chinese word, two English ones: 更新 is an order in the legend, 筛选 opens the filters on a phone."""
    page = Browser(demo_app).get("/?lang=en")
    assert "Update" in [page.text(button) for button in page.all("button")]
    assert "Filter" in [page.text(each) for each in page.all("summary")]
    assert "Criterion" not in page.text()


def test_two_districts_hold_their_titles_together(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    assert "Xinbei District and Wujin District hold " in browser.get("/statistics?unit=XBQ&unit=WJQ&lang=en").text()
    assert "Wujin District holds " in browser.get("/statistics?unit=WJQ&lang=en").text()
