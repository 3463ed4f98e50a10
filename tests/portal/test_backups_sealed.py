"""The encrypted file: what was written comes back, and a file that was cut, reordered or mixed never does."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.backups import sealed
from portal.backups.keys import Key
from portal.backups.model import BackupError
from portal.backups.sealed import LENGTH, SealedReader, SealedWriter

KEY = Key("file", b"k" * 32)
PARTS = (b"first part", b"second part", b"the last part")

CUT = "The backup is not whole: its end is missing. Use another one."


def seal(*parts: bytes, key: Key = KEY) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, key)
    for part in parts:
        writer.write(part)
    writer.finish()
    return file.getvalue()


def opened(data: bytes, key: Key = KEY) -> bytes:
    reader = SealedReader(io.BytesIO(data), key)
    found = b""
    while part := reader.read(7):
        found += part
    return found


def apart(data: bytes) -> tuple[bytes, list[bytes]]:
    """The head of a sealed file, and its chunks with their lengths."""
    file = io.BytesIO(data)
    head = file.readline() + file.readline()
    chunks = []
    while length := file.read(LENGTH.size):
        chunks.append(length + file.read(LENGTH.unpack(length)[0]))
    return head, chunks


def refusal(data: bytes, key: Key = KEY) -> str:
    with pytest.raises(BackupError) as refused:
        opened(data, key)
    return refused.value.message


@given(st.lists(st.binary(max_size=50), max_size=6))
def test_what_was_written_comes_back(parts: list[bytes]) -> None:
    assert opened(seal(*parts)) == b"".join(parts)


def test_two_files_of_the_same_content_differ_wholly() -> None:
    one, other = apart(seal(*PARTS)), apart(seal(*PARTS))
    assert len(one[1]) == len(other[1]) == len(PARTS)
    assert one[0] != other[0]
    assert set(one[1]) & set(other[1]) == set()


@pytest.mark.parametrize("count", range(len(PARTS)))
def test_file_without_its_end_is_refused(count: int) -> None:
    head, chunks = apart(seal(*PARTS))
    assert refusal(head + b"".join(chunks[:count])) == CUT
    assert refusal(head + b"".join(chunks[:count]) + chunks[count][:-1]) == CUT
    assert refusal(head + b"".join(chunks[:count]) + chunks[count][:2]) == CUT


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2), (0, 1, 1, 2), (0, 1, 2, 2), (2,)])
def test_chunks_in_another_order_are_refused(order: tuple[int, ...]) -> None:
    head, chunks = apart(seal(*PARTS))
    assert refusal(head + b"".join(chunks[number] for number in order)) == sealed.DAMAGED


def test_chunk_of_another_file_is_refused() -> None:
    (head, chunks), (_, others) = apart(seal(*PARTS)), apart(seal(*PARTS))
    assert refusal(head + chunks[0] + others[1] + chunks[2]) == sealed.DAMAGED


def test_more_behind_the_end_is_refused() -> None:
    assert refusal(seal(*PARTS) + b"x") == sealed.DAMAGED


def test_any_changed_byte_is_refused() -> None:
    whole = seal(*PARTS)
    for place in range(len(whole)):
        changed = bytes([*whole[:place], whole[place] ^ 1, *whole[place + 1 :]])
        with pytest.raises(BackupError):
            opened(changed)


SECRET = Key("setting", b"a secret")
OLD_FILE = "put the keys/backup.key of that time into the folder keys of the instance"
NO_SETTING = "unset PORTAL_BACKUP_KEY, for the backup was made with the file keys/backup.key"
OLD_SETTING = "set PORTAL_BACKUP_KEY to what it was when the backup was made"


@pytest.mark.parametrize(
    ("made", "given_key", "remedy"),
    [
        (KEY, Key("file", b"l" * 32), OLD_FILE),
        (KEY, SECRET, NO_SETTING),
        (SECRET, Key("setting", b"A secret"), OLD_SETTING),
        (SECRET, KEY, OLD_SETTING),
    ],
)
def test_wrong_key_is_told_from_damage(made: Key, given_key: Key, remedy: str) -> None:
    assert refusal(seal(*PARTS, key=made), given_key) == f"The key does not fit this backup: {remedy}."
    assert opened(seal(*PARTS, key=made), made) == b"".join(PARTS)


def test_newer_form_and_foreign_files_are_refused() -> None:
    head, chunks = apart(seal(*PARTS))
    newer = head.replace(b'"format": 1', b'"format": 2')
    assert newer != head
    assert (
        refusal(newer + b"".join(chunks))
        == "This backup was made by a newer portal; restore it with that one."
    )
    assert refusal(b"SQLite format 3\0" * 9) == refusal(b"") == sealed.FOREIGN
    assert refusal(sealed.NAME + b"{}\n") == refusal(sealed.NAME + b"[1]\n") == sealed.DAMAGED
