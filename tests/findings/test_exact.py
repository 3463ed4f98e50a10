"""Exact tables for the staff, and what the next release waits for."""

from __future__ import annotations

from surveys.findings import exact
from surveys.findings.release import Readiness, readiness
from surveys.findings.tables import tabulate
from surveys.questionnaire.reader import read
from surveys.responses.model import Record
from tests.responses.asked import SURVEY


def record(number: int, *, verified: bool = True, **answers: object) -> Record:
    return Record(f"{number:032x}", verified, "en", "2026-03-01", answers)  # type: ignore[arg-type]


QUESTIONNAIRE = read(SURVEY, "practice.yaml")
PEOPLE = [
    record(1, uses="yes", platforms=["whatsapp", "telegram"], barriers={"time": "agree"}),
    record(2, uses="yes", platforms=["whatsapp"]),
    record(3, uses="no"),
    record(4, verified=False, uses="yes", platforms=["telegram"]),
]


def counts(rows: list[dict[str, object]]) -> dict[object, tuple[object, object, object]]:
    return {row["code"]: (row["count"], row["base"], row["percent"]) for row in rows}


def test_an_exact_table_counts_those_asked_and_keeps_no_answer_as_a_category() -> None:
    tables = exact.documents(tabulate(QUESTIONNAIRE, PEOPLE))
    (uses,) = tables["uses"]["all"]
    assert counts(uses["rows"]) == {"yes": (2, 3, 67), "no": (1, 3, 33), "no_answer": (0, 3, 0)}
    (platforms,) = tables["platforms"]["all"]
    assert platforms["base"] == 2
    assert counts(platforms["rows"]) == {
        "whatsapp": (2, 2, 100),
        "telegram": (1, 2, 50),
        "other": (0, 2, 0),
        "no_answer": (0, 2, 0),
    }


def test_a_grid_has_one_block_for_each_statement() -> None:
    tables = exact.documents(tabulate(QUESTIONNAIRE, PEOPLE))
    blocks = tables["barriers"]["all"]
    assert [block["item"] for block in blocks] == ["time", "money"]
    assert counts(blocks[0]["rows"])["agree"] == (1, 3, 33)


def test_the_interval_is_wilsons() -> None:
    tables = exact.documents(
        tabulate(QUESTIONNAIRE, [record(n, uses="yes" if n < 81 else "no") for n in range(263)])
    )
    (uses,) = tables["uses"]["all"]
    row = next(row for row in uses["rows"] if row["code"] == "yes")
    # Newcombe 1998, table I, 81 of 263: 0.2553 to 0.3662
    assert (row["count"], row["base"], row["percent"], row["low"], row["high"]) == (81, 263, 31, 26, 37)


def test_nobody_asked_has_no_per_cent() -> None:
    tables = exact.documents(tabulate(QUESTIONNAIRE, [record(3, uses="no")]))
    (platforms,) = tables["platforms"]["all"]
    row = platforms["rows"][0]
    assert (row["base"], row["percent"], row["low"], row["high"]) == (0, None, None, None)


def test_readiness_tells_what_is_new_and_who_waits() -> None:
    population = tabulate(QUESTIONNAIRE, PEOPLE)
    assert readiness(population, len(PEOPLE), None) == Readiness(new=3, needed=10, waiting=1)
    assert not readiness(population, len(PEOPLE), None).ready
    many = [record(n, uses="yes") for n in range(10)]
    assert readiness(tabulate(QUESTIONNAIRE, many), 10, None).ready
