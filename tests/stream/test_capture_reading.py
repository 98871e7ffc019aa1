"""Captures are read as far as they are whole, wherever they were cut; hostile ones are refused at once."""

from __future__ import annotations

import json
import struct
import tracemalloc
from pathlib import Path

import pytest
from hostile import refusals
from vector_words import expanded

from sciwire.formats import capture
from sciwire.runtime import DecodeError, LimitError
from sciwire.stream import CaptureReader

ROOT = Path(__file__).resolve().parents[2]
HEADER = b"\x89SWC\r\n\x1a\n" + struct.pack("<HQB7sB4sI", 1, 10**18, 7, b"simplon", 4, b"hand", 0)
ONES = b"\xff" * 8


def block(tag: bytes, body: bytes) -> bytes:
    return tag + struct.pack("<Q", len(body)) + body


def message(*parts: bytes, elapsed: int = 5) -> bytes:
    body = struct.pack("<QI", elapsed, len(parts)) + b"".join(struct.pack("<Q", len(part)) + part for part in parts)
    return block(b"MESG", body)


def end(messages: int, size: int) -> bytes:
    return block(b"DONE", struct.pack("<QQQ", 9, messages, size) + b"closed")


MESSAGES = [(b"one", b""), (b"two" * 20,), (), (b"3", b"4", b"5")]
WHOLE = HEADER + b"".join(message(*parts) for parts in MESSAGES) + end(4, 66)


def read(data: bytes) -> tuple[list[tuple[bytes, ...]], CaptureReader]:
    with CaptureReader(data) as reader:
        return [tuple(bytes(part) for part in one.parts) for one in reader], reader


def test_messages_come_in_order_with_times_and_the_end_says_that_nothing_is_missing() -> None:
    found, reader = read(WHOLE)

    assert found == MESSAGES
    assert (reader.format, reader.started, reader.software, reader.note) == ("simplon", 10**18, "hand", "")
    assert (reader.messages, reader.size, reader.missing) == (4, 66, "")
    assert reader.end == capture.End(elapsed=9, messages=4, size=66, reason="closed")
    assert f"{reader.date:%Y-%m-%d %H:%M:%S}" == "2001-09-09 01:46:40"


def test_a_capture_cut_at_any_byte_gives_every_whole_message_and_says_what_is_missing() -> None:
    edges = [len(HEADER)]
    for parts in MESSAGES:
        edges.append(edges[-1] + len(message(*parts)))
    for size in range(len(HEADER), len(WHOLE)):
        found, reader = read(WHOLE[:size])
        whole = sum(edge <= size for edge in edges[1:])

        assert found == MESSAGES[:whole]
        if size in edges:
            assert reader.missing == (
                "the capture was not closed: its writer was killed or is still writing; "
                f"it is whole up to its last byte, message {whole}"
            )
        else:
            assert f"{size - edges[whole]} bytes behind message {whole} " in reader.missing
            assert f"at byte {edges[whole]}" in reader.missing


def test_a_header_cut_at_any_byte_is_an_error() -> None:
    for size in range(len(HEADER)):
        with pytest.raises(DecodeError) as caught:
            CaptureReader(HEADER[:size])
        assert caught.value.category == "truncated"


def test_it_starts_again_whenever_it_is_asked_to() -> None:
    with CaptureReader(WHOLE) as reader:
        assert len(list(reader)) == len(list(reader)) == reader.messages == 4
        next(iter(reader))
        assert reader.messages == 1


def test_a_file_that_grows_is_read_as_far_as_it_was_when_it_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "grows.swc"
    path.write_bytes(WHOLE[:-1])
    with CaptureReader(path) as reader:
        with path.open("ab") as file:
            file.write(b"more")
        assert len(list(reader)) == 4
    assert path.unlink() is None


def test_damage_comes_behind_the_messages_in_front_of_it() -> None:
    found = []
    with CaptureReader(HEADER + message(b"good") + b"\0" * 30) as reader, pytest.raises(DecodeError) as caught:
        found.extend(reader)

    assert len(found) == 1
    assert (caught.value.path, caught.value.at, caught.value.rule) == ("blocks[1]", len(HEADER) + 36, "CAP-011")


def test_a_count_in_the_end_that_is_not_true_is_said() -> None:
    _, reader = read(HEADER + message(b"a") + end(2, 5))

    assert reader.missing == "the last block counts 2 messages of 5 bytes, there are 1 of 1"


def test_messages_that_were_not_kept_are_told() -> None:
    refused = block(b"REFU", struct.pack("<QIQ", 7, 3, 10**12) + b"too large")
    _, reader = read(HEADER + refused * 1500 + end(0, 0))

    assert reader.refused == 1500
    assert len(reader.refusals) == 1000
    assert reader.refusals[0] == (7, 3, 10**12, "too large")
    assert reader.missing == "not everything that arrived was kept: too large, and 1499 times more"


def test_blocks_behind_the_end_are_said() -> None:
    _, reader = read(WHOLE + end(4, 66))

    assert reader.missing == "blocks stand behind the one that ends the capture: 1"


def test_memory_does_not_grow_with_the_capture(tmp_path: Path) -> None:
    path = tmp_path / "long.swc"
    with path.open("wb") as file:
        file.write(HEADER)
        for _ in range(200):
            file.write(message(bytes(500_000)))
    with CaptureReader(path) as reader:
        tracemalloc.start()
        count = sum(1 for _ in reader)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert count == 200
    assert peak < 3_000_000


HOSTILE = {
    "length-ones": b"MESG" + ONES,
    "length-ones-more": b"MESG" + ONES + bytes(100),
    "length-2-to-63": b"MESG" + struct.pack("<Q", 2**63) + bytes(100),
    "parts-ones": block(b"MESG", bytes(8) + ONES[:4] + bytes(5000)),
    "parts-limit": block(b"MESG", bytes(8) + struct.pack("<I", 65_535) + bytes(5000)),
    "parts-many-empty": block(b"MESG", bytes(8) + struct.pack("<I", 65_535) + bytes(8 * 65_534)),
    "part-ones": block(b"MESG", bytes(8) + struct.pack("<I", 1) + ONES + bytes(5000)),
    "parts-that-wrap": block(b"MESG", bytes(8) + struct.pack("<I", 2) + ONES + struct.pack("<Q", 1) + bytes(9)),
    "refused-length-ones": b"REFU" + ONES + bytes(50),
    "end-length-ones": b"DONE" + ONES + bytes(50),
    "tag-ones": ONES * 4,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_block_is_refused_or_named_as_cut_without_memory(name: str) -> None:
    data = HEADER + message(b"good") + HOSTILE[name]
    tracemalloc.start()
    try:
        found, reader = read(data)
        assert len(found) == 1
        assert reader.missing
    except DecodeError as error:
        assert error.category in ("size", "limit", "constraint")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 100_000_000


def test_hostile_files_cost_neither_time_nor_memory(tmp_path: Path) -> None:
    """Every truncation, every length and count of all ones, in a process of its own."""
    datas = [WHOLE[:size] for size in range(0, len(WHOLE) - 1, 7)]
    datas += [WHOLE[:at] + b"\xff" * width + WHOLE[at + width :] for at in range(8, 140) for width in (1, 4, 8)]
    datas += [HEADER + one for one in HOSTILE.values()]
    datas += [HEADER[:-4] + b"\xff" * 4]
    files = []
    for number, data in enumerate(datas):
        files.append(tmp_path / f"{number}.swc")
        files[-1].write_bytes(data)

    outcomes = refusals("capture", files)

    assert sum("accepted" not in one for one in outcomes) > len(outcomes) / 2


def test_a_limit_is_the_callers() -> None:
    from sciwire.runtime import Limits

    with CaptureReader(HEADER + message(*[b""] * 20), limits=Limits(items=10)) as reader, pytest.raises(LimitError):
        list(reader)


def test_every_vector_is_read_as_the_codec_reads_it() -> None:
    rows = [
        row
        for path in (ROOT / "specs" / "capture" / "vectors").glob("valid.*.json")
        for row in map(expanded, json.loads(path.read_text(encoding="utf-8"))["vectors"])
    ]
    assert len(rows) >= 30
    for row in rows:
        data = bytes.fromhex(row["hex"])
        found, reader = read(data)
        kinds = [one["block"] for one in row["value"]["blocks"]]

        assert len(found) == kinds.count("Message"), row["id"]
        assert reader.refused == kinds.count("Refused"), row["id"]
        assert (reader.end is not None) == ("End" in kinds), row["id"]
