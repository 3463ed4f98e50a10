"""The audit trail: what may be said, that nothing said can be changed, and who it is shown to."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from peewee import DatabaseError

from portal import audit
from portal.audit.actions import ACTIONS, GROUPS
from portal.audit.models import Row
from portal.identity import people
from portal.identity.models import User
from portal.identity.roles import ADMINISTRATOR, ANALYST, DESIGNER, EDITOR
from surveys.responses import drafts, store, waves
from tests.databases import at_once
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import SURVEY
from tests.responses.asked import SURVEY as PRACTICE
from tests.staffing import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


def plain(line: audit.Line) -> str:
    """A line as its reader sees it."""
    return str(audit.sentence(line).striptags())


COPY = "INSERT INTO audit SELECT {}, at, actor, action, kind, ident, detail, hash FROM audit WHERE id = 4"


@pytest.fixture
def trail(stored_app: Flask) -> Iterator[Flask]:
    """A site, on both databases, within its application; its trail begins empty."""
    with stored_app.app_context():
        assert audit.last() == 0
        yield stored_app


def record(count: int = 1) -> None:
    for number in range(count):
        with store.write():
            audit.record("survey.opened", "wave", f"survey@{number}")


def _record_and_fail() -> None:
    audit.record("survey.closed", "wave", "survey@1")
    audit.record("survey.painted", "wave", "survey@1")


def unguarded(*statements: str) -> None:
    """What somebody does who takes the guards away first."""
    if "sqlite" in type(store.database.obj).__name__.lower():
        guards = ("no_update", "no_delete", "no_replace")
        statements = (*(f"DROP TRIGGER audit_{guard}" for guard in guards), *statements)
    else:
        statements = ("ALTER TABLE audit DISABLE TRIGGER ALL", *statements)
    for statement in statements:
        store.database.execute_sql(statement)


@pytest.mark.usefixtures("trail")
def test_lines_about_an_object_come_newest_first_with_all_that_was_recorded() -> None:
    with store.write():
        audit.record("survey.invited", "wave", "survey@1", count=3, again=True)
        audit.record("survey.opened", "wave", "survey@2")
        audit.record("survey.closed", "wave", "survey@1")
    told = [(line.actor, line.action, line.detail) for line in audit.lines("wave", "survey@1")]
    assert told == [
        ("command", "survey.closed", {}),
        ("command", "survey.invited", {"count": 3, "again": True}),
    ]
    assert [line.action for line in audit.lines("wave", "survey@1", limit=1)] == ["survey.closed"]
    assert [line.id for line in audit.latest(2)] == [3, 2]
    assert [abs(line.at - store.now()) < 60 for line in audit.latest()] == [True] * 3


@pytest.mark.usefixtures("trail")
def test_a_line_is_a_sentence_in_the_pages_language() -> None:
    with store.write():
        audit.record("answers.exported", "wave", "survey@1", format="csv", rows=40, identifiers=False)
    (line,) = audit.latest()
    assert plain(line) == "The command line exported answers as csv (rows: 40, identifiers: no)"


@pytest.mark.usefixtures("trail")
def test_every_sentence_can_be_said_and_belongs_to_a_group() -> None:
    every = {
        "count": 1,
        "format": "csv",
        "rows": 2,
        "identifiers": True,
        "due": "2030-01-01",
        "what": "records",
        "participant": 3,
        "before": "old-name",
    }
    for action in ACTIONS:
        assert action.partition(".")[0] in GROUPS
        with store.write():
            audit.record(action, "portal", "", **every)
    said = [plain(line) for line in audit.latest(len(ACTIONS))]
    assert len(set(said)) == len(ACTIONS)
    assert [
        sentence for sentence in said if not sentence.startswith("The command line ") or "%" in sentence
    ] == []


@pytest.mark.usefixtures("trail")
def test_a_line_of_a_later_or_earlier_version_is_shown_all_the_same() -> None:
    line = audit.Line(1, 0, "system", "garden.watered", "garden", "1", {})
    assert plain(line) == "The portal: garden.watered"
    line = audit.Line(1, 0, "job", "survey.invited", "wave", "1", {})
    assert plain(line) == "The portal invited organizations (–)"


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("action", "ident", "detail"),
    [
        ("survey.painted", "survey@1", {}),
        ("survey.invited", "survey@1", {}),
        ("survey.opened", "somebody at example", {}),
        ("survey.opened", "somebody@example.org@1", {}),
        ("survey.opened", "x" * 211, {}),
        ("survey.opened", "survey@1", {"to": "somebody@example.org"}),
        ("survey.opened", "survey@1", {"note": "x" * 201}),
        ("survey.opened", "survey@1", {"share": 0.5}),
        ("survey.opened", "survey@1", {"to": ["a"]}),
        ("survey.opened", "survey@1", {"to": None}),
    ],
)
def test_what_is_unknown_or_could_name_somebody_is_refused(
    action: str, ident: str, detail: dict[str, object]
) -> None:
    with pytest.raises(audit.AuditError), store.write():
        audit.record(action, "wave", ident, **detail)  # type: ignore[arg-type]
    with pytest.raises(audit.AuditError), store.write():
        audit.record("people.invited", "person", "somebody@example.org")
    assert audit.last() == 0


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody' WHERE id = 2",
        "UPDATE audit SET actor = actor",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "INSERT OR REPLACE INTO audit SELECT id, 0, actor, action, kind, ident, detail, hash FROM audit",
    ],
)
def test_the_database_itself_refuses_to_change_a_line(statement: str) -> None:
    record(3)
    before = list(Row.select().order_by(Row.id).tuples())
    with pytest.raises(DatabaseError), store.write():
        store.database.execute_sql(statement)
    assert list(Row.select().order_by(Row.id).tuples()) == before
    assert audit.verify() is None


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE id = 2", 2),
        ("UPDATE audit SET at = at + 1 WHERE id = 4", 4),
        ("UPDATE audit SET ident = 'survey@9' WHERE id = 1", 1),
        ("UPDATE audit SET detail = '{\"count\":1}' WHERE id = 3", 3),
        ("UPDATE audit SET hash = 'x' WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 4", 4),
        ("DELETE FROM audit", 1),
        (
            COPY.format(5),
            5,
        ),
        (
            COPY.format(0),
            0,
        ),
    ],
)
def test_whoever_takes_the_guards_away_is_found_out(statement: str, broken: int) -> None:
    record(4)
    assert audit.verify() is None
    unguarded(statement)
    assert audit.verify() == broken


@pytest.mark.usefixtures("trail")
def test_what_is_undone_leaves_no_line_and_no_gap() -> None:
    record(1)
    with pytest.raises(audit.AuditError), store.write():
        _record_and_fail()
    record(1)
    assert [line.id for line in audit.latest()] == [2, 1]
    assert audit.verify() is None


def test_twenty_at_once_make_one_chain(trail: Flask) -> None:
    def one() -> None:
        with trail.app_context():
            record(3)

    assert at_once([one] * 20) == [None] * 20
    assert [line.id for line in audit.latest(100)] == list(range(60, 0, -1))
    assert audit.verify() is None


@pytest.mark.usefixtures("trail")
def test_whoever_has_left_is_no_longer_named_and_their_lines_stay() -> None:
    with store.write():
        ruth = people.create("ruth@example.org", "Ruth Adler", "x", [ADMINISTRATOR], "en")
    with people.acting(ruth.pseudonym):
        record()
    (line,) = audit.by_actor(ruth.pseudonym)
    assert audit.sentence(line) == "<bdi>Ruth Adler</bdi> opened the survey"
    assert plain(line) == "Ruth Adler opened the survey"
    with store.write():
        User.delete().where(User.id == ruth.id).execute()
    assert plain(line) == "someone who has left opened the survey"
    assert audit.verify() is None


def test_every_action_that_the_portal_records_is_known() -> None:
    recorded = {
        node.args[0].value
        for path in Path(audit.__file__).parent.parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "audit.record"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(recorded) > 20
    assert recorded - ACTIONS.keys() == set()


def test_what_commands_change_is_on_record(app: Flask, tmp_path: Path) -> None:
    source = tmp_path / "practice.yaml"
    source.write_text(in_every_language(PRACTICE), encoding="utf-8")
    walking.done(app, "survey", "import", str(source))
    walking.done(app, "survey", "open", "practice", "--entry", "open")
    link = walking.done(app, "survey", "invite", "practice", "CANARY Centre").split("\t")[1].strip()
    with app.app_context():
        found = drafts.find(link.rstrip("/").rpartition("/")[2]).id
        code = submitted_with_code(found)
    walking.done(app, "responses", "export", "practice")
    other = answered_openly(app)
    walking.done(app, "responses", "accept", "practice", other)
    walking.done(app, "responses", "withdraw", "practice", code)
    walking.done(app, "survey", "close", "practice")
    assert walking.run(app, "release", "build", "practice").exit_code == 1
    with app.app_context():
        lines = [line for line in reversed(audit.latest(50)) if line.ident in {"practice@1", found}]
        told = [(line.actor, line.action, dict(line.detail)) for line in lines]
        assert "CANARY" not in repr(list(Row.select().tuples()))
    assert told == [
        ("command", "survey.imported", {}),
        ("command", "survey.opened", {"entry": "open"}),
        ("command", "survey.invited", {"count": 1}),
        ("command", "answers.exported", {"format": "csv", "rows": 1, "identifiers": False}),
        ("command", "answers.accepted", {"count": 1}),
        ("command", "answers.withdrawn", {}),
        ("command", "survey.closed", {}),
    ]


def in_every_language(text: str) -> str:
    """A questionnaire in English with the same words for every language, so that it can be opened."""
    whole = re.sub(r"\{en: ([^}]*)\}", r"{en: \1, fr: \1, ar: \1}", text)
    return whole.replace("languages: [en]", "languages: [en, fr, ar]")


def submitted_with_code(draft_id: str) -> str:
    drafts.save(draft_id, base_revision=None, values={"uses": "no"})
    return drafts.submit(draft_id).code


def answered_openly(app: Flask) -> str:
    with app.app_context():
        return submitted_with_code(drafts.start(waves.current("practice"), "en").response_id)


def test_an_administrator_reads_the_record_and_narrows_it(stored_app: Flask) -> None:
    client = signed_in(stored_app, ADMINISTRATOR)
    with stored_app.app_context():
        record(2)
        with store.write():
            audit.record(
                "answers.exported", "wave", f"{SURVEY}@2026.1", format="csv", rows=4, identifiers=True
            )
    reply = client.get("/staff/activity/")
    rows = [walking.text_of(row) for row in reply.page.all("//table//tbody/tr")]
    assert len(rows) == 4
    assert "exported answers as csv (rows: 4, identifiers: yes)" in rows[0]
    assert "Ada Lovelace signed in" in rows[3]
    assert "every line is as it was written (4 in all)" in reply.text
    (link,) = reply.page.all("//table//tbody//a[starts-with(@href, '/staff/people/')]")
    assert client.get(link.get("href")).status == 200
    assert reply.page.all("//table//tbody//a[starts-with(@href, '/staff/surveys/')]") == [], (
        "not theirs to open"
    )
    narrowed = client.get("/staff/activity/?about=survey").page
    assert len(narrowed.all("//table//tbody/tr")) == 2
    person = reply.page.one("//select[@name='by']/option[.='Ada Lovelace']").get("value")
    assert len(client.get(f"/staff/activity/?by={person}").page.all("//table//tbody/tr")) == 1


def test_what_the_portal_did_by_itself_is_one_entry_among_the_filters(stored_app: Flask) -> None:
    client = signed_in(stored_app, ADMINISTRATOR)
    with stored_app.app_context():
        for actor in ("job", "system", "command"):
            with people.acting(actor), store.write():
                audit.record("backup.made", "backup", f"of-{actor}")
    (portal,) = client.get("/staff/activity/").page.all("//select[@name='by']/option[.='The portal']")
    page = client.get(f"/staff/activity/?by={portal.get('value')}").page
    assert [walking.text_of(row).split()[-1] for row in page.all("//table//tbody/tr")] == [
        "of-system", "of-job",
    ]  # fmt: skip


def test_a_broken_record_is_told(stored_app: Flask) -> None:
    client = signed_in(stored_app, ADMINISTRATOR)
    with stored_app.app_context():
        record(3)
        unguarded("UPDATE audit SET ident = 'x' WHERE id = 3")
    assert "The record was tampered with: line 3 is missing" in client.get("/staff/activity/").text


@pytest.mark.parametrize("address", ["/staff/activity/", "/staff/privacy/"])
def test_nobody_but_administrators_reads_it(app: Flask, address: str) -> None:
    assert signed_in(app, ANALYST, DESIGNER, EDITOR).get(address).status == 403
    assert InspectingClient(app).get(address, follow_redirects=False).status == 303
