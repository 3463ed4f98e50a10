"""What was submitted, response by response, and as files for the research team."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from surveys.responses import store
from surveys.responses.columns import columns
from surveys.responses.instruments import questionnaire
from surveys.responses.model import NothingSubmitted, Record

if TYPE_CHECKING:
    from surveys.responses.model import Wave

__all__ = ["NothingSubmitted", "Record", "export_csv", "export_xlsx", "records"]


def records(wave: Wave) -> list[Record]:
    """The submitted responses of a wave, those not verified included.

    They come in the order of their random ids, which tells nothing of the order they arrived in.
    """
    row = store.Response
    query = row.select().where((row.wave == wave.id) & (row.state == "submitted")).order_by(row.id)
    return [
        Record(
            id=found.id,
            verified=found.verified,
            language=found.language,
            submitted_day=store.day(cast("int", found.submitted_at)),
            answers=found.submitted_answers,
            revision=cast("int", found.submitted_revision),
        )
        for found in query
    ]


def export_csv(wave: Wave, out: TextIO, *, identifiers: bool = False) -> int:
    """Write the submitted responses of a wave as comma-separated values, the heading first.

    Args:
        wave: the wave.
        out: a text file opened with `newline=""`.
        identifiers: also the columns that say who answered.

    Returns:
        The number of responses written.

    Raises:
        NothingSubmitted: when there is none; nothing is written.
    """
    found = _some(wave)
    table = columns(questionnaire(wave), identifiers=identifiers)
    writer = csv.writer(out)
    writer.writerow(column.heading for column in table)
    writer.writerows([column.cell(record) for column in table] for record in found)
    return len(found)


def export_xlsx(wave: Wave, out: BinaryIO, *, identifiers: bool = False) -> int:
    """Write the submitted responses of a wave as a workbook of one sheet; arguments as `export_csv`.

    Args:
        wave: the wave.
        out: a file opened for bytes.
        identifiers: also the columns that say who answered.

    Returns:
        The number of responses written.

    Raises:
        NothingSubmitted: when there is none; nothing is written.
    """
    import xlsxwriter  # noqa: PLC0415 - only this export needs it, and it is slow to load

    found = _some(wave)
    table = columns(questionnaire(wave), identifiers=identifiers)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("responses")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table):
            sheet.write_string(0, place, column.heading)
        for line, record in enumerate(found, start=1):
            for place, column in enumerate(table):
                value = column.cell(record)
                if isinstance(value, int | Decimal):
                    sheet.write_number(line, place, float(value))
                elif value:
                    sheet.write_string(line, place, value)
    return len(found)


def _some(wave: Wave) -> list[Record]:
    found = records(wave)
    if not found:
        raise NothingSubmitted(f"No response of {wave.survey}@{wave.name} has been submitted yet.")
    return found
