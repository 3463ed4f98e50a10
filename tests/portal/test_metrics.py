"""Metrics: counted by route, read strictly by the format's grammar, and telling nothing of respondents."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from portal.jobs.models import WorkerRow
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import NON_USER, SURVEY

if TYPE_CHECKING:
    from collections.abc import Callable
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


METRIC = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
NUMBER = r"[+-]?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Inf)|NaN"
SAMPLE = re.compile(rf"({METRIC})(?:\{{((?:{LABEL},)*{LABEL})\}})? ({NUMBER})")
HELP = re.compile(rf"# HELP ({METRIC}) (?:[^\\\n]|\\\\|\\n)*")
TYPE = re.compile(rf"# TYPE ({METRIC}) (counter|gauge|histogram|summary|untyped)")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count")}


def parsed(text: str) -> dict[tuple[str, frozenset[str]], float]:
    """Samples by name and labels, read strictly as Prometheus' text format 0.0.4 has them.

    One family after the other, each with HELP before TYPE before its samples, no sample twice, buckets of a
    histogram rising up to +Inf, which equals its count.
    """
    assert text.endswith("\n")
    families: dict[str, str] = {}
    samples: dict[tuple[str, frozenset[str]], float] = {}
    helped, name = "", ""
    for line in text.removesuffix("\n").split("\n"):
        if found := HELP.fullmatch(line):
            helped = found[1]
            assert helped not in families, line
        elif found := TYPE.fullmatch(line):
            name = found[1]
            assert name == helped, line
            families[name] = found[2]
        else:
            found = SAMPLE.fullmatch(line)
            assert found is not None, line
            ends = SUFFIXES.get(families[name], ("",))
            assert found[1] in {name + end for end in ends}, line
            key = (found[1], frozenset(re.findall(LABEL, found[2] or "")))
            assert key not in samples, line
            samples[key] = float(found[3])
    for name, kind in families.items():
        if kind == "counter":
            assert name.endswith("_total")
        if kind == "histogram":
            _check_histogram(name, samples)
    return samples


def _check_histogram(name: str, samples: dict[tuple[str, frozenset[str]], float]) -> None:
    series: dict[frozenset[str], list[tuple[float, float]]] = {}
    for (sampled, labels), value in samples.items():
        if sampled == f"{name}_bucket":
            (bound,) = (label for label in labels if label.startswith("le="))
            limit = float(bound[4:-1].replace("+Inf", "inf"))
            series.setdefault(labels - {bound}, []).append((limit, value))
    assert series
    for labels, buckets in series.items():
        counts = [value for _, value in sorted(buckets)]
        assert counts == sorted(counts)
        assert max(buckets)[0] == float("inf")
        assert counts[-1] == samples[f"{name}_count", labels]
        assert (f"{name}_sum", labels) in samples


def scraped(client: FlaskClient) -> dict[tuple[str, frozenset[str]], float]:
    answered = client.get("/metrics")
    assert answered.status_code == 200
    assert answered.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answered.headers["Cache-Control"] == "no-store"
    return parsed(answered.text)


def requests_of(samples: dict[tuple[str, frozenset[str]], float]) -> dict[tuple[str, str, str], float]:
    found = {}
    for (name, labels), value in samples.items():
        if name == "portal_requests_total":
            pairs = dict(label.split("=", 1) for label in labels)
            found[pairs["method"].strip('"'), pairs["group"].strip('"'), pairs["status"].strip('"')] = value
    return found


@pytest.mark.usefixtures("app")
def test_requests_are_counted_by_route(operator: FlaskClient, app: Flask) -> None:
    with store.write():
        WorkerRow.create()
    for address in ("/en/toolkit/", "/en/toolkit/", "/en/toolkit/", "/en/nothing/", "/fr/nothing/", "/"):
        operator.get(address)
    operator.open("/en/toolkit/", method="BREW")
    samples = scraped(operator)
    assert requests_of(samples) == {
        ("GET", "toolkit.index", "2xx"): 3,
        ("GET", "unknown", "4xx"): 2,
        ("GET", "front.choose_language", "3xx"): 1,
        ("other", "unknown", "4xx"): 1,
    }
    nothing: frozenset[str] = frozenset()
    assert samples["portal_database_up", nothing] == 1
    assert samples["portal_worker_silent_seconds", nothing] < 5
    assert samples["portal_kept_pages_total", nothing] == 2
    assert 0 < time.time() - samples["process_start_time_seconds", nothing] < 7200
    assert 20e6 < samples["process_resident_memory_bytes", nothing] < 4e9
    assert samples["portal_jobs", frozenset(['state="queued"'])] == 0
    assert samples["portal_mail", frozenset(['state="waiting"'])] == 0
    assert app.test_client().get("/metrics", method="HEAD").status_code == 200


def test_metrics_do_not_move_with_responses(app: Flask, operator: FlaskClient) -> None:
    """Two organizations answer; nothing but the one count of what all respondents do differs."""
    client = InspectingClient(app)
    client.get(f"/en/surveys/{SURVEY}/")
    before = scraped(operator)
    for _ in range(2):
        done = client.submit(walking.ready_to_submit(client, NON_USER))
        assert walking.receipt(done)
    assert len(walking.submitted(app)) == 2
    after = scraped(operator)
    moved = {key for key in after if after[key] != before.get(key)}
    told = {name for name, labels in moved if 'group="respondent"' not in labels}
    assert told <= {
        "portal_requests_total",
        "portal_request_seconds_bucket",
        "portal_request_seconds_sum",
        "portal_request_seconds_count",
        "process_resident_memory_bytes",
    }
    groups = {label for _, labels in moved for label in labels if label.startswith("group=")}
    assert groups == {'group="respondent"', 'group="operators.metrics"'}
    posts = {key: value for key, value in requests_of(after).items() if key[0] == "POST"}
    assert posts == {("POST", "respondent", "3xx"): 2 * 10}, "beginning, saving and submitting are one count"


@pytest.mark.usefixtures("app")
def test_metrics_are_answered_while_the_database_is_away(operator: FlaskClient, tmp_path: Path) -> None:
    operator.get("/robots.txt")
    store.database.close()
    store.let_go()
    for file in (tmp_path / "instance").glob("portal.sqlite*"):
        file.unlink()
    (tmp_path / "instance" / "portal.sqlite").mkdir()
    operator.application.before_request_funcs[None].remove(_keeping_open(operator.application))
    samples = scraped(operator)
    assert samples["portal_database_up", frozenset()] == 0
    assert not any(name.startswith(("portal_jobs", "portal_mail")) for name, _ in samples)


def _keeping_open(app: Flask) -> Callable[..., object]:
    """The step that holds a connection, which a running server has taken long before its disk goes away."""
    (found,) = (step for step in app.before_request_funcs[None] if step.__name__ == "stay_open")
    return found


STRANGERS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "from elsewhere": (AWAY, {}),
    "from elsewhere, wrong token": (AWAY, {"Authorization": f"Bearer {TOKEN[:-1]}"}),
    "from elsewhere, bare token": (AWAY, {"Authorization": TOKEN}),
    "from elsewhere, odd token": (AWAY, {"Authorization": "Bearer \xe9"}),
    "through a proxy here": ({}, {"X-Forwarded-For": "203.0.113.7"}),
    "through a proxy here that says it is here": ({}, {"X-Forwarded-For": "127.0.0.1"}),
    "through a proxy here that only says who": ({}, {"X-Real-IP": "203.0.113.7"}),
    "through a proxy here that passes the host on": ({}, {"Host": "survey.example.org"}),
    "from elsewhere, saying it is here": (AWAY, {"X-Forwarded-For": "127.0.0.1"}),
    "from nowhere": ({"REMOTE_ADDR": ""}, {}),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_nobody_else_learns_of_the_metrics(
    case: str, make_site: Callable[..., Flask], starter_folder: Path
) -> None:
    site = make_site(starter_folder, PORTAL_METRICS_TOKEN=TOKEN, PORTAL_BASE_URL="http://localhost:8000")
    site.config["TRUSTED_HOSTS"] = [*site.config["TRUSTED_HOSTS"], "survey.example.org"]
    client = site.test_client()
    environ, headers = STRANGERS[case]
    refused = client.get("/metrics", environ_overrides=environ, headers=headers)
    missing = client.get("/nothing-here", environ_overrides=environ, headers=headers)
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert _without_number(refused.text) == _without_number(missing.text)
    assert client.get("/metrics", environ_overrides=environ, headers={**headers, **BEARER}).status_code == 200


def _without_number(page: str) -> str:
    return re.sub(r"<code[^>]*>\w+</code>", "", page)


def test_without_a_token_set_none_opens(app: Flask) -> None:
    client = app.test_client()
    for given in ("Bearer None", "Bearer ", "Bearer"):
        refused = client.get("/metrics", environ_overrides=AWAY, headers={"Authorization": given})
        assert refused.status_code == 404
