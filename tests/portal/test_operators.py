"""For operators: it lives, it is ready or says why not, and whom to tell of a weakness."""

from __future__ import annotations

import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from portal.jobs.models import WorkerRow
from portal.mail.models import Message
from portal.operators import readiness
from portal.operators.bounded import Question, SlowError
from portal.operators.views import expiry
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

TOKEN = "q8Lr2vXn5Tz1Kd7Wb4Yh9Mc3Pf6Sj0GaEu"  # noqa: S105 - invented
BEARER = {"Authorization": f"Bearer {TOKEN}"}
AWAY = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    """Somebody on the machine itself."""
    return app.test_client(use_cookies=False)


def heard_of_worker(seconds_ago: int = 0) -> None:
    with store.write():
        WorkerRow.create(seen_at=store.now() - seconds_ago)


def not_ready(client: FlaskClient) -> tuple[int, list[str]]:
    answered = client.get("/readyz")
    assert answered.json is not None
    assert answered.json["ready"] is (answered.status_code == 200)
    return answered.status_code, answered.json.get("not_ready", [])


# Alive


@pytest.mark.usefixtures("app")
def test_health_needs_no_database(operator: FlaskClient, tmp_path: Path) -> None:
    store.database.close()
    store.let_go()
    shutil.rmtree(tmp_path / "instance")
    for address in (AWAY, {}):
        answered = operator.get("/healthz", environ_overrides=address)
        assert (answered.status_code, answered.text, answered.mimetype) == (200, "ok\n", "text/plain")
    assert answered.headers["Cache-Control"] == "no-store"


# Ready


def test_ready_with_a_worker(stored_app: Flask) -> None:
    heard_of_worker()
    client = stored_app.test_client()
    assert not_ready(client) == (200, [])
    assert client.get("/readyz").json == {"ready": True}


NO_WORKER = "No worker was heard of in the last 60 seconds; messages and jobs wait."


@pytest.mark.usefixtures("app")
def test_silent_worker_is_missed(operator: FlaskClient) -> None:
    assert not_ready(operator) == (503, [NO_WORKER])
    heard_of_worker(seconds_ago=75)
    assert not_ready(operator) == (503, [NO_WORKER])
    heard_of_worker(seconds_ago=50)
    assert not_ready(operator) == (200, [])


@pytest.mark.usefixtures("app")
def test_message_that_does_not_leave_is_told(operator: FlaskClient) -> None:
    heard_of_worker()
    with store.write():
        message = Message.create(
            template="test", language="en", purpose="notice", created_at=store.now() - 3500
        )
    assert not_ready(operator) == (200, [])
    with store.write():
        Message.update(created_at=store.now() - 7300).where(Message.id == message.id).execute()
    assert not_ready(operator) == (503, ["A message has waited for 2 hour(s) to be sent."])
    with store.write():
        Message.update(state="sent").where(Message.id == message.id).execute()
    assert not_ready(operator) == (200, [])


@pytest.mark.usefixtures("app")
def test_database_that_was_not_migrated_is_told(operator: FlaskClient) -> None:
    heard_of_worker()
    with store.write():
        store.database.execute_sql("DELETE FROM schema_migration WHERE name = '0002_content'")
    told = "The database lacks 1 migration(s); run: flask --app app upgrade."
    assert not_ready(operator) == (503, [told])


def test_database_that_is_away_is_told_once(app: Flask, operator: FlaskClient, tmp_path: Path) -> None:
    store.database.close()
    database = tmp_path / "instance" / "portal.sqlite"
    store.let_go()
    assert operator.get("/robots.txt").status_code == 200
    store.let_go()
    for file in database.parent.glob("portal.sqlite*"):
        file.unlink()
    database.mkdir()
    app.testing = False
    answered = readiness.problems(app)
    assert answered == ["The database cannot be reached."]


def test_lost_key_of_published_figures_is_told(demo_app: Flask, tmp_path: Path) -> None:
    heard_of_worker()
    client = demo_app.test_client()
    assert not_ready(client) == (200, [])
    keys = [path for path in (tmp_path / "instance" / "keys").iterdir() if path.name != "portal.key"]
    assert len(keys) == 1
    whole = keys[0].read_bytes()
    told = "A key in the instance folder is missing or cannot be read; restore it from a backup."
    keys[0].unlink()
    assert not_ready(client) == (503, [told])
    keys[0].write_bytes(whole[:-1])
    assert not_ready(client) == (503, [told])
    keys[0].write_bytes(whole)
    assert not_ready(client) == (200, [])
    own = tmp_path / "instance" / "keys" / "portal.key"
    own.unlink()
    assert not_ready(client) == (503, [told])
    assert not own.exists(), "asking made a new secret"


def test_instance_folder_that_cannot_be_written_is_told(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "instance").rename(tmp_path / "elsewhere")
    with app.app_context():
        assert readiness.disk_problem() == (
            "The instance folder cannot be written to: No such file or directory."
        )


@pytest.mark.parametrize(
    ("free", "total", "ready"),
    [
        (200_000_000, 10**13, True),
        (199_999_999, 10**13, False),
        (20_000_000, 10**9, True),
        (19_999_999, 10**9, False),
    ],
)
def test_space_that_must_be_free(free: int, total: int, ready: bool) -> None:  # noqa: FBT001 - a table's column
    assert (readiness.space_problem(free, total) is None) is ready


def test_reasons_are_for_operators_alone(make_site: Callable[..., Flask], starter_folder: Path) -> None:
    site = make_site(starter_folder, PORTAL_METRICS_TOKEN=TOKEN)
    site.config["TRUSTED_HOSTS"] = [*site.config["TRUSTED_HOSTS"], "example.org"]
    client = site.test_client()
    near = client.get("/readyz")
    assert (near.status_code, near.json) == (503, {"ready": False, "not_ready": [NO_WORKER]})
    away = client.get("/readyz", environ_overrides=AWAY)
    assert (away.status_code, away.json) == (503, {"ready": False})
    assert client.get("/readyz", environ_overrides=AWAY, headers=BEARER).json == near.json
    for passed_on in (
        {"X-Real-IP": "203.0.113.7"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Host": "example.org"},
    ):
        assert client.get("/readyz", headers=passed_on).json == {"ready": False}


def test_question_that_hangs_is_not_waited_for(app: Flask) -> None:
    free, asked = threading.Event(), []

    def hang() -> str:
        asked.append(1)
        free.wait(20)
        return "late"

    question = Question(hang)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(SlowError):
            question.answer(app, seconds=0.2)
    assert time.monotonic() - began < 5
    assert len(asked) == 1, "a question that hangs got another thread"
    free.set()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            assert question.answer(app, seconds=10) == "late"
            break
        except SlowError:
            time.sleep(0.01)
    assert len(asked) == 2


# Programs that look around


def test_robots_leave_keys_and_staff_alone(operator: FlaskClient) -> None:
    answered = operator.get("/robots.txt")
    assert (answered.status_code, answered.mimetype) == (200, "text/plain")
    assert answered.text == (
        "User-agent: *\nDisallow: /staff/\nDisallow: /*/r/\nDisallow: /*/unsubscribe/\nDisallow: /api/\n"
        "\nSitemap: http://localhost/sitemap.xml\n"
    )


def test_security_txt_names_whom_to_tell(make_site: Callable[..., Flask], starter_folder: Path) -> None:
    site = make_site(
        starter_folder, PORTAL_CONTACT="security@example.org", PORTAL_BASE_URL="https://survey.example.org",
        PORTAL_SECRET_KEY=TOKEN,
    )  # fmt: skip
    answered = site.test_client().get("/.well-known/security.txt", headers={"Host": "survey.example.org"})
    assert (answered.status_code, answered.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    fields = dict(line.split(": ", 1) for line in answered.text.splitlines())
    expires = datetime.strptime(fields.pop("Expires"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=180) < expires - datetime.now(UTC) <= timedelta(days=366)
    assert fields == {
        "Contact": "mailto:security@example.org",
        "Preferred-Languages": "en, fr, ar",
        "Canonical": "https://survey.example.org/.well-known/security.txt",
    }


def test_security_txt_needs_somebody_to_tell(operator: FlaskClient) -> None:
    assert operator.get("/.well-known/security.txt").status_code == 404


def days_of_two_years() -> Iterator[datetime]:
    for day in range(731):
        yield datetime(2027, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def test_expiry_is_stable_and_never_near_nor_far() -> None:
    left = [expiry(day) - day for day in days_of_two_years()]
    assert timedelta(days=180) < min(left)
    assert max(left) < timedelta(days=366)
    assert len({expiry(day) for day in days_of_two_years()}) == 4
