"""PACMAN messages as their users meet them: classes, tuples, objects, rows, files; larpix-control is the oracle."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from sciwire.formats import pacman, rawhdf5
from sciwire.runtime import CodecError, DecodeError, EncodeError, TruncatedError

original = pytest.importorskip("larpix.format.pacman_msg_format", reason="larpix-control is not installed")
hdf5format = pytest.importorskip("larpix.format.hdf5format", reason="larpix-control is not installed")

WORD = b"D\x01\x02\0\0\0\0\0" + b"datadata"
COLUMNS_2_0 = ["io_group", "io_channel", "chip_id", "packet_type", "downstream_marker", "parity", "valid_parity", "channel_id", "timestamp", "dataword", "trigger_type", "local_fifo", "shared_fifo", "register_address", "register_data", "direction", "local_fifo_events", "shared_fifo_events", "counter", "fifo_diagnostics_enabled"]  # fmt: skip
COLUMNS = {"2.0": COLUMNS_2_0, "2.1": [*COLUMNS_2_0, "first_packet"], "2.2": [*COLUMNS_2_0, "first_packet"],
           "2.3": [*COLUMNS_2_0, "first_packet", "receipt_timestamp"],
           "2.4": [*COLUMNS_2_0, "first_packet", "receipt_timestamp"]}  # fmt: skip


def message(words: bytes, kind: bytes = b"D", count: int | None = None) -> bytes:
    number = len(words) // 16 if count is None else count
    return kind + b"\x04\x03\x02\x01\0" + number.to_bytes(2, "little") + words


def random_messages(count: int, seed: int = 20261121) -> tuple[list[bytes], list[int]]:
    """Messages of all three kinds with words of all kinds, put together by the original."""
    rng = np.random.default_rng(seed)

    def number() -> int:
        return int(rng.integers(2**32))

    def word(kind: str) -> tuple[Any, ...]:
        name = str(
            rng.choice(
                {
                    "DATA": ["DATA", "DATA", "SYNC", "TRIG"],
                    "REQ": ["TX", "PING", "WRITE"],
                    "REP": ["TX", "PONG", "ERR", "READ"],
                }[kind]
            )
        )
        fields: dict[str, tuple[Any, ...]] = {
            "DATA": (int(rng.integers(256)), number(), rng.bytes(8)),
            "SYNC": (bytes([int(rng.choice([83, 72, 67]))]), int(rng.integers(256)), number()),
            "TRIG": (rng.bytes(1), number()), "TX": (int(rng.integers(256)), rng.bytes(8)),
            "PING": (), "PONG": (), "WRITE": (number(), number()), "READ": (number(), number()),
            "ERR": (int(rng.integers(256)), rng.bytes(14)),
        }  # fmt: skip
        return (name, *fields[name])

    kinds = [str(rng.choice(["DATA", "DATA", "REQ", "REP"])) for _ in range(count)]
    made = [original.format_msg(kind, [word(kind) for _ in range(int(rng.integers(0, 9)))]) for kind in kinds]
    return made, [int(group) for group in rng.integers(0, 256, count)]


def parsed(messages: list[bytes], groups: list[int]) -> list[Any]:
    """The original's packets; what it gives as the time of receipt of a TX word is taken away (PAC-016)."""
    packets = []
    for one, group in zip(messages, groups, strict=True):
        for packet in original.parse(one, io_group=group):
            if isinstance(getattr(packet, "receipt_timestamp", None), bytes):
                del packet.receipt_timestamp
            packets.append(packet)
    return packets


def test_a_message_is_typed() -> None:
    value = pacman.decode(message(WORD))

    assert value == pacman.Message("DATA", 0x01020304, [pacman.Data(1, 2, b"datadata")])
    assert pacman.encode(value) == message(WORD)
    assert pacman.sniff(message(WORD)) and not pacman.sniff(message(WORD)[:-1])


def test_tuples_are_those_of_the_original() -> None:
    for one in random_messages(300)[0]:
        assert pacman.parse_msg(one) == original.parse_msg(one)
        head, words = original.parse_msg(one)
        assert pacman.format_msg(head[0], words)[5:] == one[5:]
        assert pacman.parse_header(one) == head


def test_tables_are_those_of_the_original() -> None:
    assert dict(pacman.msg_type_table) == dict(original.msg_type_table)
    assert pacman.msg_type_table.inv[b"D"] == "DATA"  # type: ignore[attr-defined]
    assert {kind: dict(table) for kind, table in pacman.word_type_table.items()} == {
        kind: dict(table) for kind, table in original.word_type_table.items()
    }
    assert (pacman.HEADER_LEN, pacman.WORD_LEN, pacman.latest_version) == (8, 16, original.latest_version)
    names = [name for name in vars(original) if name.startswith(("MSG_TYPE", "WORD_TYPE"))]
    assert len(names) == 12
    assert all(getattr(pacman, name) == getattr(original, name) for name in names)


def test_objects_are_equal_to_the_originals_and_taken_for_them() -> None:
    import larpix

    messages, groups = random_messages(200)
    ours = [one for each, group in zip(messages, groups, strict=True) for one in pacman.parse(each, io_group=group)]
    theirs = parsed(messages, groups)

    assert ours == theirs and theirs == ours
    assert {type(one).__name__ for one in ours} == {"TimestampPacket", "Packet_v2", "SyncPacket", "TriggerPacket"}
    assert all(isinstance(mine, type(other)) for mine, other in zip(ours, theirs, strict=True))
    packet = next(one for one in ours if isinstance(one, larpix.Packet_v2))
    assert pickle.loads(pickle.dumps(packet)) == packet and packet != pacman.Packet_v2(b"\xff" * 8)


def test_bits_of_a_packet_are_read_and_set_like_the_originals() -> None:
    import larpix

    rng = np.random.default_rng(5)
    names = [name for name in COLUMNS["2.4"] if isinstance(getattr(pacman.Packet_v2, name, None), property)]
    assert len(names) == 13
    for data in (bytes(8), b"\xff" * 8, *(rng.bytes(8) for _ in range(50))):
        mine, other = pacman.Packet_v2(data), larpix.Packet_v2(data)
        assert [getattr(mine, name) for name in names] == [getattr(other, name) for name in names]
        assert mine.has_valid_parity() == other.has_valid_parity()
        assert mine.compute_parity() == other.compute_parity()
        mine.chip_id = other.chip_id = 77
        assert mine.bytes() == other.bytes()
    with pytest.raises(EncodeError):
        pacman.Packet_v2().chip_id = 256


def test_objects_of_either_kind_are_written_as_the_original_writes_them() -> None:
    messages, groups = random_messages(100)
    theirs = parsed(messages, groups)
    ours = [one for each, group in zip(messages, groups, strict=True) for one in pacman.parse(each, io_group=group)]
    for kind in ("REQ", "REP", "DATA"):
        wanted = original.format(theirs, kind, ts_pacman=7)
        assert pacman.format(theirs, kind, ts_pacman=7)[5:] == wanted[5:]
        assert pacman.format(ours, kind, ts_pacman=7)[5:] == wanted[5:]


def test_rows_are_those_of_the_originals_file(tmp_path: Path) -> None:
    messages, groups = random_messages(2000)
    hdf5format.to_file(str(tmp_path / "theirs.h5"), parsed(messages, groups), workers=1)
    with h5py.File(tmp_path / "theirs.h5") as file:
        theirs = file["packets"][:]
    rows = pacman.to_packets(messages, io_groups=groups)

    assert rows.dtype == theirs.dtype and rows.dtype.itemsize == 36
    assert rows.tobytes() == theirs.tobytes()
    raw = tmp_path / "raw.h5"
    rawhdf5.to_rawfile(raw, messages, msg_headers={"io_groups": groups})
    assert pacman.to_packets(rawhdf5.decode(raw).msgs, groups).tobytes() == rows.tobytes()
    assert pacman.to_packets((bytearray(one) for one in messages), iter(groups)).tobytes() == rows.tobytes()


def test_more_messages_than_a_batch_have_their_rows_in_order() -> None:
    messages = [message(WORD * (number % 3)) for number in range(70_000)]
    rows = pacman.to_packets(messages, np.arange(70_000) % 256)

    assert len(rows) == 70_000 + sum(number % 3 for number in range(70_000))
    heads = rows[rows["packet_type"] == 4]
    assert heads["io_group"].tolist() == [number % 256 for number in range(70_000)]
    assert len(pacman.to_packets([])) == 0


@pytest.mark.parametrize("version", list(COLUMNS))
def test_a_packets_file_is_read_by_the_original_and_has_the_columns_of_its_version(
    version: str, tmp_path: Path
) -> None:
    messages, groups = random_messages(300)
    rawhdf5.to_rawfile(tmp_path / "raw.h5", messages, msg_headers={"io_groups": groups})
    count = pacman.raw_to_packets_file(tmp_path / "raw.h5", tmp_path / "ours.h5", version)
    kept = [one for one in parsed(messages, groups) if version >= "2.2" or one.packet_type < 6]
    hdf5format.to_file(str(tmp_path / "theirs.h5"), kept, version=version, workers=1)
    ours, theirs = (hdf5format.from_file(str(tmp_path / name)) for name in ("ours.h5", "theirs.h5"))

    assert ours["version"] == version and ours["packets"] == theirs["packets"]
    assert count == len(kept) == len(ours["packets"])
    with h5py.File(tmp_path / "ours.h5") as mine, h5py.File(tmp_path / "theirs.h5") as other:
        assert list(mine["packets"].dtype.names) == COLUMNS[version]
        assert set(mine) == set(other) and set(mine["_header"].attrs) == set(other["_header"].attrs)
        # the original leaves out the io group of some rows before 2.3
        same = [name for name in COLUMNS[version] if name != "io_group" or version >= "2.3"]
        assert [name for name in same if not np.array_equal(mine["packets"][name], other["packets"][name])] == []
        assert mine["messages"].dtype == other["messages"].dtype and mine["messages"].maxshape == (None,)
        if version == "2.4":
            assert mine["configs"].dtype == other["configs"].dtype


def test_a_file_that_is_there_or_a_version_that_is_not_known_is_refused(tmp_path: Path) -> None:
    rawhdf5.to_rawfile(tmp_path / "raw.h5", [message(WORD)])
    (tmp_path / "there.h5").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        pacman.raw_to_packets_file(tmp_path / "raw.h5", tmp_path / "there.h5")
    with pytest.raises(EncodeError) as caught:
        pacman.raw_to_packets_file(tmp_path / "raw.h5", tmp_path / "new.h5", "1.0")

    assert str(caught.value) == "pacman.File: version '1.0' is not known, known: 2.0, 2.1, 2.2, 2.3, 2.4"
    assert (tmp_path / "there.h5").read_bytes() == b"precious"
    assert not (tmp_path / "new.h5").exists()


def test_a_wrong_message_in_a_file_leaves_no_packets_file(tmp_path: Path) -> None:
    rawhdf5.to_rawfile(tmp_path / "raw.h5", [message(WORD), message(WORD, count=2)])
    with pytest.raises(TruncatedError) as caught:
        pacman.raw_to_packets_file(tmp_path / "raw.h5", tmp_path / "new.h5")

    assert caught.value.path == "[1].words"
    assert not (tmp_path / "new.h5").exists()


FAULTS = [
    (message(WORD, count=2), "pacman.Message words at byte 8: 32 bytes are needed, there are 16 [PAC-006]"),
    (message(WORD, count=0xFFFF), "pacman.Message words at byte 8: 1048560 bytes are needed, there are 16 [PAC-006]"),
    (message(WORD * 2, count=1), "pacman.Message at byte 24: expected the end of the data, got 16 more [PAC-006]"),
    (message(WORD)[:7], "pacman.Message words_count at byte 6: 2 bytes are needed, there are 1 [PAC-005]"),
    (message(WORD, kind=b"X"), "pacman.Message type at byte 0: expected one of REQ ('?'), REP ('!'), DATA ('D'), got 'X' [PAC-002]"),
    (message(WORD + b"P" + bytes(15)), "pacman.Message words[1] at byte 24: expected one of DATA ('D'), TRIG ('T'), SYNC ('S'), got 'P' [PAC-010]"),
    (b"", "pacman.Message type at byte 0: 1 bytes are needed, there are 0 [PAC-002]"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "message_"), FAULTS)
def test_faults_say_where_what_and_which_rule(data: bytes, message_: str) -> None:
    for read in (pacman.decode, pacman.parse_msg, pacman.parse):
        with pytest.raises(DecodeError) as caught:
            read(data)
        assert str(caught.value) == message_
    with pytest.raises(DecodeError) as caught:
        pacman.to_packets([message(WORD), data])
    assert caught.value.path.startswith("[1]") and caught.value.at == int(message_.split("byte ")[1].split(":")[0])


REFUSED: list[tuple[Any, tuple[Any, ...], str]] = [
    (pacman.format_word, ("DATA", "PING"), "pacman.Message: expected one of DATA, TRIG, SYNC, got PING [PAC-010]"),
    (pacman.format_word, ("DATA", "NONE"), None),
    (pacman.format_word, ("WHAT", "PING"), "pacman.Message type: expected one of REQ, REP, DATA, got 'WHAT'"),
    (pacman.format_word, ("DATA", "DATA", 256, 0, bytes(8)), "pacman.Message io_channel: 256 does not fit uint8 [PAC-011]"),
    (pacman.format_word, ("DATA", "DATA", 1, 0, bytes(9)), "pacman.Message packet: expected 8 bytes, got 9 [PAC-011]"),
    (pacman.format_word, ("DATA", "DATA", 1, 0), "pacman.Message: DATA has the fields io_channel, receipt_timestamp, packet, got 2 values"),
    (pacman.format_word, ("REP", "ERR", 1, bytes(15)), "pacman.Message text: expected at most 14 bytes, got 15 [PAC-017]"),
    (pacman.format_header, ("DATA", 65536), "pacman.Message words_count: 65536 does not fit uint16 [PAC-005]"),
]  # type: ignore[list-item]  # fmt: skip


@pytest.mark.parametrize(("call", "arguments", "message_"), REFUSED)
def test_nothing_is_cut_or_taken_on_trust(call: Any, arguments: tuple[Any, ...], message_: str | None) -> None:
    with pytest.raises(EncodeError) as caught:
        call(*arguments)
    assert message_ is None or str(caught.value) == message_


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([1], "expected 2 numbers"),
        ([1, 256], "expected 0 to 255"),
        ([1, -1], "expected 0 to 255"),
        ([1, 0.5], "whole numbers"),
    ],
)
def test_io_groups_are_checked(groups: list[Any], words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        pacman.to_packets([message(WORD)] * 2, groups)


def test_a_stream_of_messages_is_cut_at_their_ends() -> None:
    messages = random_messages(20)[0]
    decoder, found = pacman.Decoder(), []
    for byte in b"".join(messages):
        found += decoder.feed(bytes([byte]))
    decoder.finish()

    assert [pacman.encode(one) for one in found] == [pacman.encode(pacman.decode(one)) for one in messages]


def test_bytes_in_all_their_forms_and_nothing_else() -> None:
    for one in (bytearray(message(WORD)), memoryview(message(WORD))):
        assert pacman.decode(one) == pacman.decode(message(WORD))
        assert pacman.parse_msg(one) == pacman.parse_msg(message(WORD))
    with pytest.raises(CodecError):
        pacman.to_packets(message(WORD))
