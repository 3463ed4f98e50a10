"""What every page of the site must be: the rules that the inspecting client holds each answer against.

A rule takes a page and yields a sentence for each fault it sees. Rules about the languages of a page are in
`page_languages`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import html5lib
from html5lib.constants import E as PARSE_ERRORS
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Rule = Callable[["Page"], Iterator[str]]

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image"})
DATA_SCRIPTS = frozenset({"application/json", "application/ld+json"})
LOADING_RELS = frozenset(
    {
        "stylesheet",
        "icon",
        "apple-touch-icon",
        "preload",
        "modulepreload",
        "prefetch",
        "preconnect",
        "manifest",
    }
)
LOADING_ATTRIBUTES = ("src", "srcset", "poster", "data", "background")
REFERENCES = (
    "for",
    "form",
    "list",
    "headers",
    "popovertarget",
    "aria-activedescendant",
    "aria-controls",
    "aria-describedby",
    "aria-details",
    "aria-errormessage",
    "aria-labelledby",
    "aria-owns",
)
WEAK_POLICY = (
    "'unsafe-inline'",
    "'unsafe-eval'",
    "'unsafe-hashes'",
    "'nonce-",
    "http:",
    "https:",
    "data:",
    "*",
)
ADDRESS_LANGUAGE = re.compile(r"/(en|fr|ar)(?:/|$)")
RESPONDENT = re.compile(r"(/(?:en|fr|ar)/r/[^/]+/)[^/]+/")


@dataclass(frozen=True)
class Page:
    """One HTML page as answered.

    Attributes:
        address: path of the request that was answered, redirects followed.
        status: HTTP status.
        headers: the answer's headers.
        text: the body as sent.
        tree: its root element, as a browser builds it.
        complaints: what the HTML parser had to repair, one sentence each.
    """

    address: str
    status: int
    headers: Mapping[str, str]
    text: str
    tree: etree._Element
    complaints: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language its address names, else the one it says it is in."""
        found = ADDRESS_LANGUAGE.match(self.address)
        return found.group(1) if found else self.tree.get("lang", "")

    def all(self, xpath: str) -> list[etree._Element]:
        """The elements an XPath finds, in document order."""
        return cast("list[etree._Element]", self.tree.xpath(xpath))

    def one(self, xpath: str) -> etree._Element:
        """The only element an XPath finds.

        Raises:
            AssertionError: when it finds none or several.
        """
        found = self.all(xpath)
        assert len(found) == 1, f"{self.address}: {len(found)} elements are {xpath}"
        return found[0]


def read_page(address: str, status: int, headers: Mapping[str, str], text: str) -> Page:
    """Parse an answer as a browser would."""
    builder = html5lib.getTreeBuilder("lxml")
    parser = html5lib.HTMLParser(tree=builder, namespaceHTMLElements=False)
    tree = parser.parse(text)
    complaints = tuple(
        f"line {line}, column {column}: {PARSE_ERRORS[code] % data}"
        for (line, column), code, data in parser.errors
    )
    return Page(address, status, headers, text, tree.getroot(), complaints)


def name(element: etree._Element) -> str:
    """The element's name, without namespace; empty for comments."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_of(element: etree._Element) -> str:
    """The text in an element, spaces folded; an image speaks by its `alt`."""
    texts = element.xpath(
        ".//text()[not(ancestor::script or ancestor::style)] | .//@alt | @alt | .//@aria-label"
    )
    return " ".join(" ".join(cast("list[str]", texts)).split())


def shown(element: etree._Element) -> str:
    """The element as a person finds it in the page's source: its name and what tells it apart."""
    kept = ("id", "name", "type", "href", "src", "for", "class")
    attributes = "".join(f' {key}="{element.get(key)}"' for key in kept if element.get(key))
    return f"<{name(element)}{attributes}>"


def valid(page: Page) -> Iterator[str]:
    """The HTML needs no repair."""
    yield from (f"invalid HTML at {complaint}" for complaint in page.complaints)


def one_h1(page: Page) -> Iterator[str]:
    """The page has one main heading, and it says something."""
    found = page.all("//h1")
    if len(found) != 1:
        yield f"{len(found)} h1 headings instead of one"
    yield from (
        f"{shown(heading)} is empty" for heading in page.all("//h1|//h2|//h3|//h4") if not text_of(heading)
    )


def heading_order(page: Page) -> Iterator[str]:
    """Headings begin with the h1 and never skip a level downwards."""
    before = 0
    for heading in page.all("|".join(f"//{level}" for level in HEADINGS)):
        level = HEADINGS.index(name(heading)) + 1
        if level > before + 1:
            yield f"heading “{text_of(heading)}” is h{level} after {f'h{before}' if before else 'none'}"
        before = level


def unique_ids(page: Page) -> Iterator[str]:
    """No two elements share an id."""
    counts = Counter(cast("list[str]", page.tree.xpath("//@id")))
    yield from (f"id “{key}” stands {count} times" for key, count in counts.items() if count > 1)


def titled(page: Page) -> Iterator[str]:
    """The title is there, once, and not empty."""
    titles = [text_of(title) for title in page.all("/html/head/title")]
    if len(titles) != 1 or not titles[0]:
        yield f"titles are {titles} instead of one that says what the page is"


def labelled(page: Page) -> Iterator[str]:
    """Every form control, button and link has a name that a screen reader can say."""
    for control in page.all("//input|//select|//textarea"):
        if control.get("type", "text") not in UNLABELLED_TYPES and not _label(page, control):
            yield f"{shown(control)} has no label"
    for control in page.all("//button|//a[@href]|//summary"):
        if not (text_of(control) or control.get("aria-label") or _referenced(page, control)):
            yield f"{shown(control)} has no text"
    for control in page.all("//input[@type='submit' or @type='button' or @type='reset']"):
        if not (control.get("value") or control.get("aria-label")):
            yield f"{shown(control)} has no value"


def _label(page: Page, control: etree._Element) -> str:
    pointing = page.tree.xpath("//label[@for=$id]", id=control.get("id", "")) if control.get("id") else []
    around = control.xpath("ancestor::label")
    own = ".//text()[not(ancestor::select or ancestor::textarea or ancestor::button)]|.//img/@alt"
    texts = [text for label in [*pointing, *around] for text in label.xpath(own)]
    return control.get("aria-label", "").strip() or _referenced(page, control) or "".join(texts).strip()


def _referenced(page: Page, control: etree._Element) -> str:
    keys = control.get("aria-labelledby", "").split()
    found = [element for key in keys for element in page.tree.xpath("//*[@id=$key]", key=key)]
    return "".join(text_of(element) for element in found)


def grouped(page: Page) -> Iterator[str]:
    """Radio buttons and checkboxes of one name stand in a group that carries the question."""
    boxes = page.all("//input[@name][@type='radio' or @type='checkbox']")
    counts = Counter(box.get("name") for box in boxes)
    groups = (
        "ancestor::fieldset[legend]"
        "|ancestor::*[@role='group' or @role='radiogroup'][@aria-labelledby or @aria-label]"
    )
    for key in {box.get("name") for box in boxes if counts[box.get("name")] > 1 and not box.xpath(groups)}:
        yield f"the choices named “{key}” stand in no fieldset with a legend"


def references(page: Page) -> Iterator[str]:
    """What a label, an aria attribute or a link within the page points at is there."""
    ids = frozenset(cast("list[str]", page.tree.xpath("//@id")))
    for attribute in REFERENCES:
        for element in page.all(f"//*[@{attribute}]"):
            for key in element.get(attribute, "").split():
                if key not in ids:
                    yield f"{shown(element)} points by {attribute} at “{key}”, which is not there"
    for link in page.all("//a[starts-with(@href, '#')]"):
        if link.get("href", "")[1:] not in ids:
            yield f"{shown(link)} leads to no place on the page"


def images(page: Page) -> Iterator[str]:
    """Every image has an alternative text (empty for a decoration), every meaningful drawing a name."""
    yield from (f"{shown(image)} has no alt" for image in page.all("//img[not(@alt)]"))
    for drawing in page.all("//*[local-name()='svg'][not(ancestor::*[local-name()='svg'])]"):
        named = (
            drawing.get("aria-label")
            or drawing.get("aria-labelledby")
            or drawing.xpath("*[local-name()='title']")
        )
        if drawing.get("aria-hidden") != "true" and not named:
            yield f"{shown(drawing)} is neither hidden from screen readers nor named"


def nothing_inline(page: Page) -> Iterator[str]:
    """No inline style, script or event handler: the policy would block it."""
    for element in page.all("//*"):
        if name(element) == "style":
            yield "a <style> element"
        if name(element) == "script" and not element.get("src") and element.get("type") not in DATA_SCRIPTS:
            yield "an inline <script>"
        for attribute, value in element.attrib.items():
            if (
                attribute == "style"
                or attribute.startswith("on")
                or value.strip().lower().startswith("javascript:")
            ):
                yield f"{shown(element)} carries {attribute}=…"


def nothing_foreign(page: Page) -> Iterator[str]:
    """Nothing is loaded from, or sent to, another host; a link may lead there."""
    loading = [(e, e.get(a, "")) for a in LOADING_ATTRIBUTES for e in page.all(f"//*[@{a}]")]
    loading += [(link, link.get("href", "")) for link in page.all("//link[@href]") if _loads(link)]
    loading += [
        (e, e.get("href", "")) for e in page.all("//*[local-name()='use' or local-name()='image'][@href]")
    ]
    loading += [(form, form.get("action", "")) for form in page.all("//form[@action]")]
    loading += [(button, button.get("formaction", "")) for button in page.all("//*[@formaction]")]
    for element, address in loading:
        if any(urlsplit(part.strip()).netloc for part in address.split(",")):
            yield f"{shown(element)} reaches another host: {address}"


def _loads(link: etree._Element) -> bool:
    return bool(LOADING_RELS & set(link.get("rel", "").split()))


def way_back(page: Page) -> Iterator[str]:
    """A link leads home: of the page's language, of the respondent, or to the staff's desk."""
    inner = RESPONDENT.match(page.address)
    homes = {f"/{page.language}/", inner.group(1) if inner else ""}
    if page.address.startswith("/staff/"):
        homes.add("/staff/")
    if page.language and not homes & set(cast("list[str]", page.tree.xpath("//a/@href"))):
        yield f"no link to /{page.language}/"


def policy(page: Page) -> Iterator[str]:
    """A Content-Security-Policy is sent, and it lets nothing inline and nothing foreign run."""
    sent = page.headers.get("Content-Security-Policy", "")
    if "default-src" not in sent:
        yield "no Content-Security-Policy with a default-src"
    for weak in (
        "'unsafe-inline'",
        "'unsafe-eval'",
        "'unsafe-hashes'",
        "'nonce-",
        "http:",
        "https:",
        "*",
        "data:",
    ):
        if weak in sent:
            yield f"the Content-Security-Policy holds {weak}"


RULES: tuple[Rule, ...] = (
    valid,
    one_h1,
    heading_order,
    unique_ids,
    titled,
    labelled,
    grouped,
    references,
    images,
    nothing_inline,
    nothing_foreign,
    way_back,
    policy,
)
