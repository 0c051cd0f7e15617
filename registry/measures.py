"""Units of measurement: how lists and forms write them, and what they are called in English."""

from __future__ import annotations

MEASURES = {
    "万元": "CNY 10 000",
    "亿元": "CNY 100 million",
    "万元/年": "CNY 10 000 a year",
    "万元/人": "CNY 10 000 per person",
    "万元/人·年": "CNY 10 000 per person and year",
    "万元/吨标煤": "CNY 10 000 per tonne of coal equivalent",
    "吨标煤/万元": "tonnes of coal equivalent per CNY 10 000",
    "元/件": "CNY per piece",
    "件/人·日": "pieces per person and day",
    "台(套)": "sets",
    "天": "days",
    "级": "level",
    "个": "projects",
    "项": "recognitions",
    "家": "enterprises",
}
"""Units of measurement as data and lists write them → English."""


class Measure(str):
    """A unit of measurement; one that is no row of `MEASURES` (an enterprise typed it) is the same in English."""

    def label(self, language: str = "zh") -> str:
        """The unit in `zh` or `en`."""
        return MEASURES.get(self, str(self)) if language == "en" else str(self)
