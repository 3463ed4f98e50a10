"""What makes the tests quick stays in the tests: the website as it is served keeps its full cost."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from flask_security import hash_password

from portal import create_app
from surveys.responses import store
from tests import quickness

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

PASSWORD = "a long walk to the river"  # noqa: S105 - nobody real has it


def cost(site: Flask) -> str:
    with site.app_context():
        return "$".join(hash_password(PASSWORD).split("$")[:4])


def test_passwords_cost_what_they_should_where_the_portal_is_served(tmp_path: Path) -> None:
    """At least 19 MiB and two rounds (OWASP Password Storage Cheat Sheet); here 64 MiB and three."""
    site = create_app({"PORTAL_INSTANCE": tmp_path / "instance"})
    store.database.close()
    assert cost(site) == "$argon2id$v=19$m=65536,t=3,p=4"
    assert site.jinja_env.bytecode_cache is None


def test_sites_of_the_tests_hash_in_the_same_way_and_cheaply(app: Flask) -> None:
    assert cost(app) == "$argon2id$v=19$m=8,t=1,p=1"


def test_template_that_was_compiled_once_serves_every_site(
    make_site: Callable[..., Flask], starter_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_site(starter_folder).jinja_env
    code = first.get_template("error.html").root_render_func.__code__
    other = first.overlay(cache_size=0)
    monkeypatch.setattr(other, "compile", lambda *_a, **_k: pytest.fail("compiled again"))
    assert other.get_template("error.html").root_render_func.__code__ is code


def test_files_go_where_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_DEBUG_TEMPROOT", raising=False)
    monkeypatch.setattr(quickness, "IN_MEMORY", tmp_path)
    monkeypatch.setattr(quickness, "ROOM", sys.maxsize)
    quickness.keep_files_in_memory()
    assert quickness.place() is None
    monkeypatch.setattr(quickness, "ROOM", 0)
    quickness.keep_files_in_memory()
    assert quickness.place() == str(tmp_path)
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", "elsewhere")
    quickness.keep_files_in_memory()
    assert quickness.place() == "elsewhere"
