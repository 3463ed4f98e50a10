"""The client of the tests: a browser without scripts that reads every page it gets and refuses a faulty one.

`client.get("/en/")` answers a `Reply`; `client.submit(reply, {"uses": "yes"})` fills the page's form in and
sends it as a browser would, so that a test can only answer what the page really asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from tests import page_languages, page_rules
from tests.page_rules import Page, name, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask import Flask
    from lxml import etree
    from werkzeug.datastructures import Headers

RULES = (*page_rules.RULES, *page_languages.RULES)


@dataclass(frozen=True)
class Reply:
    """An answer of the site.

    Attributes:
        status: HTTP status.
        address: path that was answered in the end, redirects followed.
        body: the bytes sent.
    """

    status: int
    address: str
    headers: Headers
    body: bytes
    _page: Page | None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def page(self) -> Page:
        """The page, parsed: `page.all(xpath)`, `page.one(xpath)`.

        Raises:
            AssertionError: when the answer is no HTML.
        """
        assert self._page is not None, (
            f"{self.address} answered {self.status} {self.headers.get('Content-Type')}"
        )
        return self._page

    @property
    def h1(self) -> str:
        """The text of the main heading."""
        return page_rules.text_of(self.page.one("//h1"))


class FaultyPageError(AssertionError):
    """A page breaks a rule; the message lists every fault, `reply` is the answer all the same."""

    def __init__(self, reply: Reply, *faults: str) -> None:
        """Tell the faults of an answer."""
        super().__init__("\n  ".join([f"{reply.address} ({reply.status}) is faulty:", *faults]))
        self.reply = reply


class InspectingClient:
    """Flask's test client with a critical eye."""

    def __init__(
        self, app: Flask, *, fingerprint: Callable[[], object] | None = None, cookies: bool = False
    ) -> None:
        """Visit a site.

        Args:
            app: the site.
            fingerprint: the state that no GET may change, for example the number of rows of every table.
            cookies: whether to keep cookies; the public rooms must work without.
        """
        self._client = app.test_client(use_cookies=cookies)
        self._fingerprint = fingerprint

    def get(self, address: str, **options: Any) -> Reply:
        """Fetch an address and inspect it; options are those of Flask's test client.

        Raises:
            FaultyPageError: when the page breaks a rule, or fetching it changed something.
        """
        before = self._fingerprint() if self._fingerprint else None
        reply = self.open(address, method="GET", **options)
        if self._fingerprint and self._fingerprint() != before:
            raise FaultyPageError(reply, "a GET changed what is stored")
        return reply

    def post(self, address: str, data: Mapping[str, object] | bytes | None = None, **options: Any) -> Reply:
        """Send a form, follow redirects (unless `follow_redirects=False`), inspect the page at the end."""
        options.setdefault("follow_redirects", True)
        return self.open(address, method="POST", data=data, **options)

    def open(self, address: str, **options: Any) -> Reply:
        """Send any request and inspect what answers it."""
        with self._client.open(address, **options) as response:
            body, path = response.get_data(), response.request.path
            page = None
            if response.mimetype == "text/html" and body and not 300 <= response.status_code < 400:
                page = read_page(path, response.status_code, response.headers, body.decode())
            reply = Reply(response.status_code, path, response.headers, body, page)
        if page:
            faults = inspect(page)
            if faults:
                raise FaultyPageError(reply, *faults)
        return reply

    def submit(
        self,
        reply: Reply,
        values: Mapping[str, str | Sequence[str]] | None = None,
        *,
        form: str = "//form[@method='post']",
        **options: Any,
    ) -> Reply:
        """Fill a page's form in and send it.

        Args:
            reply: the answer whose page holds the form.
            values: field name -> what is typed or chosen; a list for several checkboxes. Fields not named
                here are sent as the page has them.
            form: an XPath of the one form.
            options: those of `post`.

        Raises:
            AssertionError: when the form has no such field, or the field no such choice.
        """
        element = reply.page.one(form)
        filled = fill(element, values or {})
        return self.post(
            urljoin(reply.address, element.get("action") or reply.address), data=filled, **options
        )


def inspect(page: Page) -> list[str]:
    """Every fault of a page, each as `rule: sentence`."""
    return [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(page)]


def fill(form: etree._Element, values: Mapping[str, str | Sequence[str]]) -> dict[str, list[str]]:
    """What a browser would send of a form with these values put in."""
    sent: dict[str, list[str]] = {}
    offered: dict[str, set[str] | None] = {}
    for control in form.xpath(".//input[@name]|.//select[@name]|.//textarea[@name]"):
        key, choices = control.get("name", ""), _choices(control)
        known = offered.setdefault(key, choices)
        if known is not None and choices is not None:
            known |= choices
        present = _present(control)
        if present:
            sent.setdefault(key, []).extend(present)
    for key, value in values.items():
        wanted = [value] if isinstance(value, str) else list(value)
        assert key in offered, f"the form has no field {key!r}, it has {sorted(offered)}"
        choices = offered[key]
        assert choices is None or choices.issuperset(wanted), f"{key!r} offers {choices}, not {wanted}"
        sent[key] = wanted
    return sent


def _choices(control: etree._Element) -> set[str] | None:
    """The values a control offers; None when anything can be typed."""
    if name(control) == "select":
        return {option.get("value", option.text or "") for option in control.iter("option")}
    if control.get("type") in {"radio", "checkbox"}:
        return {control.get("value", "on")}
    return None


def _present(control: etree._Element) -> list[str]:
    """What a control sends when nobody touches it."""
    kind = control.get("type", "text")
    if name(control) == "textarea":
        return ["".join(control.itertext()).removeprefix("\n")]
    if name(control) == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and control.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", option.text or "") for option in chosen]
    if kind in {"submit", "button", "reset", "image", "file"} or control.get("disabled") is not None:
        return []
    if kind in {"radio", "checkbox"}:
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]
