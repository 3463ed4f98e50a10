"""What no respondent's browser sends: a clear page in the language of the address, and nothing changes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.portal import walking
from tests.portal.walking import PLACE, SURVEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.inspecting import InspectingClient, Reply

MEGABYTE = 1_000_000
UNREADABLE = "This request could not be read"


@pytest.fixture
def first(client: InspectingClient) -> Reply:
    """The first page of a new response."""
    return client.get(f"{walking.home_of_new(client)}organization/")


@pytest.fixture
def unchanged(first: Reply) -> Iterator[None]:  # noqa: ARG001 - the response is begun before
    """Whatever the test does with its response, nothing stored may change."""
    before = walking.database_digest()
    yield
    assert walking.database_digest() == before


@pytest.fixture
def questions(client: InspectingClient) -> dict[str, str]:
    """Addresses of the pages of a response that uses messaging, by name."""
    home = walking.home_of_new(client)
    client.post(f"{home}messaging/", {"uses_messaging": "yes"}, follow_redirects=False)
    consent = {"contact_consent": "yes", "contact_email": "me@example.org"}
    client.post(f"{home}ahead/", consent, follow_redirects=False)
    return {name: f"{home}{name}/" for name in ("organization", "offer", "audience", "purposes", "ahead")}


TAMPERED = {
    "unknown choice": ("organization", b"province=Atlantis&staff_size=over_150"),
    "several answers to one question": ("organization", b"province=ON&province=QC"),
    "array in the manner of PHP and an unknown choice": ("organization", b"province[]=ON&province=XX"),
    "unknown choice among several": ("offer", b"services=language&services=piano"),
    "the same choice twice": ("offer", b"services=language&services=language"),
    "unknown choice in a grid": ("purposes", b"purposes:information=splendid"),
    "grid row answered twice": ("purposes", b"purposes:information=well&purposes:information=badly"),
    "two numbers": ("audience", b"reach=1&reach=2"),
    "acknowledgement with another word": ("ahead", b"contact_consent=maybe"),
    "invalid UTF-8": ("ahead", b"comment=caf%E9"),
    "half a surrogate pair": ("ahead", b"comment=%ED%A0%80"),
    "bytes that are no UTF-8, not quoted": ("ahead", b"comment=caf\xe9"),
    "overlong UTF-8": ("ahead", b"comment=%C0%AF"),
    "invalid UTF-8 in a name": ("ahead", b"%FF=1&pilot=yes"),
    "null byte": ("ahead", b"comment=a%00b"),
    "text over 100 kB": ("ahead", b"comment=" + b"x" * 100_001),
    "revision of the future": ("organization", b":revision=999&province=ON&staff_size=over_150"),
    "negative revision": ("organization", b":revision=-1&province=ON&staff_size=over_150"),
    "revision in words": ("organization", b":revision=latest&province=ON&staff_size=over_150"),
    "revision in other digits": ("organization", ":revision=١".encode()),
    "revision of five thousand digits": ("organization", b":revision=" + b"9" * 5000),
    "revision with a point": ("organization", b":revision=1.0"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_tampered_post_changes_nothing(
    case: str, client: InspectingClient, questions: dict[str, str]
) -> None:
    page, body = TAMPERED[case]
    before = walking.database_digest()
    refused = client.post(questions[page], body, content_type="application/x-www-form-urlencoded")
    assert (refused.status, refused.h1) == (400, UNREADABLE)
    assert walking.database_digest() == before


def test_refusal_is_in_the_language_of_the_address(client: InspectingClient, first: Reply) -> None:
    refused = {
        language: client.post(
            first.address.replace("/en/", f"/{language}/"),
            {"province": "Atlantis"},
            headers={"Accept-Language": "en"},
        )
        for language in walking.LANGUAGES
    }
    assert {reply.status for reply in refused.values()} == {400}
    assert [reply.page.tree.get("lang") for reply in refused.values()] == list(walking.LANGUAGES)
    assert len({reply.h1 for reply in refused.values()}) == 3


def _longer(count: int) -> bytes:
    return b"&".join(b"f%d=" % number for number in range(count))


def _multipart(parts: int, head: str = 'Content-Disposition: form-data; name="province"') -> bytes:
    return b"".join(b"--b\r\n" + head.encode() + b"\r\n\r\nON\r\n" for _ in range(parts)) + b"--b--\r\n"


TOO_MUCH = {
    "a million fields": (b"a=&" * MEGABYTE, "application/x-www-form-urlencoded"),
    "a field of two megabytes": (b"comment=" + b"x" * 2 * MEGABYTE, "application/x-www-form-urlencoded"),
    "two thousand parts": (_multipart(2000), "multipart/form-data; boundary=b"),
    "a file of two megabytes": (
        _multipart(1, 'Content-Disposition: form-data; name="f"; filename="f"').replace(
            b"ON", b"x" * 2 * MEGABYTE
        ),
        "multipart/form-data; boundary=b",
    ),
    "a part with endless headers": (
        _multipart(1, "X-Long: " + "x" * 2 * MEGABYTE),
        "multipart/form-data; boundary=b",
    ),
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("case", TOO_MUCH)
def test_too_much_at_once_changes_nothing(case: str, client: InspectingClient, first: Reply) -> None:
    body, kind = TOO_MUCH[case]
    refused = client.post(first.address, body, content_type=kind)
    assert (refused.status, refused.h1) == (413, "That is too much at once")


def test_too_much_at_the_start_begins_nothing(client: InspectingClient) -> None:
    client.get("/en/")
    before = walking.database_digest()
    refused = client.post(
        f"/en/surveys/{SURVEY}/", b"a=&" * MEGABYTE, content_type="application/x-www-form-urlencoded"
    )
    assert refused.status == 413
    assert walking.database_digest() == before


def test_fields_nobody_asked_for_are_ignored(client: InspectingClient, first: Reply) -> None:
    body = b"province=ON&staff_size=over_150&" + _longer(900)
    saved = client.post(first.address, body, content_type="application/x-www-form-urlencoded")
    assert (saved.status, walking.place(saved)) == (200, "place")


ODD_MULTIPART = {
    "no boundary": (b"anything", "multipart/form-data"),
    "boundary that never comes": (b"anything", "multipart/form-data; boundary=b"),
    "cut short": (_multipart(1)[:-20], "multipart/form-data; boundary=b"),
    "JSON": (b'{"province": "ON"}', "application/json"),
    "nothing": (b"", "application/x-www-form-urlencoded"),
    "no type": (b"province=ON&staff_size=over_150", "text/plain"),
}


@pytest.mark.parametrize("case", ODD_MULTIPART)
def test_post_that_is_no_form_is_refused(case: str, client: InspectingClient, first: Reply) -> None:
    body, kind = ODD_MULTIPART[case]
    refused = client.post(first.address, body, content_type=kind)
    assert refused.status == (400 if case not in {"JSON", "no type"} else 415)
    assert client.get(first.address).page.all("//input[@checked]") == []


@pytest.mark.usefixtures("unchanged")
def test_unknown_page_is_not_found(client: InspectingClient, first: Reply) -> None:
    home = walking.home_of(first)
    addresses = ["nothing/", "organization/more/", "review/more/", "%00/", "%ff/", "../review/x", "releases/"]
    got = [client.get(f"{home}{address}").status for address in addresses]
    posted = [client.post(f"{home}{address}", {"province": "ON"}).status for address in addresses]
    assert (got, posted) == ([404] * len(addresses), [404] * len(addresses))


@pytest.mark.usefixtures("unchanged")
def test_receipt_cannot_be_posted_to(client: InspectingClient, first: Reply) -> None:
    assert client.post(f"{walking.home_of(first)}done/").status == 404
    assert client.open(first.address, method="DELETE").status == 405
    assert client.open(first.address, method="PUT", data={"province": "ON"}).status == 405


@pytest.mark.usefixtures("unchanged")
def test_tampered_token_is_not_found(client: InspectingClient, first: Reply) -> None:
    token = first.address.split("/")[3]
    tampered = [
        token[:-1],
        token[1:],
        token + "x",
        token.swapcase(),
        token + "\x00",
        "0" * len(token),
        "'; DROP TABLE response; --",
        "..",
        "é" * 24,
        "\ud800",
        token + token * 5,
    ]
    for wrong in tampered:
        path = quote(wrong, safe="", errors="surrogatepass")
        for address in (f"/en/r/{path}/", f"/en/r/{path}/organization/", f"/en/r/{path}/review/"):
            refused = client.get(address)
            assert (refused.status, refused.h1) == (404, "There is no page here"), address
        assert client.post(f"/en/r/{path}/organization/", PLACE).status == 404
    assert client.get(f"/en/r/%ff{token}/").status == 404


@pytest.mark.usefixtures("unchanged")
def test_token_of_ten_megabytes_is_not_found(client: InspectingClient, first: Reply) -> None:
    token = first.address.split("/")[3]
    assert client.get(f"/en/r/{token}{'x' * 10 * MEGABYTE}/organization/").status == 404


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("language", ["de", "EN", "en-CA", "zz"])
def test_unknown_language_is_not_found(language: str, client: InspectingClient, first: Reply) -> None:
    for address in (
        first.address.replace("/en/", f"/{language}/"),
        f"/{language}/",
        f"/{language}/findings/",
    ):
        assert client.get(address).status == 404


REFUSED = {
    "number with words": ("audience", {"reach": "about 50"}, "Write a number, for example 25."),
    "negative number": ("audience", {"reach": "-1"}, "Write 0 or more."),
    "number with decimals": ("audience", {"reach": "1.5"}, "Write a whole number, without decimals."),
    "number too large": ("audience", {"reach": "9" * 39}, "Write 500,000 or less."),
    "number of a thousand digits": ("audience", {"reach": "9" * 1000}, "Write a number, for example 25."),
    "infinite number": ("audience", {"reach": "1e999"}, "Write a number, for example 25."),
    "text too long": (
        "ahead",
        {"comment": "x" * 2001},
        "Shorten this to 2,000 characters. It has 2,001 now.",
    ),
    "e-mail that is none": (
        "ahead",
        {"contact_consent": "yes", "contact_email": "<b>me</b>"},
        "Write an e-mail address, for example name@example.org.",
    ),
    "too many choices": (
        "offer",
        {"services": ["language", "housing", "health", "youth"]},
        "Choose three services at most.",
    ),
    "other without words": (
        "offer",
        {"services": ["other"], "services:other": "  "},
        "Write what the other answer is, or untick it.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_page_gives_back_what_was_typed(
    case: str, client: InspectingClient, questions: dict[str, str]
) -> None:
    page, values, sentence = REFUSED[case]
    before = walking.texts(client.get(f"{walking.home_of(client.get(questions[page]))}review/"), "//dd")
    refused = walking.send(client, client.get(questions[page]), values)
    assert refused.status == 422
    (error,) = refused.page.all("//p[@class='field-error']")
    assert walking.text_of(error) == f"Error: {sentence}"
    (link,) = refused.page.all("//div[contains(@class, 'error-summary')]//a")
    assert refused.page.one(f"//*[@id='{link.get('href')[1:]}']").get("name") in values
    for shown in (refused, client.get(questions[page])):
        for field, value in values.items():
            assert sorted(_typed(shown, field)) == sorted([value] if isinstance(value, str) else value)
    review = client.get(f"{walking.home_of(refused)}review/")
    assert walking.texts(review, "//dd") == before, "a refused answer was stored"


HOSTILE = (
    "</textarea><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} %(limit)s \"' \u202e&amp;"
)


def test_hostile_text_is_shown_as_typed(client: InspectingClient, questions: dict[str, str]) -> None:
    comment = HOSTILE + "x" * 2000
    refused = walking.send(client, client.get(questions["ahead"]), {"comment": comment})
    assert refused.status == 422
    assert _typed(refused, "comment") == [comment]
    walking.send(client, client.get(questions["ahead"]), {"comment": HOSTILE})
    other = walking.send(
        client, client.get(questions["offer"]), {"services": ["other"], "services:other": HOSTILE}
    )
    review = client.get(f"{walking.home_of(other)}review/")
    answers = walking.texts(review, "//dd[@dir='auto']")
    assert HOSTILE in answers
    assert f"Another service: {HOSTILE}" in answers
    assert [
        walking.tag_names(cell)[1:] for cell in review.page.all("//dd[@dir='auto'][contains(., 'alert')]")
    ] == [
        [],
        [],
    ]


def test_page_saved_whole_forgets_what_was_refused(
    client: InspectingClient, questions: dict[str, str]
) -> None:
    walking.send(client, client.get(questions["audience"]), {"reach": "many"})
    walking.send(client, client.get(questions["audience"]), {"reach": "70"})
    page = client.get(questions["audience"])
    assert _typed(page, "reach") == ["70"]
    assert page.page.all("//*[contains(@class, 'notice-warning')]") == []


def test_null_byte_in_an_unasked_name_is_harmless(stored_app: Flask) -> None:
    client = stored_app.test_client(use_cookies=False)
    started = client.post(f"/en/surveys/{SURVEY}/")
    body = io.BytesIO(b"province=ON&a%00b=c%00d")
    answered = client.post(
        started.headers["Location"], input_stream=body, content_type="application/x-www-form-urlencoded",
        content_length=len(body.getvalue()),
    )  # fmt: skip
    assert answered.status_code == 422


def _typed(reply: Reply, field: str) -> list[str]:
    """What a page's form has in a field."""
    found = []
    for control in reply.page.all(f"//*[@name='{field}']"):
        if control.get("type") in {"radio", "checkbox"}:
            found += [control.get("value", "on")] if control.get("checked") is not None else []
        else:
            found.append(control.get("value") or "".join(control.itertext()))
    return found
