"""The tables of who answered. With `connection`, the only peewee of the engine."""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from surveys.responses.connection import (
    StoreError,
    bind,
    connect,
    database,
    keep_open,
    let_go,
    lock,
    reconnect_if_lost,
    write,
)
from surveys.responses.documents import DocumentField

__all__ = [
    "TABLES",
    "Change",
    "Contact",
    "Counter",
    "Instrument",
    "Parked",
    "Participant",
    "ReleaseRecord",
    "Response",
    "StoreError",
    "Survey",
    "Tally",
    "Token",
    "Wave",
    "bind",
    "connect",
    "database",
    "keep_open",
    "let_go",
    "lock",
    "reconnect_if_lost",
    "write",
]


def random_id() -> str:
    """A new identifier, 128 random bits: it tells neither order nor number, and is never given again."""
    return secrets.token_hex(16)


def now() -> int:
    """The time, in seconds of UTC."""
    return int(time.time())


def day(at: int) -> str:
    """The UTC day of a time in seconds, as YYYY-MM-DD."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def digest(text: str) -> str:
    """SHA-256 of a text, hexadecimal; of any text, half a surrogate pair in an address included."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


class _Table(Model):
    class Meta:
        database = database
        legacy_table_names = False


class Survey(_Table):
    """A survey by its name in addresses; `releases` is the highest release number ever given."""

    id = AutoField()
    slug = CharField(unique=True, max_length=100)
    releases = IntegerField(default=0)
    created_at = BigIntegerField(default=now)


class Instrument(_Table):
    """One version of a questionnaire, for good, under the SHA-256 of its source."""

    hash = CharField(primary_key=True, max_length=64)
    filename = CharField()
    source = TextField()
    created_at = BigIntegerField(default=now)


class Wave(_Table):
    """One fielding of a survey.

    Its id is random, so that the secret kept under the id of a removed wave can never serve a later one.
    """

    id = CharField(primary_key=True, max_length=32, default=random_id)
    survey = ForeignKeyField(Survey, backref="waves", on_delete="CASCADE")
    name = CharField(max_length=100)
    ordinal = IntegerField()
    instrument = ForeignKeyField(Instrument)
    state = CharField(max_length=10, default="draft")
    entry = CharField(max_length=10, default="verified")
    demonstration = BooleanField(default=False)
    receipts = IntegerField(default=0)
    created_at = BigIntegerField(default=now)
    opened_at = BigIntegerField(null=True)
    closed_at = BigIntegerField(null=True)

    if TYPE_CHECKING:
        survey_id: int
        instrument_id: str

    class Meta:
        """Indexes over several columns."""

        indexes = ((("survey", "name"), True),)


class Response(_Table):
    """One response: what is being answered, and beside it what was submitted last.

    `history` holds, by question, the values it had and the revision that set each, for merging.
    """

    id = CharField(primary_key=True, max_length=32, default=random_id)
    wave = ForeignKeyField(Wave, backref="responses", on_delete="CASCADE")
    instrument = ForeignKeyField(Instrument)
    state = CharField(max_length=10, default="draft")
    language = CharField(max_length=16)
    verified = BooleanField(default=False)
    revision = IntegerField(default=0)
    answers = DocumentField(default=dict)
    history = DocumentField(default=dict)
    submitted_answers = DocumentField(null=True)
    submitted_revision = IntegerField(null=True)
    submitted_at = BigIntegerField(null=True)
    corrected_at = BigIntegerField(null=True)
    receipt = CharField(max_length=14, null=True, unique=True)
    number = IntegerField(null=True)
    created_day = CharField(max_length=10)

    if TYPE_CHECKING:
        wave_id: str
        instrument_id: str

    class Meta:
        """Indexes over several columns."""

        indexes = ((("wave", "state"), False),)


class Token(_Table):
    """A key to a response, kept as the SHA-256 of what stands in the link."""

    hash = CharField(primary_key=True, max_length=64)
    response = ForeignKeyField(Response, backref="tokens", on_delete="CASCADE")
    created_day = CharField(max_length=10)

    if TYPE_CHECKING:
        response_id: str


class Participant(_Table):
    """The organization behind a personal link, kept apart from its answers."""

    id = AutoField()
    wave = ForeignKeyField(Wave, backref="participants", on_delete="CASCADE")
    organization = CharField(max_length=300)
    response = ForeignKeyField(Response, unique=True, on_delete="CASCADE")

    if TYPE_CHECKING:
        wave_id: str
        response_id: str

    class Meta:
        """Indexes over several columns."""

        indexes = ((("wave", "organization"), True),)


class Contact(_Table):
    """Where the person who answers for an organization is written to; the first thing that is erased."""

    participant = ForeignKeyField(Participant, primary_key=True, on_delete="CASCADE")
    email = CharField(max_length=254)
    language = CharField(max_length=16)

    if TYPE_CHECKING:
        participant_id: int


class Parked(_Table):
    """Something typed that could not be stored as an answer, kept to be offered back."""

    id = AutoField()
    response = ForeignKeyField(Response, backref="parked", on_delete="CASCADE")
    page = CharField(max_length=100)
    reason = CharField(max_length=10)
    posted = DocumentField()
    digest = CharField(max_length=64)
    parked_at = BigIntegerField(default=now)

    class Meta:
        """Indexes over several columns."""

        indexes = ((("response", "digest"), True),)


class Counter(_Table):
    """A number that only grows; writing it is what puts transactions in order."""

    name = CharField(primary_key=True, max_length=40)
    value = BigIntegerField()


class Change(_Table):
    """One line of the feed; names its response and wave without a key to them, for it outlives both."""

    sequence = BigIntegerField(primary_key=True)
    kind = CharField(max_length=10)
    wave = CharField(max_length=32, index=True)
    response = CharField(max_length=32)
    revision = IntegerField()
    changed_at = BigIntegerField()


class ReleaseRecord(_Table):
    """A release as published: canonical JSON under its SHA-256; `basis` never leaves the server."""

    id = AutoField()
    survey = ForeignKeyField(Survey, backref="release_records", on_delete="CASCADE")
    wave = ForeignKeyField(Wave, backref="release_records", on_delete="CASCADE")
    number = IntegerField()
    body = TextField()
    sha256 = CharField(max_length=64)
    basis = DocumentField()
    created_at = BigIntegerField(default=now)

    class Meta:
        """Indexes over several columns."""

        indexes = ((("survey", "number"), True),)


class Tally(_Table):
    """The exact tables of one question as counted last: derived, thrown away and counted again at will."""

    id = AutoField()
    wave = ForeignKeyField(Wave, on_delete="CASCADE")
    question = CharField(max_length=100)
    sequence = BigIntegerField()
    counted_at = BigIntegerField()
    body = DocumentField()

    class Meta:
        """Indexes over several columns."""

        indexes = ((("wave", "question"), True),)


TABLES: tuple[type[Model], ...] = (
    Survey, Instrument, Wave, Response, Token, Participant, Contact, Parked, Counter, Change, ReleaseRecord,
    Tally,
)  # fmt: skip
