"""A workbook that is no questionnaire is told all at once, cell by cell; a hostile one harms nothing."""

from __future__ import annotations

import io
import random
import re
import textwrap
from contextlib import suppress

import pytest
import xlsxwriter

from surveys.questionnaire import xlsform
from surveys.questionnaire.complaints import Said
from surveys.questionnaire.lint import lint
from surveys.questionnaire.reader import QuestionnaireError, read
from surveys.questionnaire.xlsform_types import REFUSED_COLUMNS, REFUSED_TYPES
from tests.questionnaire.old_workbooks import old_workbook
from tests.questionnaire.workbooks import (
    CHOICES,
    ENGLISH,
    HEADINGS,
    SETTINGS,
    english,
    form,
    questions,
    workbook,
)


def complaints(data: bytes) -> list[str]:
    with pytest.raises(QuestionnaireError) as caught:
        xlsform.to_source(data, "f.xlsx")
    assert {type(complaint.message) for complaint in caught.value.complaints} == {Said}
    return [str(complaint).removeprefix("f.xlsx ") for complaint in caught.value.complaints]


def lines(block: str) -> list[str]:
    """Complaints as a block of lines; one that starts with spaces continues the line before."""
    return re.sub(r"\n +", " ", textwrap.dedent(block).strip()).splitlines()


def places(data: bytes) -> list[str]:
    """Sheet, row and column of each complaint."""
    with pytest.raises(QuestionnaireError) as caught:
        xlsform.to_source(data, "f.xlsx")
    return [
        f"{told.file}:{told.line}: {told.key}".removeprefix("f.xlsx ") for told in caught.value.complaints
    ]


EVERYTHING = """
        [survey]:1: H default: this column is not read here; answers are not filled in beforehand;
          delete this column
        [survey]:1: I: this column has cells but no heading; write one, or delete the column
        [survey]:1: K lable: this column is not read here; delete or correct it. Did you mean “label”?
        [survey]:1: L label::en: holds the same as column C; delete one of them
        [survey]:1: hint::fr: there is no wording in “fr”; fill a column “hint::fr”
        [survey]:2: A type: “geopoint”: places are not recorded; ask for the town in a text, or delete
          the row
        [survey]:2: B name: “Where” is no name; use small letters, digits and _, a letter first, at most
          60
        [survey]:2: F relevant: “${nope} == 1”: write one “=” to compare (at character 9)
        [survey]:3: A type: “select_one nolist”: there is no choice list “nolist”; add it.
        [survey]:3: G constraint: “. >> 3”: a value is missing before “>”; write one (at character 4)
        [survey]:4: A type: “select_one yes_no”: none of the list's choices has a scale; give each its
          place from -2 to 2
        [survey]:4: B name: “a” stands on row 3 already; choose another name
        [survey]:4: C label::English (en): is missing; add the wording in “en”
        [survey]:5: A type: “begin_repeat”: repeats are not supported; ask for the number (integer), and
          for details in a text
        [survey]:6: A type: “txt” is not a type; write one of: text, integer, decimal, date, select_one,
          select_multiple, note, acknowledge, calculate, email, url, begin_group, end_group. Did you
          mean “text”?
        [survey]:6: B: “b□b” holds the control character U+0007 (shown as □); delete it
        [survey]:6: J appearance: “quick” is not known; write one of: multiline, likert, minimal,
          columns, or delete it.
        [survey]:7: A type: “end_group” meets the repeat that begins on row 5; write the end that fits
        [survey]:8: A type: “end_group” ends nothing; delete the row, or add “begin_group” above
        [survey]:8: C label::English (en): “more” belongs to nothing; move it to “begin_group”
        [survey]:9: A type: “last” does not end; add a row “end_group” below its last question
        [survey]:9: C label::English (en): is missing; add the wording in “en”
        [survey]:10: A type: is missing; write what “q” asks for
        [survey]:11: A type: “inner” has no questions; add one, or delete it with its end
        [survey]:11: C label::English (en): “Inner”: a group inside a page is not shown, so it has no
          label; write a note as its first question, or delete this
        [choices]:1: label::fr: there is no wording in “fr”; fill a column “label::fr”
        [choices]:3: B name: another choice here is named “1”; choose another name
        [choices]:4: A list_name: is missing; add it
        [choices]:5: B name: is missing; add it
        [choices]:5: C label: is missing; add it
        [settings]:1: form_title::fr: there is no wording in “fr”; write it in row 2 of a column
          “form_title::fr”
        [settings]:1: summary::en: there is no wording in “en”; write it in row 2 of a column “summary::en”
        [settings]:1: summary::fr: there is no wording in “fr”; write it in row 2 of a column “summary::fr”
        [settings]:2: B form_id: “My form!”: “my-form!” is no name; use small letters, digits and -, at
          most 60
        [settings]:2: version: is missing; add it
        [settings]:3: A form_title: “more”: the settings have one row; delete this one
"""


def test_everything_wrong_is_told_at_once_with_its_cell() -> None:
    data = workbook(
        survey=(
            (
                *HEADINGS,
                "hint",
                "relevant",
                "constraint",
                "default",
                None,
                "appearance",
                "lable",
                "label::en",
            ),
            ("geopoint", "Where", "W", "O", "h", "${nope} == 1"),
            ("select_one nolist", "a", "A", "Aa", None, None, ". >> 3", 5, "x"),
            ("select_one yes_no", "a", None, "B", None, None, None, None, None, "likert"),
            ("begin_repeat", "people", "R", "R"),
            ("txt", "b\x07b", "X", "X", None, None, None, None, None, "quick", "z", "X"),
            ("end_group",),
            ("end group", None, "more"),
            ("begin_group", "last", None, "G"),
            (None, "q", "Q", "Q"),
            ("begin_group", "inner", "Inner"),
            ("end_group",),
        ),
        choices=(
            ("list_name", "name", "label"),
            ("yes_no", 1.0, "One"),
            ("yes_no", 1, "Two"),
            (None, "x", "X"),
            ("yes_no",),
        ),
        settings=(
            ("form_title", "form_id", "default_language"),
            ("Title", "My form!", "English (en)"),
            ("more",),
        ),
    )
    assert complaints(data) == lines(EVERYTHING)


def test_or_other_without_such_a_choice_or_beside_a_use_without_it_is_refused() -> None:
    choices = (("list_name", "name", "label"), ("apps", "sms", "SMS"), ("apps", "fax", "Fax"))
    survey = (
        ("type", "name", "label"),
        ("select_one apps or_other", "app", "App?"),
        ("select_one apps", "best", "Best?"),
        ("select_one apps and more", "worst", "Worst?"),
    )
    assert complaints(workbook(survey=survey, choices=choices, settings=ENGLISH)) == lines(
        """
        [survey]:2: A type: “or_other” needs a choice named “other” in the list “apps”; add it with its
          wording
        [survey]:3: A type: “apps” is used with “or_other” and without it (first on row 2); copy the
          list under another name
        [survey]:4: A type: “select_one apps and more” has words too many; write type, list, and
          “or_other” if need be
        """
    )


def test_a_missing_wording_is_told_at_its_cell() -> None:
    data = form(
        ("select_one yes_no", "uses", "Uses?", None, "Hint", None),
        ("text", "why", None, "Pourquoi?", None, None),
        ("text", "how", None, None, None, "Indice"),
        headings=(*HEADINGS, "hint", "hint::fr"),
    )
    assert places(data) == [
        "[survey]:2: D label::French (fr)",
        "[survey]:2: F hint::fr",
        "[survey]:3: C label::English (en)",
        "[survey]:4: C label::English (en)",
        "[survey]:4: E hint",
    ]


@pytest.mark.parametrize("kind", sorted(REFUSED_TYPES))
def test_a_type_that_we_have_not_is_refused_by_name_with_a_remedy(kind: str) -> None:
    rows = [(kind, "x", "X"), ("text", "t", "T")]
    if kind == "begin_repeat":
        rows.append(("end_repeat", "", ""))
    assert complaints(english(*rows)) == [f"[survey]:2: A type: “{kind}”: {REFUSED_TYPES[kind]}"]


@pytest.mark.parametrize("name", sorted(REFUSED_COLUMNS))
def test_a_column_that_we_have_not_is_refused_when_it_holds_something(name: str) -> None:
    headings = ("type", "name", "label", f"{name}::English (en)" if name == "media" else name)
    told = complaints(english(("text", "t", "T", "x"), headings=headings))
    assert told == [f"[survey]:1: D {headings[3]}: this column is not read here; {REFUSED_COLUMNS[name]}"]
    assert [question.name for question in questions(english(("text", "t", "T"), headings=headings))] == ["t"]


def test_languages_must_be_known() -> None:
    survey = (("type", "name", "label::French", "relevant::en"), ("text", "t", "T", "true()"))
    data = workbook(survey=survey, settings=(("form_title", "form_id", "version"), ("T", "f", 1)))
    assert complaints(data) == lines(
        """
        [survey]:1: C label::French: “French” names no language code; write it in brackets, as in
          “label::French (fr)”
        [survey]:1: D relevant::en: “relevant” has no languages; write one column “relevant”
        [survey]:1: label::en: there is no wording in “en”; fill a column “label::en”
        [settings]:1: summary::en: there is no wording in “en”; write it in row 2 of a column “summary::en”
        """
    )


def test_a_default_language_is_needed_and_must_be_there() -> None:
    def told(*default: str) -> list[str]:
        head = ("form_title", "summary", "form_id", "version", *(["default_language"] if default else []))
        survey = (("type", "name", "label"), ("text", "t", "T"))
        return complaints(workbook(survey=survey, settings=(head, ("T", "S", "f", 1, *default))))

    remedy = "write the language of the columns that name none, such as English (en)"
    assert told() == [f"[settings]:2: default_language: is missing; {remedy}"]
    assert told("Klingon") == [
        f"[settings]:2: E default_language: “Klingon” names no language code; {remedy}"
    ]
    survey = (("type", "name", "label::fr"), ("text", "t", "T"))
    settings_ = (
        ("form_title::fr", "summary::fr", "form_id", "version", "default_language"),
        ("T", "S", "f", 1, "en"),
    )
    assert complaints(workbook(survey=survey, settings=settings_)) == [
        "[settings]:2: E default_language: no column has a wording in “en”; write one of: fr"
    ]


def test_without_a_default_language_the_first_label_that_names_one_gives_it() -> None:
    head = ("type", "name", "label::Français (fr)", "label::English (en)")
    row = ("text", "t", "Quoi ?", "What?")
    settings_ = (("form_title", "form_title::en", "summary", "summary::en", "form_id", "version"),
                 ("Titre", "Title", "Bref", "Short", "f", "1"))  # fmt: skip
    source = xlsform.to_source(workbook(survey=(head, row), settings=settings_), "f.xlsx")
    assert source.splitlines()[2:5] == [
        "languages: [fr, en]",
        "title: {fr: Titre, en: Title}",
        "summary: {fr: Bref, en: Short}",
    ]
    beside = (("type", "name", "label", "label::fr", "label::ar"), ("text", "t", "What?", "Quoi ?", "ما؟"))
    remedy = "write the language of the columns that name none, such as English (en)"
    assert f"[settings]:2: default_language: is missing; {remedy}" in complaints(
        workbook(survey=beside, settings=(("form_title", "form_id", "version"), ("T", "f", 1)))
    )


def test_settings_as_kobo_writes_them_lack_the_summary_alone() -> None:
    survey = (("type", "name", "label::English (en)"), ("text", "t", "What?"))
    settings_ = (("form_title", "form_id", "version"), ("T", "f", "1"))
    assert complaints(workbook(survey=survey, settings=settings_)) == [
        "[settings]:1: summary::en: there is no wording in “en”; write it in row 2 of a column “summary::en”"
    ]


def test_a_workbook_in_the_format_before_2007_is_read_alike() -> None:
    sheets = {
        "survey": (HEADINGS, ("select_one yes_no", "uses", "Uses?", "L’usage ?")),
        "choices": CHOICES,
        "settings": tuple(tuple(map(str, row)) for row in SETTINGS),
    }
    assert xlsform.to_source(old_workbook(**sheets), "f.xls") == xlsform.to_source(
        workbook(**sheets), "f.xlsx"
    )


def test_missing_and_empty_sheets_are_named() -> None:
    few = "the columns type, name and label"
    columns = "the columns form_title, summary, form_id, version and default_language"
    assert complaints(workbook(Servey=(("type",),))) == [
        f"[survey]:1: there is no sheet “survey”; add it, with {few}. Did you mean “Servey”?",
        f"[settings]:1: there is no sheet “settings”; add it, with {columns}.",
    ]
    assert complaints(workbook(survey=(("type", "name", "label"),), settings=())) == [
        f"[survey]:1: nothing stands in this sheet; fill in {few}",
        f"[settings]:1: nothing stands in this sheet; fill in {columns}",
    ]
    survey = (("name", "label"), ("a", "A"))
    assert complaints(workbook(survey=survey, settings=ENGLISH)) == [
        "[survey]:1: type: there is no column “type” with anything in it; add it",
        "[survey]:2: type: is missing; write what “a” asks for",
    ]
    survey = (("type", "name", "label"), ("select_one yes_no", "a", "A"), ("select_one b", "b", "B"))
    assert complaints(workbook(survey=survey, choices=(("list_name",),), settings=ENGLISH)) == [
        "[choices]:1: nothing stands in this sheet; fill in the columns list_name, name and label"
    ]


def test_a_remark_about_the_text_is_placed_in_the_workbook() -> None:
    same = "These five words stay English"
    translation = xlsform.translate(form(("text", "a", "A", "B"), ("text", "t", same, same)), "f.xlsx")
    (remark,) = lint(read(translation.source, "f.xlsx")).complaints
    assert str(translation.placed(remark)) == (
        f"f.xlsx [survey]:3: D label::French (fr): is the same as in “en” (“{same}”); translate it"
    )


NO_WORKBOOK = "this is no workbook that can be read; open it in a spreadsheet and save it as .xlsx"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize("data", [b"", b"hello", b"a,b\n1,2\n", b"PK\x03\x04", LOCKED[:1000], form()[:900]])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert complaints(data) == [f"f.xlsx:1: {NO_WORKBOOK}"]


def test_a_locked_workbook_is_refused() -> None:
    assert complaints(LOCKED) == ["f.xlsx:1: this workbook is locked with a password; save it without one"]


def test_a_damaged_workbook_is_refused_and_breaks_nothing() -> None:
    whole = form(("text", "t", "T", "T"))
    chance = random.Random(7)  # noqa: S311 # the same damage each time
    for _ in range(20):
        data = bytearray(whole)
        for _ in range(4):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(QuestionnaireError):  # damage where nothing is read does no harm
            xlsform.to_source(bytes(data), "f.xlsx")


def far(row: int, column: int) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("survey")
        sheet.write(0, 0, "type")
        sheet.write(row, column, "far")
    return file.getvalue()


@pytest.mark.parametrize("corner", [(1_048_575, 16_383), (20_000, 2_000)])
def test_a_cell_far_away_neither_ends_the_process_nor_takes_its_memory(corner: tuple[int, int]) -> None:
    (told,) = complaints(far(*corner))
    assert told.startswith("f.xlsx:1: this workbook is larger than a questionnaire can be; ")


def test_a_sheet_that_is_too_long_or_too_wide_is_refused_in_one_sentence() -> None:
    assert complaints(far(99_999, 3)) == [
        "[survey]:2002: A: the sheet has 100000 rows; at most 2001 are read, split the form"
    ]
    assert complaints(far(1, 200)) == [
        "[survey]:1: GS: the sheet has 201 columns; at most 200 are read, delete the others"
    ]
    assert len(questions(english(*(("note", f"n{number}", "N") for number in range(2000))))) == 2000


def test_a_workbook_with_too_much_text_is_refused() -> None:
    (told,) = complaints(english(*(("note", f"n{number}", "long " * 6000) for number in range(80))))
    assert told.startswith("f.xlsx:1: this workbook is larger than a questionnaire can be; ")


def test_groups_in_groups_have_an_end() -> None:
    deep = [("begin_group", f"g{number}", "Page" if not number else None) for number in range(300)]
    data = english(*deep, ("text", "t", "T"), *(("end_group",) for _ in deep))
    message = "A type: groups stand in each other more than 10 deep; end one before"
    assert complaints(data) == [f"[survey]:{row}: {message}" for row in range(12, 302)]
