"""Refused, corrected, withdrawn, closed: nothing typed is lost, overwritten or taken for what it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.page_rules import text_of
from tests.portal import walking
from tests.portal.walking import NON_USER, PLACE, SURVEY, USER

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import Reply

QUOTED = "application/x-www-form-urlencoded"
COMPLAINTS = "//p[@class='field-error']"
WARNINGS = "//main//div[contains(@class, 'notice-warning')]/p"
LOST = "//div[contains(@class, 'notice-warning')]//li/strong"


def value(reply: Reply, field: str) -> str:
    """What a page's only control of a name has in it."""
    return reply.page.one(f"//input[@name='{field}']").get("value", "")


def ticked(reply: Reply, field: str) -> list[str]:
    """What is ticked of a question."""
    return [box.get("value", "") for box in reply.page.all(f"//input[@name='{field}'][@checked]")]


def parked() -> list[tuple[str, dict[str, list[str]]]]:
    """Page and fields of everything that is kept to be offered back."""
    return [(row.page, row.posted) for row in store.Parked.select().order_by(store.Parked.id)]


# Withdrawn


def test_link_of_a_withdrawn_response_says_so(app: Flask, client: InspectingClient) -> None:
    line = walking.done(app, "survey", "invite", SURVEY, "Riverside Settlement")
    home = urlsplit(line.strip().split("\t")[1]).path
    walking.fill_in(client, home, NON_USER)
    done = client.submit(client.get(f"{home}review/"))
    walking.done(app, "responses", "withdraw", SURVEY, walking.receipt(done))
    before = walking.database_digest()
    for page in ("", "place/", "review/", "done/"):
        assert client.get(f"{home}{page}").status == 410, page
    for page in ("place/", "review/"):
        assert client.post(f"{home}{page}", PLACE).status == 410, page
    pages = [client.get(home.replace("/en/", f"/{code}/")) for code in walking.LANGUAGES]
    assert [page.status for page in pages] == [410] * 3
    assert [page.page.tree.get("lang") for page in pages] == list(walking.LANGUAGES)
    assert pages[0].h1 == "This response was withdrawn"
    assert len({page.h1 for page in pages}) == 3
    refused = walking.run(app, "survey", "invite", SURVEY, "Riverside  Settlement")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Error: Riverside Settlement has withdrawn its response.\n"
    assert walking.database_digest() == before


# Refused, and changed by somebody else meanwhile


@pytest.mark.parametrize("when", ["at once", "on a later visit"])
def test_completing_a_refused_page_overwrites_nobody(when: str, app: Flask, client: InspectingClient) -> None:
    first = walking.start(client)
    other = InspectingClient(app)
    tab = other.get(first.address)
    walking.send(other, tab, {"province": "NS"}, go="back")
    refused = walking.send(client, first, {"province": "ON"})
    assert (refused.status, value(refused, ":revision")) == (422, "0")
    if when == "on a later visit":
        refused = client.get(first.address)
        assert (ticked(refused, "province"), value(refused, ":revision")) == (["ON"], "0")
    conflict = walking.send(client, refused, {"staff_size": "over_150"})
    assert conflict.status == 409
    assert (ticked(conflict, "province"), walking.texts(conflict, LOST)) == (["NS"], ["Ontario"])
    review = client.get(f"{walking.home_of(first)}review/")
    assert walking.texts(review, "//dd[@dir='auto']")[:2] == ["Nova Scotia", "More than 150"]


def test_lost_answer_is_told_until_the_page_is_saved(app: Flask, client: InspectingClient) -> None:
    first = walking.start(client)
    tab = InspectingClient(app).get(first.address)
    walking.answer(client, first, PLACE)
    walking.send(client, tab, {"province": "NS", "staff_size": "from_11_to_50"})
    for _ in range(2):
        again = client.get(first.address)
        assert (ticked(again, "province"), walking.texts(again, LOST)) == (["ON"], ["Nova Scotia"])
    walking.send(client, again, {"province": "NS"})
    saved = client.get(first.address)
    assert (ticked(saved, "province"), walking.texts(saved, LOST)) == (["NS"], [])


@pytest.mark.parametrize("leaving", [{"go": "back"}, {"language": "fr"}])
def test_own_saved_answers_are_no_conflict_when_a_page_is_given_back(
    leaving: dict[str, str], client: InspectingClient
) -> None:
    page = walking.open_page(client, "audience")
    walking.send(client, page, {"reach": "many", "message_languages": ["ar"]}, **leaving)
    again = client.get(page.address)
    assert (value(again, "reach"), ticked(again, "message_languages")) == ("many", ["ar"])
    saved = walking.send(client, again, {"reach": "70", "message_languages": ["en"]})
    assert (saved.status, walking.place(saved)) == (200, "team")


# What is no form


PART = b"--b\r\nContent-Disposition: form-data; name=%s\r\n\r\nQC\r\n"

ODD = {
    "JSON": (b'{"province": "ON"}', "application/json", 415),
    "text": (b"province=QC&staff_size=over_150", "text/plain", 415),
    "no type": (b"province=QC&staff_size=over_150", "", 415),
    "unknown type": (b"province=QC", "application/x-nothing", 415),
    "empty": (b"", QUOTED, 400),
    "empty multipart": (b"--b--\r\n", "multipart/form-data; boundary=b", 400),
    "cut multipart": (
        b"".join(PART % field for field in (b"province", b"staff_size"))[:-4],
        "multipart/form-data; boundary=b",
        400,
    ),
    "1001 fields": (b"&".join(b"f%d=" % number for number in range(1001)), QUOTED, 413),
    "null byte": (b"province=QC&staff_size=over_150%00", QUOTED, 400),
    "bytes that are no text": (b"province=QC&staff_size=over_150&x=%92", QUOTED, 400),
}


@pytest.mark.parametrize("case", ODD)
def test_post_that_is_no_form_clears_nothing(case: str, client: InspectingClient) -> None:
    body, kind, status = ODD[case]
    second = walking.answer(client, walking.start(client), PLACE)
    address = f"{walking.home_of(second)}organization/"
    before = walking.database_digest()
    assert client.post(address, body, content_type=kind).status == status
    assert walking.database_digest() == before


def test_thousand_fields_are_not_too_many(client: InspectingClient) -> None:
    first = walking.start(client)
    body = b"province=ON&staff_size=over_150&" + b"&".join(b"f%d=" % number for number in range(998))
    saved = client.post(first.address, body, content_type=QUOTED)
    assert (saved.status, walking.place(saved)) == (200, "place")


def test_too_many_fields_begin_and_submit_nothing(client: InspectingClient) -> None:
    review = walking.ready_to_submit(client, NON_USER)
    body = ODD["1001 fields"][0]
    before = walking.database_digest()
    for address in (review.address, f"/en/surveys/{SURVEY}/"):
        assert client.post(address, body, content_type=QUOTED).status == 413
    assert walking.database_digest() == before


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("It\x92s here", "Its here"), ("a\x1fb\x1b", "ab"), ("caf\ufffd au lait", "caf\ufffd au lait")],
)
def test_pasted_signs_do_not_stop_a_page(
    typed: str, stored: str, app: Flask, client: InspectingClient
) -> None:
    review = walking.ready_to_submit(client, {**NON_USER, "comment": typed})
    client.submit(review)
    assert [row["comment"] for row in walking.submitted(app)] == [stored]


# Words behind an unticked "other"


def test_words_choose_the_other_answer(app: Flask, client: InspectingClient) -> None:
    answers = {**USER, "services": ["orientation"]}
    review, _ = walking.answer_all(client, walking.start(client), answers)
    shown = review.page.one("//dd[.//a[contains(@href, '#q-services')]]/preceding-sibling::dd[1]")
    assert text_of(shown).endswith("Another service: Music lessons")
    client.submit(review)
    assert [walking.given(row) for row in walking.submitted(app)] == [walking.exported(USER)]


def test_words_choose_the_other_single_answer_unless_another_is_chosen(client: InspectingClient) -> None:
    page = walking.open_page(client, "moves")
    more = walking.send(client, page, {"switch_from:other": "Line"})
    assert (more.status, ticked(more, "switch_from"), value(more, "switch_from:other")) == (
        200,
        ["other"],
        "Line",
    )
    refused = walking.send(client, more, {"switch_from": "whatsapp"})
    assert refused.status == 422
    assert walking.texts(refused, COMPLAINTS) == [
        "Error: Choose the other answer as well, or delete what you wrote here."
    ]
    assert refused.page.one("//input[@name='switch_from:other']").get("aria-invalid") == "true"
    review = client.get(f"{walking.home_of(page)}review/")
    (shown,) = review.page.all("//dd[contains(., 'Line')]")
    assert text_of(shown) == "Another platform: Line"
    assert walking.send(client, refused, {"switch_from:other": ""}).address.endswith("/obstacles/")


# A correction


def test_correction_says_that_it_is_not_submitted_yet(client: InspectingClient) -> None:
    review = walking.ready_to_submit(client, NON_USER)
    done = client.submit(review)
    home = walking.home_of(done)
    assert [walking.texts(client.get(page), WARNINGS) for page in (home, done.address)] == [[], []]
    walking.send(client, client.get(f"{home}place/"), {"role": "management"})
    for page in (home, done.address):
        (warning,) = walking.texts(client.get(page), WARNINGS)
        assert warning.startswith("Your changes are not submitted yet.")
    older = client.submit(review)
    assert older.address == review.address, "an older review page must not look as if it had submitted this"
    again = client.submit(older)
    assert (again.address, walking.receipt(again)) == (done.address, walking.receipt(done))
    assert [walking.texts(client.get(page), WARNINGS) for page in (home, done.address)] == [[], []]


# What a page gives back


def test_tick_taken_away_stays_away(client: InspectingClient) -> None:
    page = walking.open_page(client, "ahead")
    client.post(page.address, {"contact_consent": "yes", "contact_email": "a@example.org"})
    again = client.get(page.address)
    assert ticked(again, "contact_consent") == ["yes"]
    refused = walking.send(client, again, {"contact_consent": [], "comment": "x" * 2001})
    assert refused.status == 422
    for given in (refused, client.get(page.address)):
        assert (ticked(given, "contact_consent"), len(given.page.all(COMPLAINTS))) == ([], 1)
    walking.send(client, client.get(page.address), {"comment": "short"})
    assert ticked(client.get(page.address), "contact_consent") == []


def test_passing_by_an_untouched_page_is_no_fault(client: InspectingClient) -> None:
    first = walking.start(client)
    french = walking.send(client, first, language="fr")
    assert french.address == first.address.replace("/en/", "/fr/")
    second = walking.answer(client, first, PLACE)
    back = walking.send(client, second, go="back")
    assert back.address == first.address
    for page in (french, back, client.get(second.address), client.get(french.address)):
        assert (page.status, page.page.all(COMPLAINTS), walking.texts(page, WARNINGS)) == (200, [], [])
    assert parked() == []


def test_refused_posts_do_not_pile_up(client: InspectingClient) -> None:
    page = walking.open_page(client, "audience")
    for number in range(8):
        client.post(page.address, {"reach": f"many {number}", "province": "ON", "junk": "x" * 9_000})
    client.post(f"{walking.home_of(page)}ahead/", {"comment": "y" * 2001, "pilot": "yes", ":go": "back"})
    assert parked() == [
        *(("audience", {"reach": [f"many {number}"]}) for number in range(3, 8)),
        ("ahead", {"comment": ["y" * 2001], "pilot": ["yes"]}),
    ]


def test_what_was_typed_last_is_given_back(client: InspectingClient) -> None:
    page = walking.open_page(client, "audience")
    for typed in ("many", "lots", "many"):
        client.post(page.address, {"reach": typed})
    assert value(client.get(page.address), "reach") == "many"


# A closed wave


def test_closed_wave_says_so_wherever_its_links_lead(app: Flask, client: InspectingClient) -> None:
    done = client.submit(walking.ready_to_submit(client, NON_USER))
    begun = walking.home_of(walking.answer(client, walking.start(client), PLACE))
    walking.done(app, "survey", "close", SURVEY)
    for home in (walking.home_of(done), begun):
        for address in (home, f"{home}place/", f"{home}organization/"):
            page = client.get(address, follow_redirects=True)
            (warning,) = walking.texts(page, WARNINGS)
            assert (page.address, page.page.all("//ol[@class='task-list']")) == (home, [])
            assert warning.startswith("This survey is closed. It takes no more answers.")
    receipts = walking.texts(client.get(walking.home_of(done)), f"//a[@href='{done.address}']")
    assert receipts == ["Your receipt"]
    assert client.get(begun).page.all(f"//a[@href='{begun}done/']") == []
    assert walking.receipt(client.get(done.address)) == walking.receipt(done)


# From the review and back


def test_changed_routing_leads_through_the_new_pages_and_back(client: InspectingClient) -> None:
    review = walking.ready_to_submit(client, NON_USER)
    page = client.get(f"{walking.home_of(review)}messaging/?from=review")
    tools = walking.send(client, page, {"uses_messaging": "yes"})
    assert walking.place(tools) == "tools"
    again, passed = walking.answer_all(client, tools, USER)
    assert passed[:7] == ["tools", "purposes", "audience", "team", "practice", "moves", "moves"]
    assert again.address == review.address
    back = client.get(f"{walking.home_of(review)}messaging/?from=review")
    assert walking.send(client, back, {"uses_messaging": "planned"}).address.endswith("/without/")


def test_language_switch_keeps_the_way_back_to_the_review(client: InspectingClient) -> None:
    review = walking.ready_to_submit(client, NON_USER)
    page = client.get(f"{walking.home_of(review)}place/?from=review")
    french = walking.send(client, page, language="fr")
    assert (french.address, value(french, ":return")) == (page.address.replace("/en/", "/fr/"), "review")
    saved = walking.send(client, french, {"role": "management"})
    assert saved.address == review.address.replace("/en/", "/fr/")


# Commands


def test_export_of_the_demonstration_is_called_so(demo_app: Flask) -> None:
    folder = demo_app.config["PORTAL"].instance / "out"
    folder.mkdir()
    for name in ("records.csv", "DEMO-again.csv"):
        walking.done(demo_app, "responses", "export", f"{SURVEY}@demonstration", "--out", str(folder / name))
    assert sorted(path.name for path in folder.iterdir()) == ["DEMO-again.csv", "DEMO-records.csv"]
