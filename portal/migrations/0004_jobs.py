"""The tables of work outside requests: jobs, periodic work, workers, and the messages that huey carries.

Of huey's four tables only that of its messages is needed; it has a name of its own here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    FloatField,
    IntegerField,
    Model,
    TextField,
)

if TYPE_CHECKING:
    from peewee import Database


class Job(Model):
    id = CharField(primary_key=True, max_length=32)
    task = CharField(max_length=100)
    arguments = TextField()
    key = CharField(max_length=200, null=True)
    state = CharField(max_length=10)
    done = BigIntegerField()
    total = BigIntegerField(null=True)
    result = TextField(null=True)
    error = TextField(null=True)
    attempts = IntegerField()
    holder = CharField(max_length=32, null=True)
    due_at = BigIntegerField()
    lease_until = BigIntegerField(null=True)
    heartbeat_at = BigIntegerField(null=True)
    cancel_asked = BooleanField()
    created_at = BigIntegerField()
    started_at = BigIntegerField(null=True)
    finished_at = BigIntegerField(null=True)
    asked_by = CharField(max_length=64, null=True)

    class Meta:
        table_name = "job"
        indexes = ((("state", "due_at"), False), (("created_at",), False), (("finished_at",), False))


Job.add_index(
    Job.index(Job.key, unique=True, name="job_live_key", where=SQL("state IN ('queued', 'running')"))
)


class Periodic(Model):
    name = CharField(primary_key=True, max_length=100)
    last_run_at = BigIntegerField(null=True)
    last_job = CharField(max_length=32, null=True)
    next_run_at = BigIntegerField()

    class Meta:
        table_name = "periodic"


class Worker(Model):
    id = CharField(primary_key=True, max_length=32)
    started_at = BigIntegerField()
    seen_at = BigIntegerField()

    class Meta:
        table_name = "worker"


class Message(Model):
    id = AutoField()
    queue = CharField()
    data = BlobField()
    priority = FloatField()

    class Meta:
        table_name = "huey_task"


Message.add_index(Message.priority.desc(), Message.id)

TABLES = [Job, Periodic, Worker, Message]


def up(_migrator: Any, db: Database) -> None:
    """Make the tables."""
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)


def down(_migrator: Any, db: Database) -> None:
    """Take the tables away, and every job with them."""
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES, safe=False)
