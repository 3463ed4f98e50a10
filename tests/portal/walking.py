"""Walking the site: a respondent who answers by the pages' forms, a crawler, and what is stored meanwhile."""

from __future__ import annotations

import copy
import csv
import hashlib
import io
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from flask import request, request_finished

from portal.content.models import Document, Stamp
from surveys.responses import store
from tests.inspecting import FaultyPageError, fill
from tests.page_rules import name, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from click.testing import Result
    from flask import Flask, Response
    from lxml import etree

    from tests.inspecting import InspectingClient, Reply

    Answers = Mapping[str, str | Sequence[str]]

SURVEY = "digital-messaging"
LANGUAGES = ("en", "fr", "ar")

PLACE = {
    "province": "ON",
    "staff_size": "from_11_to_50",
    "setting": "large_city",
    "francophone": "no",
    "role": "frontline",
}
"""What every organization must say of itself."""

NON_USER: Answers = {
    **PLACE,
    "services": ["language", "housing"],
    "uses_messaging": "no",
    "why_not": ["time", "privacy"],
    "would_change": ["clear_rules"],
    "barriers:privacy": "a_lot",
    "training": "none",
    "needs": ["training"],
    "pilot": "maybe",
}
"""An organization that does not use digital messaging."""

USER: Answers = {
    **PLACE,
    "services": ["orientation", "other"],
    "services:other": "Music lessons",
    "service_languages": ["en", "ar"],
    "uses_messaging": "yes",
    "platforms": ["whatsapp", "telegram"],
    "mode": "groups",
    "purposes:information": "very_well",
    "purposes:rumours": "well",
    "reach": "1200",
    "message_languages": ["ar"],
    "staffing:evenings": "volunteers",
    "rules": ["none"],
    "measures": ["members"],
    "switch_from": "whatsapp",
    "switch_reason": ["group_size"],
    "barriers:staff_time": "somewhat",
    "training": "some",
    "needs": ["guide", "peers"],
    "pilot": "yes",
    "comment": "Second line\nis here",
    "contact_consent": "yes",
    "contact_email": "someone@example.org",
}
"""An organization that uses it; some of its answers make more questions relevant on the same page."""


@dataclass
class Traffic:
    """Every answer a site gives while it is listened to, redirects and refusals included.

    Attributes:
        answers: path and headers of each.
    """

    app: Flask
    answers: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin to listen."""
        request_finished.connect(self._heard, self.app)
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop."""
        request_finished.disconnect(self._heard, self.app)

    def _heard(self, _app: Flask, response: Response, **_more: object) -> None:
        self.answers.append((request.path, response.headers))

    def setting_cookies(self) -> list[str]:
        """Paths whose answers set a cookie."""
        return [path for path, headers in self.answers if "Set-Cookie" in headers]


def run(app: Flask, *arguments: str) -> Result:
    """Run a command of the portal."""
    return app.test_cli_runner().invoke(args=list(arguments))


def done(app: Flask, *arguments: str) -> str:
    """What a command says on its output that must succeed."""
    result = run(app, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def submitted(app: Flask, survey: str = SURVEY) -> list[dict[str, str]]:
    """The submitted responses as the research team exports them; none when the command says so."""
    result = run(app, "responses", "export", survey, "--identifiers")
    if result.exit_code:
        assert "No response" in result.output, result.output
        return []
    return list(csv.DictReader(io.StringIO(result.stdout)))


def given(row: Mapping[str, str]) -> dict[str, str]:
    """What an exported response says, without what was left out and what tells them apart."""
    return {
        key: cell
        for key, cell in row.items()
        if cell not in {"", "0"} and key not in {"id", "submitted_day", "language"}
    }


def exported(answers: Answers) -> dict[str, str]:
    """The cells that answers make in an export."""
    cells = {}
    for key, value in answers.items():
        question, _, row = key.partition(":")
        if isinstance(value, str):
            shown = "1" if key == "contact_consent" else value
            cells[f"{question}/{row}" if row and row != "other" else key] = shown
        else:
            cells |= {f"{key}/{choice}": "1" for choice in value}
    return cells


def database_digest() -> str:
    """A fingerprint of all that is stored."""
    digest = hashlib.sha256()
    for model in (*store.TABLES, Document, Stamp):
        digest.update("\n".join(sorted(map(repr, model.select().tuples()))).encode())
    return digest.hexdigest()


def start(client: InspectingClient, language: str = "en") -> Reply:
    """Begin a response by the open link; gives its first page."""
    return client.submit(client.get(f"/{language}/surveys/{SURVEY}/"))


def home_of_new(client: InspectingClient, language: str = "en") -> str:
    """Begin a response and look at nothing; gives its address."""
    begun = client.post(f"/{language}/surveys/{SURVEY}/", follow_redirects=False)
    assert begun.status == 303, begun.text
    return "/".join(begun.headers["Location"].split("/")[:4]) + "/"


def fill_in(client: InspectingClient, home: str, answers: Answers) -> None:
    """Answer as a robot would that does not use messaging: page by page, without looking."""
    for page in ("organization", "place", "offer", "messaging", "without", "obstacles", "support", "ahead"):
        saved = client.post(f"{home}{page}/", answers, follow_redirects=False)
        assert saved.status == 303, saved.text


def ready_to_submit(client: InspectingClient, answers: Answers) -> Reply:
    """Fill a new response in as a robot would; gives the review."""
    home = home_of_new(client)
    fill_in(client, home, answers)
    return client.get(f"{home}review/")


def open_page(client: InspectingClient, page: str) -> Reply:
    """A page of a new response that uses messaging, so that every page but one is on its path."""
    home = home_of_new(client)
    client.post(f"{home}messaging/", {"uses_messaging": "yes"}, follow_redirects=False)
    return client.get(f"{home}{page}/")


def form_of(reply: Reply) -> etree._Element:
    """The page's form without what a browser would not send: what stands in a disabled fieldset."""
    form = copy.deepcopy(reply.page.one("//main//form[@method='post']"))
    for fieldset in form.xpath(".//fieldset[@disabled]"):
        fieldset.getparent().remove(fieldset)
    return form


def offered(reply: Reply) -> set[str]:
    """Names of the form fields a page asks for, our own left out."""
    names = form_of(reply).xpath(".//input/@name|.//textarea/@name|.//select/@name")
    return {str(found) for found in names if not str(found).startswith(":")}


def send(client: InspectingClient, reply: Reply, values: Answers | None = None, **options: str) -> Reply:
    """Fill a page's form in and send it; options are our own fields without their colon: `go="back"`."""
    filled = fill(form_of(reply), values or {})
    filled |= {f":{key}": [value] for key, value in options.items()}
    return client.post(reply.address, filled)


def answer(client: InspectingClient, reply: Reply, answers: Answers) -> Reply:
    """Send a page with those of the answers that it asks for."""
    asked = offered(reply)
    return send(client, reply, {key: value for key, value in answers.items() if key in asked})


def place(reply: Reply) -> str:
    """The name of a respondent's page: its last part."""
    return reply.address.rstrip("/").rpartition("/")[2]


def home_of(reply: Reply) -> str:
    """The address of the response that a page belongs to."""
    return "/".join(reply.address.split("/")[:4]) + "/"


def answer_all(client: InspectingClient, reply: Reply, answers: Answers) -> tuple[Reply, list[str]]:
    """Answer page after page up to the review; gives it, and the names of the pages passed."""
    passed = []
    while place(reply) != "review":
        passed.append(place(reply))
        assert len(passed) < 40, passed
        reply = answer(client, reply, answers)
        assert reply.status == 200, reply.text
    return reply, passed


def respond(client: InspectingClient, answers: Answers, language: str = "en") -> Reply:
    """Answer the survey by the open link from start to receipt; gives the receipt page."""
    review, _ = answer_all(client, start(client, language), answers)
    return client.submit(review)


def receipt(reply: Reply) -> str:
    """The code on a receipt page."""
    return text_of(reply.page.one("//*[@class='receipt-code']"))


def texts(reply: Reply, xpath: str) -> list[str]:
    """The texts of all elements an XPath finds."""
    return [text_of(element) for element in reply.page.all(xpath)]


@dataclass
class Crawl:
    """What a crawler found.

    Attributes:
        replies: answer by address, without what follows `?`.
        faults: what the inspection said, one text for each faulty page.
        files: addresses of files that pages link to, with what follows `?`.
    """

    replies: dict[str, Reply] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)


FILES = (".svg", ".png", ".csv", ".json", ".docx")


def links(reply: Reply) -> Iterator[str]:
    """Every address on this site that a page leads to or loads."""
    for address in reply.page.tree.xpath("//a/@href|//link/@href|//img/@src|//script/@src"):
        target = urlsplit(urljoin(f"http://localhost{reply.address}", str(address)))
        if target.scheme == "http" and target.hostname == "localhost":
            yield target.path + (f"?{target.query}" if target.query else "")


def crawl(client: InspectingClient, first: str, *, within: Callable[[str], bool]) -> Crawl:
    """Follow every link from a page on, as far as `within` lets; splits (`?by=`) are left to the JSON."""
    found, waiting, seen = Crawl(), deque([first]), {first}
    while waiting:
        address = waiting.popleft()
        try:
            reply = client.get(address)
        except FaultyPageError as problem:
            reply = problem.reply
            found.faults.append(str(problem))
        found.replies[address] = reply
        if not reply.headers.get("Content-Type", "").startswith("text/html") or 300 <= reply.status < 400:
            continue
        for link in set(links(reply)):
            path = link.partition("?")[0]
            if path.endswith(FILES) and not path.startswith("/static/"):
                found.files.add(link)
            elif within(path) and path not in seen:
                seen.add(path)
                waiting.append(path)
    return found


def tag_names(element: etree._Element) -> list[str]:
    """Names of an element and all in it, in order."""
    return [name(found) for found in element.iter() if name(found)]
