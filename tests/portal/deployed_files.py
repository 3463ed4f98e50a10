"""Reads the files of `deploy/` as strictly as the programs they are for, on a machine without those programs.

`units(text)` and `caddyfile(text)` list everything that systemd or Caddy would not understand. They know what
the files use and no more: whoever uses another setting looks it up and adds it here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YES_OR_NO = r"yes|no|true|false"
SPAN = r"\d+(s|min|h)?"
MODE = r"0[0-7]{3}"
PATHS = r"/\S+( /\S+)*"
NAMES = r"[a-z][\w.@-]*( [a-z][\w.@-]*)*"
UNIT_NAMES = r"[\w.@-]+\.(service|target|timer)( [\w.@-]+\.(service|target|timer))*"

SETTINGS: Mapping[str, Mapping[str, str]] = {
    "Unit": {
        "Description": r"\S.*",
        "Documentation": r"(file|https):/\S+",
        "Wants": UNIT_NAMES,
        "After": UNIT_NAMES,
    },
    "Install": {"WantedBy": UNIT_NAMES},
    "Timer": {
        "OnCalendar": r"\*-\*-\* ([01]\d|2[0-3]):[0-5]\d:[0-5]\d",
        "RandomizedDelaySec": SPAN,
        "Persistent": YES_OR_NO,
    },
    "Service": {
        "Type": "simple|exec|oneshot|notify",
        "User": NAMES,
        "Group": NAMES,
        "WorkingDirectory": PATHS,
        "EnvironmentFile": PATHS,
        "ExecStart": r"/\S+( \S+)*",
        "Restart": "no|always|on-failure",
        "RestartSec": SPAN,
        "KillMode": "control-group|mixed|process|none",
        "TimeoutStopSec": SPAN,
        "Nice": r"-?1?\d",
        "IOSchedulingClass": "none|realtime|best-effort|idle",
        "UMask": MODE,
        "StateDirectory": NAMES,
        "StateDirectoryMode": MODE,
        "ReadWritePaths": PATHS,
        "ProtectSystem": f"{YES_OR_NO}|full|strict",
        "ProtectHome": f"{YES_OR_NO}|read-only|tmpfs",
        "ProtectProc": "default|noaccess|invisible|ptraceable",
        "CapabilityBoundingSet": r"(CAP_\w+( CAP_\w+)*)?",
        "RestrictAddressFamilies": r"AF_\w+( AF_\w+)*",
        "SystemCallArchitectures": "native",
        "SystemCallFilter": "@system-service",
        **dict.fromkeys(
            [
                "LockPersonality",
                "NoNewPrivileges",
                "PrivateDevices",
                "PrivateTmp",
                "ProtectClock",
                "ProtectControlGroups",
                "ProtectHostname",
                "ProtectKernelLogs",
                "ProtectKernelModules",
                "ProtectKernelTunables",
                "RestrictNamespaces",
                "RestrictRealtime",
                "RestrictSUIDSGID",
            ],
            YES_OR_NO,
        ),
    },
}
"""Section -> setting -> what its value looks like (systemd.unit, .exec, .service and .timer, version 252)."""

PLACES: Mapping[str, Mapping[str, str]] = {
    "options": {"servers": "", "log": ""},
    "options servers": {"timeouts": ""},
    "options servers timeouts": dict.fromkeys(("read_header", "read_body", "idle"), r"\d+(s|m)"),
    "options log": {"output": "stderr|stdout", "format": "filter"},
    "options log format": {"wrap": "json|console", "fields": ""},
    "options log format fields": dict.fromkeys(
        (
            "request>uri",
            "request>headers",
            "request>remote_ip",
            "request>remote_port",
            "request>client_ip",
        ),
        "delete",
    ),
    "site": {
        "encode": r"(zstd|gzip)( (zstd|gzip))*",
        "request_body": "",
        "reverse_proxy": r"127\.0\.0\.1:\d+",
        "header": r'[\w-]+ "[^"]*"',
    },
    "site request_body": {"max_size": r"\d+MB"},
    "site reverse_proxy": {"header_up": r"[\w-]+ \{http\.request\.\w+\}"},
}
"""Place in a Caddyfile -> directive -> what may follow it (Caddy 2: global options, directives)."""


def units(text: str) -> list[str]:
    """Every line of a unit that systemd would not understand."""
    faults, section = [], ""
    for number, line in _lines(text):
        heading = re.fullmatch(r"\[(\w+)\]", line)
        if heading:
            section = heading[1]
            if section not in SETTINGS:
                faults.append(f"line {number}: there is no section {section}")
            continue
        name, equals, value = line.partition("=")
        known = SETTINGS.get(section, {})
        if not equals or name not in known:
            faults.append(f"line {number}: [{section}] has no {name!r}")
        elif not re.fullmatch(known[name], value):
            faults.append(f"line {number}: {name} cannot be {value!r}")
    return faults


@dataclass
class _Reader:
    """Where in a Caddyfile the reading is, and what was wrong so far."""

    open: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def caddyfile(text: str) -> list[str]:
    """Every line of a Caddyfile that Caddy would not understand."""
    reader = _Reader()
    for number, line in _lines(text):
        fault = _close(reader) if line == "}" else _read(reader, line)
        if fault:
            reader.faults.append(f"line {number}: {fault}")
    if reader.open:
        reader.faults.append(f"{' '.join(reader.open)} is never closed")
    return reader.faults


def _close(reader: _Reader) -> str | None:
    if not reader.open:
        return "nothing is open here"
    reader.open.pop()
    return None


def _read(reader: _Reader, line: str) -> str | None:
    opens = line.endswith("{")
    words = line.removesuffix("{").strip()
    if not reader.open:
        if not opens:
            return f"{line!r} stands outside any block"
        reader.open.append("site" if words else "options")
        named = not words or re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", words)
        return None if named else f"{words!r} is no name of a site"
    place = " ".join(reader.open)
    name, _, value = words.partition(" ")
    if opens:
        reader.open.append(name)
    known = PLACES.get(place, {})
    if name not in known:
        return f"{place} has no {name!r}"
    return None if re.fullmatch(known[name], value) else f"{name} cannot be {value!r}"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines without the comments and the empty ones."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped
