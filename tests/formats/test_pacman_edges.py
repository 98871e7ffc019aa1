"""Rows and files of PACMAN messages at the edges: versions that do not exist, halves of files, memory, bytes that were changed."""

from __future__ import annotations

import random
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.formats import pacman, rawhdf5
from sciwire.runtime import CodecError, EncodeError, VersionError

DATA = b"D\x01\x02\0\0\0\0\0" + b"datadata"
SYNC = b"SH\x03\0\x01\0\0\0" + bytes(8)
COLUMNS = (
    "io_group", "io_channel", "chip_id", "packet_type", "downstream_marker", "parity", "valid_parity", "channel_id",
    "timestamp", "dataword", "trigger_type", "local_fifo", "shared_fifo", "register_address", "register_data", "direction",
    "local_fifo_events", "shared_fifo_events", "counter", "fifo_diagnostics_enabled", "first_packet", "receipt_timestamp",
)  # fmt: skip
TRIG = b"T\x05\0\0\x01\0\0\0" + bytes(8)


def message(words: bytes, kind: bytes = b"D") -> bytes:
    return kind + b"\x04\x03\x02\x01\0" + (len(words) // 16).to_bytes(2, "little") + words


@pytest.mark.parametrize("version", ["2.5", "1.0", "3.0", "2", "2.05", "2.10", "text", 2.4])
def test_only_versions_that_exist_have_rows(version: Any) -> None:
    with pytest.raises(EncodeError, match=r"is not known, known: 2\.0, 2\.1, 2\.2, 2\.3, 2\.4") as caught:
        pacman.to_packets([message(DATA)], version=version)
    assert (caught.value.category, caught.value.path) == ("version", "version")


@pytest.mark.parametrize(("records", "groups", "path"), [
    (None, None, ""), (5, None, ""), (message(DATA), None, ""), ([None], None, "[0]"),
    ([message(DATA)], 1, "io_groups"), ([message(DATA)], [256], "io_groups"), ([message(DATA)], [1, 2], "io_groups"),
])  # fmt: skip
def test_what_is_no_list_is_told(records: Any, groups: Any, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        pacman.to_packets(records, groups)
    assert str(caught.value).startswith("pacman.Message") and caught.value.path == path


@pytest.mark.parametrize(("count", "words"), [(60_000, 1), (6_000, 60), (20, 20_000)])
def test_rows_take_little_more_memory_than_they_are(count: int, words: int) -> None:
    """The messages are cut into windows: of one message each, of many, and of parts of a batch."""
    messages = [message(DATA * words)] * count
    held = sum(map(len, messages))
    tracemalloc.start()
    try:
        rows = pacman.to_packets(messages, io_groups=[7] * count)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert len(rows) == count * (words + 1) and (rows["io_group"] == 7).all()
    assert (rows["packet_type"][:: words + 1] == 4).all() and rows[-1]["receipt_timestamp"] == 2
    assert peak < 3 * held + 12_000_000  # what a window takes


def test_windows_join_without_a_seam() -> None:
    """Rows of many messages of all lengths are those of each message alone."""
    draw = random.Random(20261121)
    messages = [message(b"".join(draw.choice((DATA, SYNC, TRIG)) for _ in range(draw.choice((0, 1, 900, 4000))))) for _ in range(200)]  # fmt: skip
    groups = [draw.randrange(256) for _ in messages]
    for version in ("2.0", "2.4"):
        alone = [pacman.to_packets([one], [group], version) for one, group in zip(messages, groups, strict=True)]
        assert pacman.to_packets(messages, groups, version).tobytes() == b"".join(one.tobytes() for one in alone)


def test_rows_and_messages_agree_on_what_is_wrong() -> None:
    """A few bytes of good messages are changed."""
    draw = random.Random(20261121)
    good = [message(DATA + SYNC), message(TRIG), message(b"R" + bytes(15), b"?"), message(b"E" + bytes(15), b"!")]
    refused = 0
    for _ in range(2000):
        data = bytearray(draw.choice(good))
        data[draw.choice((0, 6, 7, 8, draw.randrange(len(data))))] = draw.choice((0, 1, 2, 255, *b"D?!STPWRE"))
        del data[len(data) - draw.choice((0, 0, 0, 1, 16)) :]
        said = []
        for call in (lambda data: pacman.decode(bytes(data)), lambda data: pacman.to_packets([bytes(data)])):
            try:
                call(data)
                said.append("")
            except CodecError as error:
                said.append(f"{error.category} {error.at} {error.rule}")
        assert said[0] == said[1], bytes(data)
        refused += bool(said[0])
        spans = list(pacman.spans(bytes(data)))
        assert b"".join(data[one.start : one.stop] for one in spans) == data
    assert 500 < refused < 1900


def test_a_word_that_is_cut_has_spans_too() -> None:
    for data in (b"", message(DATA)[:8], message(DATA)[:9], b"Q" + message(DATA)[1:]):
        assert sum(one.stop - one.start for one in pacman.spans(data)) == len(data)


def test_half_a_file_is_not_made_into_a_whole_one(tmp_path: Path) -> None:
    raw, target = str(tmp_path / "raw.h5"), tmp_path / "packets.h5"
    rawhdf5.to_rawfile(raw, [message(DATA)] * 5)
    with h5py.File(raw, "a") as file:
        file["msg_headers"].resize((3,))
    with pytest.raises(CodecError, match="/msgs has 5, /msg_headers has 3") as caught:
        pacman.raw_to_packets_file(raw, target)
    assert caught.value.category == "state" and not target.exists()
    assert sum(len(part.msgs) for part in rawhdf5.follow(raw, timeout=0)) == 3


def test_messages_of_another_encoding_are_not_read_as_ours(tmp_path: Path) -> None:
    for number, (stated, good) in enumerate({"0.0": True, "0.7": True, "1.0": False}.items()):
        raw, target = str(tmp_path / f"raw{number}.h5"), tmp_path / f"packets{number}.h5"
        rawhdf5.to_rawfile(raw, [message(DATA)], io_version=stated)
        if good:
            assert pacman.raw_to_packets_file(raw, target) == 2
            continue
        with pytest.raises(VersionError, match=r"the records are of version .1\.0., known: 0\.0") as caught:
            pacman.raw_to_packets_file(raw, target)
        assert caught.value.path == "io_version" and not target.exists()


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2", "2.3", "2.4"])
def test_the_original_reads_the_rows_of_every_version_as_they_are(version: str, tmp_path: Path) -> None:
    hdf5format = pytest.importorskip("larpix.format.hdf5format", reason="larpix-control is not installed")
    raw, target = str(tmp_path / "raw.h5"), str(tmp_path / "packets.h5")
    messages = [
        message(DATA + SYNC),
        message(b""),
        message(b"D\x09" + bytes(6) + b"\x02" + bytes(7), b"?"),
        message(TRIG),
    ]
    rawhdf5.to_rawfile(raw, messages, msg_headers={"io_groups": [1, 2, 3, 4]})
    pacman.raw_to_packets_file(raw, target, version)
    rows = pacman.to_packets(messages, [1, 2, 3, 4], version)
    with h5py.File(target) as file:
        assert file["packets"][:].tobytes() == rows.tobytes() and file["packets"].dtype == rows.dtype
    found = hdf5format.from_file(target, version=version)["packets"]

    assert len(found) == len(rows)
    for packet, row in zip(found, rows, strict=True):
        assert getattr(packet, "packet_type", 4) == row["packet_type"]
        if row["packet_type"] < 4:
            assert (packet.io_group, packet.io_channel, packet.chip_id) == (row["io_group"], row["io_channel"], row["chip_id"])  # fmt: skip
    assert np.array_equal([packet.timestamp for packet in found if packet.packet_type == 4], [0x01020304] * 4)


def test_rows_are_what_the_tables_of_bits_say() -> None:
    """Stated by hand: a data packet, a configuration write, a sync and a trigger, in the columns of each version."""
    bits = 0 | 0x5A << 2 | 37 << 10 | 0x12345678 << 16 | 1 << 47 | 200 << 48 | 2 << 56 | 1 << 58 | 3 << 60 | 1 << 62
    config = 2 | 0x77 << 2 | 0xC3 << 10 | 0x99 << 18
    words = [struct.pack("<cBLxx", b"D", 9, 0xFFFFFFFF) + struct.pack("<Q", bits), struct.pack("<cBLxx", b"D", 1, 5) + struct.pack("<Q", config), SYNC, TRIG]  # fmt: skip
    made = pacman.to_packets([message(b"".join(words))], [4])
    head = {"packet_type": 4, "timestamp": 0x01020304}
    data = {
        "io_channel": 9, "chip_id": 0x5A, "packet_type": 0, "downstream_marker": 1, "parity": 0,
        "valid_parity": bits.bit_count() % 2, "channel_id": 37, "timestamp": 0x12345678, "dataword": 200, "trigger_type": 2,
        "local_fifo": 1, "shared_fifo": 3, "register_address": bits >> 10 & 255, "register_data": bits >> 18 & 255,
        "first_packet": 1, "receipt_timestamp": 0xFFFFFFFF,
    }  # fmt: skip
    write = {
        "io_channel": 1, "chip_id": 0x77, "packet_type": 2, "register_address": 0xC3, "register_data": 0x99,
        "valid_parity": config.bit_count() % 2, "channel_id": config >> 10 & 63, "timestamp": config >> 16,
        "receipt_timestamp": 5,
    }  # fmt: skip
    sync = {"packet_type": 6, "timestamp": 1, "trigger_type": ord("H"), "dataword": 1}
    trig = {"packet_type": 7, "timestamp": 1, "trigger_type": 5}

    for row, said in zip(made, (head, data, write, sync, trig), strict=True):
        assert {name: int(row[name]) for name in made.dtype.names or ()} == {**dict.fromkeys(COLUMNS, 0), "io_group": 4, **said}  # fmt: skip
    old = pacman.to_packets([message(b"".join(words))], [4], "2.0")
    assert old.dtype.names == COLUMNS[:20] and len(old) == 3
    assert (old["register_address"] == [0, 0, 0xC3]).all() and (old["channel_id"] == [0, 37, 0]).all()
    assert (
        pacman.to_packets([], version="2.1").dtype.names
        == pacman.to_packets([], version="2.2").dtype.names
        == COLUMNS[:21]
    )
    assert (made.dtype.itemsize, old.dtype.itemsize) == (36, 31)
