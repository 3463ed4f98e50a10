"""The command line: what each command says and does, and that a refusal is a sentence and changes nothing."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from portal import create_app
from portal.config import ROOT
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import NON_USER, SURVEY, USER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

POLL = """\
name: hallway-poll
version: "1"
languages: [en, fr, ar]
title: {en: Hallway poll, fr: Sondage de couloir, ar: استطلاع في الممر}
summary: {en: One question., fr: Une seule question., ar: سؤال واحد.}
themes:
  day: {en: The day, fr: La journée, ar: اليوم}
choices:
  mood:
    - {name: good, label: {en: Good, fr: Bonne, ar: جيد}}
    - {name: bad, label: {en: Bad, fr: Mauvaise, ar: سيئ}}
survey:
  - type: page
    name: only
    label: {en: The day, fr: La journée, ar: اليوم}
    questions:
      - type: select_one mood
        name: mood
        label: {en: How is the day?, fr: Comment va la journée?, ar: كيف هو اليوم؟}
        short: {en: The day, fr: La journée, ar: اليوم}
        theme: day
"""


@pytest.fixture
def poll(tmp_path: Path) -> Path:
    """A good questionnaire in a file."""
    path = tmp_path / "poll.yaml"
    path.write_text(POLL, encoding="utf-8")
    return path


@pytest.fixture
def empty_app(tmp_path: Path) -> Iterator[Flask]:
    """A portal before `init`."""
    yield create_app({"PORTAL_INSTANCE": tmp_path / "empty"})
    store.let_go()
    store.database.close()


def test_init_sets_up_a_working_portal(empty_app: Flask) -> None:
    said = walking.done(empty_app, "init")
    assert f"Survey {SURVEY}@2026.1 is open." in said
    client = InspectingClient(empty_app)
    assert client.get("/en/").status == 200
    assert client.get(f"/ar/surveys/{SURVEY}/").page.all("//form[@method='post']") != []


def test_init_twice_is_harmless(app: Flask, client: InspectingClient) -> None:
    done = client.submit(walking.ready_to_submit(client, NON_USER))
    before = client.get("/fr/").body
    digest = _digest_without_stamp()
    said, link = walking.done(app, "init").split("Nobody has an account yet.")
    assert said == "Database: up to date.\nContent: 0 document(s) loaded.\n"
    assert link.count("/staff/account/set-up/") == 1
    assert _digest_without_stamp() == digest
    assert client.get("/fr/").body == before
    assert client.get(done.address).status == 200


def test_init_keeps_a_wave_closed(app: Flask) -> None:
    walking.done(app, "survey", "close", SURVEY)
    walking.done(app, "init")
    assert walking.done(app, "survey", "list") == f"{SURVEY}@2026.1: closed\n"


def test_demonstration_is_a_closed_wave_of_its_own(demo_app: Flask, demo_client: InspectingClient) -> None:
    assert walking.done(demo_app, "survey", "list") == (
        f"{SURVEY}@demonstration: closed, demonstration\n{SURVEY}@2026.1: open\n"
    )
    demo_client.submit(walking.ready_to_submit(demo_client, NON_USER))
    assert [walking.given(row) for row in walking.submitted(demo_app)] == [walking.exported(NON_USER)]
    exported = walking.run(demo_app, "responses", "export", f"{SURVEY}@demonstration")
    assert len(list(csv.DictReader(io.StringIO(exported.stdout)))) == 420
    assert exported.stderr == f"420 response(s) of {SURVEY}@demonstration. DEMONSTRATION DATA, made up.\n"


def test_demonstration_cannot_be_opened(demo_app: Flask) -> None:
    _refused(demo_app, "survey", "open", f"{SURVEY}@demonstration")
    _refused(demo_app, "survey", "invite", f"{SURVEY}@demonstration", "Somebody")


def test_demonstration_again_adds_nothing(demo_app: Flask) -> None:
    before = _digest_without_stamp()
    walking.done(demo_app, "init", "--demo", "420")
    assert _digest_without_stamp() == before


def test_removed_demonstration_leaves_nothing(demo_app: Flask, demo_client: InspectingClient) -> None:
    root = f"/en/findings/{SURVEY}/"
    pages = [f"{root}releases/1/", f"{root}releases/1/needs/?by=role"]
    files = [f"{root}releases/1/needs.{form}" for form in ("json", "csv", "svg", "png")]
    assert {demo_client.get(address).status for address in pages + files} == {200}
    instance = demo_app.config["PORTAL"].instance
    own = instance / "keys" / "portal.key"
    assert len(set((instance / "keys").iterdir()) - {own}) == 1
    assert walking.done(demo_app, "demo", "remove") == "Demonstration: 1 wave(s) removed.\n"
    demo_app.extensions["public_pages"].forget()
    assert {address: demo_client.get(address).status for address in pages + files} == dict.fromkeys(
        pages + files, 410
    )
    assert demo_client.get(f"{root}needs/").status == 404
    assert demo_client.get(root).page.all("//main//*[local-name()='svg']") == []
    assert demo_client.get("/en/").page.all("//*[contains(@class, 'notice-demo')]") == []
    assert list((instance / "keys").iterdir()) == [own]
    assert [path for path in (instance / "charts").rglob("*") if b"DEMONSTRATION" in _bytes(path)] == []
    assert {model.__name__: model.select().count() for model in store.TABLES} == {
        "Survey": 1, "Instrument": 1, "Wave": 1, "Response": 0, "Token": 0, "Participant": 0, "Parked": 0,
        "Contact": 0, "Tally": 0, "Counter": 1, "Change": 1, "ReleaseRecord": 0,
    }  # fmt: skip
    assert walking.done(demo_app, "survey", "list") == f"{SURVEY}@2026.1: open\n"
    assert walking.done(demo_app, "demo", "remove") == "There is no demonstration.\n"


def test_gone_page_says_so_in_each_language(demo_app: Flask, demo_client: InspectingClient) -> None:
    walking.done(demo_app, "demo", "remove")
    replies = [demo_client.get(f"/{code}/findings/{SURVEY}/releases/1/") for code in walking.LANGUAGES]
    assert [reply.status for reply in replies] == [410] * 3
    assert len({reply.h1 for reply in replies}) == 3


def test_check_states_the_minutes_of_the_instrument(app: Flask) -> None:
    said = walking.done(app, "survey", "check", str(ROOT / "surveys" / "instruments" / f"{SURVEY}.yaml"))
    head, *lines = said.splitlines()
    assert head.endswith(f"{SURVEY}.yaml: reads well.")
    found = [re.fullmatch(r"  (.+): (\d+) questions, about ([\d.]+) minutes", line) for line in lines]
    paths = {match[1]: (int(match[2]), float(match[3])) for match in found if match}
    assert set(paths) == {"longest path", *(f"uses_messaging = {code}" for code in ("yes", "planned", "no"))}
    assert paths["longest path"][0] <= 25
    assert paths["uses_messaging = yes"][1] <= 8.5
    assert paths["uses_messaging = no"][1] <= 3


BAD = {
    "misspelt key": ("        label:", "        lable:", "bad.yaml:19: lable"),
    "unknown choices": ("select_one mood", "select_one moods", "bad.yaml:17: type"),
    "missing language": ("fr: Comment va la journée?, ", "", "bad.yaml:19: label.fr"),
    "condition that cannot be read": (
        "        theme: day\n",
        "        theme: day\n        relevant: ${mood} = = 'good'\n",
        "bad.yaml:22: relevant",
    ),
    "reserved page": ("    name: only", "    name: review", "bad.yaml:14: name"),
    "no YAML at all": ("name: hallway-poll", "name: [hallway", "bad.yaml:"),
}


@pytest.mark.parametrize("case", BAD)
def test_check_names_file_line_key_and_remedy(case: str, app: Flask, tmp_path: Path) -> None:
    old, new, start = BAD[case]
    assert old in POLL
    path = tmp_path / "bad.yaml"
    path.write_text(POLL.replace(old, new, 1), encoding="utf-8")
    for command in ("check", "import"):
        refused = walking.run(app, "survey", command, str(path))
        assert refused.exit_code == 1
        said = [
            line.removeprefix("Error: ").removeprefix(f"{tmp_path}/") for line in refused.stderr.splitlines()
        ]
        complaints = [line.removeprefix(start) for line in said if line.startswith(start)]
        assert len(complaints) == 1, said
        assert len(complaints[0]) > 20, "a complaint says what to write instead"
    assert walking.done(app, "survey", "list") == f"{SURVEY}@2026.1: open\n"


def test_imported_survey_is_answered_once_opened(app: Flask, client: InspectingClient, poll: Path) -> None:
    assert walking.done(app, "survey", "import", str(poll)) == "hallway-poll@1 is draft.\n"
    assert client.post("/en/surveys/hallway-poll/").status == 409
    assert walking.done(app, "survey", "open", "hallway-poll") == "hallway-poll@1 is open.\n"
    assert walking.done(app, "survey", "open", "hallway-poll") == "hallway-poll@1 is open.\n"
    page = client.post("/fr/surveys/hallway-poll/")
    review = walking.send(client, page, {"mood": "good"})
    assert walking.receipt(client.submit(review))
    assert walking.done(app, "survey", "close", "hallway-poll@1") == "hallway-poll@1 is closed.\n"
    assert walking.done(app, "survey", "list") == f"{SURVEY}@2026.1: open\nhallway-poll@1: closed\n"
    links = client.get("/fr/surveys/").page.tree.xpath("//article//a/@href")
    assert links == [f"/fr/surveys/{SURVEY}/", "/fr/surveys/hallway-poll/"]


def test_everybody_counts_where_entry_is_open(app: Flask, client: InspectingClient, poll: Path) -> None:
    walking.done(app, "survey", "import", str(poll))
    opened = walking.done(app, "survey", "open", "hallway-poll", "--entry", "open")
    assert opened == "hallway-poll@1 is open. Unverified answers count too.\n"
    for _ in range(9):
        client.submit(walking.send(client, client.post("/en/surveys/hallway-poll/"), {"mood": "good"}))
    assert "9 answer(s)" in _refused(app, "release", "build", "hallway-poll")
    client.submit(walking.send(client, client.post("/en/surveys/hallway-poll/"), {"mood": "good"}))
    built = walking.done(app, "release", "build", "hallway-poll")
    assert built.startswith("Release 1 of hallway-poll@1 is published.")


def test_survey_is_imported_under_another_name(app: Flask, poll: Path, client: InspectingClient) -> None:
    said = walking.done(app, "survey", "import", str(poll), "--slug", "spring-poll")
    assert said == "spring-poll@1 is draft.\n"
    assert client.get("/ar/surveys/spring-poll/").status == 200
    _refused(app, "survey", "import", str(poll), "--slug", "Spring Poll/../x")


def test_changed_questionnaire_of_an_answered_wave_is_refused(
    app: Flask, client: InspectingClient, poll: Path
) -> None:
    walking.done(app, "survey", "import", str(poll))
    walking.done(app, "survey", "open", "hallway-poll")
    client.post("/en/surveys/hallway-poll/")
    poll.write_text(POLL.replace("en: Good", "en: Very good"), encoding="utf-8")
    assert "new version" in _refused(app, "survey", "import", str(poll))


def test_export_moves_with_each_submission(app: Flask, client: InspectingClient, tmp_path: Path) -> None:
    assert "No response" in _refused(app, "responses", "export", SURVEY)
    counts, workbooks = [], []
    for answers in (NON_USER, USER):
        if answers is NON_USER:
            client.submit(walking.ready_to_submit(client, answers))
        else:
            walking.respond(client, answers)
        book = tmp_path / "out.xlsx"
        walking.done(app, "responses", "export", SURVEY, "--format", "xlsx", "--out", str(book))
        counts.append(len(walking.submitted(app)))
        with zipfile.ZipFile(book) as archive:
            workbooks.append(archive.read("xl/worksheets/sheet1.xml").count(b"<row "))
    assert (counts, workbooks) == ([1, 2], [2, 3])


def test_export_leaves_out_who_answered(app: Flask, client: InspectingClient, tmp_path: Path) -> None:
    walking.respond(client, USER)
    out = tmp_path / "records.csv"
    said = walking.run(app, "responses", "export", SURVEY, "--out", str(out))
    assert (said.stdout, said.stderr) == ("", f"1 response(s) of {SURVEY}@2026.1.\n")
    assert USER["contact_email"].encode() not in out.read_bytes()
    assert out.read_bytes().startswith(b"\xef\xbb\xbfid,")
    (row,) = walking.submitted(app)
    assert row["contact_email"] == USER["contact_email"]


def test_withdrawn_answer_is_erased(app: Flask, client: InspectingClient) -> None:
    done = client.submit(walking.ready_to_submit(client, NON_USER))
    code = walking.receipt(done)
    walking.done(app, "responses", "withdraw", SURVEY, code.lower().replace("-", " "))
    assert walking.submitted(app) == []
    assert "No submitted response" in _refused(app, "responses", "withdraw", SURVEY, "AAAA-AAAA-AAAA")


REFUSALS = {
    "unknown survey": ("survey", "open", "nothing"),
    "unknown wave": ("survey", "close", f"{SURVEY}@1999"),
    "export of an unknown survey": ("responses", "export", "nothing"),
    "workbook to the screen": ("responses", "export", SURVEY, "--format", "xlsx"),
    "release without answers": ("release", "build", SURVEY),
    "acceptance of nobody": ("responses", "accept", SURVEY),
    "acceptance of one and all": ("responses", "accept", SURVEY, "ABCD", "--all"),
    "acceptance of an unknown code": ("responses", "accept", SURVEY, "AAAA-AAAA-AAAA"),
    "invitation without a name": ("survey", "invite", SURVEY, "  "),
    "invitation with an endless name": ("survey", "invite", SURVEY, "x" * 400),
    "check of a missing file": ("survey", "check", "/nothing/here.yaml"),
    "demonstration of a negative size": ("init", "--demo", "-1"),
    "export into a missing folder": ("responses", "export", SURVEY, "--out", "/nothing/here.csv"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusal_is_a_sentence(case: str, app: Flask) -> None:
    before = walking.database_digest()
    _refused(app, *REFUSALS[case])
    assert walking.database_digest() == before


def test_export_that_cannot_be_written_is_a_sentence(app: Flask, client: InspectingClient) -> None:
    client.submit(walking.ready_to_submit(client, NON_USER))
    _refused(app, "responses", "export", SURVEY, "--out", "/nothing/here.csv")


def test_file_of_another_encoding_is_refused(app: Flask, poll: Path) -> None:
    poll.write_bytes(POLL.encode("utf-16"))
    assert "UTF-8" in _refused(app, "survey", "check", str(poll))


def test_commands_before_init_say_what_to_do(empty_app: Flask) -> None:
    for command in (("survey", "list"), ("release", "build", SURVEY), ("demo", "remove")):
        assert _refused(empty_app, *command) == (
            "Error: The database is not set up. Run `flask --app app init` first.\n"
        )


def test_serving_the_world_needs_the_public_address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_BASE_URL", raising=False)
    for host in ("0.0.0.0", "192.0.2.7", "::"):  # noqa: S104 - that it is refused is what is tested
        assert "PORTAL_BASE_URL" in _refused(app, "serve", "--host", host)


def test_invitation_carries_the_public_address(make_site: Callable[..., Flask], starter_folder: Path) -> None:
    site = make_site(starter_folder, PORTAL_BASE_URL="https://survey.example.org")
    line = walking.done(site, "survey", "invite", SURVEY, "Maison", "--language", "ar")
    assert re.fullmatch(r"Maison\thttps://survey\.example\.org/ar/r/[A-Za-z0-9]{24}/\n", line)


def _refused(app: Flask, *arguments: str) -> str:
    """What a refused command says: to whoever runs it, in sentences, with a status."""
    result = walking.run(app, *arguments)
    assert result.exit_code in {1, 2}, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    said = result.stderr.splitlines()[-1]
    assert said.startswith("Error: ")
    assert said.endswith((".", "?", "https://portal.example.org")), said
    return result.stderr


def _digest_without_stamp() -> list[str]:
    """What is stored, but for the count of public changes."""
    return [
        "\n".join(sorted(map(repr, model.select().tuples()))) for model in (*store.TABLES, walking.Document)
    ]


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
