"""Subtle faults where implementers err: signs, cuts, blanks, orders, and what a writer should have refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
from bad_codecs import GONE
from subtle_kit import (
    Subtle,
    accepting,
    arrays,
    blob,
    content,
    deep,
    drop,
    dtype,
    integers,
    key,
    kind,
    other,
    reading,
    record,
    refusing,
    signed,
    step,
    tagged,
    texts,
    writing,
    written,
)

from sciwire.conformance.protocol import Answer, Encoded, Refused, Request, Value

__all__ = ["SLIPS"]

S, Q, P, B, V, L, C, K, H, R = "simplon", "qstream", "pacman", "bpipe", "simplon_v1", "lclstreamer", "chunks", "capture", "hdf5blob", "rawhdf5"  # fmt: skip
Change = Callable[[Any], Any]


def _value(name: str, format_name: str, change: Change, only: str = "") -> Subtle:
    return Subtle(name, format_name, "decode/valid", "wrong-value", answered=reading(change), only=only)


def _where(name: str, format_name: str, when: Callable[[bytes], bool], change: Change, only: str = "") -> Subtle:
    """A wrong value of messages with something in their bytes."""

    def answered(request: Request, got: Answer, _: dict[str, Any]) -> Answer:
        wanted = isinstance(got, Value) and request.cmd == "decode" and when(content(request))
        return Value(change(got.value)) if wanted else got  # type: ignore[union-attr]

    return Subtle(name, format_name, "decode/valid", "wrong-value", answered=answered, only=only)


def _lost(name: str, format_name: str, change: Change, only: str = "") -> Subtle:
    return Subtle(name, format_name, "encode/reference", "wrong-output", asked=writing(change), only=only)


def _open(name: str, format_name: str, when: Callable[[Refused], bool], only: str = "") -> Subtle:
    return Subtle(name, format_name, "decode/invalid", "accepted-invalid", answered=accepting(when), only=only)


def _writes(format_name: str, data: Any = b"") -> Subtle:
    """A writer that refuses nothing."""

    def answered(request: Request, got: Answer, _: dict[str, Any]) -> Answer:
        return Encoded(data) if request.cmd == "encode" and isinstance(got, Refused) else got

    return Subtle("writes whatever it is given", format_name, "encode/invalid", "wrote-invalid", answered=answered)


def _asks(name: str, change: Callable[[dict[str, Any]], dict[str, Any]], op: str = "from_rawfile") -> Subtle:
    """Steps that are taken with other arguments."""

    def asked(request: Request) -> Request:
        if request.cmd != "call":
            return request
        return other(request, steps=[{**one, "args": change(dict(one["args"]))} if one["op"] == op else one for one in request.steps])  # fmt: skip

    return Subtle(name, R, "scenario", "wrong-step", asked=asked)


def _swapped(one: Any) -> Any:
    return one.byteswap()


def _turned(first: int, second: int) -> Callable[[Any], Any]:
    return lambda one: np.ascontiguousarray(np.swapaxes(one, first, second)).reshape(one.shape)


def _has(*words: bytes) -> Callable[[bytes], bool]:
    return lambda data: any(word in data for word in words)


def _strings(change: Callable[[str], str]) -> Change:
    return tagged("$strings", lambda told: {"$strings": deep(lambda _, one: change(one) if isinstance(one, str) else one)(told)})  # fmt: skip


def _header(change: Change) -> Change:
    return record(lambda one: {**one, "header": change(one["header"])}, "header", "fields")


def _plus(unit: str, since: str, wrong: int) -> Change:
    """Times of a unit from a date on, that much off."""
    start = int((np.datetime64(since) - np.datetime64("2000-01-01T12:00:00")) / np.timedelta64(1, "s"))
    scale = {"cdfTT2000": 10**9, "us2000": 10**6}[unit]
    later = arrays(lambda one: np.where(one > start * scale, one + wrong * scale, one).astype(one.dtype))
    return record(lambda one: {**one, "values": later(one["values"])} if one["units"] == unit else one, "units", "values")  # fmt: skip


def _without_last(data: bytes) -> bytes:
    at = data.rfind(b":01:")
    return data if at < 0 or data.endswith(b"\n") else data[:at]


def _cut(request: Request) -> Request:
    if request.cmd != "decode" or not isinstance(request.data, bytes) or request.splits is not None:
        return request
    return other(request, data=_without_last(request.data))


def _one_order(encoding: str, order: str) -> Subtle:
    wanted = f'encoding="{encoding}"'.encode()

    def when(data: bytes) -> bool:
        alone = data.count(b'encoding="') == 1 + data.count(b'encoding="UTF-8"')
        return wanted in data and f"{order}_endian".encode() in data and alone

    return _where(f"{encoding} in {order}-endian order not swapped", Q, when, arrays(_swapped))


def _padded(request: Request, got: Answer, _: dict[str, Any]) -> Answer:
    if not isinstance(got, Encoded) or request.cmd != "encode" or not request.value.get("partial"):
        return got
    most = max(map(len, got.data), default=0)  # type: ignore[arg-type]
    return Encoded(tuple(bytes(one).ljust(most, b"\0") for one in got.data))  # type: ignore[arg-type, union-attr]


def _rows(value: Any) -> Any:
    return [one for one in value if one != {"$bytes": ""}] if isinstance(value, list) else value


def _without_empty(value: Any) -> Any:
    """Rows without bytes left out, with their headers."""
    groups = value["msg_headers"]["io_groups"]
    rows = [(one, group) for one, group in zip(value["msgs"], groups, strict=True) if one != {"$bytes": ""}]
    return {**value, "msgs": [one for one, _ in rows], "msg_headers": {"io_groups": [group for _, group in rows]}}


def _upper_case(request: Request) -> bool:
    found = re.search(rb'"hash":"([0-9a-fA-F]{32})"', content(request))
    return found is not None and found[1] != found[1].lower()


def _numbered(one: dict[str, Any], change: Callable[[int], int], *names: str) -> dict[str, Any]:
    return {name: change(item) if name in names and type(item) is int else item for name, item in one.items()}


OF_V = [
    Subtle("an md5 in upper case is refused", V, "decode/valid", "refused-valid", answered=refusing(_upper_case, "checksum")),
    Subtle("md5 only where there is no appendix", V, "decode/invalid", "accepted-invalid", only="*/guarded/*",
           answered=lambda asked, got, _: Value({}) if isinstance(got, Refused) and got.category == "checksum" and len(asked.data or ()) > 4 else got),
    _value("texts end at NUL", V, texts(lambda one: one.split("\0")[0]), "*/edges/*"),
    _value("texts are composed", V, texts(lambda one: unicodedata.normalize("NFC", one)), "*/edges/*"),
    _value("a NaN of a table is nought", V, arrays(np.nan_to_num, kind("f"))),
    _value("-0.0 of a table is 0.0", V, arrays(lambda one: one + np.array(0, one.dtype), kind("f"))),
    _value("keys are stripped", V, deep(lambda _, one: {name.strip(): item for name, item in one.items()} if isinstance(one, dict) else one), "*/edges/*"),
    _where("bs of big-endian not swapped", V, _has(b"lz4>"), arrays(_swapped)),
    _lost("an appendix is stripped", V, key("appendix", blob(bytes.strip)), "*/edges/*"),
    _lost("integers from 2^63 are negative", V, integers(signed(64))),
]  # fmt: skip
OF_H = [
    _value("texts without blanks around", H, _strings(str.strip)),
    _value("texts without blanks behind", H, _strings(str.rstrip)),
    _value("line ends of texts are one", H, _strings(lambda one: one.replace("\r\n", "\n"))),
    _value("texts in lower case", H, _strings(str.lower)),
    _value("an axis of none is dropped", H, arrays(lambda one: one.reshape(0), lambda _, shape: 0 in shape and len(shape) > 1)),
    _value("axes of one are dropped", H, arrays(np.squeeze, lambda _, shape: 1 in shape), "*/shapes/*"),
    _value("an array without axes gets one", H, arrays(lambda one: one.reshape(1), lambda _, shape: not len(shape)), "*/shapes/*"),
    _value("bytes have a sign", H, arrays(lambda one: one.view("i1").astype("i2").astype("u1") // 2 * 2, dtype("|u1")), "*/numbers/*"),
    _value("names in lower case", H, lambda value: {name.lower(): one for name, one in value.items()}, "*/texts/names"),
    _lost("texts written without blanks around", H, _strings(str.strip)),
    _lost("big-endian written as little-endian", H, arrays(lambda one: one.astype(one.dtype.newbyteorder("<")), lambda name, _: name[0] == ">")),
]  # fmt: skip
OF_Q = [
    Subtle("the last packet without a newline is dropped", Q, "decode/valid", "wrong-value", asked=_cut),
    _open("packets of the id 00 are taken", Q, lambda got: (got.path or "").startswith(":00:")),
    _where("ascii goes through 32 bits", Q, _has(b'encoding="ascii'), arrays(lambda one: one.astype("f4").astype(one.dtype), dtype("f8"))),
    _where("-0.0 in ascii is 0.0", Q, _has(b'encoding="ascii'), arrays(lambda one: one + 0.0, dtype("f8"))),
    _where("-0.0 inline is 0.0", Q, _has(b' values="'), arrays(lambda one: one + 0.0, dtype("f8"))),
    _where("NaN in binary is fill", Q, _has(b'"double"'), arrays(lambda one: np.where(np.isnan(one), np.array(-1e31, one.dtype), one), kind("f"))),
    _value("a leap second too few from 2017", Q, _plus("cdfTT2000", "2017-01-01", -1)),
    _value("a leap second too few from 2006", Q, _plus("cdfTT2000", "2006-01-01", -1)),
    _value("leap seconds counted in us2000", Q, _plus("us2000", "2017-01-01", 5)),
    *(_one_order(name, order) for name in ("double", "float", "int2", "int4", "int8") for order in ("big", "little")),
    _value("carriage returns are lost", Q, texts(lambda one: one.replace("\r", "")), "*/subtle/*"),
    _value("units are stripped", Q, key("units", lambda one: one.strip() if one else one), "*/subtle/*"),
    _value("floats of properties have 15 digits", Q, deep(lambda _, one: float(f"{one:.15g}") if type(one) is float else one), "*/subtle/*"),
    _lost("carriage returns are not written", Q, texts(lambda one: one.replace("\r", "")), "*/subtle/*"),
    _lost("-0.0 is written as 0.0", Q, arrays(lambda one: one + np.array(0, one.dtype), kind("f")), "*/binary/*"),
    _lost("NaN is written as fill", Q, arrays(lambda one: np.where(np.isnan(one), np.array(-1e31, one.dtype), one), kind("f")), "*/binary/*"),
    _lost("the labels are not written", Q, drop("labels")),
    _value("packets beyond 32767 are lost", Q, arrays(lambda one: one[:32767]), "*/long/*"),
]  # fmt: skip
OF_S = [
    _value("image_id of 32 bits", S, record(lambda one: _numbered(one, lambda number: number % 2**32, "image_id"), "image_id")),
    _value("known fields that are absent are null", S, record(lambda one: {"arm_date": None, **one} if one["type"] == "start" else one, "type", "series_id")),
    _where("tag 40 with columns first", S, _has(b"\xd8\x28"), arrays(lambda one: one.reshape(-1).reshape(one.shape, order="F"))),
    _where("tag 1040 with rows first", S, _has(b"\xd9\x04\x10"), arrays(lambda one: one.reshape(-1, order="F").reshape(one.shape))),
    *(_where(f"arrays of tag {number} not swapped", S, _has(bytes([0xD8, number])), arrays(_swapped, dtype(name)))
      for number, name in ((65, "u2"), (66, "u4"), (67, "u8"), (73, "i2"), (74, "i4"), (75, "i8"), (80, "f2"), (81, "f4"), (82, "f8"))),
    _value("channels are sorted", S, key("channels", lambda one: sorted(one) if isinstance(one, list) else one)),
    _value("integers as keys become texts", S, tagged("$map", lambda pairs: {"$map": [[str(name) if type(name) is int else name, one] for name, one in pairs]}), "*/user-data/*"),
    _value("ratios are reduced", S, tagged("$ratio", lambda pair: {"$ratio": [1, 1] if pair[0] == pair[1] else pair}), "*/edges/*"),
    _value("bytes are cut at 65535", S, blob(lambda one: one[:65535]), "*/edges/*"),
    _value("keys are stripped", S, deep(lambda _, one: {name.strip(): item for name, item in one.items()} if isinstance(one, dict) else one), "*/edges/*"),
    _lost("channels are written sorted", S, key("channels", lambda one: sorted(one) if isinstance(one, list) else one)),
    _lost("empty user data are not written", S, key("user_data", lambda one: GONE if one in ({}, [], "") else one)),
]  # fmt: skip
OF_R = [
    _value("empty messages are dropped", R, key("msgs", _rows)),
    _value("io_groups have a sign", R, key("io_groups", lambda one: [signed(8)(item) for item in one] if one else one)),
    _asks("the start is one too high", lambda args: {**args, "start": args["start"] + 1} if type(args.get("start")) is int else args),
    _asks("the end is one too high", lambda args: {**args, "end": args["end"] + 1} if type(args.get("end")) is int else args),
    _asks("the end is one too low", lambda args: {**args, "end": args["end"] - 1} if type(args.get("end")) is int else args),
    _asks("a negative end is none", lambda args: {name: item for name, item in args.items() if name != "end" or not (type(item) is int and item < 0)}),
    _asks("a negative start is nought", lambda args: {**args, "start": 0} if type(args.get("start")) is int and args["start"] < 0 else args),
    _asks("an end of nought is none", lambda args: {name: item for name, item in args.items() if name != "end" or item != 0}),
    _lost("io_groups of seven bits", R, key("io_groups", lambda one: [item % 128 if type(item) is int else item for item in one] if isinstance(one, list) else one)),
    _lost("empty messages are not written", R, _without_empty),
]  # fmt: skip
OF_B = [
    _value("header fields of one name: the last", B, _header(lambda given: [one for at, one in enumerate(given) if one[0] not in [two[0] for two in given[at + 1 :]]])),
    _value("header fields of one name together", B, _header(lambda given: sorted(given, key=lambda one: [two[0] for two in given].index(one[0])))),
    _value("matrices of headers turned", B, _header(lambda given: [[*one[:3], arrays(lambda two: two.reshape(-1).reshape(two.shape, order="F"))(one[3])] for one in given])),
    _value("extents of headers turned round", B, _header(lambda given: [[*one[:2], one[2][::-1], one[3]] for one in given])),
    _value("fields of more than 65535 bytes", B, arrays(lambda one: one[..., :65535]), "*/long/*"),
    _value("packets beyond 65535 are lost", B, arrays(lambda one: one[:65535]), "*/long/*"),
    Subtle("the room of a larger field is not noughts", B, "scenario", "wrong-step",
           answered=step(lambda asked, got, _: Value(blob(lambda one: one.replace(bytes(8), b"\xff" * 8, 1))(got.value)) if asked["op"] == "written" and isinstance(got, Value) else None)),
    _writes(B),
]  # fmt: skip
OF_P = [
    _value("the parity bit is lost", P, key("packet", blob(lambda one: one[:7] + bytes([one[7] & 127])))),
    _value("halves of times are swapped", P, integers(lambda one: one >> 16 | (one & 65535) << 16 if one > 65535 else one)),
    _value("words beyond 32767 are lost", P, key("words", lambda one: one[:32767]), "*/long/*"),
    _value("texts of errors end at NUL", P, key("text", blob(lambda one: one.split(b"\0")[0])), "*/subtle/*"),
    _value("packets are stripped", P, key("packet", blob(bytes.strip)), "*/subtle/*"),
    Subtle("padding of words is not nought", P, "roundtrip/bytes", "bytes-differ",
           answered=written(lambda data: data[:-1] + b"\xff" if len(data) > 8 and data[-16:-15] in (b"T", b"S", b"P") else data)),
    _writes(P),
]  # fmt: skip
OF_C = [
    Subtle("cutouts at edges are filled up", C, "encode/reference", "unreadable-output", answered=_padded),
    _value("two axes in order F as in C", C, record(lambda one: {**one, "image": arrays(_turned(0, 1), lambda _, shape: len(shape) == 2)(one["image"])} if one["order"] == "F" else one, "image", "order")),
    *(_value(f"axes {first} and {second} of {rank} swapped", C, arrays(_turned(first, second), lambda _, shape, rank=rank: len(shape) == rank))  # type: ignore[misc]
      for rank, first, second in ((4, 2, 3), (4, 0, 1), (4, 1, 2), (3, 1, 2))),
    _writes(C, ()),
]  # fmt: skip
OF_K = [
    _open("what is cut is the end", K, lambda got: got.category == "truncated"),
    _value("times are in us", K, key("elapsed", lambda one: one // 1000 if type(one) is int else one)),
    _value("the beginning is in us", K, key("started", lambda one: one // 1000 if type(one) is int and one < 2**53 else one)),
    _value("reasons are stripped", K, key("reason", str.strip)),
    _value("reasons are cut at 64", K, key("reason", lambda one: one[:64])),
    _value("equal messages once", K, key("blocks", lambda given: [one for at, one in enumerate(given) if one not in given[:at]])),
    _value("blocks by their time", K, key("blocks", lambda given: sorted(given, key=lambda one: int(str(one["elapsed"])) if type(one["elapsed"]) is int else 0)), "*/subtle/*"),
    _value("line ends in parts are one", K, blob(lambda one: one.replace(b"\r\n", b"\n")), "*/subtle/*"),
    _value("parts beyond 32767 are lost", K, key("parts", lambda one: one[:32767] if isinstance(one, list) else one), "*/long/*"),
    _writes(K),
]  # fmt: skip
OF_L = [
    Subtle("the dtype that is asked for is passed over", L, "decode/valid", "wrong-value", asked=lambda request: other(request, options={name: one for name, one in request.options.items() if name != "shape"})),
    _value("texts are composed", L, texts(lambda one: unicodedata.normalize("NFC", one)), "*/edges/*"),
    _value("lists are cut at 255", L, deep(lambda _, one: one[:255] if isinstance(one, list) else one), "*/edges/*"),
    _value("NaN in frames loses its bits", L, arrays(lambda one: np.where(np.isnan(one), np.array(np.nan, one.dtype), one), kind("f")), "*/edges/*"),
    _lost("noughts are not written", L, deep(lambda place, one: GONE if place and type(one) is int and one == 0 and place[-1] == "message_id" else one), "*/edges/*"),
]  # fmt: skip

SLIPS = [*OF_V, *OF_H, *OF_Q, *OF_S, *OF_R, *OF_B, *OF_P, *OF_C, *OF_K, *OF_L, _writes(Q), _writes(S), _writes(V, ())]
