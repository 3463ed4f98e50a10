"""Staff tables: the address says what is shown, two queries show it, nothing in rows or address breaks it."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from flask import render_template_string
from flask_babel import lazy_gettext
from markupsafe import Markup
from peewee import AutoField, BigIntegerField, CharField, IntegerField, Model

from portal.staff.tables import Button, Column, Filter, Link, ListTable, Table, Time
from surveys.responses import store
from tests.inspecting import inspect
from tests.page_rules import Page, read_page, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

PAGE = """<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Clinics</title></head>
<body><a href="/en/">Home</a><h1>Clinics</h1>
{% from "macros/staff.html" import data_table %}{% for one in tables %}{{ data_table(one) }}{% endfor %}
</body></html>"""

HEADERS = {"Content-Security-Policy": "default-src 'none'"}


class Clinic(Model):
    """What the tables of these tests list."""

    id = AutoField()
    name = CharField()
    state = CharField(default="open")
    size = IntegerField(null=True)
    at = BigIntegerField(default=1_700_000_000)

    class Meta:
        """Where it lives."""

        database = store.database
        table_name = "clinic"


@contextmanager
def clinics(app: Flask, rows: list[dict[str, Any]]) -> Iterator[None]:
    """A table with these rows while it lasts."""
    with app.app_context():
        store.database.create_tables([Clinic])
        try:
            with store.write():
                for start in range(0, len(rows), 500):
                    Clinic.insert_many(rows[start : start + 500]).execute()
            yield
        finally:
            store.database.drop_tables([Clinic])


@pytest.fixture
def hundred(lasting_stored_app: Flask) -> Iterator[Flask]:
    """A site with a hundred and twenty clinics: two of three open, every fourth of unknown size."""
    rows = [
        {
            "name": f"Clinic {number:03}",
            "state": "closed" if number % 3 == 0 else "open",
            "size": None if number % 4 == 0 else number * 10,
        }
        for number in range(1, 121)
    ]
    with clinics(lasting_stored_app, rows):
        yield lasting_stored_app


def table(**options: Any) -> Table:
    columns = [
        Column("name", "Name", Clinic.name, lambda row: Link(row.name, f"/staff/clinics/{row.id}/")),
        Column("state", "State", Clinic.state),
        Column("size", "Size", Clinic.size),
        Column("at", "Since", None, lambda row: Time(row.at)),
    ]
    kinds = {"open": "Open", "closed": "Closed"}
    given: dict[str, Any] = {
        "search": [Clinic.name, Clinic.state],
        "filters": [Filter("state", "State", kinds, Clinic.state)],
        "order": Clinic.id.asc(),
        "caption": "Clinics",
        **options,
    }
    return Table(Clinic.select(), columns, **given)


def show(app: Flask, query: str = "", make: Any = table, *others: Any) -> Page:
    """The page of a table at an address, held against the rules of every page."""
    with app.test_request_context(f"/staff/clinics/{query}"):
        html = render_template_string(PAGE, tables=[make(), *(other() for other in others)])
    page = read_page("/staff/clinics/", 200, HEADERS, html)
    assert inspect(page) == []
    return page


def names(page: Page) -> list[str]:
    return [text_of(cell) for cell in page.all("//tbody//th")]


def texts(page: Page, xpath: str) -> list[str]:
    return [" ".join(text_of(element).split()) for element in page.all(xpath)]


def test_first_page(hundred: Flask) -> None:
    page = show(hundred)
    assert names(page) == [f"Clinic {number:03}" for number in range(1, 51)]
    assert texts(page, "//*[@class='small table-count']") == ["1–50 of 120"]
    assert texts(page, "//tbody/tr[1]/*") == ["Clinic 001", "open", "10", "Nov 14, 2023, 10:13 p.m. UTC"]
    assert [e.get("href") for e in page.all("//tbody/tr[1]/th/a")] == ["/staff/clinics/1/"]


def test_missing_value_is_told(hundred: Flask) -> None:
    assert texts(show(hundred), "//tbody/tr[4]/td[2]/*") == ["–", "none"]


@pytest.mark.parametrize(
    ("sort", "first", "last", "said"),
    [
        ("", "Clinic 001", "Clinic 050", {}),
        ("-name", "Clinic 120", "Clinic 071", {"Name": "descending"}),
        ("name", "Clinic 001", "Clinic 050", {"Name": "ascending"}),
        ("-size", "Clinic 119", "Clinic 054", {"Size": "descending"}),
        ("state", "Clinic 003", "Clinic 014", {"State": "ascending"}),
    ],
)
def test_sorted(hundred: Flask, sort: str, first: str, last: str, said: dict[str, str]) -> None:
    page = show(hundred, f"?sort={sort}")
    assert (names(page)[0], names(page)[-1]) == (first, last)
    heads = {text_of(head).strip(" ▲▼"): head.get("aria-sort") for head in page.all("//th[@aria-sort]")}
    assert heads == said


@pytest.mark.parametrize("sort", ["size", "-size"])
def test_missing_values_come_last_either_way(hundred: Flask, sort: str) -> None:
    page = show(hundred, f"?sort={sort}&page=3")
    assert names(page)[-1] == "Clinic 120"
    assert texts(page, "//tbody/tr[last()]/td[2]/span[@class='visually-hidden']") == ["none"]


def heads(page: Page) -> dict[str, str | None]:
    return {text_of(link).strip(" ▲▼"): link.get("href") for link in page.all("//thead//a")}


def test_head_sorts_and_turns_round(hundred: Flask) -> None:
    plain = "/staff/clinics/?sort="
    usual = {"Name": plain + "name", "State": plain + "state", "Size": plain + "size"}
    assert heads(show(hundred)) == usual
    assert heads(show(hundred, "?sort=name")) == {**usual, "Name": plain + "-name"}
    assert heads(show(hundred, "?sort=-name")) == usual


def test_state_is_kept_in_every_link(hundred: Flask) -> None:
    page = show(hundred, "?q=clinic&state=open&sort=-name&page=2&lang=en&other=1&other=2")
    assert names(page) == [f"Clinic {n:03}" for n in range(120, 0, -1) if n % 3][50:]
    rest = "/staff/clinics/?other=1&other=2"
    assert heads(page)["Size"] == f"{rest}&q=clinic&state=open&sort=size"
    assert [link.get("href") for link in page.all("//nav//a")] == [
        f"{rest}&q=clinic&state=open&sort=-name" for _ in range(2)
    ]
    assert [link.get("href") for link in page.all("//form//a")] == [f"{rest}&sort=-name"]
    hidden = [(field.get("name"), field.get("value")) for field in page.all("//input[@type='hidden']")]
    assert hidden == [("other", "1"), ("other", "2"), ("sort", "-name")]
    assert page.one("//input[@name='q']").get("value") == "clinic"
    assert texts(page, "//option[@selected]") == ["Open"]


@pytest.mark.parametrize(
    ("query", "shown", "of"),
    [
        ("?page=0", "1–50", 120),
        ("?page=-1", "1–50", 120),
        ("?page=two", "1–50", 120),
        ("?page=²", "1–50", 120),
        ("?page=%00", "1–50", 120),
        ("?page=3", "101–120", 120),
        ("?page=4", "101–120", 120),
        ("?page=" + "9" * 5000, "101–120", 120),
        ("?sort=at", "1–50", 120),
        ("?sort=--name", "1–50", 120),
        ("?sort=id;drop", "1–50", 120),
        ("?state=nothing&state=open", "1–50", 120),
        ("?unknown=1", "1–50", 120),
        ("?q=%00", "1–50", 120),
        ("?q=++", "1–50", 120),
        ("?q=clinic+00", "1–9", 9),
        ("?q=CLOSED", "1–40", 40),
        ("?q=closed&state=closed&page=9", "1–40", 40),
    ],
)
def test_senseless_arguments_count_as_not_given(hundred: Flask, query: str, shown: str, of: int) -> None:
    page = show(hundred, query)
    assert texts(page, "//*[@class='small table-count']") == [f"{shown} of {of}"]


def test_search_longer_than_any_name(hundred: Flask) -> None:
    page = show(hundred, "?q=" + "x" * 100_000)
    assert page.one("//input[@name='q']").get("value") == "x" * 200
    assert names(page) == []


WILD = [
    {"name": "100% Welcome"},
    {"name": "100 Welcomes"},
    {"name": "a_b"},
    {"name": "axb"},
    {"name": "back\\slash"},
    {"name": "École d’été"},
    {"name": "\u202e<script>alert(1)</script>'\"&"},
    {"name": "مركز الوافدين"},
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("100%25", ["100% Welcome"]),
        ("_", ["a_b"]),
        ("%5C", ["back\\slash"]),
        ("ÉCOLE D’ÉTÉ", ["École d’été"]),
        ("école", ["École d’été"]),
        ("école d’Été chez éric à Québec", []),
        ("الوافدين", ["مركز الوافدين"]),
        ("<SCRIPT>", ["\u202e<script>alert(1)</script>'\"&"]),
        ("' OR 1=1 --", []),
        ("zzz", []),
    ],
)
def test_search_takes_every_character_as_itself(
    lasting_stored_app: Flask, text: str, found: list[str]
) -> None:
    with clinics(lasting_stored_app, WILD):
        assert names(show(lasting_stored_app, f"?q={text}")) == found


def test_hostile_text_stays_text(lasting_stored_app: Flask) -> None:
    hostile = """"><script>alert(1)</script>{{ 7*7 }}%(total)s"""
    rows = [{"name": hostile, "state": hostile}]

    def hostile_table() -> Table:
        columns = [
            Column("name", hostile, Clinic.name),
            Column("act", "Do", None, lambda row: Button("Go", "/staff/go", {"a": row.name}, about=row.name)),
        ]
        choice = Filter("state", hostile, {hostile: hostile}, Clinic.state)
        return Table(Clinic.select(), columns, search=[Clinic.name], filters=[choice], caption=hostile)

    with clinics(lasting_stored_app, rows):
        with lasting_stored_app.test_request_context(
            "/staff/clinics/", query_string={"q": hostile, "state": hostile}
        ):
            html = render_template_string(PAGE, tables=[hostile_table()])
        page = read_page("/staff/clinics/", 200, HEADERS, html)
    assert inspect(page) == []
    assert page.all("//script") == []
    assert names(page) == [hostile]
    assert page.one("//input[@name='a']").get("value") == hostile


def test_two_queries_whatever_the_size(lasting_stored_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"name": f"Clinic {number:04}"} for number in range(5000)]
    with clinics(lasting_stored_app, rows), caplog.at_level(logging.DEBUG, logger="peewee"):
        caplog.clear()
        page = show(lasting_stored_app, "?q=clinic&sort=-name&page=7")
        asked = [record.getMessage() for record in caplog.records if "clinic" in record.getMessage()]
    assert names(page)[0] == "Clinic 4699"
    assert len(asked) == 2


def pages(page: Page) -> list[str]:
    return texts(page, "//nav[@class='pages']//li")


@pytest.mark.parametrize(
    ("number", "offered"),
    [
        (1, ["Page 1", "Page 2", "Page 3", "…", "Page 12", "Next"]),
        (4, ["Previous", *(f"Page {n}" for n in range(1, 7)), "…", "Page 12", "Next"]),
        (6, ["Previous", "Page 1", "…", *(f"Page {n}" for n in range(4, 9)), "…", "Page 12", "Next"]),
        (12, ["Previous", "Page 1", "…", "Page 10", "Page 11", "Page 12"]),
    ],
)
def test_pages_offered(hundred: Flask, number: int, offered: list[str]) -> None:
    page = show(hundred, f"?page={number}", lambda: table(page_size=10))
    assert pages(page) == offered
    assert texts(page, "//*[@aria-current='page']") == [f"Page {number}"]


def test_one_page_offers_no_others(hundred: Flask) -> None:
    assert pages(show(hundred, "?q=010")) == []


def test_empty_and_nothing_found(lasting_stored_app: Flask) -> None:
    with clinics(lasting_stored_app, []):
        empty = show(lasting_stored_app, "", lambda: table(empty="No clinic was added yet."))
        assert texts(empty, "//p") == ["No clinic was added yet."]
        assert empty.all("//form") == []
        nothing = show(lasting_stored_app, "?q=x&state=open&sort=-name")
        assert texts(nothing, "//p") == ["Nothing matches. Try other words, or show all."]
        assert nothing.one("//form//a").get("href") == "/staff/clinics/?sort=-name"


def test_two_tables_on_a_page(hundred: Flask) -> None:
    query = "?sort=-name&late-sort=-size&late-state=closed"
    page = show(hundred, query, table, lambda: table(name="late"))
    first, second = page.all("//table")
    assert text_of(first.xpath(".//tbody//th")[0]) == "Clinic 120"
    assert text_of(second.xpath(".//tbody//th")[0]) == "Clinic 117"
    link = second.xpath(".//thead//a")[0].get("href")
    assert link == "/staff/clinics/?sort=-name&late-state=closed&late-sort=name"


def test_filter_by_a_condition(hundred: Flask) -> None:
    choices = {"small": "Small", "large": "Large"}
    sizes = Filter(
        "kind", "Kind", choices, lambda value: Clinic.size < 50 if value == "small" else Clinic.size >= 50
    )
    page = show(hundred, "?kind=small", lambda: table(filters=[sizes]))
    assert names(page) == ["Clinic 001", "Clinic 002", "Clinic 003"]


def test_list_table(lasting_stored_app: Flask) -> None:
    rows = [("Zoé", 3), ("amina", None), ("Éric", 12)]

    def people() -> Table:
        columns = [
            Column("name", "Name", lambda row: row[0].casefold(), lambda row: row[0]),
            Column("count", "Count", lambda row: row[1], lambda row: row[1]),
        ]
        kinds = Filter("long", "Length", {"True": "Long", "False": "Short"}, lambda row: len(row[0]) > 4)
        return ListTable(rows, columns, search=[lambda row: row[0]], filters=[kinds], page_size=2)

    assert names(show(lasting_stored_app, "", people)) == ["Zoé", "amina"]
    assert names(show(lasting_stored_app, "?page=2", people)) == ["Éric"]
    assert names(show(lasting_stored_app, "?sort=-count", people)) == ["Éric", "Zoé"]
    assert names(show(lasting_stored_app, "?sort=count&page=2", people)) == ["amina"]
    assert names(show(lasting_stored_app, "?q=É", people)) == ["Zoé", "Éric"]
    assert names(show(lasting_stored_app, "?long=True", people)) == ["amina"]


def test_cells(lasting_stored_app: Flask) -> None:
    cells = [
        "Bonjour les amis de la ville et du monde",
        1234567,
        Link("Open", "/staff/x/"),
        Time(None),
        (Link("One", "/staff/1/"), "two"),
        lazy_gettext("Words of the site"),
        Markup("<strong>Marked</strong>"),
        None,
        "",
        0,
    ]
    columns = [Column("cell", "Cell", None, lambda row: row)]
    page = show(lasting_stored_app, "", lambda: ListTable(cells, columns))
    assert [re.sub(r"\s+", " ", text_of(cell)).strip() for cell in page.all("//tbody//th")] == [
        "Bonjour les amis de la ville et du monde",
        "1,234,567",
        "Open",
        "– none",
        "One two",
        "Words of the site",
        "Marked",
        "– none",
        "– none",
        "0",
    ]
    assert texts(page, "//tbody//bdi") == ["Bonjour les amis de la ville et du monde", "Open", "One", "two"]
