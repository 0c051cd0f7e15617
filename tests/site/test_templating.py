"""Own ways of compiling templates, compressing bodies and joining files give what the general ones give."""

from __future__ import annotations

import brotli
import pytest
from jinja2 import Environment
from markupsafe import Markup

from registry.i18n import spoken
from registry.views.web.assets import asset_text
from registry.views.web.shelf import STRONGEST, Body
from registry.views.web.templating import Templates
from registry.wording import Message

TEMPLATES = (
    "{{ text }}|{{ html }}|{{ number }}|{{ half }}|{{ nothing }}|{{ missing }}|{{ message }}",
    "{% macro row(a, class='') %}<i class=\"{{ class }}\">{{ a }}</i>{% endmacro %}{{ row(text) }}{{ row(text, class='x') }}",
    "{% macro each(n) %}{{ caller(n) }}{% endmacro %}{% call(at) each(text) %}[{{ at }}]{% endcall %}",
    "{{ joined(text, number, end=html) }}{{ joined(*(text, 2)) }}{{ joined(**{'end': text}) }}",
    "{% for name in (text, html) %}{{ loop.cycle('a', 'b') }}{{ name|upper }}{% endfor %}{% set x %}{{ text }}{% endset %}{{ x }}",
    "{% block one %}{{ (text if number else html)|replace('<', '&') }}{% endblock %}{{ self.one() }}",
)


def joined(*parts: object, end: object = "") -> str:
    """A function as templates call them."""
    return "/".join(map(str, (*parts, end)))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_says_what_plain_jinja_says(template: str) -> None:
    class App:
        jinja_loader = None
        name = "test"

        def create_global_jinja_loader(self) -> None:
            return None

    values = {
        "text": "<b>“常州” & 'x'",
        "html": Markup("<b>&amp;</b>"),
        "number": 3,
        "half": 0.5,
        "nothing": None,
        "message": Message("请先登录<%(n)s>。", n=1),
        "joined": joined,
    }
    own, plain = Templates(App()), Environment(autoescape=True)
    own.finalize = plain.finalize = spoken
    assert own.from_string(template).render(values) == plain.from_string(template).render(values)


def test_the_second_reader_gets_a_better_compression_of_the_same_body() -> None:
    raw = "".join(f"<li>常州市第 {n * 7919 % 1000} 个项目</li>" for n in range(900)).encode()
    body = Body(raw, "text/html")
    first, second, third = (body.encoded("br") for _ in range(3))
    assert len(second) < len(first)
    assert third is second
    assert brotli.decompress(first) == brotli.decompress(second) == raw == body.encoded("")
    lasting = Body(raw, "text/css", quality=STRONGEST)
    assert lasting.encoded("br") is lasting.encoded("br")


def test_joined_files_lose_comments_and_indentation_and_nothing_else() -> None:
    written = [line.strip() for line in asset_text("map.js").splitlines()]
    kept = [line for line in written if line and not line.startswith("//")]
    assert asset_text("map-page.js").splitlines()[-len(kept) :] == kept
    sheet = asset_text("all.css")
    assert 'content: "·"' in sheet
    assert "\n  " not in sheet
    assert "\n/*" not in sheet
