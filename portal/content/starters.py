"""Where shipped content lies, and reading it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Starter:
    """Where a room's shipped content lies.

    Attributes:
        path: a YAML file.
        kind: the kind its documents get.
        key: the key whose list holds the documents; None when the file is one document.
    """

    path: Path
    kind: str
    key: str | None = None

    def documents(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Position, slug and body of each document in the file."""
        with self.path.open(encoding="utf-8") as file:
            content = yaml.load(file, Loader=_Loader)  # noqa: S506 - a safe loader, made faster above
        bodies = content[self.key] if self.key else [content]
        for position, body in enumerate(bodies):
            yield int(body.get("position", position)), str(body.get("slug", self.kind)), body
