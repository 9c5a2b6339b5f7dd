"""The charts of a briefing as pictures, for documents that take no SVG: drawn from the SVG that the page shows."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from flask import current_app

from crm.reports.data import Data
from crm.reports.pdf import FONTS

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SCALE = 6  # pixels a unit: 630 an inch where three charts share a line
LINE = re.compile(r"M([\d.]+) ([\d.]+)([HV])([\d.]+)")
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def picture_of(drawing: Data) -> bytes:
    """A chart as PNG in grey."""
    charts: Any = current_app.jinja_env.get_template("pdf/charts.html").module
    macro = getattr(charts, drawing["shape"])
    return as_png(str(macro(drawing["geometry"], drawing["title"], drawing["description"])))


def as_png(svg: str) -> bytes:
    """An SVG of rectangles, straight lines along an axis and texts as PNG."""
    from PIL import Image, ImageDraw, ImageFont

    root = ElementTree.fromstring(svg)  # noqa: S314  of our own template, which escapes what it is given
    width, height = (float(one) * SCALE for one in root.attrib["viewBox"].split()[2:])
    picture = Image.new("L", (round(width), round(height)), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(FONTS["Noto Serif SC", 400], float(root.attrib["font-size"]) * SCALE)
    for mark in root:
        given = {"fill": root.attrib["fill"], **mark.attrib}
        if mark.tag == "rect":
            draw_rectangle(pen, given)
        elif mark.tag == "path":
            draw_line(pen, given)
        elif mark.tag == "text":
            place = (float(given["x"]) * SCALE, float(given["y"]) * SCALE)
            pen.text(place, mark.text or "", given["fill"], font, ANCHORS[given.get("text-anchor", "start")])
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def draw_rectangle(pen: ImageDraw, given: dict[str, str]) -> None:
    x, y, width, height = (float(given[name]) * SCALE for name in ("x", "y", "width", "height"))
    edge = round(float(given.get("stroke-width", 0)) * SCALE)
    pen.rectangle((x, y, x + width, y + height), given["fill"], given.get("stroke"), edge)


def draw_line(pen: ImageDraw, given: dict[str, str]) -> None:
    found = LINE.fullmatch(given["d"])
    if found is None:
        raise ValueError(f"not a line along an axis: {given['d']}")
    x, y, to = (float(found[place]) * SCALE for place in (1, 2, 4))
    end = (to, y) if found[3] == "H" else (x, to)
    pen.line(((x, y), end), given["stroke"], round(float(given["stroke-width"]) * SCALE))
