"""The door for outgoing requests: public servers are asked, private ones never, whatever a name says."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from portal.outgoing import SENTENCES, Fetched, OutgoingError, Rules, fetch, is_public
from tests.portal.outgoing_servers import LOOPBACK, certificate, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from tests.portal.outgoing_servers import Asked

HOST = "feed.example.org"


@pytest.fixture(scope="module")
def app(lasting_site: Callable[..., Flask], starter_folder: Path) -> Flask:
    """A site to ask from."""
    return lasting_site(starter_folder)


@pytest.fixture
def web(app: Flask) -> Iterator[tuple[int, Asked]]:
    """A server on this machine, and an application to ask from."""
    with app.app_context(), serving() as served:
        yield served


def rules(port: int, **changed: Any) -> Rules:
    """Rules that let a test's own server be asked, under any name."""
    return Rules(**{"resolve": lambda *_: [LOOPBACK], "allowed": lambda _: True, "ports": {port}, **changed})


def asking(port: int, path: str, **options: Any) -> Fetched:
    given = {"max_bytes": 1000, "timeout": 5.0, "rules": rules(port), **options}
    return fetch(f"http://{HOST}:{port}{path}", **given)


def refused(port: int, path: str, **options: Any) -> str:
    with pytest.raises(OutgoingError) as caught:
        asking(port, path, **options)
    return caught.value.code


# What is fetched


def test_file_is_fetched_with_a_plain_request(web: tuple[int, Asked]) -> None:
    port, asked = web
    fetched = asking(port, "/calendar?year=2026&a=%20b", types={"text/calendar"})
    assert fetched == Fetched(
        f"http://{HOST}:{port}/calendar?year=2026&a=%20b", "text/calendar", b"BEGIN:VCALENDAR"
    )
    assert asked == [
        (
            "/calendar?year=2026&a=%20b",
            {
                "Host": f"{HOST}:{port}",
                "User-Agent": "DMSI-portal (+http://localhost:8000)",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )
    ]


def test_cookies_are_not_kept(web: tuple[int, Asked]) -> None:
    port, asked = web
    for _ in range(2):
        asking(port, "/calendar")
    assert [set(headers) for _, headers in asked] == [
        {"Host", "User-Agent", "Accept-Encoding", "Connection"}
    ] * 2


@pytest.mark.parametrize("steps", [1, 3])
def test_redirects_are_followed(steps: int, web: tuple[int, Asked]) -> None:
    port, asked = web
    assert asking(port, f"/moved/{steps}").url == f"http://{HOST}:{port}/calendar"
    assert len(asked) == steps + 1


def test_fourth_redirect_is_not_followed(web: tuple[int, Asked]) -> None:
    port, asked = web
    assert refused(port, "/moved/4") == "redirects"
    assert len(asked) == 4


REFUSED = {
    "/missing": "refused",
    "/packed": "refused",
    "/large": "too_large",
    "/endless": "too_large",
    "/short": "unreachable",
    "/nonsense": "unreachable",
}


@pytest.mark.parametrize("path", REFUSED)
def test_answer_that_is_not_taken(path: str, web: tuple[int, Asked]) -> None:
    assert refused(web[0], path) == REFUSED[path]


def test_kind_that_is_not_wanted(web: tuple[int, Asked]) -> None:
    assert refused(web[0], "/calendar", types={"text/xml"}) == "kind"


@pytest.mark.parametrize("path", ["/dripping", "/slow"])
def test_everything_together_takes_no_longer_than_allowed(path: str, web: tuple[int, Asked]) -> None:
    began = time.monotonic()
    assert refused(web[0], path, timeout=1.0, max_bytes=200_000) == "too_slow"
    assert time.monotonic() - began < 4


def test_redirects_share_the_time(web: tuple[int, Asked]) -> None:
    port = web[0]

    def slowly(*_: object) -> list[str]:
        time.sleep(0.4)
        return [LOOPBACK]

    began = time.monotonic()
    assert refused(port, "/moved/3", timeout=1.0, rules=rules(port, resolve=slowly)) == "too_slow"
    assert time.monotonic() - began < 4


def test_resolver_that_hangs_is_not_waited_for(web: tuple[int, Asked]) -> None:
    port, free = web[0], threading.Event()

    def hang(*_: object) -> list[str]:
        free.wait(20)
        return [LOOPBACK]

    began = time.monotonic()
    assert refused(port, "/calendar", timeout=0.5, rules=rules(port, resolve=hang)) == "too_slow"
    assert time.monotonic() - began < 4
    free.set()


def test_server_that_is_not_there(app: Flask) -> None:
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    with app.app_context():
        assert refused(port, "/") == "unreachable"
        assert refused(port, "/", rules=rules(port, resolve=lambda *_: [])) == "unreachable"


# Where no request goes

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # noqa: S104 - an address
    "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:a00:1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip

PUBLIC = ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]


def test_addresses_are_told_apart() -> None:
    allowed = {text: is_public(ipaddress.ip_address(text)) for text in (*PRIVATE, *PUBLIC)}
    assert allowed == dict.fromkeys(PRIVATE, False) | dict.fromkeys(PUBLIC, True)


INWARD = [
    "http://127.0.0.1/", "http://localhost/", "https://localhost/", "http://127.1/", "http://0/",
    "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://[::1]/",
    "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[fe80::1%25lo]/",
    "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", INWARD)
def test_default_rules_refuse_what_lies_inside(url: str, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *where, **_: connected.append(where))
    with app.app_context(), pytest.raises(OutgoingError) as caught:
        fetch(url, max_bytes=10)
    assert caught.value.code in {"closed", "unreachable", "address"}
    assert connected == []


def test_default_rules_say_why(app: Flask) -> None:
    for url in ("http://localhost/", "http://127.0.0.1/", "http://[::1]/"):
        with app.test_request_context(), pytest.raises(OutgoingError) as caught:
            fetch(url, max_bytes=10)
        assert caught.value.sentence == "This address leads to a private network, so nothing was fetched."


NO_ADDRESSES = [
    "", "feed.example.org", "//feed.example.org/", "file:///etc/passwd", "ftp://feed.example.org/",
    "gopher://feed.example.org/", "javascript:alert(1)", "http://", "http:///path", "http://user@feed.example.org/",
    "http://user:pw@feed.example.org/", "http://feed.example.org@127.0.0.1/", "http://feed.example.org:22/",
    "http://feed.example.org:8080/", "http://feed.example.org:99999/", "http://feed.example.org:x/",
    "http://feed.example.org/\r\nHost: evil", "http://feed.example.org/a b", "http://feed.example.org\\@evil/",
    "http://feed.example.org/\x00", "http://[::1", f"http://{'a' * 70}.example.org/",
]  # fmt: skip


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_is_not_asked(url: str, app: Flask) -> None:
    def never(*_: object) -> list[str]:
        raise AssertionError(url)

    with app.app_context(), pytest.raises(OutgoingError) as caught:
        fetch(url, max_bytes=10, rules=Rules(resolve=never))
    assert caught.value.code == "address"


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1/", "http://localhost/", "//169.254.169.254/latest", "http://[::1]/"]
)
def test_redirect_inside_is_refused(where: str, web: tuple[int, Asked]) -> None:
    port, asked = web
    ours = rules(port, ports={80, port}, resolve=by_name, allowed=only_ours())
    assert refused(port, f"/elsewhere?{where}", rules=ours) == "closed"
    assert len(asked) == 1


def by_name(host: str, _port: int) -> list[str]:
    """Our server's name leads to it; what is an address already stays what it is."""
    return [LOOPBACK] if host == HOST else ["127.0.0.2" if host in {"localhost", LOOPBACK} else host]


def only_ours() -> Callable[[Any], bool]:
    return lambda address: str(address) == LOOPBACK


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "http://feed.example.org:22/", "ftp://feed.example.org/"]
)
def test_redirect_to_what_is_no_address_is_refused(where: str, web: tuple[int, Asked]) -> None:
    assert refused(web[0], f"/elsewhere?{where}") == "address"


def test_one_private_address_closes_a_name(web: tuple[int, Asked]) -> None:
    port, asked = web
    ours = rules(port, resolve=lambda *_: [LOOPBACK, "10.0.0.1"], allowed=only_ours())
    assert refused(port, "/calendar", rules=ours) == "closed"
    assert asked == []


def test_name_that_changes_its_mind_is_asked_once(web: tuple[int, Asked]) -> None:
    """The address that was checked is the one connected to: there is no second look-up to lie to."""
    port, _ = web
    told: list[str] = []

    def changing(host: str, _port: int) -> list[str]:
        told.append(host)
        return [LOOPBACK] if len(told) == 1 else ["127.0.0.2"]

    ours = rules(port, resolve=changing, allowed=only_ours())
    assert asking(port, "/calendar", rules=ours).body == b"BEGIN:VCALENDAR"
    assert told == [HOST]
    assert refused(port, "/moved/1", rules=ours) == "closed", "each redirect is looked up and checked anew"


# Certificates


def test_certificate_is_checked_against_the_name(app: Flask, tmp_path: Path) -> None:
    names = []
    server = certificate(tmp_path, HOST)
    server.sni_callback = lambda _socket, name, _context: names.append(name)  # type: ignore[assignment]
    trust = ssl.create_default_context(cafile=str(tmp_path / f"{HOST}.pem"))
    with app.app_context(), serving(server) as (port, asked):
        ours = rules(port, trust=trust)
        fetched = fetch(f"https://{HOST}:{port}/calendar", max_bytes=1000, rules=ours)
        assert fetched.body == b"BEGIN:VCALENDAR"
        for url, believed in (
            (f"https://other.example.org:{port}/calendar", ours),
            (f"https://{HOST}:{port}/calendar", rules(port)),
        ):
            with pytest.raises(OutgoingError) as caught:
                fetch(url, max_bytes=1000, rules=believed)
            assert caught.value.code == "insecure"
        with pytest.raises(OutgoingError) as caught:
            fetch(f"https://{HOST}:{port}/elsewhere?http://{HOST}:{port}/calendar", max_bytes=10, rules=ours)
        assert caught.value.code == "insecure"
        began = time.monotonic()
        with pytest.raises(OutgoingError) as caught:
            fetch(f"https://{HOST}:{port}/dripping", max_bytes=10**6, timeout=1.0, rules=ours)
        assert caught.value.code == "too_slow"
        assert time.monotonic() - began < 4
    assert names == [HOST, "other.example.org", HOST, HOST, HOST]
    assert [path for path, _ in asked] == [
        "/calendar", f"/elsewhere?http://{HOST}:{port}/calendar", "/dripping",
    ]  # fmt: skip


def test_every_refusal_has_a_sentence(app: Flask) -> None:
    with app.test_request_context():
        assert all(OutgoingError(code).sentence.endswith(".") for code in SENTENCES)
