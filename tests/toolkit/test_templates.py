"""Templates: filled in by a form, shown and downloaded, never kept; and how long a message is."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from werkzeug.datastructures import MultiDict

from portal import content, searching
from portal.languages import away
from portal.toolkit import forms
from portal.toolkit.kinds import TEMPLATE
from portal.toolkit.lengths import Length, measured
from portal.toolkit.templates import Piece, blocks, fill, plain
from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.inspecting import Reply

AFTER_HOURS = "/en/toolkit/templates/after-hours-message/"
POLICY = "/en/toolkit/templates/messaging-policy/"

GIVEN = {
    "organization": "Harbour Centre",
    "hours": "weekdays",
    "hours:from": "9",
    "hours:to": "17:30",
    "delay": "one day",
}


@pytest.fixture(scope="module")
def site(lasting_site: Callable[..., Flask], starter_folder: Path) -> Flask:
    """A site that these tests only read."""
    return lasting_site(starter_folder)


@pytest.fixture
def client(site: Flask) -> InspectingClient:
    """A browser that judges what it sees."""
    return InspectingClient(site)


def sent(site: Flask, address: str, given: Any) -> TestResponse:
    """What answers a post, also in a language whose pages nobody has worded yet."""
    return site.test_client().post(address, data=given)


def told(document: bytes) -> list[str]:
    """The paragraphs of a Word file."""
    return [paragraph.text for paragraph in Document(BytesIO(document)).paragraphs]


def message(reply: Reply) -> str:
    """The message to copy."""
    return str(reply.page.one("//textarea[@id='message-copy']").text).strip()


def test_text_is_cut_into_paragraphs_and_lists() -> None:
    text = "One\nline\n\nTwo:\n- a\n  and more\n- b\n\n1. c\n2. d\n\nLast"

    assert list(blocks(text)) == [
        ("paragraph", ["One line"]),
        ("paragraph", ["Two:"]),
        ("list", ["a and more", "b"]),
        ("counted", ["c", "d"]),
        ("paragraph", ["Last"]),
    ]


def test_what_looks_like_a_blank_in_an_answer_stays_an_answer() -> None:
    template = {
        "title": {"en": "T"},
        "intro": {"en": "I"},
        "fields": [{"name": name, "kind": "line", "label": {"en": name.upper()}} for name in ("one", "two")],
        "sections": [{"heading": {"en": "H"}, "text": {"en": "{one}{two} {three}"}}],
    }

    filled = fill(template, "en", {"one": "- {two}"})

    assert filled.sections[0].blocks[0].items[0] == (
        Piece("- {two}", "answer"),
        Piece("TWO", "blank"),
        Piece(" {three}"),
    )
    assert filled.left == ("TWO",)


def test_page_shows_every_blank_before_anything_is_typed(client: InspectingClient) -> None:
    page = client.get(AFTER_HOURS).page

    blanks = {"organization name", "days and hours", "when you are back", "longest waiting time"}
    blanks |= {"emergency number", "crisis line and its languages"}
    assert {node.text for node in page.all("//article//span[@class='blank']")} == blanks
    assert page.all("//main//bdi") == []


def test_filled_page_shows_what_was_typed_and_is_not_kept(client: InspectingClient) -> None:
    reply = client.post(AFTER_HOURS, data={**GIVEN, ":as": "page"})

    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    assert message(reply) == (
        "Hello, this is Harbour Centre. Nobody is reading right now. Our hours: Monday to Friday, 9:00 am to "
        "5:30 pm. We are back [when you are back] and answer within one day. Please do not send private "
        "details. Emergency: [emergency number]. Need to talk to someone now? "
        "[crisis line and its languages]."
    )
    assert reply.page.one("//input[@name='organization']").get("value") == "Harbour Centre"
    assert "Harbour Centre" not in client.get(AFTER_HOURS).text


def copied(reply: Reply) -> dict[str, str]:
    """Label -> text of each field to copy from."""
    return {
        reply.page.one(f"//label[@for='{field.get('id')}']").text: str(field.text).strip()
        for field in reply.page.all("//article//textarea[@readonly]")
    }


def test_words_for_members_can_be_copied_without_what_tells_staff_what_to_do(
    client: InspectingClient,
) -> None:
    address = "/en/toolkit/templates/privacy-and-consent/"
    texts = copied(client.post(address, data={"service": "Ask Harbour", "retention": "two years"}))

    assert list(texts) == [
        "To copy: Message for members",
        "To copy: Words for asking aloud",
        "To copy: Words for a picture or a story",
        "To copy: Words for someone who leaves",
    ]
    assert texts["To copy: Words for someone who leaves"] == (
        "You have left Ask Harbour. We keep the note of your consent for two years and nothing else. You are "
        "welcome back at any time, and you reach us here: [other way to reach us]."
    )
    assert texts["To copy: Words for asking aloud"].endswith("May I add you, yes or no?")


def test_each_sample_wording_and_the_house_rules_can_be_copied(client: InspectingClient) -> None:
    texts = copied(client.get("/en/toolkit/templates/moderation-and-after-hours/"))

    names = ["House rules for members", "Welcome", "Outside hours", "Private details", "Rumour"]
    names += ["We do not know", "Tone", "Crisis, in private"]
    assert list(texts) == [f"To copy: {name}" for name in names]
    rules = texts["To copy: House rules for members"].splitlines()
    assert (len(rules), rules[1]) == (7, "2. Ask anything about life here. No question is silly.")


def test_every_language_offers_the_same_words_to_copy(site: Flask) -> None:
    with away(site, "en"):
        templates = content.documents("template")

    for template in templates:
        offered = {
            code: [
                (len(section.wordings), [bool(wording.text) for wording in section.wordings])
                for section in fill(template, code).sections
            ]
            for code in ("en", "fr", "ar")
        }
        assert offered["fr"] == offered["en"], template["slug"]
        assert offered["ar"] == offered["en"], template["slug"]
        written = [wording.text for section in fill(template, "fr").sections for wording in section.wordings]
        assert [text for text in written if text[0] in "« " or text[-1] in "» "] == []


def test_page_begins_with_the_way_to_each_section(client: InspectingClient) -> None:
    page = client.get("/en/toolkit/templates/privacy-and-consent/").page

    links = page.all("//nav[@aria-labelledby='sections-title']//a")
    headings = page.all("//article//h3")
    assert [(link.get("href"), link.text) for link in links] == [
        (f"#{heading.get('id')}", heading.text) for heading in headings
    ]
    assert len(links) == 11


@pytest.mark.parametrize(
    ("language", "query"), [("en", "consent text"), ("fr", "texte de consentement"), ("ar", "نص الموافقة")]
)
def test_search_leads_to_the_words_to_copy(site: Flask, language: str, query: str) -> None:
    with away(site, language):
        hits = searching.search(query, language, {}, 1, 10).hits

    assert f"/{language}/toolkit/templates/privacy-and-consent/" in [hit.address for hit in hits[:3]]


def test_filled_document_is_not_kept_either(client: InspectingClient) -> None:
    reply = client.post(AFTER_HOURS, data={**GIVEN, ":as": "docx"})

    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="after-hours-message-en.docx"'
    assert "“Harbour Centre: closed now." in " ".join(told(reply.body))
    table = Document(BytesIO(reply.body)).tables[0]
    assert [row.cells[0].text for row in table.rows][1:] == [
        "when you are back",
        "emergency number",
        "crisis line and its languages",
    ]


@pytest.mark.parametrize(
    ("language", "hours"),
    [
        ("en", "Monday to Friday, 9:00 am to 5:30 pm"),
        ("fr", "du lundi au vendredi, de 9\u00a0h à 17\u00a0h\u00a030"),
        ("ar", "من الاثنين إلى الجمعة، من 9:00 ص إلى 5:30 م"),
    ],
)
def test_document_speaks_the_language_of_the_page(site: Flask, language: str, hours: str) -> None:
    answer = sent(site, f"/{language}/toolkit/templates/after-hours-message/", {**GIVEN, ":as": "docx"})

    assert [text for text in told(answer.data) if hours in text] != []


def test_languages_are_named_in_the_language_of_the_page(site: Flask) -> None:
    given = MultiDict(
        [("languages", "fr"), ("languages", "ar"), ("languages:other", "Lingala، Twi"), (":as", "docx")]
    )

    for language, expected in {
        "en": "French, Arabic, Lingala and Twi",
        "fr": "français, arabe, Lingala et Twi",
        "ar": "الفرنسية والعربية وLingala وTwi",
    }.items():
        answer = sent(site, f"/{language}/toolkit/templates/messaging-policy/", given)
        assert [text for text in told(answer.data) if expected in text] != [], language


def test_telephone_number_keeps_its_order_within_arabic(site: Flask) -> None:
    given = {"crisis": "خط الدعم: +1 613-555-0199", ":as": "page"}
    answer = sent(site, "/ar/toolkit/templates/after-hours-message/", given)

    assert 'خط الدعم: <bdi dir="ltr">+1 613-555-0199</bdi></bdi>' in answer.text
    assert "خط الدعم: \u200e+1 613-555-0199." in answer.text


def test_lines_become_a_list_and_a_choice_its_words(site: Flask) -> None:
    given = {"purposes": "Answer questions\r\n\r\nSend news", "phones": "work", ":as": "docx"}

    document = told(sent(site, POLICY, given).data)

    start = document.index("Answer questions")
    assert document[start + 1] == "Send news"
    assert "What staff use: work telephones only." in document


@pytest.mark.parametrize(
    ("typed", "complaints"),
    [
        ({"organization": "x" * 61}, ["Organization name: write at most 60 characters; there are 61 now."]),
        ({"hours:from": "nine", "hours:to": "17"}, ["Write a time as 9:00 or 17:30."]),
        ({"hours:from": "25:00", "hours:to": "24"}, ["Write a time as 9:00 or 17:30."] * 2),
        ({"hours:from": "9"}, ["Give both times, or neither."]),
    ],
)
@pytest.mark.parametrize("button", ["page", "docx"])
def test_what_cannot_be_written_down_is_said_with_the_typed_text_kept(
    client: InspectingClient, typed: dict[str, str], complaints: list[str], button: str
) -> None:
    reply = client.post(AFTER_HOURS, data={**typed, "delay": "soon", ":as": button})

    assert (reply.status, reply.headers["Cache-Control"]) == (422, "no-store")
    links = reply.page.all("//*[@class='error-summary']//a")
    assert [link.text for link in links] == complaints
    assert [
        reply.page.all(f"//*[@id='{link.get('href')[1:]}']") for link in links if not link.get("href")
    ] == []
    for name, text in {**typed, "delay": "soon"}.items():
        assert reply.page.one(f"//input[@name='{name}']").get("value") == text


HOSTILE = {
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "a\u202eb\u2066c\u200fd": "abcd",
    "null\x00 bell\x07 end\ufffe": "null bell end",
    "{organization} [blank] {{ 7*7 }}": "{organization} [blank] {{ 7*7 }}",
}


@pytest.mark.parametrize(("typed", "shown"), HOSTILE.items())
def test_hostile_text_stays_text(client: InspectingClient, site: Flask, typed: str, shown: str) -> None:
    given = {"organization": typed}

    reply = client.post(AFTER_HOURS, data={**given, ":as": "page"})
    assert message(reply).startswith(f"Hello, this is {shown}. ")
    assert {node.text for node in reply.page.all("//article//bdi")} == {shown}
    assert [
        text for text in told(sent(site, AFTER_HOURS, {**given, ":as": "docx"}).data) if shown in text
    ] != []


def test_ten_thousand_characters_are_refused_and_shown_again(client: InspectingClient) -> None:
    typed = "long " * 2000

    reply = client.post(POLICY, data={"purposes": typed, ":as": "docx"})

    assert reply.status == 422
    assert str(reply.page.one("//textarea[@name='purposes']").text).strip() == typed.strip()


def test_option_that_is_none_leaves_a_blank(site: Flask) -> None:
    given = {"phones": "nothing", "languages": "xx", "hours": "never", ":as": "docx"}

    table = Document(BytesIO(sent(site, POLICY, given).data)).tables[0]

    left = {row.cells[0].text for row in table.rows}
    assert {"telephones staff use", "languages of the service", "days and hours"} <= left


def test_what_was_typed_reaches_no_log(site: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    sent(site, AFTER_HOURS, {**GIVEN, "organization": "Unmistakable Name", ":as": "docx"})

    assert "Unmistakable" not in "".join(capfd.readouterr())


def test_blank_document_is_still_where_it_was(client: InspectingClient) -> None:
    for slug in ("privacy-and-consent", "moderation-and-after-hours", "evaluation-plan"):
        reply = client.get(f"/en/toolkit/templates/{slug}.docx")
        title = client.get(f"/en/toolkit/templates/{slug}/").h1
        assert (reply.status, told(reply.body)[0]) == (200, title)


def test_template_with_a_blank_that_has_no_field_is_refused(site: Flask) -> None:
    with away(site, "en"):
        body = content.document("template", "evaluation-plan")
        assert body is not None
        assert list(TEMPLATE.check(body)) == []
        body["sections"][0]["text"]["fr"] += " {nobody}"
        body["fields"][1]["name"] = body["fields"][0]["name"]
        found = [(complaint.place, complaint.sentence) for complaint in TEMPLATE.check(body)]

    assert found[0] == ("fields.2.name", "“organization” is taken already.")
    assert ("sections.1.text.fr", "There is no field for the blank {nobody}.") in found


def test_field_answers_nothing_when_nothing_was_chosen(site: Flask) -> None:
    with away(site, "en"):
        template = content.document("template", "messaging-policy")
        frame = content.document("toolkit", "toolkit")
        assert template is not None
        assert frame is not None
        form = forms.build(template, "en", MultiDict())

        assert set(form.answers("en", frame["document"]).values()) == {""}
        assert form.summary() == []


def test_typed_text_loses_what_no_file_can_hold() -> None:
    assert plain("a\r\nb\rc\x0b\ud800\u061c d") == "a\nb\nc d"


def test_message_to_copy_is_written_in_the_alphabet_of_text_messages(site: Flask) -> None:
    with away(site, "en"):
        body = content.document("template", "after-hours-message")
    assert body is not None
    answers = {field["name"]: "x" for field in body["fields"]}

    messages = {
        language: measured(fill(body, language, answers).message_text) for language in ("en", "fr", "ar")
    }
    assert {language: length.plain for language, length in messages.items()} == {
        "en": True,
        "fr": True,
        "ar": False,
    }


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length(0, 1, plain=True)),
        ("a" * 160, Length(160, 1, plain=True)),
        ("a" * 161, Length(161, 2, plain=True)),
        ("a" * 306, Length(306, 2, plain=True)),
        ("a" * 307, Length(307, 3, plain=True)),
        ("€" * 80, Length(80, 1, plain=True)),
        ("€" * 81, Length(81, 2, plain=True)),
        ("é" * 160, Length(160, 1, plain=True)),
        ("ê" * 70, Length(70, 1, plain=False)),
        ("ê" * 71, Length(71, 2, plain=False)),
        ("م" * 135, Length(135, 3, plain=False)),
        ("😀" * 35, Length(35, 1, plain=False)),
        ("😀" * 36, Length(36, 2, plain=False)),
    ],
)
def test_length_of_a_message_is_that_of_the_standard(text: str, length: Length) -> None:
    assert measured(text) == length
