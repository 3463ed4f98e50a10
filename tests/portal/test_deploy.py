"""What is deployed, run: units, web server, and the guide's own commands, with their places put elsewhere."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from benchmarks import servers
from portal.config import ROOT, read
from tests.portal import deployed_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEPLOY = ROOT / "deploy"
GUIDE = ROOT / "docs" / "running.md"
UNITS = ("portal.service", "portal-backup.service", "portal-backup.timer")

HARDENED = {
    "User": "portal",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "NoNewPrivileges": "yes",
    "EnvironmentFile": "/etc/portal.env",
    "CapabilityBoundingSet": "",
}

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


class Host:
    """A host in a folder: the places that the files name are put there."""

    def __init__(self, folder: Path) -> None:
        """Lay the folders out."""
        self.folder = folder
        self.instance, self.shelf = folder / "lib", folder / "backups"
        self.settings, self.programs = folder / "portal.env", folder / "bin"
        for made in (self.instance, self.shelf, self.programs):
            made.mkdir(parents=True)
        self.settings.write_text(self.placed((DEPLOY / "portal.env.example").read_text()))
        self.program("portal", self.placed((DEPLOY / "portal").read_text()))
        # Who may use `sudo` is not what is tried here.
        self.program("sudo", '#!/bin/sh\nexec "$@"\n')

    def program(self, name: str, text: str) -> None:
        """Put a program on the path."""
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def placed(self, text: str) -> str:
        """A text with the places of this host."""
        user = subprocess.check_output(["id", "-un"], text=True).strip()
        places = {
            "/var/lib/portal": str(self.instance),
            "/var/backups/portal": str(self.shelf),
            "/etc/portal.env": str(self.settings),
            "/srv/portal/.venv/bin/python": sys.executable,
            "/srv/portal": str(ROOT),
            ".venv/bin/python": sys.executable,
            '"$(id -un)" = portal': f'"$(id -un)" = {user}',
        }
        found = re.compile("|".join(map(re.escape, sorted(places, key=len, reverse=True))))
        return found.sub(lambda match: places[match[0]], text)

    def environment(self, **more: str) -> Mapping[str, str]:
        """The environment of a command, with nothing of this test's own."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PORTAL_", "HOST", "PORT"))
        }
        return {**kept, "PATH": f"{self.programs}{os.pathsep}{kept['PATH']}", **more}

    def settings_as_systemd_reads_them(self) -> dict[str, str]:
        """The settings of the file."""
        lines = [line for line in self.settings.read_text().splitlines() if line and not line.startswith("#")]
        return {name: shlex.split(value)[0] for name, _, value in (line.partition("=") for line in lines)}

    def run(self, *arguments: str) -> str:
        """Run a command that must succeed; gives what it says."""
        done = self._ran(arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """Run a command that must be refused; gives why."""
        done = self._ran(arguments)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stderr

    def _ran(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host of this test's own."""
    return Host(tmp_path / "host")


def unit(name: str) -> configparser.ConfigParser:
    """A unit, read strictly: a key twice in a section is an error."""
    parser = configparser.ConfigParser(
        strict=True, interpolation=None, comment_prefixes=("#",), delimiters=("=",)
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / name).read_text())
    return parser


def command(name: str, host: Host) -> list[str]:
    """The command of a unit, on that host."""
    return shlex.split(host.placed(unit(name)["Service"]["ExecStart"]))


@pytest.mark.parametrize("name", ["portal.service", "portal-backup.service"])
def test_services_are_hardened(name: str) -> None:
    service = unit(name)["Service"]
    assert {key: service.get(key) for key in HARDENED} == HARDENED
    assert set(service["ReadWritePaths"].split()) <= {"/var/lib/portal", "/var/backups/portal"}


def test_server_ends_its_requests_before_it_is_killed() -> None:
    from portal.commands.running import LONGEST_REQUEST  # noqa: PLC0415 - beside its only use

    service = unit("portal.service")["Service"]
    assert int(service["TimeoutStopSec"]) >= 2 * LONGEST_REQUEST
    assert service["Restart"] == "on-failure"


def test_backup_comes_every_night_and_a_missed_one_later() -> None:
    timer = unit("portal-backup.timer")["Timer"]
    assert (timer["OnCalendar"], timer["Persistent"]) == ("*-*-* 03:10:00", "true")


@pytest.mark.parametrize("name", UNITS)
def test_units_hold_nothing_that_systemd_does_not_know(name: str) -> None:
    written = (DEPLOY / name).read_text()
    assert deployed_files.units(written) == []
    said = deployed_files.units(written.replace("Description=", "Descripton=").replace("\n\n", "\n=\n"))
    assert "[Unit] has no 'Descripton'" in {fault.partition(": ")[2] for fault in said}


def test_units_satisfy_systemd(host: Host) -> None:
    """Systemd itself looks where there is one; the test above looks everywhere."""
    if shutil.which("systemd-analyze") is None:
        assert [deployed_files.units((DEPLOY / name).read_text()) for name in UNITS] == [[]] * len(UNITS)
        return
    for name in UNITS:
        (host.folder / name).write_text(
            host.placed((DEPLOY / name).read_text()).replace("=portal\n", "=root\n")
        )
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(host.folder / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [
        line for line in checked.stderr.splitlines() if str(host.folder) in line or line.startswith("portal")
    ]
    assert (checked.returncode, said) == (0, [])


def test_server_of_the_unit_serves_keeps_restores_away_and_ends_when_told(host: Host) -> None:
    host.run("portal", "init")
    port = servers.free_port()
    environment = host.environment(**host.settings_as_systemd_reads_them(), PORT=str(port))
    server = subprocess.Popen(
        command("portal.service", host),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(f"http://localhost:{port}/en/")
        said = host.refused("portal", "upgrade")
        assert said.startswith("Error: The portal is running on this instance; stop its server")
    finally:
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=int(unit("portal.service")["Service"]["TimeoutStopSec"]))
    assert server.returncode in {0, -signal.SIGTERM}, said


def _wait_for(address: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer")


def test_backup_of_the_unit_is_restored_by_the_command(host: Host) -> None:
    host.run("portal", "init")
    environment = host.environment(**host.settings_as_systemd_reads_them())
    made = subprocess.run(
        command("portal-backup.service", host),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (backup,) = host.shelf.iterdir()
    assert "Restored." in host.run("portal", "restore", str(backup), "--yes")


def test_example_of_the_settings_is_safe_and_works(host: Host) -> None:
    written = (DEPLOY / "portal.env.example").read_text()
    settings = read(host.settings_as_systemd_reads_them())
    assert (settings.base_url, settings.trusted_proxies) == ("https://portal.example.org", 1)
    secrets = re.findall(r"^#?(PORTAL_\w*(?:KEY|TOKEN))=(.*)$", written, re.MULTILINE)
    assert secrets == [
        ("PORTAL_SECRET_KEY", "''"),
        ("PORTAL_BACKUP_KEY", "''"),
        ("PORTAL_METRICS_TOKEN", "''"),
    ]
    known = re.findall(r"PORTAL_[A-Z_]+", (ROOT / "portal" / "config.py").read_text())
    assert set(re.findall(r"PORTAL_[A-Z_]+", written)) - set(known) == set()


def test_web_server_passes_on_and_writes_no_respondents_address_down() -> None:
    lines = [line.strip() for line in (DEPLOY / "Caddyfile").read_text().splitlines()]
    code = [line for line in lines if line and not line.startswith("#")]
    assert sum(line.endswith("{") for line in code) == code.count("}")
    assert [line for line in code if line.startswith("reverse_proxy")] == ["reverse_proxy 127.0.0.1:8000 {"]
    for field in ("request>uri", "request>headers", "request>remote_ip", "request>client_ip"):
        assert f"{field} delete" in code
    # The one log is the filtered one of the global options, before any site.
    assert [number for number, line in enumerate(code) if line == "log {"] < [
        code.index("portal.example.org {")
    ]
    assert code.count("log {") == 1


CADDY_REFUSES = {
    "\tencode zstd gzip": ("\tencoding zstd gzip", "site has no 'encoding'"),
    "read_body 60s": ("read_body soon", "read_body cannot be 'soon'"),
    "request_body {": ("request_body", "nothing is open here"),
    "max_size 25MB\n\t}": ("max_size 25MB", "site is never closed"),
    "portal.example.org {": ("log {", "'log' is no name of a site"),
}


def test_web_server_understands_its_file() -> None:
    """Read as Caddy reads it; and by Caddy itself, where there is one."""
    written = (DEPLOY / "Caddyfile").read_text()
    assert deployed_files.caddyfile(written) == []
    for right, (wrong, said) in CADDY_REFUSES.items():
        assert right in written
        faults = deployed_files.caddyfile(written.replace(right, wrong))
        assert said in {fault.partition(": ")[2] or fault for fault in faults}, faults
    if shutil.which("caddy") is None:
        return
    checked = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def blocks() -> list[str]:
    """The commands of the guide, box by box."""
    return BLOCK.findall(GUIDE.read_text())


def test_commands_of_the_guide_work_one_after_the_other(host: Host) -> None:
    plain = [block for block in blocks() if not block.startswith("# as root\n")]
    assert len(plain) >= 4
    for block in plain:
        assert host.run("sh", "-euc", host.placed(block))
    assert len(list(host.shelf.iterdir())) == 1


def test_portal_commands_of_root_work_too(host: Host) -> None:
    """Of the boxes for root, the lines that are the portal's own: restoring and upgrading."""
    host.run("portal", "init")
    host.run("portal", "backup", str(host.shelf / "portal-20260131-031000.backup"))
    lines = [line for block in blocks() for line in block.splitlines() if line.startswith("portal ")]
    assert {line.split()[1] for line in lines} == {"restore", "upgrade", "doctor"}
    for line in lines:
        asked = f"yes | {line}" if "restore" in line else line
        assert host.run("sh", "-euc", host.placed(asked))
    assert len(list(host.instance.glob("before-restore-*"))) == 2


@pytest.mark.parametrize("number", range(len(blocks())))
def test_boxes_of_the_guide_are_shell_and_name_what_exists(number: int) -> None:
    block = blocks()[number]
    subprocess.run(["sh", "-n"], input=block, text=True, check=True)
    named = re.findall(r"/srv/portal/((?:deploy|docs)/[\w./-]+)", block)
    assert [path for path in named if not (ROOT / path).exists()] == []
