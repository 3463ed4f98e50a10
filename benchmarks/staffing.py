"""The staff's pages with 5,000 organizations and 5,000 responses, and 10,000 messages put in the outbox."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.table import Figure
from portal import counting, create_app, mail
from portal.identity import devices, people
from portal.identity.models import Device
from portal.identity.roles import ADMINISTRATOR, ANALYST, DESIGNER
from surveys.responses import participants, store, waves

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

ORGANIZATIONS = 5_000
MESSAGES = 10_000
RUNS = 5

SLOWEST_PAGE = 100
"""Milliseconds of server time for a page of the staff."""

OK = 200

SLOWEST_QUEUE = 5
"""Seconds for the messages."""

SLUG = "digital-messaging"
DEMONSTRATION = f"/staff/surveys/{SLUG}/{waves.DEMONSTRATION}/"


def figures(instance: Path) -> Iterator[Figure]:
    """Fill an instance of its own, sign in, and look at every page of the staff."""
    servers.run(*servers.FLASK, "init", "--demo", str(ORGANIZATIONS), instance=instance)
    app = create_app({"PORTAL_INSTANCE": instance})
    try:
        _fill(app)
        client = _signed_in(app)
        pages = [address for address in addresses(app) if client.get(address).status_code == OK]
        times = {address: _median(client, address) for address in pages}
        slowest = max(times, key=lambda address: times[address])
        yield Figure(
            f"Slowest of {len(times)} staff pages, {ORGANIZATIONS:,} organizations and responses",
            times[slowest],
            "ms",
            SLOWEST_PAGE,
            details=f"{slowest}; the median page {statistics.median(times.values()):.0f} ms",
        )
        yield _queued(app)
    finally:
        store.let_go()
        store.database.close()


def addresses(app: Flask) -> list[str]:
    """Every page of the staff with nothing but a wave in its address, and tables far down and searched."""
    fixed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff/") and rule.rule.endswith("/") and "GET" in (rule.methods or ())
    ]
    plain = [rule for rule in fixed if "<" not in rule and not rule.startswith("/staff/account/")]
    wave = "/staff/surveys/<slug>/<name>/"
    of_waves = [rule for rule in fixed if rule.startswith(wave) and "<" not in rule.removeprefix(wave)]
    filled = [rule.replace("<slug>", SLUG).replace("<name>", waves.DEMONSTRATION) for rule in of_waves]
    return [
        *plain,
        *filled,
        f"{DEMONSTRATION}organizations/?sort=-organization&page=90",
        f"{DEMONSTRATION}organizations/?q=organization+4&state=submitted",
        f"{DEMONSTRATION}responses/?sort=receipt&page=70",
        f"{DEMONSTRATION}tables/platforms/?by=region",
    ]


def _fill(app: Flask) -> None:
    """Let every invented response come from an organization that is written to, and count."""
    with app.app_context(), store.write():
        wave = waves.find(f"{SLUG}@{waves.DEMONSTRATION}")
        ids = [
            row.id for row in store.Response.select(store.Response.id).where(store.Response.wave == wave.id)
        ]
        for number, response in enumerate(ids):
            row = store.Participant.create(
                wave=wave.id, organization=f"Organization {number}", response=response
            )
            store.Contact.create(participant=row.id, email=f"desk{number}@example.org", language="en")
        counting.count(wave)
        participants.enrol(waves.current(SLUG), "One more")


def _signed_in(app: Flask) -> FlaskClient:
    """A browser with a session as signing in leaves it: how long that takes is not what is measured."""
    secret = "benchmark"  # noqa: S105 - of a device that lives as long as this run
    with app.app_context(), store.write():
        person = people.create("bench@example.org", "Bench", "-", [ADMINISTRATOR, ANALYST, DESIGNER], "en")
        person.tf_primary_method, person.tf_totp_secret = "authenticator", "-"
        person.save()
        Device.create(hash=store.digest(secret), user=person, browser="", system="")
    client = app.test_client()
    with client.session_transaction("/staff/") as session:
        session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
        session["fs_paa"] = time.time()
        session[devices.KEY] = secret
    return client


def _median(client: FlaskClient, address: str) -> float:
    """Milliseconds of server time, the first call left out: templates are read once."""
    taken = []
    for _run in range(RUNS + 1):
        began = time.perf_counter()
        with client.get(address) as answer:
            answer.get_data()
        taken.append(1000 * (time.perf_counter() - began))
        if answer.status_code != OK:
            raise servers.BenchmarkError(f"{address} answered {answer.status_code}.")
    return statistics.median(taken[1:])


def _queued(app: Flask) -> Figure:
    with app.app_context():
        orders = [
            mail.Order("survey-invitation", f"desk{number}@example.org", {"participant": number})
            for number in range(MESSAGES)
        ]
        began = time.perf_counter()
        with store.write():
            mail.queue_many(orders)
        taken = time.perf_counter() - began
    return Figure(
        f"{MESSAGES:,} messages queued", taken, "s", SLOWEST_QUEUE, details="one transaction, SQLite"
    )
