"""The tables of jobs: what the rest of the package reads and writes."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, IntegerField, Model, TextField

from surveys.responses import store
from surveys.responses.documents import DocumentField

QUEUED = "queued"
RUNNING = "running"
DONE = "done"
FAILED = "failed"
REFUSED = "refused"
CANCELLED = "cancelled"

LIVE = (QUEUED, RUNNING)
FINISHED = (DONE, REFUSED, FAILED, CANCELLED)


class JobRow(Model):
    """One piece of work; this row is the truth about it, whatever the queue says.

    Attributes:
        holder: random mark of the one run that holds the lease; a run that finds another here has lost it.
        due_at: when it may be taken, in seconds of UTC; later than now while a failed run is waited out.
        lease_until: when a run that has not been heard of any more is given up.
        error: why it was refused or failed, as `portal.jobs.wording` keeps it.
    """

    id = CharField(primary_key=True, max_length=32, default=store.random_id)
    task = CharField(max_length=100)
    arguments = DocumentField(default=dict)
    key = CharField(max_length=200, null=True)
    state = CharField(max_length=10, default=QUEUED)
    done = BigIntegerField(default=0)
    total = BigIntegerField(null=True)
    result = DocumentField(null=True)
    error = TextField(null=True)
    attempts = IntegerField(default=0)
    holder = CharField(max_length=32, null=True)
    due_at = BigIntegerField(default=store.now)
    lease_until = BigIntegerField(null=True)
    heartbeat_at = BigIntegerField(null=True)
    cancel_asked = BooleanField(default=False)
    created_at = BigIntegerField(default=store.now)
    started_at = BigIntegerField(null=True)
    finished_at = BigIntegerField(null=True)
    asked_by = CharField(max_length=64, null=True)

    class Meta:
        """The migration adds: one queued or running job to a key."""

        database = store.database
        table_name = "job"


class PeriodicRow(Model):
    """When a periodic piece of work ran last and runs next."""

    name = CharField(primary_key=True, max_length=100)
    last_run_at = BigIntegerField(null=True)
    last_job = CharField(max_length=32, null=True)
    next_run_at = BigIntegerField()

    class Meta:
        """One row for each name that was ever declared."""

        database = store.database
        table_name = "periodic"


class WorkerRow(Model):
    """A worker process and when it was heard of last."""

    id = CharField(primary_key=True, max_length=32, default=store.random_id)
    started_at = BigIntegerField(default=store.now)
    seen_at = BigIntegerField(default=store.now)

    class Meta:
        """A worker that ends by itself takes its row with it."""

        database = store.database
        table_name = "worker"
