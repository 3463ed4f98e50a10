"""The rows of the sheet “survey” put into their groups; what we cannot ask is complained of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from surveys.questionnaire.complaints import said, suggestion
from surveys.questionnaire.xlsform_remarks import shown
from surveys.questionnaire.xlsform_types import (
    APPEARANCES,
    CHOICE_TYPES,
    GROUPS,
    REFUSED_TYPES,
    TYPES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveys.questionnaire.complaints import Said
    from surveys.questionnaire.xlsform_remarks import Remarks, Row, Sheet

DEEPEST = 10
"""How many groups may stand in each other."""

FLAGS = {"yes": True, "true": True, "true()": True, "no": False, "false": False, "false()": False}
_OTHER = (["or_other"], ["or", "specify", "other"])


@dataclass(slots=True)
class Group:
    """A group with what stands between its beginning and its end; no row for loose questions."""

    row: Row | None
    children: list[Row | Group] = field(default_factory=list)


Node: TypeAlias = "Row | Group"


def flag(sheet: Sheet, row: Row, name: str, remarks: Remarks) -> bool:
    """A yes or no; no when the cell is empty."""
    written = row[name].lower()
    if written and written not in FLAGS:
        remarks.add(sheet, row.number, (name, ""), said("cell_no_flag", value=shown(row[name])))
    return FLAGS.get(written, False)


def kind_of(row: Row) -> tuple[str, list[str]]:
    """A row's type and what follows it; `begin group` is `begin_group`."""
    kind, *rest = row.line("type").split() or [""]
    if rest and f"{kind}_{rest[0]}" in GROUPS:
        return f"{kind}_{rest[0]}", rest[1:]
    return kind, rest


class Survey:
    """The reading and writing of the sheet “survey”.

    Attributes:
        sheet: what it is read from.
        tree: the rows, with those of a group inside it.
        others: lists to which `or_other` adds a text field, with the first row that says so.
    """

    def __init__(self, sheet: Sheet, languages: Sequence[str], remarks: Remarks) -> None:
        self.sheet = sheet
        self._languages = languages
        self._remarks = remarks
        self.others: dict[str, Row] = {}
        self._plain: dict[str, Row] = {}
        self._names: dict[str, int] = {}
        self.tree = self._tree()

    @property
    def uses_choices(self) -> bool:
        """Whether a question names a choice list."""
        return bool(self._plain or self.others)

    def _complain(self, row: Row, name: str, message: Said) -> None:
        self._remarks.add(self.sheet, row.number, (name, ""), message)

    def _tree(self) -> list[Node]:
        """What stands in the sheet, groups as they are nested; complains where they do not close."""
        top: list[Node] = []
        opened: list[Group] = []
        for row in self.sheet.rows:
            kind, rest = kind_of(row)
            inner = opened[-1].children if opened else top
            if kind in GROUPS and rest:
                self._complain(row, "type", said("many_words", value=shown(row["type"]), kind=kind))
            if kind.startswith("begin_") and kind in GROUPS:
                self._begin(row, kind, len(opened))
                if len(opened) >= DEEPEST:  # told already; what is in it stands in the one around it
                    opened.append(opened[-1])
                    continue
                inner.append(group := Group(row))
                opened.append(group)
            elif kind in GROUPS:
                self._end(row, kind, opened)
            else:
                self._question(row, kind, rest)
                inner.append(row)
        for group in opened:
            if group.row is not None:
                what = GROUPS[kind_of(group.row)[0]]
                message = said("group_open", value=shown(group.row["name"]), what=what)
                self._complain(group.row, "type", message)
        return top

    def _begin(self, row: Row, kind: str, depth: int) -> None:
        if kind in REFUSED_TYPES:
            self._complain(row, "type", said("type_refused", kind=kind, remedy=REFUSED_TYPES[kind]))
        if depth >= DEEPEST:
            self._complain(row, "type", said("groups_deep", most=DEEPEST))
        if depth:
            self._take_name(row)
            for name in ("label", "hint"):
                for code, words in row.wording(name, self._languages).items():
                    message = said("group_unseen", value=shown(words), name=name)
                    self._remarks.add(self.sheet, row.number, (name, code), message)
        if row["appearance"] not in {"", "field-list"}:
            message = said("group_appearance", value=shown(row["appearance"]))
            self._complain(row, "appearance", message)

    def _end(self, row: Row, kind: str, opened: list[Group]) -> None:
        what = GROUPS[kind]
        for name, code in row.cells:
            if name not in {"type", "name"}:
                message = said("end_holds", value=shown(row.cells[name, code]), what=what)
                self._remarks.add(self.sheet, row.number, (name, code), message)
        if not opened:
            self._complain(row, "type", said("ends_nothing", kind=kind, what=what))
            return
        group = opened.pop()
        if group.row is None:
            return
        if (begun := GROUPS[kind_of(group.row)[0]]) != what:
            message = said("wrong_end", kind=kind, what=begun, row=group.row.number)
            self._complain(row, "type", message)
        if not group.children:
            message = said("group_empty", value=shown(group.row["name"]))
            self._complain(group.row, "type", message)

    def _question(self, row: Row, kind: str, rest: list[str]) -> None:
        """Complain of what a question's row says that we have not."""
        self._take_name(row)
        if not kind:
            self._complain(row, "type", said("type_missing", value=shown(row["name"])))
        elif kind in REFUSED_TYPES:
            self._complain(row, "type", said("type_refused", kind=kind, remedy=REFUSED_TYPES[kind]))
        elif kind not in TYPES:
            known = [*TYPES, "begin_group", "end_group"]
            hint = suggestion(kind, known)
            message = said("type_unknown", value=shown(row["type"]), known=", ".join(known), hint=hint)
            self._complain(row, "type", message)
        elif kind in CHOICE_TYPES and rest:
            (self.others if rest[1:] in _OTHER else self._plain).setdefault(rest[0], row)
            self._check_other(row, rest)
        self._check_appearance(row, kind)

    def _check_other(self, row: Row, rest: list[str]) -> None:
        if rest[1:] and rest[1:] not in _OTHER:
            self._complain(row, "type", said("many_words_list", value=shown(row["type"])))
        elif rest[0] in self.others and rest[0] in self._plain:
            first = min(self.others[rest[0]].number, self._plain[rest[0]].number)
            self._complain(row, "type", said("list_both_ways", list=rest[0], row=first))

    def _check_appearance(self, row: Row, kind: str) -> None:
        written = row.line("appearance")
        if written and written not in APPEARANCES:
            hint = suggestion(written, APPEARANCES)
            known = ", ".join(APPEARANCES)
            message = said("appearance_unknown", value=shown(written), known=known, hint=hint)
            self._complain(row, "appearance", message)
        elif written == "likert" and kind != "select_one":
            self._complain(row, "appearance", said("likert_appearance"))

    def _take_name(self, row: Row) -> None:
        name = row.line("name")
        if name in self._names:
            message = said("row_name_taken", name=name, row=self._names[name])
            self._complain(row, "name", message)
        elif name:
            self._names[name] = row.number
