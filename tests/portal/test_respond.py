"""An organization answers the survey over HTTP: by the open link and a personal one, in every language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import NON_USER, PLACE, SURVEY, USER

if TYPE_CHECKING:
    from flask import Flask

ALWAYS_FIRST = ["organization", "place", "offer", "messaging"]
ALWAYS_LAST = ["obstacles", "support", "ahead"]
OF_USERS = ["tools", "purposes", "audience", "team", "practice", "moves"]


@pytest.fixture
def stored_client(stored_app: Flask) -> InspectingClient:
    """A visitor of the site on SQLite, then on PostgreSQL, whose GETs must change nothing."""
    return InspectingClient(stored_app, fingerprint=walking.database_digest)


@pytest.mark.parametrize("language", walking.LANGUAGES)
def test_journey_of_user_ends_with_receipt(
    language: str, stored_app: Flask, stored_client: InspectingClient
) -> None:
    with walking.Traffic(stored_app) as traffic:
        review, passed = walking.answer_all(stored_client, walking.start(stored_client, language), USER)
        done = stored_client.submit(review)
    # The pages that ask more because of an answer on them come twice, as no script opened the question.
    moves, ahead = ["moves", "moves"], ["ahead", "ahead"]
    assert passed == [*ALWAYS_FIRST, *OF_USERS[:-1], *moves, *ALWAYS_LAST[:-1], *ahead]
    assert (done.status, walking.place(done)) == (200, "done")
    assert re.fullmatch(r"[A-Z0-9]{4}(-[A-Z0-9]{4})+", walking.receipt(done))
    (row,) = walking.submitted(stored_app)
    assert walking.given(row) == walking.exported(USER)
    assert row["language"] == language
    assert traffic.setting_cookies() == []
    assert len(traffic.answers) > 2 * len(passed)


def test_journey_of_non_user_is_short(stored_app: Flask, stored_client: InspectingClient) -> None:
    review, passed = walking.answer_all(stored_client, walking.start(stored_client), NON_USER)
    stored_client.submit(review)
    assert passed == [*ALWAYS_FIRST, "without", *ALWAYS_LAST]
    assert [walking.given(row) for row in walking.submitted(stored_app)] == [walking.exported(NON_USER)]


def test_personal_link_makes_verified_answer(stored_app: Flask, stored_client: InspectingClient) -> None:
    line = walking.done(stored_app, "survey", "invite", SURVEY, "Riverside Settlement", "--language", "fr")
    organization, address = line.strip().split("\t")
    assert organization == "Riverside Settlement"
    overview = stored_client.get(urlsplit(address).path)
    assert overview.address.startswith("/fr/r/")
    first = stored_client.get(f"{overview.address}organization/")
    review, _ = walking.answer_all(stored_client, first, NON_USER)
    personal = stored_client.submit(review)
    by_open_link = walking.respond(stored_client, NON_USER, "fr")
    assert [row["verified"] for row in walking.submitted(stored_app)].count("1") == 1
    assert "Riverside" not in personal.text
    assert len(personal.page.all("//main/p")) == len(by_open_link.page.all("//main/p")) - 1, (
        "only the open link's receipt says that the answer waits for confirmation"
    )


def test_second_invitation_opens_the_same_response(app: Flask, client: InspectingClient) -> None:
    paths = [
        urlsplit(walking.done(app, "survey", "invite", SURVEY, "Same House").strip().split("\t")[1]).path
        for _ in range(2)
    ]
    walking.answer(client, client.get(f"{paths[0]}organization/"), PLACE)
    again = client.get(f"{paths[1]}organization/")
    assert paths[0] != paths[1]
    assert again.page.one("//input[@name='province'][@checked]").get("value") == "ON"


def test_back_button_saves_the_page(client: InspectingClient) -> None:
    second = walking.answer(client, walking.start(client), PLACE)
    back = walking.send(client, second, {"role": "management"}, go="back")
    assert walking.place(back) == "organization"
    again = client.get(second.address)
    assert again.page.one("//input[@name='role'][@checked]").get("value") == "management"
    assert again.page.all("//input[@name='setting'][@checked]") == []


def test_back_button_on_first_page_leads_to_overview(client: InspectingClient) -> None:
    first = walking.start(client)
    assert walking.send(client, first, {"province": "QC"}, go="back").address == walking.home_of(first)


def test_change_from_review_returns_to_review(client: InspectingClient) -> None:
    review = walking.ready_to_submit(client, NON_USER)
    link = review.page.one("//a[contains(@href, '/place/')][contains(@href, '#q-role')]").get("href")
    page = client.get(link.partition("#")[0])
    changed = walking.send(client, page, {"role": "management"}, **{"return": "review"})
    assert page.page.one("//input[@name=':return']").get("value") == "review"
    assert changed.address == review.address
    rows = [walking.texts(changed, f"//dd[.//a[contains(@href, '#q-{q}')]]/preceding-sibling::dd")
            for q in ("role", "setting")]  # fmt: skip
    assert rows == [["Management or leadership"], ["Large city"]]


def test_link_resumes_in_another_browser(app: Flask, client: InspectingClient) -> None:
    second = walking.answer(client, walking.start(client), PLACE)
    link = second.page.one("//input[@id='own-link']").get("value")
    other = InspectingClient(app)
    overview = other.get(urlsplit(link).path)
    states = walking.texts(overview, "//ol[@class='task-list']/li/span")
    assert states == ["Done", *["To do"] * (len(states) - 1)]
    assert overview.page.one("//p[@class='actions']/a[@class='button']").get("href") == second.address
    assert other.get(second.address).h1 == second.h1


def test_link_is_offered_after_first_save_with_ways_to_keep_it(client: InspectingClient) -> None:
    first = walking.start(client)
    assert first.page.all("//input[@id='own-link']") == []
    second = walking.answer(client, first, PLACE)
    link = f"http://localhost{walking.home_of(second)}"
    assert second.page.one("//input[@id='own-link']").get("value") == link
    kept = second.page.one("//details[@class='keep']")
    assert kept.get("open") is not None
    schemes = [urlsplit(str(href))[:2] for href in kept.xpath(".//a/@href")]
    assert schemes == [("mailto", ""), ("https", "wa.me")]


def test_language_button_keeps_what_is_typed(client: InspectingClient) -> None:
    first = walking.start(client)
    button = first.page.one("//button[@name=':language'][@value='ar']")
    assert button.get("form") == "page"
    arabic = walking.send(client, first, {"province": "NB"}, language="ar")
    assert arabic.address == first.address.replace("/en/", "/ar/")
    assert arabic.page.one("//input[@name='province'][@checked]").get("value") == "NB"
    assert arabic.page.all("//input[@name='staff_size'][@checked]") == []


def test_language_button_keeps_what_cannot_be_saved_yet(client: InspectingClient) -> None:
    page = walking.open_page(client, "audience")
    french = walking.send(client, page, {"reach": "many", "message_languages": ["ar"]}, language="fr")
    assert french.address == page.address.replace("/en/", "/fr/")
    assert french.page.one("//input[@name='reach']").get("value") == "many"
    assert french.page.one("//input[@name='message_languages'][@checked]").get("value") == "ar"


def test_question_not_shown_comes_with_the_next_page(client: InspectingClient) -> None:
    page = walking.open_page(client, "ahead")
    assert page.page.one("//input[@name=':shown']").get("value") == "pilot comment contact_consent"
    assert "contact_email" not in walking.offered(page)
    again = walking.send(client, page, {"contact_consent": "yes"})
    assert again.address == page.address
    assert again.page.all("//*[@class='field-error']") == []
    assert "contact_email" in walking.offered(again)
    assert walking.send(client, again, {"contact_email": "a@example.org"}).address.endswith("/review/")


def test_question_shown_by_script_is_judged_at_once(client: InspectingClient) -> None:
    page = walking.open_page(client, "ahead")
    shown = "pilot comment contact_consent contact_email"
    refused = walking.send(client, page, {"contact_consent": "yes"}, shown=shown)
    assert refused.status == 422
    assert walking.texts(refused, "//p[@class='field-error']") == [
        "Error: Write your e-mail address, or untick the box above."
    ]


def test_answer_off_the_path_is_not_submitted_and_comes_back(app: Flask, client: InspectingClient) -> None:
    review, _ = walking.answer_all(client, walking.start(client), USER)
    page = client.get(f"{walking.home_of(review)}messaging/")
    walking.answer_all(client, page, {**NON_USER, "uses_messaging": "no"})
    turned = client.get(page.address)
    tools = walking.send(client, turned, {"uses_messaging": "yes"})
    assert [box.get("value") for box in tools.page.all("//input[@name='platforms'][@checked]")] == [
        "whatsapp",
        "telegram",
    ]
    walking.send(client, client.get(page.address), {"uses_messaging": "no"})
    client.submit(client.get(review.address))
    (row,) = walking.submitted(app)
    assert (row["uses_messaging"], row["mode"], row["platforms/whatsapp"]) == ("no", "", "")


def test_robot_posting_field_names_alone_succeeds(app: Flask, client: InspectingClient) -> None:
    reply = client.post(f"/en/surveys/{SURVEY}/")
    while walking.place(reply) != "review":
        asked = {key: value for key, value in USER.items() if key in walking.offered(reply)}
        # It knows the questionnaire, so it sends at once what an answer on the page makes relevant.
        if walking.place(reply) == "ahead":
            asked["contact_email"] = USER["contact_email"]
        if walking.place(reply) == "moves":
            asked["switch_reason"] = USER["switch_reason"]
        reply = client.post(reply.address, asked)
        assert reply.status == 200
    done = client.post(reply.address)
    assert walking.place(done) == "done"
    assert [walking.given(row) for row in walking.submitted(app)] == [walking.exported(USER)]


@pytest.mark.parametrize("typed", ["1200", "1 200", "1,200", "١٢٠٠", "١٬٢٠٠", "۱۲۰۰", "1\u00a0200"])
def test_number_is_read_as_people_write_it(typed: str, client: InspectingClient) -> None:
    page = walking.open_page(client, "audience")
    walking.send(client, page, {"reach": typed})
    assert client.get(page.address).page.one("//input[@name='reach']").get("value") == "1200"


def test_overview_lists_pages_on_the_path(client: InspectingClient) -> None:
    review, passed = walking.answer_all(client, walking.start(client), NON_USER)
    overview = client.get(walking.home_of(review))
    hrefs = [str(href) for href in overview.page.tree.xpath("//ol[@class='task-list']//a/@href")]
    assert hrefs == [f"{overview.address}{page}/" for page in passed]
    assert set(walking.texts(overview, "//ol[@class='task-list']/li/span")) == {"Done"}


def test_page_off_the_path_leads_to_overview(client: InspectingClient) -> None:
    home = walking.home_of_new(client)
    assert client.get(f"{home}tools/", follow_redirects=True).address == home


def test_receipt_before_submitting_leads_to_review(client: InspectingClient) -> None:
    home = walking.home_of_new(client)
    assert client.get(f"{home}done/", follow_redirects=True).address == f"{home}review/"


def test_private_pages_say_nothing_to_others(app: Flask, client: InspectingClient) -> None:
    with walking.Traffic(app) as traffic:
        done = walking.respond(client, NON_USER)
        home = walking.home_of(done)
        pages = [client.get(f"{home}{page}") for page in ("", "place/", "review/", "done/")]
        refused = client.get("/en/r/unknown/")
    wanted = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    private = [headers for path, headers in traffic.answers if path.startswith("/en/r/")]
    assert len(private) > 15
    assert [{key: headers.get(key) for key in wanted} for headers in private] == [wanted] * len(private)
    token = home.split("/")[3]
    for page in pages:
        head = " ".join(str(value) for value in page.page.tree.xpath("//head//@content|//head//@href"))
        assert token not in head
        assert page.page.one("//meta[@property='og:title']").get("content").startswith("National survey")
    assert refused.status == 404


def test_receipt_shows_three_answers_beside_the_release(demo_client: InspectingClient) -> None:
    done = walking.respond(demo_client, USER)
    mirrors = done.page.all("//section[@aria-labelledby='beside']//div[@class='mirror']")
    own = [walking.text_of(mirror.xpath(".//*[@class='bubble']")[0]) for mirror in mirrors]
    assert own == [
        "You answered: Information and orientation and Another service: Music lessons",
        "You answered: English and Arabic",
        "You answered: Yes",
    ]
    assert [len(mirror.xpath(".//li")) for mirror in mirrors] == [3, 3, 3]
    assert len(done.page.all("//section[@aria-labelledby='beside']//*[contains(@class,'notice-demo')]")) == 1


def test_receipt_without_release_compares_nothing(client: InspectingClient) -> None:
    assert walking.respond(client, NON_USER).page.all("//*[@class='mirror']") == []
