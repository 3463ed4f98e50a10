"""The log: one line for each request and event, and nothing that tells who somebody is."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from portal.redaction import Redaction
from surveys.responses import store
from tests.conftest import ROOT
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import SURVEY, USER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

SERVED = {"SERVER_SOFTWARE": "a server"}

ORGANIZATION = "Canary Settlement House"
EMAIL = "canary.person@secret.example"
BROWSER = "CanaryBrowser/7.3"
VISITOR = "198.51.100.23"

FIELDS = ["time", "level", "event", "id", "method", "endpoint", "status", "milliseconds", "bytes", "kept"]

UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def lines(text: str) -> list[dict[str, Any]]:
    """The lines of a log, each of which must be JSON."""
    return [json.loads(line) for line in text.splitlines()]


def served(app: Flask) -> InspectingClient:
    """A visitor of a site that a server serves."""
    client = InspectingClient(app)
    client._client.environ_base |= {**SERVED, "REMOTE_ADDR": VISITOR, "HTTP_USER_AGENT": BROWSER}
    return client


# A request's line


def test_each_request_has_its_line(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = app.test_client(use_cookies=False)
    sizes, numbers = [], []
    for address in ("/en/toolkit/?utm=campaign", "/en/nothing/", "/", "/en/toolkit/?utm=campaign"):
        answered = client.get(address, environ_overrides=SERVED)
        sizes.append(len(answered.data))
        numbers.append(answered.headers["X-Request-Id"])
    client.open("/en/toolkit/", method='BR"EW\n', environ_overrides=SERVED)
    told = lines(capsys.readouterr().err)
    assert [list(line) for line in told] == [FIELDS] * 5
    short = [(line["method"], line["endpoint"], line["status"], line["level"], line["kept"]) for line in told]
    assert short == [
        ("GET", "/<language:lang>/toolkit/", 200, "info", False),
        ("GET", "unknown", 404, "info", False),
        ("GET", "/", 302, "info", False),
        ("GET", "/<language:lang>/toolkit/", 200, "info", False),
        ("other", "unknown", 405, "info", False),
    ]
    assert [line["bytes"] for line in told[:4]] == sizes
    assert [line["id"] for line in told[:4]] == numbers
    assert all(UTC_TIME.fullmatch(line["time"]) for line in told)
    assert all(0 < line["milliseconds"] < 60_000 for line in told)
    assert {line["event"] for line in told} == {"request"}


def test_kept_page_has_its_line(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = app.test_client(use_cookies=False)
    for _ in range(2):
        client.get("/fr/", environ_overrides=SERVED)
    again = client.get("/fr/", environ_overrides=SERVED)
    told = lines(capsys.readouterr().err)
    assert [line["endpoint"] for line in told] == ["/<language:lang>/"] * 3
    assert told[0]["kept"] is False
    assert told[2]["kept"] is True
    assert told[2]["bytes"] == len(again.data)
    assert len({line["id"] for line in told}) == 3


def test_without_a_server_there_are_no_lines(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    app.test_client().get("/en/")
    app.test_client().get("/en/nothing/")
    assert capsys.readouterr().err == ""


def test_person_at_a_terminal_reads_text(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    client = app.test_client()
    number = client.get("/en/nothing/", environ_overrides=SERVED).headers["X-Request-Id"]
    app.logger.warning("bell \x1b[31m\x07 and\nline, canary@secret.example")
    request, event = capsys.readouterr().err.splitlines()
    assert re.fullmatch(rf"{UTC_TIME.pattern} info  {number} GET unknown 404 [\d.]+ ms \d+ bytes", request)
    assert re.fullmatch(rf"{UTC_TIME.pattern} warning message portal bell  \[31m  and line, <e-mail>", event)


def test_log_that_nobody_reads_stops_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    assert app.test_client().get("/en/", environ_overrides=SERVED).status_code == 200


# Nothing that tells who somebody is


def journey(app: Flask, client: InspectingClient) -> list[str]:
    """An invited organization answers, with a mistake, and meets every kind of fault; gives its tokens."""
    link = walking.done(app, "survey", "invite", SURVEY, ORGANIZATION).strip().split("\t")[1]
    home = "/" + link.split("/", 3)[3]
    token = home.split("/")[3]
    answers = {**USER, "contact_email": EMAIL, "comment": f"{ORGANIZATION}, {EMAIL}, {link}"}
    client.get(home)
    client.get(f"{home}?next=/en/r/{token}/&mail={EMAIL}")
    wrong = client.post(f"{home}ahead/", {**answers, "contact_email": f"{EMAIL}@"})
    assert wrong.status == 422
    walking.answer_all(client, client.get(f"{home}organization/"), answers)
    done = client.submit(client.get(f"{home}review/"))
    assert walking.receipt(done)
    assert client.get(f"/en/r/{token}x/").status == 404
    assert client.post(f"{home}ahead/", b"x" * 1_100_000, content_type="text/plain").status in {413, 415}
    form = {"comment": "x" * 1_100_000, "email": EMAIL}
    assert client.post(f"{home}ahead/", form).status == 413
    assert client.open(home, method="DELETE").status == 405
    return [token]


def fail(app: Flask, client: InspectingClient, token: str) -> None:
    """What an organization meets when the program is at fault, and when the database is away."""
    app.testing = False

    def faulty(*values: object) -> str:
        try:
            return str({}[f"{ORGANIZATION} {EMAIL}"])
        except KeyError as error:
            raise ValueError(f"{ORGANIZATION}: {values} /en/r/{token}/ {EMAIL}") from error

    kept = app.jinja_env.filters["t"]
    app.jinja_env.filters["t"] = faulty
    page = f"/en/r/{token}/organization/"
    assert client.get(page).status == 500
    app.jinja_env.filters["t"] = kept
    store.database.execute_sql("ALTER TABLE token RENAME TO away")
    assert client.get(page).status == 503
    store.database.execute_sql("ALTER TABLE away RENAME TO token")


def test_nothing_in_the_log_tells_who_somebody_is(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = served(app)
    (token,) = journey(app, client)
    fail(app, client, token)
    text = capsys.readouterr().err
    told = lines(text)
    assert sorted({line["status"] for line in told if line["event"] == "request"}) == [
        200, 303, 404, 405, 413, 415, 422, 500, 503,
    ]  # fmt: skip
    assert len(told) > 25
    canaries = re.compile(
        "|".join([token, token[:8], "canary", "secret\\.example", re.escape(VISITOR)]), re.IGNORECASE
    )
    assert canaries.findall(text) == []
    assert "utm" not in text
    assert "next=" not in text


def test_fault_is_logged_so_that_it_can_be_found(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = served(app)
    (token,) = journey(app, client)
    capsys.readouterr()
    fail(app, client, token)
    fault, first, away, second = lines(capsys.readouterr().err)
    assert fault["event"] == "fault"
    assert fault["level"] == "error"
    assert fault["message"] == "Fault at GET /<language:lang>/r/<token>/<name>/"
    assert fault["id"] == first["id"]
    trail = fault["exception"]
    assert trail.index("builtins.KeyError\n") < trail.index("builtins.ValueError\n")
    assert 'portal/respond/views.py", line' in trail
    assert 'test_logs.py", line' in trail
    assert (first["status"], first["level"]) == (500, "error")
    assert (away["message"], away["id"]) == ("database: no such table: token", second["id"])
    assert (second["status"], second["level"]) == (503, "error")


OF_THE_PROGRAM = [
    AttributeError("'NoneType' object has no attribute 'title'"),
    TypeError("can only concatenate str (not “int”) to str"),
    OSError(28, "No space left on device"),
]
OF_WHAT_WAS_TYPED = [
    ValueError(f"could not convert string to float: '{ORGANIZATION}'"),
    KeyError(ORGANIZATION),
]


@pytest.mark.parametrize(
    "error", [*OF_THE_PROGRAM, *OF_WHAT_WAS_TYPED], ids=lambda error: type(error).__name__
)
def test_message_of_a_fault_is_told_where_it_is_the_program_s(
    error: Exception, app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise error
    except type(error):
        app.logger.exception("It failed")
    (line,) = lines(capsys.readouterr().err)
    assert (line["message"], "id" in line) == ("It failed", False)
    message = f": {error}" if error in OF_THE_PROGRAM else ""
    assert line["exception"].splitlines()[-1] == f"builtins.{type(error).__qualname__}{message}"


# The second net

KEY = "kAfVz3PqXw9LmRt2YbNc7HsD"

CUT = {
    f"GET /en/r/{KEY}/place/ failed": "GET /en/r/<token>/place/ failed",
    f"/ar/r/{KEY.lower()}": "/ar/r/<token>",
    f"https://survey.example.org/fr/r/{KEY}?a=b": "https://survey.example.org/fr/r/<token>?a=b",
    f"next=%2Fen%2Fr%2F{KEY}%2F": "next=%2Fen%2Fr%2F<token>%2F",
    f"/en/unsubscribe/{KEY.lower()}/": "/en/unsubscribe/<token>/",
    "/staff/account/invitation/abcdef/": "/staff/account/invitation/<token>/",
    "/staff/account/reset/WyJhIl0.aRk1Zw.q8Lr2vXn5Tz1Kd7Wb4Y": "/staff/account/reset/<token>",
    f"key {KEY}.": "key <secret>.",
    "Key (email)=(jane.doe@example.org) already exists": "Key (email)=(<e-mail>) already exists",
    "to Jane <jane@example.org>, john@example.org;": "to Jane <<e-mail>>, <e-mail>;",
    "jane%40example.org": "<e-mail>",
    "jane@localhost": "<e-mail>",
    "/en/r/<token>/place/": "/en/r/<token>/place/",
}
UNTOUCHED = ("portal/respond/views.py, line 12, in check_answers", "wave 0123456789abcdef0123456789abcdef")


@pytest.mark.parametrize("text", [*CUT, *UNTOUCHED])
def test_any_logger_s_message_is_cut(text: str, app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.url_map
    logging.getLogger("a.library").warning("%s", text)
    (line,) = lines(capsys.readouterr().err)
    assert (line["logger"], line["message"]) == ("a.library", CUT.get(text, text))


def test_places_of_keys_are_learned_from_the_routes() -> None:
    redaction = Redaction()
    assert redaction.cut("/en/calendar/abc/x") == "/en/calendar/abc/x"
    redaction.learn(["/<language:lang>/calendar/<token>/<name>", "/<language:lang>/story/<slug>/"])
    assert redaction.cut("/en/calendar/abc/x") == "/en/calendar/<token>/x"
    assert redaction.cut("/en/story/abc/") == "/en/story/abc/"


def test_every_route_with_a_key_is_known(app: Flask) -> None:
    found = {
        re.sub(r"<(?!token)[^>]*>", "x", rule.rule).replace("<token>", "abcdefgh")
        for rule in app.url_map.iter_rules()
        if "token" in rule.arguments
    }
    from portal import logs  # noqa: PLC0415 - the portal's own, which learned at its start

    assert len(found) >= 5
    assert [path for path in found if "abcdefgh" in logs.redaction.cut(path)] == []


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "a@" * 100_000, "/r/" * 60_000, "Aa1-" * 50_000, "%40" * 60_000]
)
def test_cutting_takes_no_longer_for_hostile_text(text: str) -> None:
    began = time.process_time()
    Redaction().cut(text)
    assert time.process_time() - began < 2


# The real server


def test_server_writes_the_log(starter_folder: Path, tmp_path: Path, make_site: Callable[..., Flask]) -> None:
    assert make_site
    instance = tmp_path / "served"
    shutil.copytree(starter_folder, instance)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve", "--port", str(port)],
            cwd=ROOT, env={"PORTAL_INSTANCE": str(instance), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.DEVNULL, stderr=errors,
        )  # fmt: skip
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            for _ in range(2):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/en/?secret=1").close()
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/en/r/{KEY}/")
        finally:
            server.terminate()
            server.wait(30)
    requests = [line for line in lines(log.read_text()) if line["event"] == "request"]
    told = [(line["endpoint"], line["status"]) for line in requests if line["endpoint"] != "/healthz"]
    assert told == [("/<language:lang>/", 200)] * 2 + [("/<language:lang>/r/<token>/", 404)]
    assert KEY not in log.read_text()
    assert "secret" not in log.read_text()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address).close()  # noqa: S310 - our own server
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
        else:
            return
