"""Writes a Word document that reads well from either side, with blanks that show and bytes that repeat.

It is imported where a document is made, never at start-up: python-docx is not needed to show a page.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from babel import Locale
from docx import Document
from docx.enum.table import WD_TABLE_DIRECTION
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Inches, Pt, RGBColor

from portal.toolkit.templates import Piece, runs_right_to_left, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.table import _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

    from portal.toolkit.templates import Pieces

TAGS = {"en": "en-CA", "fr": "fr-CA", "ar": "ar-SA"}
"""Language code -> the tag for spelling; word processors know Arabic only with a country."""

LATIN_FONT, ARABIC_FONT = "Calibri", "Arial"
"""Fonts that come with every word processor in use; the second has Arabic letters in both weights."""

INK = RGBColor(0x12, 0x43, 0x6D)

WRITTEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in every file, so that the same text gives the same bytes."""

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_AFTER_BIDI = (
    *("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents"),
    *(
        "w:suppressOverlap",
        "w:jc",
        "w:textDirection",
        "w:textAlignment",
        "w:textboxTightWrap",
        "w:outlineLvl",
    ),
    *("w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange"),
)
"""What the file format wants after a paragraph's direction."""

_HEADING_NUMBERS = (
    f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{{id}}"><w:multiLevelType w:val="singleLevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
    '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="432" w:hanging="432"/></w:pPr></w:lvl></w:abstractNum>'
)


class WordDocument:
    """A document in one language, written from top to bottom.

    Args:
        language: language code of the text.
        title: the document's name, in its properties.
        author: who publishes it, in its properties.

    Raises:
        KeyError: if the language has no tag.
    """

    def __init__(self, language: str, title: str, author: str) -> None:
        self._document = Document()
        self._rtl = Locale.parse(language).text_direction == "rtl"
        self._describe(language, _clean(title), _clean(author))
        self._dress(TAGS[language])
        self._lay_out()
        self._heading_numbers = self._number_headings()

    def title(self, text: str) -> None:
        """Write the title on top."""
        self._write(self._document.add_paragraph(style="Title"), text)

    def heading(self, text: str, *, numbered: bool = True) -> None:
        """Write a section's heading; numbered headings count through the document."""
        paragraph = self._document.add_paragraph(style="Heading 1")
        if numbered:
            self._number(paragraph, self._heading_numbers)
        self._write(paragraph, text)

    def paragraph(self, text: str | Pieces, style: str = "Body Text") -> None:
        """Write a paragraph in a style of the document."""
        self._write(self._document.add_paragraph(style=style), text)

    def items(self, texts: Iterable[str | Pieces], *, numbered: bool = False) -> None:
        """Write a list with bullets, or with numbers that begin at one."""
        number = self._restarted_list() if numbered else None
        for text in texts:
            paragraph = self._document.add_paragraph(style="List Number" if numbered else "List Bullet")
            if number is not None:
                self._number(paragraph, number)
            self._write(paragraph, text)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str | Pieces]]) -> None:
        """Write a table whose first row is its head, repeated on each page."""
        table = self._document.add_table(rows=1, cols=len(head), style="Table Grid")
        if self._rtl:
            table.table_direction = WD_TABLE_DIRECTION.RTL
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the only way to the row's properties
        self._fill(table.rows[0].cells, head, bold=True)
        for row in rows:
            added = table.add_row()
            added.height = Pt(24)  # room for a pen
            self._fill(added.cells, row)

    def margins(self, header: str, footer: str) -> None:
        """Write the line above each page, with the page number, and the line below it."""
        section = self._document.sections[0]
        above = section.header.paragraphs[0]
        self._write(above, header + "\t\t")
        field = OxmlElement("w:fldSimple", attrs={qn("w:instr"): "PAGE"})
        field.append(self._run(above, "1", rtl=self._rtl)._r)  # noqa: SLF001 - a field has no interface
        above._p.append(field)  # noqa: SLF001 - likewise
        self._write(section.footer.paragraphs[0], footer)

    def to_bytes(self) -> bytes:
        """The file; the same text gives the same bytes."""
        saved, fixed = BytesIO(), BytesIO()
        self._document.save(saved)
        with ZipFile(saved) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as target:
            for name in source.namelist():
                part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                part.compress_type = ZIP_DEFLATED
                target.writestr(part, source.read(name))
        return fixed.getvalue()

    def _write(self, paragraph: Paragraph, text: str | Pieces, *, bold: bool = False) -> None:
        """Fill a paragraph with runs, the blanks highlighted, in the document's direction."""
        if self._rtl:
            properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no word for direction
            properties.insert_element_before(_element("w:bidi"), *_AFTER_BIDI)
        for piece in (Piece(text),) if isinstance(text, str) else text:
            words = _clean(str(piece))
            around = runs_right_to_left(words, self._rtl) if piece.kind == "answer" else self._rtl
            for part, rtl in stretches(words, around):
                run = self._run(paragraph, part, rtl=rtl)
                if bold:
                    run.font.bold = run.font.cs_bold = True
                if piece.kind == "blank":
                    run.font.highlight_color = WD_COLOR_INDEX.YELLOW

    def _run(self, paragraph: Paragraph, text: str, *, rtl: bool) -> Run:
        run = paragraph.add_run(text)
        if rtl:
            run.font.rtl = True
        return run

    def _fill(self, cells: Sequence[_Cell], texts: Sequence[str | Pieces], *, bold: bool = False) -> None:
        for cell, text in zip(cells, texts, strict=True):
            self._write(cell.paragraphs[0], text, bold=bold)

    def _number(self, paragraph: Paragraph, number: int) -> None:
        properties: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - numbering has no interface
        numbering = properties.get_or_add_numPr()
        numbering.get_or_add_ilvl().val = 0
        numbering.get_or_add_numId().val = number

    def _restarted_list(self) -> int:
        """A new list in the style's manner of counting; without it all lists would count on."""
        numbering = self._document.part.numbering_part.element
        style = self._document.styles["List Number"].element
        manner = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
        number = numbering.add_num(manner)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(number.numId)

    def _number_headings(self) -> int:
        numbering = self._document.part.numbering_part.element
        manners = numbering.findall(qn("w:abstractNum"))
        manner = 1 + max(int(known.get(qn("w:abstractNumId"))) for known in manners)
        manners[-1].addnext(parse_xml(_HEADING_NUMBERS.format(id=manner)))
        return int(numbering.add_num(manner).numId)

    def _describe(self, language: str, title: str, author: str) -> None:
        properties = self._document.core_properties
        properties.title, properties.author, properties.language = title, author, language
        properties.last_modified_by, properties.comments = author, ""
        properties.created = properties.modified = WRITTEN_AT
        properties.revision = 1
        relations = self._document.part.package.rels
        for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
            del relations[key]  # a picture of an empty page

    def _dress(self, tag: str) -> None:
        """Set the language, the fonts and the colours of the styles, for letters of both directions."""
        styles = self._document.styles
        for languages in styles.element.iter(qn("w:lang")):
            languages.set(qn("w:bidi" if self._rtl else "w:val"), tag)
            if self._rtl:
                languages.set(qn("w:val"), TAGS["en"])  # names in Latin letters
        for fonts in styles.element.iter(qn("w:rFonts")):
            if fonts.attrib.pop(qn("w:cstheme"), None) is None:
                continue
            for theme in ("w:asciiTheme", "w:hAnsiTheme"):
                fonts.attrib.pop(qn(theme), None)
            for place, font in (("w:ascii", LATIN_FONT), ("w:hAnsi", LATIN_FONT), ("w:cs", ARABIC_FONT)):
                fonts.set(qn(place), font)
        for name, size in (("Title", 22), ("Heading 1", 14)):
            style = styles[name]
            style.font.size, style.font.color.rgb = Pt(size), INK
            style.element.rPr.find(qn("w:szCs")).set(qn("w:val"), str(2 * size))
        warning = styles["Quote"].font
        warning.italic = warning.cs_italic = False  # Arabic letters do not slant
        warning.bold = warning.cs_bold = True
        warning.color.rgb = INK
        styles["Heading 1"].paragraph_format.space_before = Pt(18)
        styles["Heading 1"].paragraph_format.space_after = Pt(6)

    def _lay_out(self) -> None:
        section = self._document.sections[0]
        section.left_margin = section.right_margin = Inches(1)
        if self._rtl:
            properties = section._sectPr  # noqa: SLF001 - python-docx has no word for direction
            properties.insert_element_before(_element("w:bidi"), "w:rtlGutter", "w:docGrid")


def _element(name: str) -> Any:
    """A new element; python-docx tells its type less exactly than it wants it back."""
    return OxmlElement(name)


def _clean(text: str) -> str:
    """Text without the characters that no XML file can hold."""
    return _NOT_IN_XML.sub("", text)
