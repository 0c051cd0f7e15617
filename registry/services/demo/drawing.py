"""Photos of the demo, drawn: nobody can take one of them for a real workshop."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

SIZE = (1200, 900)
WALL, FLOOR, DARK, GREY, PALE = "#e4ebea", "#cfd8d6", "#0d2f41", "#5b6b71", "#c5d1d6"
SIGNALS = ("#eda02a", "#3d7ea6", "#8fae5d", "#c97b1e")


def workshop_jpeg(number: int, kind: int) -> bytes:
    """An assembly line (0), a high rack (1) or a test bench (2); another number has other colours."""
    picture = Image.new("RGB", SIZE, WALL)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 640, *SIZE), fill=FLOOR)
    for left in range(90, 1200, 230):
        pen.rectangle((left, 60, left + 130, 78), fill="white")
    signal = SIGNALS[number % len(SIGNALS)]
    (_line, _rack, _bench)[kind % 3](pen, signal, number)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=88)
    return target.getvalue()


def _line(pen: ImageDraw.ImageDraw, signal: str, number: int) -> None:
    pen.rectangle((0, 560, 1200, 610), fill=DARK)
    for left in range(30, 1200, 110):
        pen.ellipse((left, 612, left + 36, 648), fill=GREY)
    for left in range(120 + number % 5 * 20, 1100, 330):
        pen.rectangle((left, 460, left + 170, 560), fill=PALE, outline=GREY, width=4)
    for left, lean in ((290, 1), (880, -1)):
        pen.rectangle((left - 60, 720, left + 60, 800), fill=GREY)
        pen.line(
            [(left, 720), (left, 430), (left + 130 * lean, 300), (left + 230 * lean, 400)],
            fill=signal,
            width=40,
            joint="curve",
        )
        for x, y in ((left, 430), (left + 130 * lean, 300)):
            pen.ellipse((x - 34, y - 34, x + 34, y + 34), fill=GREY)


def _rack(pen: ImageDraw.ImageDraw, signal: str, number: int) -> None:
    for row in range(6):
        top = 130 + row * 95
        pen.rectangle((60, top + 70, 1140, top + 80), fill=GREY)
        for place in range(9):
            left = 80 + place * 118
            filled = PALE if (number + row * 3 + place * 5) % 7 else signal
            pen.rectangle((left, top, left + 88, top + 70), fill=filled, outline=GREY, width=3)
    pen.rectangle((560, 110, 584, 820), fill=DARK)
    pen.rectangle((520, 380, 624, 460), fill=GREY)


def _bench(pen: ImageDraw.ImageDraw, signal: str, number: int) -> None:
    pen.rectangle((150, 600, 1050, 640), fill=GREY)
    pen.rectangle((250, 640, 290, 820), fill=GREY)
    pen.rectangle((910, 640, 950, 820), fill=GREY)
    pen.rectangle((300, 200, 780, 540), fill=DARK)
    heights = [480 - (number * 37 + place * 53) % 220 for place in range(7)]
    pen.line(
        [(340 + place * 66, height) for place, height in enumerate(heights)], fill="#d9e7ef", width=10, joint="curve"
    )
    pen.rectangle((520, 540, 560, 600), fill=GREY)
    pen.line([(900, 600), (900, 440), (980, 340)], fill=signal, width=34, joint="curve")
