"""Templates as Word files: what is in the template is in the file, in its direction, byte for byte."""

from __future__ import annotations

import time
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

from portal.toolkit.documents import template_docx
from portal.toolkit.templates import fill, stretches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docx.document import Document as DocumentType
    from docx.text.paragraph import Paragraph

STARTER = Path(__file__).parents[2] / "portal/toolkit/starter"
WORDS = yaml.safe_load((STARTER / "toolkit.yaml").read_text("utf-8"))["document"]
TEMPLATES = [
    yaml.safe_load(path.read_text("utf-8")) for path in sorted((STARTER / "templates").glob("*.yaml"))
]

AROUND = {
    "notice": {"en": "Not legal advice.", "ar": "ليست استشارة قانونية."},
    "blanks": {"en": "Blanks", "ar": "فراغات"},
    "blank": {"en": "Blank", "ar": "فراغ"},
    "wording": {"en": "Wording", "ar": "صياغة"},
    "header": {"en": "The toolkit", "ar": "الأدوات"},
    "footer": {"en": "The toolkit CC BY 4.0", "ar": "الأدوات CC BY 4.0"},
    "message": {"en": "Message", "ar": "رسالة"},
}

SMALL = """
title: {en: Rules, ar: قواعد}
intro: {en: How we work., ar: كيف نعمل.}
fields:
  - {name: team, kind: line, label: {en: team, ar: الفريق}}
  - {name: aims, kind: lines, label: {en: aims, ar: الأهداف}}
sections:
  - heading: {en: First, ar: أولًا}
    text:
      en: |
        1. One
        2. Two
      ar: |
        1. واحد
        2. اثنان
  - heading: {en: Second, ar: ثانيًا}
    text:
      en: |
        Ask {team} or {nobody}.

        1. Three
      ar: |
        اسألوا {team} أو {nobody}.

        1. ثلاثة
  - heading: {en: Third, ar: ثالثًا}
    text:
      en: |
        {aims}

        - Four
      ar: |
        {aims}

        - أربعة
"""


def small() -> dict[str, Any]:
    """A template with each kind of part."""
    template: dict[str, Any] = yaml.safe_load(SMALL)
    return template


def opened(
    template: dict[str, Any],
    language: str,
    answers: Mapping[str, str] | None = None,
    words: Mapping[str, Any] = AROUND,
) -> DocumentType:
    """The file, opened again."""
    return Document(BytesIO(template_docx(template, words, language, answers)))


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
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["slug"])
def test_shipped_template_says_what_it_holds(template: dict[str, Any], language: str) -> None:
    filled = fill(template, language)
    expected = [filled.title, WORDS["notice"][language], filled.intro]
    if filled.message:
        expected += [WORDS["message"][language], "".join(map(str, filled.message))]
    for section in filled.sections:
        expected.append(section.heading)
        expected += ["".join(map(str, item)) for block in section.blocks for item in block.items]

    document = opened(template, language, words=WORDS)

    assert told(document) == [*expected, WORDS["blanks"][language]]
    [table] = document.tables
    assert [row.cells[0].text for row in table.rows] == [WORDS["blank"][language], *filled.left]
    assert [*filled.left] == [field["label"][language] for field in template["fields"]]


def test_parts_have_the_styles_of_their_kind() -> None:
    styles = [paragraph.style.name for paragraph in opened(small(), "en").paragraphs]

    assert styles == [
        *("Title", "Quote", "Body Text"),
        *("Heading 1", "List Number", "List Number"),
        *("Heading 1", "Body Text", "List Number"),
        *("Heading 1", "Body Text", "List Bullet", "Heading 1"),
    ]


def test_headings_count_on_and_lists_begin_anew() -> None:
    by_text = {paragraph.text: number_of(paragraph) for paragraph in opened(small(), "en").paragraphs}

    assert by_text["Blanks"] is None
    assert by_text["First"] == by_text["Second"] == by_text["Third"]
    assert by_text["One"] == by_text["Two"]
    assert len({by_text["First"], by_text["One"], by_text["Three"]}) == 3


def marked(document: DocumentType) -> list[str]:
    """The highlighted texts."""
    return [
        run.text
        for paragraph in everywhere(document)
        for run in paragraph.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]


def test_only_the_templates_own_blanks_are_highlighted() -> None:
    document = opened(small(), "en", {"aims": "Write [team] and {team}"})

    assert marked(document) == ["[team]"]
    assert "Ask [team] or {nobody}." in told(document)
    assert "Write [team] and {team}" in told(document)


def test_answers_stand_in_place_of_the_blanks_and_leave_the_table() -> None:
    document = opened(small(), "en", {"team": "Harbour", "aims": "Answer\n\n Refer "})

    assert told(document)[5:] == [
        "Two",
        "Second",
        "Ask Harbour or {nobody}.",
        "Three",
        "Third",
        "Answer",
        "Refer",
        "Four",
    ]
    assert [p.style.name for p in document.paragraphs[-3:]] == ["List Bullet"] * 3
    assert (marked(document), document.tables) == ([], [])


def test_header_and_footer_name_the_toolkit_and_the_licence() -> None:
    section = opened(small(), "en").sections[0]

    assert section.header.paragraphs[0].text.rstrip() == "The toolkit"
    assert section.footer.paragraphs[0].text == "The toolkit CC BY 4.0"
    assert section.header.paragraphs[0]._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"


def test_arabic_runs_from_right_to_left_throughout() -> None:
    document = opened(small(), "ar")

    paragraphs = everywhere(document)
    assert [p.text for p in paragraphs if p._p.pPr is None or p._p.pPr.find(qn("w:bidi")) is None] == []
    left_to_right = {run.text for p in paragraphs for run in p.runs if not run.font.rtl}
    assert left_to_right == {"nobody", "CC BY 4.0"}
    assert document.sections[0]._sectPr.find(qn("w:bidi")) is not None
    assert document.tables[0]._tbl.tblPr.find(qn("w:bidiVisual")) is not None


def runs_of(text: str, language: str) -> list[tuple[str, bool]]:
    """The runs of a typed answer within its sentence, with whether each runs from right to left."""
    paragraph = next(p for p in opened(small(), language, {"team": text}).paragraphs if text in p.text)
    return [(run.text, bool(run.font.rtl)) for run in paragraph.runs]


def test_latin_names_and_numbers_keep_their_order_within_arabic() -> None:
    assert runs_of("Centre (Ottawa)", "ar")[:3] == [
        ("اسألوا ", True),
        ("Centre (Ottawa)", False),
        (" أو {", True),
    ]
    assert runs_of("+1 613-555-0199", "ar")[1] == ("+1 613-555-0199", False)


def test_arabic_names_keep_their_direction_within_english() -> None:
    assert runs_of("مركز (أوتاوا)", "en")[:3] == [
        ("Ask ", False),
        ("مركز (أوتاوا)", True),
        (" or {nobody}.", False),
    ]


@pytest.mark.parametrize(
    ("text", "around", "cut"),
    [
        ("", True, []),
        ("abc", True, [("abc", False)]),
        ("...", True, [("...", True)]),
        ("اسم: abc, def.", True, [("اسم: ", True), ("abc, def", False), (".", True)]),
        ("الرقم +1 613", True, [("الرقم ", True), ("+1 613", False)]),
        ("call سلام now", False, [("call ", False), ("سلام", True), (" now", False)]),
    ],
)
def test_text_is_cut_where_its_direction_turns(
    text: str, cut: list[tuple[str, bool]], *, around: bool
) -> None:
    assert list(stretches(text, around)) == cut


def test_english_runs_from_left_to_right() -> None:
    package = ZipFile(BytesIO(template_docx(small(), AROUND, "en")))

    marks = {qn("w:bidi"), qn("w:rtl"), qn("w:bidiVisual")}
    for part in ("document", "header1", "footer1"):
        tree = etree.fromstring(package.read(f"word/{part}.xml"))
        assert marks & {element.tag for element in tree.iter()} == set(), part


@pytest.mark.parametrize(
    ("language", "latin", "complex_script"),
    [("en", "en-CA", "ar-SA"), ("fr", "fr-CA", "ar-SA"), ("ar", "en-CA", "ar-SA")],
)
def test_language_is_told_to_the_word_processor(language: str, latin: str, complex_script: str) -> None:
    document = opened(TEMPLATES[0], language, words=WORDS)

    assert document.core_properties.language == language
    tag = next(document.styles.element.iter(qn("w:lang")))
    assert (tag.get(qn("w:val")), tag.get(qn("w:bidi"))) == (latin, complex_script)


def test_every_style_has_a_font_with_arabic_letters() -> None:
    fonts = list(opened(small(), "ar").styles.element.iter(qn("w:rFonts")))

    assert [f for f in fonts if f.get(qn("w:cstheme")) is not None] == []
    assert {f.get(qn("w:cs")) for f in fonts if f.get(qn("w:ascii")) == "Calibri"} == {"Arial"}


def test_same_template_gives_the_same_bytes() -> None:
    first, second = (template_docx(small(), AROUND, "ar", {"team": "Harbour"}) for _ in range(2))

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
    template["fields"][1]["label"]["en"] = hostile
    template["sections"][2]["heading"]["en"] = hostile

    document = opened(template, "en", {"team": hostile})

    assert [told(document)[place] for place in (0, 2, 7, 9)] == [
        kept,
        kept,
        f"Ask {kept} or {{nobody}}.",
        kept,
    ]
    assert document.tables[0].rows[1].cells[0].text == kept
    assert document.core_properties.title == kept


def test_text_missing_in_the_language_is_refused() -> None:
    with pytest.raises(KeyError, match="fr"):
        template_docx(small(), AROUND, "fr")


def test_document_is_made_while_somebody_waits() -> None:
    answers = {field["name"]: "مركز Harbour 613" for field in TEMPLATES[0]["fields"]}
    spent = []
    for template in TEMPLATES:
        began = time.process_time()
        template_docx(template, WORDS, "ar", answers)
        spent.append(time.process_time() - began)

    assert min(spent) < 0.3
