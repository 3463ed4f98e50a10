"""The findings as pages and files: the same figures everywhere, protected, announced, and there for good."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from PIL import Image

from tests.portal import walking
from tests.portal.walking import NON_USER, SURVEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.inspecting import InspectingClient, Reply
    from tests.portal.walking import Crawl

ROOT = f"/en/findings/{SURVEY}/"
DOCUMENT = {
    "survey",
    "wave",
    "release",
    "demo",
    "name",
    "wording",
    "by",
    "kind",
    "as_of",
    "state",
    "needed",
    "language",
    "rows",
}
ROW = {
    "level",
    "level_label",
    "item",
    "item_label",
    "code",
    "label",
    "count",
    "base",
    "percent",
    "low",
    "high",
    "symbol",
}
COLUMNS = [
    "survey",
    "wave",
    "release",
    "demo",
    "name",
    "by",
    "as_of",
    "level",
    "level_label",
    "item",
    "item_label",
    "code",
    "label",
    "count",
    "base",
    "percent",
    "low",
    "high",
    "symbol",
]

# They need the English walk, or cost as much as one: on its worker.
pytestmark = pytest.mark.xdist_group("walk-en")


@dataclass
class Table:
    """One released table in every form it is published in; page and chart of every national and one split."""

    as_json: Reply
    as_csv: Reply
    page: Reply | None
    svg: Reply | None

    @property
    def told(self) -> dict[str, Any]:
        """The JSON document."""
        return json.loads(self.as_json.body)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the JSON document."""
        return self.told["rows"]


@pytest.fixture(scope="session")
def tables(
    visit_demonstration: Callable[[], Iterator[InspectingClient]], crawled: Callable[[str], Crawl]
) -> dict[tuple[str, str], Table]:
    """Every table of the demonstration by question and dimension ("" for all of Canada)."""
    crawl = crawled("en")
    questions = sorted(
        {match[1] for match in map(re.compile(f"{ROOT}([a-z_]+)/$").match, crawl.replies) if match}
    )
    found = {}
    with visit_demonstration() as client:
        for place, question in enumerate(questions):
            menu = crawl.replies[f"{ROOT}{question}/"].page.tree.xpath("//ul[@class='by-menu']//a/@href")
            dimensions = [str(href).partition("?by=")[2] for href in menu]
            drawn = {"", dimensions[place % len(dimensions)]}
            for by in ("", *dimensions):
                asked = f"?by={by}" if by else ""
                found[question, by] = Table(
                    client.get(f"{ROOT}{question}.json{asked}"),
                    client.get(f"{ROOT}{question}.csv{asked}"),
                    client.get(f"{ROOT}{question}/{asked}") if by in drawn else None,
                    client.get(f"{ROOT}{question}.svg{asked}") if by in drawn else None,
                )
    return found


def test_every_table_of_the_menu_is_there(tables: dict[tuple[str, str], Table]) -> None:
    dimensions = ["province", "staff_size", "setting", "francophone", "role"]
    questions = {question for question, _ in tables}
    assert len(questions) == 24
    assert set(tables) == {(q, by) for q in questions for by in ("", *dimensions) if by != q}
    assert {table.as_json.status for table in tables.values()} == {200}


def test_json_has_the_agreed_shape(tables: dict[tuple[str, str], Table]) -> None:
    for (question, by), table in tables.items():
        told = table.told
        assert set(told) == DOCUMENT
        assert (told["survey"], told["name"], told["by"] or "", told["demo"]) == (SURVEY, question, by, True)
        assert all(set(row) == ROW for row in told["rows"])
        assert (told["state"] == "shown") == bool(told["rows"])
    counting = {key for key in DOCUMENT | ROW if re.search(r"(count|base|total|^n|_n)$", key)}
    assert counting == {"count", "base"}


def test_counts_are_rounded_and_bases_large_enough(tables: dict[tuple[str, str], Table]) -> None:
    rows = [row for table in tables.values() for row in table.rows]
    assert len(rows) > 2000
    assert {row["count"] % 3 for row in rows} == {0}
    assert {row["base"] % 3 for row in rows} == {0}
    assert min(row["base"] for row in rows) >= 12
    assert all(row["percent"] is None or row["low"] <= row["percent"] <= row["high"] for row in rows)


def test_csv_has_the_rows_of_the_json(tables: dict[tuple[str, str], Table]) -> None:
    for table in tables.values():
        reader = csv.DictReader(io.StringIO(table.as_csv.text, newline=""))
        lines = list(reader)
        told = table.told
        assert reader.fieldnames == COLUMNS
        source = {key: _cell(told[key]) for key in COLUMNS[:7]} | {"demo": "yes"}
        assert lines == [source | {key: _cell(row[key]) for key in COLUMNS[7:]} for row in table.rows]


def test_page_table_has_the_rows_of_the_json(tables: dict[tuple[str, str], Table]) -> None:
    for table in tables.values():
        if table.page is None:
            continue
        wanted = [
            [
                row["label"],
                " ".join(filter(None, [_percent(row["percent"]), row["symbol"]])),
                "–" if row["low"] is None else f"{row['low']}–{row['high']}",
                f"{row['count']:,}",
                f"{row['base']:,}",
            ]
            for row in table.rows
        ]
        lines = table.page.page.all("//section[@aria-labelledby='table']//tr[th[@scope='row']]")
        assert [[walking.text_of(cell) for cell in line.xpath("th|td")] for line in lines] == wanted


def test_chart_draws_the_percentages_of_the_json(tables: dict[tuple[str, str], Table]) -> None:
    compared = 0
    for table in tables.values():
        if table.svg is None or table.told["kind"] == "likert":
            continue
        wanted = Counter(_percent(row["percent"]) for row in table.rows if row["percent"] is not None)
        inline = table.page.page.all("//main//*[local-name()='svg']")
        assert len(inline) == 2, "a page carries its chart wide and narrow"
        for drawing in (etree.fromstring(table.svg.body), *inline):
            assert Counter(text for text in _texts(drawing) if re.fullmatch(r"\d+%", text)) == wanted
        compared += 1
    assert compared > 30


def test_chart_states_the_bases_of_the_json(tables: dict[tuple[str, str], Table]) -> None:
    for table in tables.values():
        if table.svg is not None:
            said = re.findall(r"n = ([\d,]+)", " ".join(_texts(etree.fromstring(table.svg.body))))
            assert {int(base.replace(",", "")) for base in said} == {row["base"] for row in table.rows}


def test_page_states_wording_base_and_release(tables: dict[tuple[str, str], Table]) -> None:
    for (question, by), table in tables.items():
        if table.page is None:
            continue
        facts = walking.text_of(table.page.page.one("//section[@aria-labelledby='about']"))
        assert f"“{table.told['wording']}”" in facts
        release = table.page.page.one(
            "//section[@aria-labelledby='about']//a[contains(@href, '/releases/1/')]"
        )
        assert release.get("href") == f"{ROOT}releases/1/{question}/" + (f"?by={by}" if by else "")
        if not by and table.told["kind"] != "likert":
            assert f"{table.rows[0]['base']:,} organizations asked" in facts


def test_demonstration_is_announced_everywhere(tables: dict[tuple[str, str], Table]) -> None:
    for (question, by), table in tables.items():
        name = f"DEMO-{SURVEY}-demonstration-r1-{question}" + (f"-by-{by}" if by else "") + "-en"
        for form, reply in (("json", table.as_json), ("csv", table.as_csv), ("svg", table.svg)):
            if reply is not None:
                assert reply.headers["Content-Disposition"] == f'inline; filename="{name}.{form}"'
        if table.page is None:
            continue
        assert "DEMONSTRATION DATA" in " ".join(_texts(etree.fromstring(table.svg.body)))
        assert len(table.page.page.all("//main//*[contains(@class, 'notice-demo')]")) == 1
        assert (
            table.page.page.one("//meta[@name='description']")
            .get("content")
            .startswith("Demonstration data.")
        )


def test_no_citation_of_the_demonstration_is_offered(crawled: Callable[[str], Crawl]) -> None:
    pages = {a: r for a, r in crawled("en").replies.items() if a.startswith(ROOT)}
    assert len(pages) > 40
    for reply in pages.values():
        main = reply.page.one("//main")
        for silent in main.xpath(".//*[contains(@class, 'notice-demo')]|.//*[local-name()='svg']"):
            silent.getparent().remove(silent)
        assert re.findall(r"\b[Cc]it(?:e|ation|ing)\b|CC BY", walking.text_of(main)) == []


def test_every_file_that_pages_link_is_there(
    visit_demonstration: Callable[[], Iterator[InspectingClient]], crawled: Callable[[str], Crawl]
) -> None:
    files = crawled("en").files
    kinds = {
        ".json": "application/json",
        ".csv": "text/csv; charset=utf-8",
        ".svg": "image/svg+xml; charset=utf-8",
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
    with visit_demonstration() as client:
        for address in sorted(files):
            suffix = "." + address.partition("?")[0].rpartition(".")[2]
            if suffix != ".png":
                reply = client.get(address)
                assert (reply.status, reply.headers["Content-Type"]) == (200, kinds[suffix]), address
    assert {"." + address.partition("?")[0].rpartition(".")[2] for address in files} == {*kinds, ".png"}


@pytest.mark.parametrize("address", [f"{SURVEY}/needs.png", f"{SURVEY}/barriers.png?by=role"])
def test_png_opens(address: str, demo_client: InspectingClient) -> None:
    reply = demo_client.get(f"/ar/findings/{address}")
    picture = Image.open(io.BytesIO(reply.body))
    picture.load()
    assert (reply.headers["Content-Type"], picture.format) == ("image/png", "PNG")
    assert picture.width >= 1200


def test_published_figures_say_their_source_in_every_form(demo_client: InspectingClient) -> None:
    page = demo_client.get("/en/findings/known-so-far/")
    names = [article.get("id") for article in page.page.all("//article[@class='finding']")]
    assert len(names) >= 8
    for name in names:
        told = json.loads(demo_client.get(f"/en/findings/known-so-far/{name}.json").body)
        lines = list(
            csv.DictReader(io.StringIO(demo_client.get(f"/en/findings/known-so-far/{name}.csv").text))
        )
        assert [(line["code"], float(line["value"])) for line in lines] == [
            (row["code"], row["value"]) for row in told["rows"]
        ]
        assert told["address"].startswith("https://")
        article = page.page.one(f"//article[@id='{name}']")
        assert article.xpath(f".//a[@href='{told['address']}']")


@pytest.mark.parametrize(
    "address",
    [
        "findings/nothing/",
        "findings/nothing.json",
        f"findings/{SURVEY}/nothing/",
        f"findings/{SURVEY}/nothing.json",
        f"findings/{SURVEY}/comment/",
        f"findings/{SURVEY}/contact_email.csv",
        f"findings/{SURVEY}/needs.txt",
        f"findings/{SURVEY}/needs/?by=nothing",
        f"findings/{SURVEY}/needs.json?by=nothing",
        f"findings/{SURVEY}/needs.csv?by=NEEDS",
        f"findings/{SURVEY}/needs.svg?by=pilot",
        f"findings/{SURVEY}/province/?by=province",
        f"findings/{SURVEY}/releases/2/",
        f"findings/{SURVEY}/releases/0/needs/",
        f"findings/{SURVEY}/releases/1/nothing.csv",
        f"findings/{SURVEY}/releases/-1/",
        f"findings/{SURVEY}/releases/99999999999999999999/",
        f"findings/{SURVEY}/releases/one/",
        f"findings/{SURVEY}@demonstration/",
    ],
)
def test_unknown_findings_are_not_found(address: str, demo_client: InspectingClient) -> None:
    assert demo_client.get(f"/fr/{address}", follow_redirects=True).status == 404


def test_odd_queries_are_harmless(demo_client: InspectingClient) -> None:
    plain = demo_client.get(f"{ROOT}needs.json").body
    by_role = demo_client.get(f"{ROOT}needs.json?by=role").body
    for query in ("by=", "BY=role", "by[]=role", "utm_source=x", "by=&by=role", "&&&", "%00=%ff"):
        assert demo_client.get(f"{ROOT}needs.json?{query}").body == plain, query
    for query in ("by=role&by=setting", "by=role&x=1", "x=1&by=role"):
        assert demo_client.get(f"{ROOT}needs.json?{query}").body == by_role, query


def test_list_of_releases_leads_to_the_newest(demo_client: InspectingClient) -> None:
    reply = demo_client.get(f"{ROOT}releases/")
    assert (reply.status, reply.headers["Location"]) == (302, ROOT)


def test_release_stays_as_it_is_while_answers_arrive(demo_app: Flask, demo_client: InspectingClient) -> None:
    pinned = [f"{ROOT}releases/1/", f"{ROOT}releases/1/needs/?by=role"]
    pinned += [f"{ROOT}releases/1/needs.{form}?by=role" for form in ("json", "csv", "svg", "png")]
    before = {address: demo_client.get(address).body for address in pinned}
    demo_client.submit(walking.ready_to_submit(demo_client, NON_USER))
    walking.done(demo_app, "responses", "accept", SURVEY, "--all")
    walking.done(demo_app, "init")
    demo_app.extensions["public_pages"].forget()
    after = {address: demo_client.get(address).body for address in pinned}
    assert after == before


def test_findings_without_release_say_from_when_on(client: InspectingClient) -> None:
    page = client.get(f"/ar/findings/{SURVEY}/")
    assert page.status == 200
    assert page.page.all("//main//*[local-name()='svg']") == []
    assert client.get(f"/ar/findings/{SURVEY}/needs/").status == 404


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _percent(value: int | None) -> str:
    return "–" if value is None else f"{value}%"


def _texts(drawing: etree._Element) -> list[str]:
    """The texts a chart draws, its hidden description left out."""
    return ["".join(text.itertext()) for text in drawing.xpath(".//*[local-name()='text']")]
