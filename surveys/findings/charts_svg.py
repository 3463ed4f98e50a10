"""matplotlib's SVG made fit for a page: no style, few bytes, an accessible name, colours by property.

A strict content security policy refuses `<style>` and `style=""`; what matplotlib says there becomes
presentation attributes. In a page a colour is `var(--c1,#12436d)`, in a file the colour itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from surveys.findings.charts_sheet import INK, PROPERTIES, TEXT, Label, Sheet
from surveys.findings.charts_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from surveys.findings.charts_words import Words

NAMESPACE = "http://www.w3.org/2000/svg"
FONTS = "system-ui, sans-serif"

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_TURNED = {"left": "end", "center": "middle", "right": "start"}
_TRUSTED = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def finish(drawn: bytes, sheet: Sheet, words: Words, *, inline: bool) -> bytes:
    """Rewrite a chart.

    Args:
        drawn: matplotlib's SVG of the sheet.
        sheet: what was drawn; the labels' own text is taken from it, since matplotlib was given only
            the characters that its font has.
        words: title, description, language and the prefix of ids.
        inline: for a page (no size, no XML declaration, colours by property), or else for a file.

    Returns:
        UTF-8; in a page the same bytes can stand in HTML.
    """
    root = _root(sheet, words, inline=inline)
    for group in etree.fromstring(drawn, _TRUSTED).iter(f"{{{NAMESPACE}}}g"):
        kind, _, place = (group.get("id") or "").partition("-")
        if kind == "bar":
            root.append(_rectangle(group[0], inline=inline))
        elif kind == "rule":
            root.append(_lines(group[0], inline=inline))
        elif kind == "label":
            root.append(_text(group[0], sheet.labels[int(place)], inline=inline))
    if inline:
        return etree.tostring(root, encoding="unicode").encode()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _root(sheet: Sheet, words: Words, *, inline: bool) -> etree._Element:
    title, description = f"{words.ids}-title", f"{words.ids}-desc"
    root = etree.Element("svg", {"xmlns": NAMESPACE})
    wide, high = short(sheet.width), short(sheet.y)
    if not inline:
        root.set("width", wide)
        root.set("height", high)
    root.set("viewBox", f"0 0 {wide} {high}")
    root.set("role", "img")
    root.set("aria-labelledby", f"{title} {description}")
    root.set("lang", words.language)
    root.set("direction", "ltr")
    root.set("font-family", FONTS)
    root.set("font-size", short(TEXT))
    paint(root, "fill", INK, inline=inline)
    etree.SubElement(root, "title", id=title).text = clean(words.title)
    etree.SubElement(root, "desc", id=description).text = clean(words.description)
    return root


def paint(element: etree._Element, attribute: str, colour: str, *, inline: bool) -> None:
    """Set a fill or stroke: in a page by custom property with the colour to fall back on, in a file as is."""
    if not inline:
        element.set(attribute, colour)
        return
    name, opacity = PROPERTIES[colour]
    whole = next(other for other, (same, full) in PROPERTIES.items() if same == name and full == 1)
    element.set(attribute, f"var(--{name},{whole})")
    if opacity != 1:
        element.set(f"{attribute}-opacity", f"{opacity:g}")


def short(number: float) -> str:
    """A number of at most one decimal, without needless noughts."""
    return f"{number:.1f}".removesuffix(".0")


def _style(element: etree._Element) -> Mapping[str, str]:
    pairs = (part.partition(":") for part in element.get("style", "").split(";") if part.strip())
    return {str(name).strip(): str(value).strip() for name, _, value in pairs}


def _points(element: etree._Element) -> Iterator[tuple[float, float]]:
    numbers = [float(number) for number in _NUMBER.findall(element.get("d", ""))]
    return zip(numbers[::2], numbers[1::2], strict=True)


def _rectangle(path: etree._Element, *, inline: bool) -> etree._Element:
    across, down = zip(*_points(path), strict=True)
    element = etree.Element("rect")
    element.set("x", short(min(across)))
    element.set("y", short(min(down)))
    element.set("width", f"{max(across) - min(across):.2f}".rstrip("0").removesuffix("."))
    element.set("height", short(max(down) - min(down)))
    paint(element, "fill", _style(path)["fill"], inline=inline)
    return element


def _lines(path: etree._Element, *, inline: bool) -> etree._Element:
    points = list(_points(path))
    commands = []
    for (x1, y1), (x2, y2) in zip(points[::2], points[1::2], strict=True):
        to = f"H{short(x2)}" if y1 == y2 else f"V{short(y2)}" if x1 == x2 else f"L{short(x2)} {short(y2)}"
        commands.append(f"M{short(x1)} {short(y1)}{to}")
    style = _style(path)
    element = etree.Element("path", d="".join(commands))
    paint(element, "stroke", style["stroke"], inline=inline)
    if style.get("stroke-width", "1") != "1":
        element.set("stroke-width", style["stroke-width"])
    return element


def _text(drawn: etree._Element, label: Label, *, inline: bool) -> etree._Element:
    """A line of text; where it runs from the right, its start is its right end."""
    element = etree.Element("text", x=short(float(drawn.get("x", "0"))), y=short(float(drawn.get("y", "0"))))
    anchor = (_TURNED if label.rtl else _ANCHORS)[label.side]
    if label.rtl:
        element.set("direction", "rtl")
    if anchor != "start":
        element.set("text-anchor", anchor)
    if label.size != TEXT:
        element.set("font-size", f"{label.size:g}")
    if label.bold:
        element.set("font-weight", "600")
    if label.colour != INK:
        paint(element, "fill", label.colour, inline=inline)
    element.text = label.text
    return element
