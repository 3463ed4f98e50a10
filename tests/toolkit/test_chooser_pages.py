"""The chooser's pages: the form, what fits, what is missing or cannot be read, and how it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal import content
from portal.toolkit import chooser_kind
from surveys.responses import store
from tests.page_rules import read_page, text_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import InspectingClient, Reply
    from tests.page_rules import Page

PAGE = "/en/toolkit/chooser/"
GROUP = (
    "purpose=answer_questions&apps=whatsapp&size=257_to_1024&risk=little&access=data&hours=full&voice=reads"
)
DANGER = GROUP.replace("risk=little", "risk=danger")


def texts(page: Page, xpath: str) -> list[str]:
    """The texts of what an XPath finds."""
    return [text_of(element) for element in page.all(xpath)]


def sent(reply: Reply) -> dict[str, list[str]]:
    """What the form would send as it stands."""
    chosen: dict[str, list[str]] = {}
    for control in reply.page.all("//main//form//input[@checked]"):
        chosen.setdefault(control.get("name", ""), []).append(control.get("value", ""))
    return chosen


def body(app: Flask) -> dict[str, Any]:
    """The decision file as it is published."""
    with app.app_context():
        return content.document("chooser", "chooser") or {}


def in_page(app: Flask, address: str) -> Page:
    """A page in any language, read without judging what is not translated yet."""
    with app.test_client().get(address) as response:
        assert response.status_code == 200
        return read_page(address, 200, response.headers, response.get_data(as_text=True))


def test_the_form_asks_every_question_and_answers_by_its_address(
    client: InspectingClient, app: Flask
) -> None:
    reply = client.get(PAGE)
    form = reply.page.one("//main//form")
    assert (form.get("method"), form.get("action")) == ("get", f"{PAGE}#result")
    questions = body(app)["questions"]
    assert texts(reply.page, "//main//form//legend") == [question["words"]["en"] for question in questions]
    assert sent(reply) == {}
    assert reply.page.all("//*[@id='result']") == []


def test_whole_answers_give_what_fits_with_reasons_cautions_facts_and_cases(client: InspectingClient) -> None:
    reply = client.get(f"{PAGE}?{GROUP}")
    best = "//*[@id='result']"
    assert texts(reply.page, f"{best}//h2") == ["A WhatsApp group"]
    reasons, cautions = reply.page.all(f"{best}//ul[@class='reasons']")
    assert text_of(reasons[0]) == (
        "The people you want to reach already use WhatsApp, so nobody has to install anything. "
        "You answered: “WhatsApp”"
    )
    assert "which can hold 1,024 members" in text_of(reasons[1])
    assert [text_of(item)[:20] for item in cautions] == ["A group of this size"]
    assert "the limit was once 256 members" in text_of(cautions[0])
    facts = reply.page.all("//section[@aria-labelledby='facts']//li")
    assert [text_of(fact).partition(" (")[0] for fact in facts] == [
        "Members one WhatsApp group can hold: 1,024 members"
    ]
    assert "November 3, 2022" in text_of(facts[0])
    cases = reply.page.all("//section[@aria-labelledby='examples']//a")
    assert [case.get("href") for case in cases] == ["/en/case-studies/ottawa-group/"]


def test_the_answers_stay_in_the_form_and_in_the_address_to_share(client: InspectingClient) -> None:
    given = f"{GROUP}&apps=telegram"
    reply = client.get(f"{PAGE}?{given}")
    assert sent(reply) == parse_qs(given)
    assert reply.page.one("//button[@data-copy='share']").get("hidden") is not None
    shared = str(reply.page.one("//textarea[@id='share']").text).strip()
    assert shared.startswith("http://localhost")
    assert (urlsplit(shared).path, parse_qs(urlsplit(shared).query)) == (PAGE, parse_qs(given))


def test_every_change_that_is_named_leads_to_what_it_names(client: InspectingClient) -> None:
    reply = client.get(f"{PAGE}?{GROUP}")
    links = reply.page.all("//section[@aria-labelledby='changes']//a")
    assert len(links) == 14
    for link in links:
        there = client.get(link.get("href", "").partition("#")[0])
        assert texts(there.page, "//*[@id='result']//h2") == [text_of(link)]


def test_danger_gives_other_ways_and_no_platform(client: InspectingClient) -> None:
    reply = client.get(f"{PAGE}?{DANGER}")
    assert texts(reply.page, "//*[@id='result']//h2") == ["Not digital messaging, at least not yet"]
    assert texts(reply.page, "//*[@id='result']//dt") == [
        "By phone",
        "In person",
        "By e-mail",
        "On a web page",
    ]
    assert reply.page.all("//section[@aria-labelledby='others']") == []


def test_missing_answers_are_named_and_nothing_is_recommended(client: InspectingClient) -> None:
    reply = client.get(f"{PAGE}?{GROUP.replace('size=257_to_1024&', '').replace('&voice=reads', '')}")
    assert texts(reply.page, "//*[@id='result']//li") == [
        "How many people would be in one group?",
        "Do people read and write easily in the languages of the service?",
    ]
    assert texts(reply.page, "//*[@id='result']//h2") == ["Still to answer"]


def test_empty_form_is_told_what_is_needed(client: InspectingClient, app: Flask) -> None:
    field = client.get(PAGE).page.one("//main//form//input[@type='hidden']")
    assert (field.get("name"), field.get("value")) == ("asked", "1")
    reply = client.get(f"{PAGE}?asked=1")
    questions = [question["words"]["en"] for question in body(app)["questions"]]
    assert texts(reply.page, "//*[@id='result']//li") == questions
    assert reply.page.all("//*[contains(@class, 'notice-warning')]") == []


def test_answers_sent_by_the_form_come_to_stand_alone_in_the_address(client: InspectingClient) -> None:
    reply = client.get(f"{PAGE}?asked=1&{GROUP}&apps=telegram&purpose=")
    there = urlsplit(reply.headers["Location"])
    assert (reply.status, there.path) == (303, PAGE)
    wanted = parse_qs(f"{GROUP}&apps=telegram&purpose=", keep_blank_values=True)
    assert parse_qs(there.query, keep_blank_values=True) == wanted


def test_answers_that_exclude_each_other_come_back_as_ticked_with_what_is_wrong(
    client: InspectingClient,
) -> None:
    given = f"{GROUP.replace('&voice=reads', '')}&apps=none"
    reply = client.get(f"{PAGE}?{given}")
    told = "Choose either “None of these is shared by most” or other answers, not both."
    assert texts(reply.page, "//*[@class='error-summary']//li") == [told]
    assert reply.page.one("//*[@class='error-summary']//a").get("href") == "#q-apps"
    assert texts(reply.page, "//*[@id='missing']/..//li") == [
        "Do people read and write easily in the languages of the service?"
    ]
    group = reply.page.one("//fieldset[@id='q-apps']")
    assert "error-apps" in group.get("aria-describedby", "").split()
    assert texts(reply.page, "//*[@id='error-apps']") == [f"Error: {told}"]
    assert sent(reply) == parse_qs(given)
    assert reply.page.all("//*[contains(@class, 'notice-warning')]") == []


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("size=enormous", ["How many people would be in one group?"]),
        ("size=up_to_100&size=over_1024", ["How many people would be in one group?"]),
        ("colour=red", []),
        ("%FF=%00&apps=%3Cscript%3E", ["Which apps do the people you want to reach already use?"]),
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(
    client: InspectingClient, app: Flask, query: str, refused: list[str]
) -> None:
    reply = client.get(f"{PAGE}?{query}")
    assert reply.status == 200
    assert texts(reply.page, "//*[contains(@class, 'notice-warning')]/p") == [body(app)["refused"]["en"]]
    assert texts(reply.page, "//*[contains(@class, 'notice-warning')]//li") == refused
    assert "enormous" not in text_of(reply.page.one("//main"))
    assert sent(reply) == {}


def test_only_the_page_without_answers_is_kept(client: InspectingClient, app: Flask) -> None:
    assert client.get(PAGE).headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "ETag" not in client.get(f"{PAGE}?{GROUP}").headers
    kept = app.extensions["public_pages"]._pages
    assert [address for _host, address in kept] == [f"{PAGE}?"]


def test_the_recommendation_follows_a_fact_that_changed(client: InspectingClient, app: Flask) -> None:
    with app.test_request_context(), store.write():
        fact = content.document("fact", "whatsapp-group-limit")
        assert fact is not None
        number = {"value": 512, "text": dict.fromkeys(("en", "fr", "ar"), "512")}
        fact["statements"].append({**fact["statements"][-1], "id": "later", **number})
        content.save("fact", "whatsapp-group-limit", fact)
    reply = client.get(f"{PAGE}?{GROUP}&apps=telegram")
    assert texts(reply.page, "//*[@id='result']//h2") == ["A Telegram group"]
    assert "A WhatsApp group" not in texts(reply.page, "//main//h3")


def test_how_it_decides_shows_every_outcome_and_every_reason_in_words(
    client: InspectingClient, app: Flask
) -> None:
    reply = client.get(f"{PAGE}how/")
    outcomes = body(app)["outcomes"]
    assert texts(reply.page, "//article/h3") == [outcome["title"]["en"] for outcome in outcomes]
    shown = [len(article.xpath("ul[@class='reasons']/li")) for article in reply.page.all("//article")]
    assert shown == [len(outcome["because"]) + len(outcome["but"]) for outcome in outcomes]
    assert texts(reply.page, "//article[@id='telegram_group']/ul[1]/li")[:2] == [
        "Apps: “Telegram” or (Apps: “WhatsApp” and Group size: more than 1,024 members )",
        "Group size: at most 200,000 members",
    ]
    assert reply.page.all("//main//code") == []


def test_a_condition_without_words_is_shown_as_it_is_written(client: InspectingClient, app: Flask) -> None:
    whole = body(app)
    written = "string-length(${size}) > 0 and ${risk} = 'danger'"
    whole["outcomes"][-1]["because"][0]["when"] = written
    with app.test_request_context(), store.write():
        content.save("chooser", "chooser", whole)
    assert texts(client.get(f"{PAGE}how/").page, "//main//code") == [written]


def test_a_broken_file_is_not_saved(app: Flask) -> None:
    whole = body(app)
    whole["outcomes"][0]["when"] = "${seize} = 1"
    with app.test_request_context(), store.write(), pytest.raises(content.RefusedError) as refused:
        content.save("chooser", "chooser", whole)
    assert [one.place for one in refused.value.complaints] == ["outcomes.1.when"]


@pytest.mark.parametrize("address", ["", "how/", f"?{GROUP}", f"?{DANGER}", "?size=up_to_100"])
@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl")])
def test_the_pages_speak_their_language(app: Flask, language: str, direction: str, address: str) -> None:
    page = in_page(app, f"/{language}/toolkit/chooser/{address}")
    assert (page.tree.get("lang"), page.tree.get("dir")) == (language, direction)
    whole = body(app)
    wanted = whole["points"] if address == "how/" else whole["summary"]
    assert text_of(page.one("//p[@class='lead prose']")) == " ".join(wanted[language].split())


def test_search_and_the_thread_know_the_chooser(app: Flask) -> None:
    whole = body(app)
    with app.test_request_context("/en/"):
        assert next(iter(chooser_kind.KIND.passages(whole, "ar"))).title == whole["title"]["ar"]
        assert ("chooser", "chooser") in content.mentioning("fact", "signal-group-limit")
        assert ("chooser", "chooser") in content.mentioning("case", "toronto-sms")
        assert [place for kind, _slug, place in content.broken() if kind == "chooser"] == []
