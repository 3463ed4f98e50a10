"""Who saw, changed, exported or released what: a trail that is only ever added to."""

from portal.audit.actions import ACTIONS, GROUPS
from portal.audit.trail import (
    AuditError,
    Line,
    by_actor,
    happened,
    last,
    latest,
    line_of,
    lines,
    named,
    record,
    sentence,
    verify,
)

__all__ = [
    "ACTIONS",
    "GROUPS",
    "AuditError",
    "Line",
    "by_actor",
    "happened",
    "last",
    "latest",
    "line_of",
    "lines",
    "named",
    "record",
    "sentence",
    "verify",
]
