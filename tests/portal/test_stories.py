"""Case studies: what is refused, what their pages show, and nothing loaded from elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from portal import content, searching
from portal.languages import away
from portal.stories import media
from portal.stories.fields import FIELDS
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.page_rules import text_of
from tests.portal import walking
from tests.portal.storytelling import everything, image, medium, story, words

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

KIND = "case-study"
AT = "/en/case-studies/"


@pytest.fixture(scope="module")
def library(lasting_stored_app: Flask) -> Flask:
    """A site with a case study that says everything and one that says little, beside those that ship."""
    with lasting_stored_app.app_context(), store.write():
        content.save(KIND, "everything", everything(), position=900)
        content.save(KIND, "little", story(), position=901)
    return lasting_stored_app


@pytest.fixture
def visitor(library: Flask) -> InspectingClient:
    return InspectingClient(library)


@pytest.fixture
def browser(library: Flask) -> FlaskClient:
    """A visitor whose pages may be in a language that is not translated yet, or show another site."""
    return library.test_client(use_cookies=False)


# What is refused


def told(app: Flask, body: dict[str, Any], slug: str = "tried") -> list[str]:
    """Places of the complaints about a body."""
    with away(app, "en"):
        return sorted(
            complaint.place for complaint in content.complaints_of(KIND, slug, {"slug": slug, **body})
        )


def section(text: dict[str, str], *sources: str) -> dict[str, Any]:
    return {"what_it_is": {"text": text, "sources": list(sources)}}


REFUSED = {
    "a missing language": ({"title": {"en": "A", "fr": "B"}}, ["title.ar"]),
    "a language unknown here": ({"title": {**words("A"), "de": "D"}}, ["title.de"]),
    "an unknown platform": ({"platforms": ["whatsapp", "fax"]}, ["platforms.2"]),
    "an unknown province": ({"province": "XX"}, ["province"]),
    "an unknown size": ({"size": "huge"}, ["size"]),
    "a field unknown here": ({"colour": "red"}, ["colour"]),
    "no source": ({"sources": []}, ["sources"]),
    "a source not there": ({"sections": section(words("A"), "two")}, ["sections.what_it_is.sources"]),
    "a section without a source": ({"sections": section(words("A"))}, ["sections.what_it_is.sources"]),
    "a script for an address": (
        {"sources": [{"id": "one", "name": words("S"), "address": "javascript:alert(1)"}]},
        ["sources.1.address"],
    ),
    "a script for a file": ({"media": [medium("video", "javascript:alert(1)")]}, ["media.1.address"]),
    "a host for a file": ({"media": [medium("video", "//example.org/film.mp4")]}, ["media.1.address"]),
    "a file outside": ({"media": [medium("video", "/static/../secret.mp4")]}, ["media.1.address"]),
    "an image not told in words": ({"media": [image(alternative=None)]}, ["media.1.alternative"]),
    "an image told in two languages": (
        {"media": [image(alternative={"en": "A", "fr": "B"})]},
        ["media.1.alternative.ar"],
    ),
    "an image of nobody": (
        {"media": [image(credit=None, licence="")]},
        ["media.1.credit", "media.1.licence"],
    ),
    "a video of another site than it says": (
        {"media": [medium("video", "https://example.org/watch?v=abcdefghijk", provider="youtube")]},
        ["media.1.address"],
    ),
    "captions from elsewhere for a video of ours": (
        {
            "media": [
                medium(
                    "video",
                    "/static/a.mp4",
                    captions=[{"language": "fr", "address": "https://example.org/a.vtt"}],
                )
            ]
        },
        ["media.1.captions.1.address"],
    ),
    "what is no reference": ({"related": ["ottawa group", "fact:dmsi-pilots"]}, ["related.1", "related.2"]),
    "a reference that leads nowhere": ({"related": ["case:nowhere"]}, ["case:nowhere"]),
    "a fact that leads nowhere": ({"facts": ["nothing-known"]}, ["fact:nothing-known"]),
    "an end before the beginning": ({"period": {"from": "2020-05", "to": "2019"}}, ["period.to"]),
    "facts that are no list": ({"facts": {"a": 1}, "switches": "x"}, ["facts", "switches"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_case_study_is_refused(case: str, library: Flask) -> None:
    more, places = REFUSED[case]
    assert told(library, story(**more)) == places


def test_case_study_that_says_little_or_everything_is_accepted(library: Flask) -> None:
    assert told(library, story()) == []
    assert told(library, everything()) == []
    assert told(library, story(), slug="compare") == ["slug"]


def test_the_case_study_that_says_everything_fills_in_every_field() -> None:
    filled = everything()
    assert [field.name for field in FIELDS if not filled.get(field.name)] == []


# One case study


def test_page_of_a_case_study_that_says_everything(visitor: InspectingClient) -> None:
    page = visitor.get(f"{AT}everything/").page
    assert [text_of(one) for one in page.all("//ol[@class='switch-line'][1]//span[@class='bubble']")][:2] == [
        "WhatsApp",
        "Telegram",
    ]
    assert [section.get("aria-labelledby") for section in page.all("//div[@class='prose']/section")] == [
        "switch", "switch-2", "what_it_is", "why_started", "why_platform", "how_it_runs", "evaluated",
        "results", "lessons", "quotations", "facts", "conflicts", "media",
    ]  # fmt: skip
    links = [link.get("href") for link in page.all("//section[@aria-labelledby='related']//a")]
    assert links == [f"{AT}ottawa-group/", "/en/conference/summit-2020/#is-digital-messaging-right"]
    quotation = text_of(page.one("//figure[@class='quotation']"))
    assert quotation.startswith("It helps (en) A moderator (en) · Our translation")
    assert page.one("//a[contains(@href, '/share/')]").get("href") == "/en/share/case/everything/"
    cited = text_of(page.one("//section[@aria-labelledby='citation']/p"))
    assert cited.startswith(f"An agency tried a group (en). DMSI portal. http://localhost{AT}everything/")


def test_dated_limits_show_what_was_stated_before(visitor: InspectingClient) -> None:
    page = visitor.get(f"{AT}ottawa-group/").page
    first = page.one("//section[@aria-labelledby='switch']/ul[2]/li[1]")
    assert [text_of(link) for link in first.xpath(".//a[@class='fact']")] == [
        "1,024 members", "100 members", "256 members", "512 members",
    ]  # fmt: skip


def test_page_tells_machines_that_it_is_an_article(visitor: InspectingClient) -> None:
    told = json.loads(
        visitor.get(f"{AT}ottawa-group/").page.one("//script[@type='application/ld+json']").text
    )
    assert (told["@type"], told["inLanguage"]) == ("Article", "en")
    assert told["datePublished"] <= told["dateModified"]


def test_case_study_that_says_little_is_whole(visitor: InspectingClient) -> None:
    page = visitor.get(f"{AT}little/").page
    assert len(page.all("//dd/span[@class='unknown']")) == 11
    assert len(page.all("//section/span[@class='unknown']")) == 6
    assert page.all("//section[@aria-labelledby='media' or @aria-labelledby='switch']") == []


def test_hostile_and_long_words_stay_words(app: Flask) -> None:
    nasty = '"><script>alert(1)</script>[x](javascript:alert(1))<img src=//evil.example/x onerror=alert(1)>'
    long = {"text": words(f"{nasty}\n\n" + "long " * 5000 + "x" * 5000), "sources": ["one"]}
    body = everything()
    body |= {"title": words(nasty), "summary": words(nasty * 20), "city": words(nasty), "contact": nasty}
    body |= {
        "sections": dict.fromkeys(body["sections"], long),
        "created_by": [{"name": nasty, "language": "en"}],
    }
    body["media"][0] |= {"name": words(nasty), "transcript": words(nasty)}
    with app.app_context(), store.write():
        content.save(KIND, "hostile", body)
    client = InspectingClient(app)
    pages = [
        client.get(f"{AT}{path}") for path in ("hostile/", "compare/?a=hostile&b=calgary", "compare/", "")
    ]
    for reply in pages:
        assert reply.status == 200
        assert reply.page.all("//script[not(@src)][not(@type)] | //*[@onerror]") == []
    assert pages[0].h1 == f"{nasty} (en)"


PATHS = (
    "", "?platform=telegram&year=2017", "everything/", "ottawa-group/", "everything/video/2/", "compare/",
    "compare/?a=ottawa-group&b=everything",
)  # fmt: skip


@pytest.mark.parametrize("language", walking.LANGUAGES)
def test_pages_in_every_language(language: str, browser: FlaskClient) -> None:
    for path in PATHS:
        answer = browser.get(f"/{language}/case-studies/{path}")
        page = html.fromstring(answer.text)
        assert (answer.status_code, len(page.xpath("//h1"))) == (200, 1), path
        assert (page.get("lang"), page.get("dir")) == (language, "rtl" if language == "ar" else "ltr")
        assert len(page.xpath("//@id")) == len(set(page.xpath("//@id"))), path


# Media


def loaded(page: html.HtmlElement) -> list[str]:
    return [str(found) for found in page.xpath("//main//@src | //main//@poster | //main//@srcset")]


def test_nothing_of_another_site_is_loaded_by_the_page_of_a_case_study(visitor: InspectingClient) -> None:
    reply = visitor.get(f"{AT}everything/")
    page = html.fromstring(reply.text)
    assert loaded(page) == [
        "/static/film.mp4", *(f"/static/captions-{code}.vtt" for code in walking.LANGUAGES),
        "/static/share.png", "/static/talk.mp3",
    ]  # fmt: skip
    assert page.xpath("//iframe | //embed | //object") == []
    assert [found.get("preload") for found in page.xpath("//video | //audio")] == ["none", "none"]
    assert page.xpath("//img/@alt") == ["A room with two phones (en)"]
    assert page.xpath("//track[@default]/@srclang") == ["en"]
    assert reply.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'; media-src 'self'")
    assert "media-src" not in visitor.get(f"{AT}little/").headers["Content-Security-Policy"]
    buttons = [link.get("href") for link in page.xpath("//a[@class='button']")]
    assert buttons == [f"{AT}everything/video/2/", f"{AT}everything/video/3/"]


@pytest.mark.parametrize(
    ("number", "host", "frame"),
    [
        (2, "https://www.youtube-nocookie.com", "https://www.youtube-nocookie.com/embed/abcdefghijk"),
        (3, "https://player.vimeo.com", "https://player.vimeo.com/video/12345?dnt=1"),
    ],
)
def test_page_of_a_video_lets_its_site_in_and_no_other(
    number: int, host: str, frame: str, browser: FlaskClient, visitor: InspectingClient
) -> None:
    usual = visitor.get("/en/method/").headers["Content-Security-Policy"]
    for _ in range(2):  # made, and kept
        answer = browser.get(f"{AT}everything/video/{number}/")
        assert answer.headers["Content-Security-Policy"] == f"{usual}; frame-src {host}"
        page = html.fromstring(answer.text)
        assert loaded(page) == [frame]
        assert page.xpath("//iframe/@title") == ["A video (en)"]
    assert visitor.get("/en/method/").headers["Content-Security-Policy"] == usual


@pytest.mark.parametrize(
    "path",
    [
        *(f"everything/video/{number}/" for number in (0, 1, 4, 5, 9)),
        "little/video/1/",
        "nothing/video/1/",
    ],
)
def test_other_media_have_no_page_of_a_video(path: str, visitor: InspectingClient) -> None:
    assert visitor.get(f"{AT}{path}").status == 404


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        ("https://youtu.be/abcdefghijk", "https://www.youtube-nocookie.com/embed/abcdefghijk"),
        (
            "https://m.youtube.com/watch?t=3&v=abcdefghijk",
            "https://www.youtube-nocookie.com/embed/abcdefghijk",
        ),
        (
            "https://www.youtube-nocookie.com/embed/abcdefghijk",
            "https://www.youtube-nocookie.com/embed/abcdefghijk",
        ),
        ("https://www.youtube.com/watch?v=abcdefghijk%22%3E", None),
        ("https://youtube.com.evil.example/watch?v=abcdefghijk", None),
        ("https://www.youtube.com/playlist?list=abcdefghijk", None),
    ],
)
def test_video_is_shown_by_its_own_site_alone(address: str, frame: str | None) -> None:
    found = media.frame({"kind": "video", "provider": "youtube", "address": address})
    assert (found.address if found else None) == frame


def test_unlisted_video_keeps_its_key() -> None:
    found = media.frame({"kind": "video", "provider": "vimeo", "address": "https://vimeo.com/12345/0a1b2c"})
    assert found is not None
    assert found.address == "https://player.vimeo.com/video/12345?dnt=1&h=0a1b2c"


# Search, and the thread


def test_search_finds_a_section_of_a_case_study_and_narrows_by_platform(library: Flask) -> None:
    with away(library, "en"):
        found = searching.search("buses cancelled storms", "en", {"platform": "telegram"}, 1, 10)
        assert found.hits[0].address == f"{AT}ottawa-group/#how_it_runs"
        assert found.hits[0].facets["year"] == ["2017"]
        assert found.hits[0].facets["province"] == ["ON"]
        assert searching.search("buses cancelled storms", "en", {"platform": "wechat"}, 1, 10).total == 0


def test_case_study_names_who_refers_to_it_and_every_reference_leads_somewhere(
    visitor: InspectingClient, library: Flask
) -> None:
    used = visitor.get(f"{AT}afghan-digital-service/").page.one("//section[@class='used-in']")
    assert f"{AT}ottawa-group/" in used.xpath(".//a/@href")
    with library.app_context():
        assert [one for one in content.broken() if one[0] == KIND] == []
