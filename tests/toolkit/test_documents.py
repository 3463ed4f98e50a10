"""Policy templates as Word files: what is in the template is in the file, in its direction, byte for byte."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
import yaml
from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from lxml import etree

from portal.toolkit.documents import policy_docx

if TYPE_CHECKING:
    from docx.document import Document as DocumentType
    from docx.text.paragraph import Paragraph

STARTER = Path(__file__).parents[2] / "portal/toolkit/starter/toolkit.yaml"
POLICIES = yaml.safe_load(STARTER.read_text("utf-8"))["policies"]

SMALL = """
title: {en: Rules, ar: قواعد}
intro: {en: "For [team].", ar: "إلى [الفريق]."}
document:
  notice: {en: Not legal advice., ar: ليست استشارة قانونية.}
  blanks: {en: Blanks, ar: فراغات}
  blank: {en: Blank, ar: فراغ}
  wording: {en: Wording, ar: صياغة}
  header: {en: The toolkit, ar: الأدوات}
  footer: {en: The toolkit CC BY 4.0, ar: الأدوات CC BY 4.0}
fields:
  - {name: team, label: {en: team, ar: الفريق}}
sections:
  - heading: {en: First, ar: أولًا}
    numbered: true
    list: [{en: One, ar: واحد}, {en: Two, ar: اثنان}]
  - heading: {en: Second, ar: ثانيًا}
    paragraphs: [{en: "Ask [team] or [nobody].", ar: "اسألوا [الفريق] أو [أحدًا]."}]
    numbered: true
    list: [{en: Three, ar: ثلاثة}]
  - heading: {en: Third, ar: ثالثًا}
    list: [{en: Four, ar: أربعة}]
"""


def small() -> dict[str, Any]:
    """A template with each kind of part."""
    template: dict[str, Any] = yaml.safe_load(SMALL)
    return template


def opened(template: dict[str, Any], language: str) -> DocumentType:
    """The file, opened again."""
    return Document(BytesIO(policy_docx(template, language)))


def told(document: DocumentType) -> list[str]:
    """The text of each paragraph outside tables."""
    return [paragraph.text for paragraph in document.paragraphs]


def everywhere(document: DocumentType) -> list[Paragraph]:
    """Every paragraph: body, table, header and footer."""
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    section = document.sections[0]
    parts = [document, *cells, section.header, section.footer]
    return [paragraph for part in parts for paragraph in part.paragraphs]


def number_of(paragraph: Paragraph) -> int | None:
    """The list a paragraph counts in by itself."""
    properties = paragraph._p.pPr
    return None if properties.numPr is None else int(properties.numPr.numId.val)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy["slug"])
def test_shipped_policy_says_what_its_template_says(policy: dict[str, Any], language: str) -> None:
    around = policy["document"]
    expected = [policy["title"], around["notice"], policy["intro"], around["blanks"]]
    for section in policy["sections"]:
        expected += [section["heading"], *section.get("paragraphs", ()), *section.get("list", ())]

    document = opened(policy, language)

    assert told(document) == [text[language] for text in expected]
    [table] = document.tables
    assert [row.cells[0].text for row in table.rows] == [
        around["blank"][language],
        *(f"[{field['label'][language]}]" for field in policy["fields"]),
    ]


def test_parts_have_the_styles_of_their_kind() -> None:
    styles = [paragraph.style.name for paragraph in opened(small(), "en").paragraphs]

    assert styles == [
        *("Title", "Quote", "Body Text", "Heading 1"),
        *("Heading 1", "List Number", "List Number"),
        *("Heading 1", "Body Text", "List Number"),
        *("Heading 1", "List Bullet"),
    ]


def test_headings_count_on_and_lists_begin_anew() -> None:
    by_text = {paragraph.text: number_of(paragraph) for paragraph in opened(small(), "en").paragraphs}

    assert by_text["Blanks"] is None
    assert by_text["First"] == by_text["Second"] == by_text["Third"]
    assert by_text["One"] == by_text["Two"]
    assert len({by_text["First"], by_text["One"], by_text["Three"]}) == 3


def test_only_the_templates_own_blanks_are_highlighted() -> None:
    marked = [
        run.text
        for paragraph in everywhere(opened(small(), "en"))
        for run in paragraph.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]

    assert marked == ["[team]", "[team]", "[team]"]


def test_header_and_footer_name_the_toolkit_and_the_licence() -> None:
    section = opened(small(), "en").sections[0]

    assert section.header.paragraphs[0].text.rstrip() == "The toolkit"
    assert section.footer.paragraphs[0].text == "The toolkit CC BY 4.0"
    assert section.header.paragraphs[0]._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"


def test_arabic_runs_from_right_to_left_throughout() -> None:
    document = opened(small(), "ar")

    paragraphs = everywhere(document)
    assert [p.text for p in paragraphs if p._p.pPr is None or p._p.pPr.find(qn("w:bidi")) is None] == []
    assert [run.text for p in paragraphs for run in p.runs if not run.font.rtl] == []
    assert document.sections[0]._sectPr.find(qn("w:bidi")) is not None
    assert document.tables[0]._tbl.tblPr.find(qn("w:bidiVisual")) is not None


def test_english_runs_from_left_to_right() -> None:
    package = ZipFile(BytesIO(policy_docx(small(), "en")))

    marks = {qn("w:bidi"), qn("w:rtl"), qn("w:bidiVisual")}
    for part in ("document", "header1", "footer1"):
        tree = etree.fromstring(package.read(f"word/{part}.xml"))
        assert marks & {element.tag for element in tree.iter()} == set(), part


@pytest.mark.parametrize(
    ("language", "latin", "complex_script"),
    [("en", "en-CA", "ar-SA"), ("fr", "fr-CA", "ar-SA"), ("ar", "en-CA", "ar-SA")],
)
def test_language_is_told_to_the_word_processor(language: str, latin: str, complex_script: str) -> None:
    document = opened(POLICIES[0], language)

    assert document.core_properties.language == language
    tag = next(document.styles.element.iter(qn("w:lang")))
    assert (tag.get(qn("w:val")), tag.get(qn("w:bidi"))) == (latin, complex_script)


def test_every_style_has_a_font_with_arabic_letters() -> None:
    fonts = list(opened(small(), "ar").styles.element.iter(qn("w:rFonts")))

    assert [f for f in fonts if f.get(qn("w:cstheme")) is not None] == []
    assert {f.get(qn("w:cs")) for f in fonts if f.get(qn("w:ascii")) == "Calibri"} == {"Arial"}


def test_same_template_gives_the_same_bytes() -> None:
    first, second = policy_docx(small(), "ar"), policy_docx(small(), "ar")

    assert first == second
    assert {part.date_time for part in ZipFile(BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = Document(BytesIO(first)).core_properties
    assert properties.created == properties.modified
    assert properties.author == "الأدوات"


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        ("<script>alert(1)</script> & ]]> \"'", "<script>alert(1)</script> & ]]> \"'"),
        ("</w:t></w:r><w:altChunk/>", "</w:t></w:r><w:altChunk/>"),
        ("null\x00, bell\x07, half\ud800 a pair\uffff", "null, bell, half a pair"),
        ('=cmd|"/c calc"!A1 { INCLUDETEXT "x" }', '=cmd|"/c calc"!A1 { INCLUDETEXT "x" }'),
    ],
)
def test_hostile_text_stays_text(hostile: str, kept: str) -> None:
    template = small()
    template["title"]["en"] = template["intro"]["en"] = hostile
    template["fields"][0]["label"]["en"] = hostile
    template["sections"][2]["heading"]["en"] = hostile

    document = opened(template, "en")

    assert [told(document)[place] for place in (0, 2, -2)] == [kept, kept, kept]
    assert document.tables[0].rows[1].cells[0].text == f"[{kept}]"
    assert document.core_properties.title == kept


def test_blank_with_the_signs_of_a_pattern_is_taken_as_it_stands() -> None:
    template = small()
    template["fields"][0]["label"]["en"] = ".*"
    template["intro"]["en"] = "A [.*] and a [team]."

    intro = opened(template, "en").paragraphs[2]

    assert [run.text for run in intro.runs if run.font.highlight_color] == ["[.*]"]


def test_text_missing_in_the_language_is_refused() -> None:
    with pytest.raises(KeyError, match="fr"):
        policy_docx(small(), "fr")
