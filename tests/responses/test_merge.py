"""Merging by itself: its laws over generated saves, and its memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from surveys.responses.merge import DEPTH, as_posted, merge, settle
from surveys.responses.model import Conflict

VALUES = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]))
SENT = st.dictionaries(st.sampled_from(["p", "q", "q:other", "r"]), VALUES, max_size=4)


def present(values: dict[str, str | None]) -> dict[str, str]:
    return {field: value for field, value in values.items() if value is not None}


@given(st.lists(SENT, max_size=12))
def test_saves_one_after_the_other_are_as_if_written_over(saves: list[dict[str, str | None]]) -> None:
    answers, history, revision, expected = {}, {}, 0, {}
    for sent in saves:
        merged = merge(answers, history, revision, revision, sent)
        expected = present({**expected, **sent})
        assert (merged.answers, merged.conflicts) == (expected, {})
        answers, history, revision = merged.answers, merged.history, revision + merged.changed


@given(st.lists(SENT, max_size=6), SENT, SENT)
def test_of_two_from_one_revision_each_answer_is_stored_or_returned(
    before: list[dict[str, str | None]], first: dict[str, str | None], second: dict[str, str | None]
) -> None:
    answers, history, revision = {}, {}, 0
    for sent in before:
        merged = merge(answers, history, revision, revision, sent)
        answers, history, revision = merged.answers, merged.history, revision + merged.changed
    one = merge(answers, history, revision, revision, first)
    two = merge(one.answers, one.history, revision + one.changed, revision, second)
    for field, value in second.items():
        untouched = answers.get(field) == value
        assert two.answers.get(field) == value or untouched or two.conflicts[field].mine == value
    for field, value in first.items():
        kept = two.answers.get(field) == value
        assert kept or answers.get(field) == value or two.answers.get(field) == second.get(field)


def test_a_form_older_than_what_is_remembered_never_overwrites() -> None:
    answers, history, revision = {}, {}, 0
    for number in range(DEPTH + 3):
        merged = merge(answers, history, revision, revision, {"p": str(number)})
        answers, history, revision = merged.answers, merged.history, revision + 1
    assert len(history["p"]) == DEPTH
    stale = merge(answers, history, revision, 1, {"p": "0"})
    assert stale.conflicts == {"p": Conflict(mine="0", theirs=str(DEPTH + 2))}


def test_settled_history_forgets_earlier_values() -> None:
    history = {"p": [[1, {"p": "secret"}], [2, {"p": "b"}]], "q": [[1, {"q": "a"}]], "gone": [[2, {}]]}
    assert settle(history, {"p": "b", "q": "a"}) == {
        "p": [[0, None], [2, {"p": "b"}]],
        "q": [[1, {"q": "a"}]],
    }


def test_values_are_posted_as_a_form_would() -> None:
    values = {"one": "a", "many": ["b", "c"], "grid": {"row": "d"}, "n": 5, "agreed": True, "cleared": None}
    assert as_posted(values) == {
        "one": ["a"],
        "many": ["b", "c"],
        "grid:row": ["d"],
        "n": ["5"],
        "agreed": ["yes"],
        "cleared": [],
    }
