"""Tables of the staff area: sorted, searched, filtered and paged by the server, their state in the address.

`Table` takes any peewee select and asks two queries, whatever its size: how many rows match, and the page.
`ListTable` does the same for a plain list. An argument that makes no sense counts as not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import product
from operator import or_
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request
from flask_babel import lazy_gettext as _

from portal.staff.cells import Button, Link, Time, kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["Button", "Column", "Filter", "Link", "ListTable", "Table", "Time"]

PAGE = 50
"""Rows on a page."""

LONGEST_SEARCH = 200
"""Characters of a search text; what is longer is cut."""

LONGEST_PAGE_NUMBER = 9
"""Digits of a page number that is read; a longer one means the last page."""

MOST_ACCENTS = 4
"""Letters beyond English in a search text of which each is looked for as a small letter and as a capital."""

AROUND = 2
"""Pages named on either side of the present one, besides the first and the last."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: its name in addresses; without `cell`, also the attribute of a row that it shows.
        label: what stands at its head.
        sort: what it is sorted by (a field or an expression; for a list a function of a row); None when it
            cannot be.
        cell: a row -> what stands in the cell: see `portal.staff.cells`.
    """

    name: str
    label: object
    sort: Any = None
    cell: Callable[[Any], Any] | None = None

    def of(self, row: Any) -> Any:
        """What stands in this column of a row."""
        return self.cell(row) if self.cell else getattr(row, self.name)


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice that narrows the table.

    Attributes:
        name: its name in addresses.
        label: its label.
        choices: value in addresses -> its label.
        on: the field that must equal the value, or a function: value -> condition (for a list: a function
            of a row, whose answer must equal the value).
    """

    name: str
    label: object
    choices: Mapping[str, object]
    on: Any


class Table:
    """A table over a peewee select."""

    def __init__(
        self,
        query: Any,
        columns: Sequence[Column],
        *,
        search: Sequence[Any] = (),
        filters: Sequence[Filter] = (),
        order: Any = None,
        empty: object = _("There is nothing here yet."),
        caption: object = _("Table"),
        name: str = "",
        page_size: int = PAGE,
    ) -> None:
        """Describe the table; nothing is asked of the database until it is shown.

        Args:
            query: all its rows.
            columns: its columns; the first names the row.
            search: fields that the search text is looked for in; none, and there is no search.
            filters: choices that narrow it.
            order: an ordering or several: how rows are sorted unless the reader chooses otherwise, and then
                those that are equal in what was chosen.
            empty: the sentence for a table without rows.
            caption: what it lists, said to those who do not see it.
            name: tells it from other tables on the page; its arguments then begin with it and a hyphen.
            page_size: rows on a page.
        """
        self.query = query
        self.columns = columns
        self.search = search
        self.filters = filters
        self.order = order
        self.empty = empty
        self.caption = caption
        self.name = name
        self.page_size = page_size

    # ---- What the address asks for --------------------------------------------------------------

    def key(self, argument: str) -> str:
        """An argument's name in the address."""
        return f"{self.name}-{argument}" if self.name else argument

    def _argument(self, argument: str) -> str:
        return request.args.get(self.key(argument), "").replace("\0", "").strip()

    @cached_property
    def text(self) -> str:
        """What is searched for."""
        return self._argument("q")[:LONGEST_SEARCH] if self.search else ""

    @cached_property
    def chosen(self) -> dict[str, str]:
        """Filter -> the value chosen, for those that narrow the table."""
        asked = {one.name: self._argument(one.name) for one in self.filters}
        return {one.name: asked[one.name] for one in self.filters if asked[one.name] in one.choices}

    @cached_property
    def sorting(self) -> tuple[Column, bool] | None:
        """The column the reader chose to sort by, and whether downwards."""
        asked = self._argument("sort")
        wanted = asked.removeprefix("-")
        column = next((one for one in self.columns if one.name == wanted and one.sort is not None), None)
        return (column, asked.startswith("-")) if column else None

    @cached_property
    def page(self) -> int:
        """The page shown, from 1; the last one when the address asks for one beyond it."""
        asked = self._argument("page")
        if not (asked.isascii() and asked.isdecimal()):
            return 1
        wanted = int(asked) if len(asked) <= LONGEST_PAGE_NUMBER else self.last_page
        return min(max(wanted, 1), self.last_page)

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter leaves rows out."""
        return bool(self.text or self.chosen)

    # ---- What is shown --------------------------------------------------------------------------

    @cached_property
    def total(self) -> int:
        """Rows that match."""
        return self._count(self._matching)

    @cached_property
    def rows(self) -> list[list[Any]]:
        """The cells of the rows on the page."""
        found = self._slice(self._sorted(self._matching), (self.page - 1) * self.page_size)
        return [[column.of(row) for column in self.columns] for row in found]

    @cached_property
    def figures(self) -> frozenset[int]:
        """Places of the columns that hold numbers; they are set at the far edge."""
        places = range(len(self.columns))
        return frozenset(n for n in places if any(kind(row[n]) == "number" for row in self.rows))

    @property
    def last_page(self) -> int:
        """The number of pages; an empty table has one."""
        return max(1, -(-self.total // self.page_size))

    @property
    def first(self) -> int:
        """The number of the first row on the page, from 1."""
        return (self.page - 1) * self.page_size + 1

    @property
    def last(self) -> int:
        """The number of the last row on the page."""
        return min(self.page * self.page_size, self.total)

    @property
    def pages(self) -> list[int | None]:
        """Page numbers to offer: the first, the last and those near the present one; None for a gap."""
        near = {1, self.last_page, *range(self.page - AROUND, self.page + AROUND + 1)}
        numbers = sorted(number for number in near if 1 <= number <= self.last_page)
        offered: list[int | None] = []
        for before, number in zip([0, *numbers], numbers, strict=False):
            offered += [number] if number == before + 1 else [None, number]
        return offered

    # ---- Addresses ------------------------------------------------------------------------------

    def direction(self, column: Column) -> str:
        """How the table is sorted by a column, as `aria-sort` says it; empty when it is not."""
        if self.sorting is None or self.sorting[0] is not column:
            return ""
        return "descending" if self.sorting[1] else "ascending"

    def sort_href(self, column: Column) -> str:
        """The address of this table sorted by a column, the other way round if it is already."""
        downwards = self.direction(column) == "ascending"
        return self._href(sort=("-" if downwards else "") + column.name)

    def page_href(self, number: int) -> str:
        """The address of another page of this table."""
        return self._href(page=str(number) if number > 1 else "", keep_sort=True)

    @property
    def all_href(self) -> str:
        """The address of this table with every row, sorted as it is."""
        return _address([*self.others, *self._state(narrow=False)])

    @cached_property
    def others(self) -> list[tuple[str, str]]:
        """The arguments of the address that are not this table's: another table's, or the page's own."""
        own = {self.key(one) for one in ("q", "sort", "page", *(one.name for one in self.filters))}
        given = request.args.items(multi=True)
        return [(key, value) for key, value in given if key not in own and key != "lang"]

    @property
    def sort_argument(self) -> str:
        """The value of the argument `sort`; empty for the usual order."""
        return ("-" if self.sorting[1] else "") + self.sorting[0].name if self.sorting else ""

    def _state(self, *, narrow: bool = True, sort: str | None = None) -> list[tuple[str, str]]:
        state = [("q", self.text), *self.chosen.items()] if narrow else []
        state.append(("sort", self.sort_argument if sort is None else sort))
        return [(self.key(argument), value) for argument, value in state if value]

    def _href(self, *, sort: str | None = None, page: str = "", keep_sort: bool = False) -> str:
        state = self._state(sort=None if keep_sort else sort)
        return _address([*self.others, *state, *([(self.key("page"), page)] if page else [])])

    # ---- The rows -------------------------------------------------------------------------------

    @cached_property
    def _matching(self) -> Any:
        query = self.query
        if self.text:
            query = query.where(
                reduce(or_, (one.contains(text) for one in self.search for text in _cases(self.text)))
            )
        for one in self.filters:
            if one.name in self.chosen:
                value = self.chosen[one.name]
                query = query.where(one.on(value) if callable(one.on) else one.on == value)
        return query

    def _count(self, query: Any) -> int:
        return int(query.order_by().count())

    def _sorted(self, query: Any) -> Any:
        usual = [] if self.order is None else _several(self.order)
        if self.sorting:
            column, downwards = self.sorting
            # The same place for what is missing on SQLite and PostgreSQL, which differ here.
            chosen = (column.sort.desc if downwards else column.sort.asc)(nulls="LAST")
            usual = [chosen, *usual]
        return query.order_by(*usual) if usual else query

    def _slice(self, query: Any, start: int) -> Iterable[Any]:
        rows: Iterable[Any] = query.limit(self.page_size).offset(start)
        return rows


class ListTable(Table):
    """A table over a plain list: `search`, `order`, `Column.sort` and `Filter.on` are functions of a row."""

    @cached_property
    def _matching(self) -> list[Any]:
        wanted = self.text.casefold()
        rows = list(self.query)
        if wanted:
            rows = [row for row in rows if any(wanted in str(one(row)).casefold() for one in self.search)]
        chosen = [(one, self.chosen[one.name]) for one in self.filters if one.name in self.chosen]
        return [row for row in rows if all(str(one.on(row)) == value for one, value in chosen)]

    def _count(self, query: list[Any]) -> int:
        return len(query)

    def _sorted(self, query: list[Any]) -> list[Any]:
        rows = sorted(query, key=self.order) if self.order else query
        if self.sorting:
            column, downwards = self.sorting
            present = [row for row in rows if column.sort(row) is not None]
            missing = [row for row in rows if column.sort(row) is None]
            rows = [*sorted(present, key=column.sort, reverse=downwards), *missing]
        return rows

    def _slice(self, query: list[Any], start: int) -> list[Any]:
        return query[start : start + self.page_size]


def _address(arguments: Sequence[tuple[str, str]]) -> str:
    return request.path + (f"?{urlencode(arguments)}" if arguments else "")


def _several(order: Any) -> list[Any]:
    return list(order) if isinstance(order, tuple | list) else [order]


def _cases(text: str) -> list[str]:
    """The spellings to look for: SQLite knows small letters and capitals of English only, not that É is é."""
    cases = [[letter] if letter.isascii() else sorted({letter.lower(), letter.upper()}) for letter in text]
    if sum(len(case) > 1 for case in cases) > MOST_ACCENTS:
        return sorted({text, text.lower(), text.upper(), text.title()})
    return ["".join(letters) for letters in product(*cases)]
