"""The city as a picture of its own: for programs that show a page as a card, and for icons. No text, so no font."""

from __future__ import annotations

import io
import re

from PIL import Image, ImageDraw

from geo.districts import Districts
from geo.sketch import city_sketch

CARD = 600
"""Pixels of a side of the card: messengers ask for 300 at least."""
MARGIN = 48
FINER = 2
"""Drawn larger and made smaller, so that lines are smooth."""
PAPER, LAND, LINE, SIGN, INK = "#f5f8f9", "#cfe0d6", "#0d4a63", "#eda02a", "#15242b"
_RING = re.compile(r"M([^Mz]+)z")


def card_png(boundary: Districts) -> bytes:
    """The districts with the mark of the site in their middle: a square PNG without transparency."""
    sketch = city_sketch(boundary)
    side = CARD * FINER
    scale = (side - 2 * MARGIN * FINER) / max(sketch.width, sketch.height)
    left, top = (side - sketch.width * scale) / 2, (side - sketch.height * scale) / 2
    picture = Image.new("RGB", (side, side), PAPER)
    draw = ImageDraw.Draw(picture)
    for drawn in sketch.districts:
        for ring in _RING.findall(drawn.path):
            points = [tuple(map(float, point.split())) for point in ring.split("L")]
            placed = [(left + x * scale, top + y * scale) for x, y in points]
            draw.polygon(placed, fill=LAND, outline=LINE, width=2 * FINER)
    _diamond(draw, side / 2, side / 2, 34 * FINER)
    return _png(picture.resize((CARD, CARD), Image.Resampling.LANCZOS))


def icon_png(side: int) -> bytes:
    """The mark of the site, as its vector drawing has it, on white paper."""
    return _png(_icon(side))


def icon_ico() -> bytes:
    """The same for browsers that ask for `/favicon.ico`."""
    target = io.BytesIO()
    _icon(64).save(target, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return target.getvalue()


def _icon(side: int) -> Image.Image:
    drawn = side * 4
    unit = drawn / 32
    picture = Image.new("RGB", (drawn, drawn), "white")
    draw = ImageDraw.Draw(picture)
    sheet = [(3, 9), (12, 4), (20, 7), (29, 4), (29, 23), (20, 28), (12, 24), (3, 28)]
    placed = [(x * unit, y * unit) for x, y in sheet]
    draw.polygon(placed, fill="#e4eff3")
    draw.line([*placed, placed[0], placed[1]], fill=LINE, width=round(2 * unit), joint="curve")
    _diamond(draw, 16 * unit, 13.8 * unit, 4.2 * unit)
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def _diamond(draw: ImageDraw.ImageDraw, x: float, y: float, reach: float) -> None:
    corners = [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
    draw.polygon(corners, fill=SIGN)
    draw.line([*corners, corners[0], corners[1]], fill=INK, width=max(1, round(reach / 6)), joint="curve")


def _png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()
