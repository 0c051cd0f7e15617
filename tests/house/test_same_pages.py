"""The comparison of two states of the code: it asks every public route, stores the same twice, and misses no change."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from registry.permissions import OPEN_TO_ALL
from tests import same_pages
from tests.page_stock import Answer, compare, difference, load, store


def page(body: str, **headers: str) -> Answer:
    """A page that answers."""
    return Answer(200, {"Content-Type": "text/html; charset=utf-8", "ETag": f'"{hash(body)}"'} | headers, body.encode())


def packed(**members: str) -> Answer:
    """A workbook of these parts, packed in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return Answer(200, {"Content-Type": "application/zip", "ETag": str(id(target))}, target.getvalue())


def test_open_routes_are_those_that_answer_everybody() -> None:
    assert set(same_pages.OPEN) == {str(permission) for permission in OPEN_TO_ALL}


def test_what_is_stored_comes_back_and_a_used_folder_is_refused(tmp_path: Path) -> None:
    answers = {
        "/": page("地图"),
        "/projects.csv?q=%E7%94%B2": Answer(200, {"Content-Type": "text/csv"}, b"\xef\xbb\xbf\r\n"),
    }
    store(tmp_path / "one", answers)
    assert load(tmp_path / "one") == answers
    with pytest.raises(SystemExit, match="not empty"):
        store(tmp_path / "one", answers)


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        (page("<p>甲</p>"), page("<p>乙</p>"), "line 1"),
        (page("<p>甲</p>\n<p>1</p>"), page("<p>甲</p>\n<p>1</p>\n"), "line 2"),
        (page("甲"), Answer(404, page("甲").headers, "甲".encode()), "status"),
        (page("甲"), page("甲", Vary="Cookie"), "header Vary"),
        (page("甲", ETag="1"), page("甲", ETag="2"), "header ETag"),
        (packed(sheet="a\nb"), packed(sheet="a\nc"), "sheet, line 2"),
        (packed(sheet="a"), packed(sheet="a", more="b"), "more"),
        (packed(a="a", b="b"), packed(b="b", a="a"), "the order of the parts"),
    ],
)
def test_each_change_is_found_and_placed(one: Answer, other: Answer, where: str) -> None:
    found = difference("/", one, other)
    assert found is not None
    assert found.where == where
    assert found.one != found.other


def test_the_hour_of_packing_is_no_change() -> None:
    assert difference("/a.xlsx", packed(sheet="a"), packed(sheet="a")) is None


def test_a_long_line_is_shown_where_it_changes() -> None:
    found = difference("/", page("x" * 5000 + "old" + "y" * 5000), page("x" * 5000 + "new" + "y" * 5000))
    assert found is not None
    assert "old" in found.one
    assert "new" in found.other
    assert len(found.one) < 200


def test_pages_that_differ_in_hashes_of_assets_differ_and_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = (page(f'<link href="/static/all.css?v={digest}">') for digest in ("0123456789ab", "ba9876543210"))
    assert same_pages.tell(compare({"/": one, "/a": page("a")}, {"/": other, "/a": page("b")})) == 1
    assert "different 2 (of which 1 in hashes of assets only)" in capsys.readouterr().out


SPACED = [
    ("<ul><li>甲</li><li>乙</li></ul>", "<ul>\n  <li>甲</li>\n  <li>乙</li>\n</ul>\n"),
    ("<p>甲 乙</p>", "<p>\n  甲\n  乙\n</p>"),
    ('<input type="text" name="q">', '<input\n  type="text"\n  name="q"\n>'),
    ("<p>甲</p><script>a</script>", "<p>甲</p>\n<script>a</script>"),
]


@pytest.mark.parametrize(("one", "other"), SPACED)
def test_blanks_between_tags_count_only_when_asked(one: str, other: str) -> None:
    assert difference("/", page(one), page(other)) is not None
    assert difference("/", page(one), page(other), ignore_space=True) is None
    assert compare({"/": page(one)}, {"/": page(other)}, ignore_space=True).blanks == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>甲乙</p>", "<p>甲 乙</p>"),
        ("<p>甲<b>乙</b></p>", "<p>甲 <b>乙</b></p>"),
        ("<pre>甲\n乙</pre>", "<pre>甲 乙</pre>"),
        ("<textarea>甲</textarea>", "<textarea> 甲</textarea>"),
        ('<script type="application/json">{"a":"b"}</script>', '<script type="application/json">{"a": "b"}</script>'),
        ('<a title="甲 乙">x</a>', '<a title="甲  乙">x</a>'),
        ("<p>甲</p><p>乙</p>", "<p>甲</p>\n<div>乙</div>"),
    ],
)
def test_blanks_that_are_text_always_count(one: str, other: str) -> None:
    assert difference("/", page(one), page(other), ignore_space=True) is not None


def test_a_blank_between_two_links_is_told() -> None:
    found = compare({"/": page("<a>1</a><a>2</a>")}, {"/": page("<a>1</a>\n<a>2</a>")}, ignore_space=True)
    assert (found.is_same, found.blanks) == (True, ("/",))


def test_an_address_that_came_or_went_is_a_difference(capsys: pytest.CaptureFixture[str]) -> None:
    assert same_pages.tell(compare({"/": page("a"), "/old": page("b")}, {"/": page("a"), "/new": page("b")})) == 1
    assert capsys.readouterr().out.splitlines() == [
        "/old",
        "  only in the first",
        "/new",
        "  only in the second",
        "same 1, different 0 (of which 0 in hashes of assets only), only in the first 1, only in the second 1",
    ]


@pytest.mark.slow
def test_two_runs_of_the_same_code_store_the_same_of_every_kind(
    demo_app: Flask, demo_file: Path, tmp_path: Path
) -> None:
    """With one value of each filter and fewer pages of a kind; the command asks them all."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "files").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(demo_file, data / "registry.db")
    (data / "secret.key").write_text("k" * 32)
    for name in ("one", "other"):
        assert same_pages.main(["write", str(tmp_path / name), "--data-dir", str(data), "--values", "1"]) == 0
    assert same_pages.main(["compare", str(tmp_path / "one"), str(tmp_path / "other")]) == 0
    assert (data / "registry.db").read_bytes() == demo_file.read_bytes()
    reader = same_pages.Reader(demo_app)
    answers = load(tmp_path / "one")
    routes = Counter(reader.route_of(address) for address in answers)
    # What is left out needs a letter or a code, or stands on pages of people who are signed in.
    # The demonstration of the tests has no place for files, so it has released no photos and its calls have none.
    unseen = {
        "auth.invitation",
        "auth.reset_link",
        "call_files.public",
        "error_reports.answered",
        "joining.join",
        "mapdata.shell_script",
        "notices_open.notice",
        "objecting.answered",
        "public.photo",
        "robots.sitemap_part",
    }
    unseen |= {"letters.registration", "letters.new_address"}
    # One feature stands behind the page of features, a step further than the reader goes.
    unseen |= {"ogc.project_item", "ogc.division_item"}
    assert reader.open_routes() - set(routes) == unseen
    assert routes["public.project"] >= 20
    assert len(answers) >= 120
    assert {answer.status for answer in answers.values()} == {200, 302, 400, 404}
