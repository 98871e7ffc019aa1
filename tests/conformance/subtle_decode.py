"""Subtle faults of readers."""

from __future__ import annotations

import re

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
    moved,
    options,
    path,
    reading,
    record,
    refusal,
    refusing,
    rule,
    signed,
    tagged,
    texts,
)

__all__ = ["DECODE"]

S, Q, P, B, V, L, C, K, H, R = "simplon", "qstream", "pacman", "bpipe", "simplon_v1", "lclstreamer", "chunks", "capture", "hdf5blob", "rawhdf5"  # fmt: skip
VALID, WRONG, INVALID = "decode/valid", "wrong-value", "decode/invalid"


def _value(name, format_name, change, only=""):  # type: ignore[no-untyped-def]
    return Subtle(name, format_name, VALID, WRONG, answered=reading(change), only=only)


def _refuses(name, format_name, when, only=""):  # type: ignore[no-untyped-def]
    return Subtle(name, format_name, VALID, "refused-valid", answered=refusing(when), only=only)


def _open(name, format_name, answered, only=""):  # type: ignore[no-untyped-def]
    return Subtle(name, format_name, INVALID, "accepted-invalid", answered=answered, only=only)


def _said(name, format_name, fault, answered, check=INVALID, only=""):  # type: ignore[no-untyped-def]
    return Subtle(name, format_name, check, fault, answered=answered, only=only)


def _swapped(one):  # type: ignore[no-untyped-def]
    return one.byteswap()


def _through_double(one):  # type: ignore[no-untyped-def]
    return np.clip(one.astype("f8"), np.iinfo(one.dtype).min // 2, np.iinfo(one.dtype).max // 2).astype(one.dtype)


def _tail_lost(one):  # type: ignore[no-untyped-def]
    one.reshape(-1)[one.size - one.size % 8 :] = 0
    return one


def _cut(size):  # type: ignore[no-untyped-def]
    def change(one):  # type: ignore[no-untyped-def]
        one.reshape(-1)[size // one.itemsize :] = 0
        return one

    return change


def _times(unit):  # type: ignore[no-untyped-def]
    """Times of one unit that are one off."""
    later = arrays(lambda one: (one + np.array(1, one.dtype)).astype(one.dtype))
    return record(lambda one: {**one, "values": later(one["values"])} if one["units"] == unit else one, "units", "values")  # fmt: skip


def _of_type(name):  # type: ignore[no-untyped-def]
    """Properties of one type are not read."""
    return deep(
        lambda place, one: GONE if len(place) > 3 and isinstance(one, dict) and one.get("type") == name else one
    )


def _packets(change):  # type: ignore[no-untyped-def]
    return record(lambda one: {**one, "packets": {name: change(item) for name, item in one["packets"].items()}}, "packets")  # fmt: skip


ONE_DTYPE = [
    _value(f"only {name} in the other order", S, arrays(_swapped, dtype(name)), "*/typed-arrays/*")
    for name in ("<u4", "<u8", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8")
]  # fmt: skip
ONE_UNIT = [
    _value(f"times in {unit} one off", Q, _times(unit), "*/t*/*")
    for unit in ("us2000", "us2020", "us1980", "t2000", "t2010", "ms1970", "mj1958", "mjd", "julianDay", "cdfTT2000")
]  # fmt: skip
ONE_TYPE = [
    _value(f"properties of the type {name} lost", Q, _of_type(name), "*/properties/*")
    for name in ("Long", "Short", "Byte", "Boolean", "rank0dataset", "cacheTag", "datumRange", "map", "numberArray")
]  # fmt: skip
ONE_NUMBER = [
    _value(f"{name} of all ones is nought", P, key(name, lambda one: 0 if one in (255, 2**32 - 1) else one), "*/word/*")
    for name in ("io_channel", "receipt_timestamp", "register", "timestamp")
]  # fmt: skip

VALUES = [
    *ONE_DTYPE,
    *ONE_UNIT,
    *ONE_TYPE,
    *ONE_NUMBER,
    _value("integers from 2^31 are negative", S, integers(signed(32)), "*/subtle/*"),
    _value("integers from 2^63 are negative", K, integers(signed(64))),
    _value("integers go through doubles", V, integers(lambda one: int(float(one)) if one < 2**70 else one)),
    _value("times of 32 bits have a sign", P, integers(signed(32))),
    _value("u8 arrays go through doubles", S, arrays(_through_double, dtype("u8")), "*/typed-arrays/*"),
    _value("i8 arrays go through doubles", Q, arrays(_through_double, dtype("i8")), "*/binary/*"),
    _value("what is masked is nought", S, arrays(lambda one: np.where(one == 65535, 0, one).astype(one.dtype), dtype("u2"))),
    _value("rank 3 in the other order", H, arrays(lambda one: one.reshape(-1).reshape(one.shape, order="F"), lambda _, shape: len(shape) == 3)),
    _value("arrays without elements lose axes", C, arrays(lambda one: one.reshape(-1), lambda _, shape: 0 in shape and len(shape) > 1)),
    _value("the elements behind the last eight are lost", S, arrays(_tail_lost), "*/bslz4/*"),
    _value("the second block is lost", L, arrays(_cut(8192))),
    _value("what is beyond 8 KiB is lost", S, arrays(_cut(8192))),
    _value("denormals are nought", Q, arrays(lambda one: np.where(abs(one) < np.finfo(one.dtype).tiny, 0, one).astype(one.dtype), kind("f")), "*/binary/*"),
    _value("complex numbers are conjugated", H, arrays(np.conj, kind("c")), "*/types/*"),
    _value("booleans are bytes", H, arrays(lambda one: one.view("u1"), dtype("|b1")), "*/types/*"),
    _value("the dtype is always little-endian", H, arrays(lambda one: one.astype(one.dtype.newbyteorder("<")), lambda name, _: name[0] == ">")),
    _value("texts of fixed size are trimmed", H, arrays(lambda one: one.astype("S4"), dtype("S5"))),
    _value("chars have a sign", B, arrays(lambda one: one.view("i1"), dtype("|u1"))),
    _value("the axis of atoms is gone", B, _packets(arrays(lambda one: one.reshape(len(one), -1) if len(one) else one[:, 0])), "*/types/*"),
    _value("the last packet is lost", B, _packets(arrays(lambda one: one[:-1]))),
    _value("texts end at NUL", K, texts(lambda one: one.split("\0")[0]), "*/subtle/*"),
    _value("texts are stripped", K, texts(str.strip), "*/subtle/*"),
    _value("floats have 16 digits", V, deep(lambda _, one: float(f"{one:.16g}") if type(one) is float else one), "*/subtle/*"),
    _value("texts have the basic plane only", V, texts(lambda one: "".join(c if ord(c) < 65536 else "?" for c in one))),
    _value("texts are cut at 255", K, texts(lambda one: one[:255])),
    _value("texts are Latin 1", Q, texts(lambda one: one.encode().decode("latin-1")), "*/xml/*"),
    _value("line ends are made one", Q, texts(lambda one: one.replace("\n", " ")), "*/xml/*"),
    _value("bytes end at NUL", P, blob(lambda one: one.rstrip(b"\0")), "*/word/*"),
    _value("bytes are cut at 255", K, blob(lambda one: one[:255])),
    _value("bytes of nothing are null", R, tagged("$bytes", lambda text: {"$bytes": text} if text else None), "*/rows/*"),
    _value("null is left out", Q, deep(lambda place, one: GONE if one is None and place and type(place[-1]) is str else one)),
    _value("false is null", V, deep(lambda _, one: None if one is False else one), "*/config/*"),
    _value("empty keys are lost", V, deep(lambda place, one: GONE if place[-1:] == ("",) else one), "*/config/*"),
    _value("whole floats are integers", S, deep(lambda _, one: int(one) if type(one) is float and one.is_integer() else one)),
    _value("floats have 15 digits", V, deep(lambda _, one: float(f"{one:.15g}") if type(one) is float else one), "*/subtle/*"),
    _value("a dtype is made up", S, record(lambda one: {"image_dtype": "uint16", **one} if one["type"] == "start" else one, "type", "series_id")),
    _value("dates have milliseconds", S, tagged("$date", lambda text: {"$date": re.sub(r"(\.\d{3})\d+", r"\1", text)}), "*/dates/*"),
    _value("the zone of a date is lost", S, tagged("$date", lambda text: {"$date": re.sub(r"[+-]\d\d:\d\d$", "Z", text)}), "*/dates/*"),
    _value("keys that are no text become text", S, tagged("$map", lambda pairs: {str(name): one for name, one in pairs}), "*/user-data/*"),
    _value("tags are bytes", S, tagged("$tag", lambda pair: {"$tag": [pair[0] % 256, pair[1]]}), "*/user-data/*"),
    _value("the second dataset is lost", Q, record(lambda one: {**one, "datasets": dict([*one["datasets"].items()][:1])}, "datasets")),
    _value("the last comment is lost", Q, key("comments", lambda one: one[:-1]), "*/messages/*"),
    _value("joined parts are turned round", Q, key("join", lambda one: one[::-1]), "*/joins/*"),
    _value("indexed properties are lost", Q, drop("indexed_properties"), "*/bundles/*"),
    _value("labels are lost", Q, drop("labels"), "*/enumerations/*"),
    _value("fill is NaN", Q, arrays(lambda one: np.where(abs(one) >= 1e30, np.nan, one).astype(one.dtype), dtype("f4", "f8"))),
    _value("a transmission is data", P, key("word", lambda one: "DATA" if one == "TX" else one), "*/word/*"),
    _value("words beyond 256 are lost", P, key("words", lambda one: one[:256]), "*/message/*"),
    _value("empty parts are lost", K, deep(lambda _, one: GONE if one == {"data": {"$bytes": ""}} else one), "*/block/*"),
    _value("refusals are not shown", K, deep(lambda _, one: GONE if isinstance(one, dict) and one.get("block") == "Refused" else one), "*/block/*"),
    _value("an appendix is dropped", V, deep(lambda place, one: GONE if place and "appendix" in str(place[-1]) else one)),
    _value("the prefix is always m", L, key("prefix", lambda _: "m")),
    _value("the slash in front is lost", H, lambda value: {name.lstrip("/"): one for name, one in value.items()}),
    _value("extents turned round in the value", C, key("chunk_size", lambda one: one[::-1]), "*/axes/*"),
]  # fmt: skip

OTHERS = [
    Subtle("the order of elements is not looked at", C, VALID, WRONG, asked=options("decode", order=None), only="*/order/*"),
    Subtle("partial cutouts are not known", C, VALID, "refused-valid", asked=options("decode", partial=None), only="*/edges/*"),
    _refuses("tag 55799 is needed", S, lambda asked: content(asked)[:3] != b"\xd9\xd9\xf7", "*/messages/*"),
    _refuses("long heads are refused", S, lambda asked: b"\x1b\0\0\0" in content(asked), "*/forms/*"),
    _refuses("big-endian arrays are refused", S, lambda asked: b"\xd8\x42" in content(asked), "*/typed-arrays/*"),
    _refuses("more than 64 KiB is refused", Q, lambda asked: len(content(asked)) > 65536),
    _refuses("streams without packets are refused", Q, lambda asked: not content(asked), "*/framing/*"),
    _refuses("a later minor version is refused", B, lambda asked: content(asked)[10:12] not in (b"\0\0", b"\0\1")),
    _refuses("padding must be nought", P, lambda asked: content(asked)[5:6] != b"\0"),
    _refuses("line ends behind JSON are refused", V, lambda asked: bytes((asked.data or [b""])[0]).endswith(b"\n")),
    _open("checksums are not looked at", V, accepting(lambda got: got.category == "checksum"), "*/hash/*"),
    _open("flags are not looked at", B, rule("BP-005")),
    _open("padding is not looked at", B, rule("BP-010")),
    _open("counts are not looked at", P, rule("PAC-006")),
    _open("versions are not looked at", K, accepting(lambda got: got.category == "version"), "*/header/*"),
    _open("sizes of blobs are not looked at", C, accepting(lambda got: got.category == "size"), "*/blobs/*"),
    _open("checksums of chunks are not looked at", H, accepting(lambda got: got.category == "checksum")),
    _open("lengths of columns are not compared", R, accepting(lambda got: got.category == "state")),
    _open("damaged blocks are taken", L, accepting(lambda got: got.category == "compression")),
    _open("packets of unknown ids are passed over", Q, accepting(lambda got: (got.path or "").startswith(":"))),
    _said("offsets are those of the payload", S, "wrong-offset", moved("compression", -12), only="*/payload-*/*"),
    _said("offsets of sizes one too low", B, "wrong-offset", moved("size", -1)),
    _said("offsets of what is cut one too high", P, "wrong-offset", moved("truncated", 1), only="*/subtle/*"),
    _said("offsets of what is cut one too high there", K, "wrong-offset", moved("truncated", 1), only="*/subtle/*"),
    _said("offsets of what is cut one too high in maps", L, "wrong-offset", moved("truncated", 1), only="*/subtle/*"),
    _said("offsets of texts one too high", K, "wrong-offset", moved("syntax", 1), only="*/subtle/*"),
    _said("paths of what is cut are lost", P, "wrong-path", path(lambda text: text[:-1]), only="*/subtle/*"),
    _said("offsets are cut to a byte", Q, "wrong-offset", refusal(lambda got: got.__class__(got.category, got.path, got.at & 255 if isinstance(got.at, int) else got.at, got.message, got.rule))),
    _said("indices count from 1", B, "wrong-path", path(lambda text: re.sub(r"\[(\d+)\]", lambda one: f"[{int(one[1]) + 1}]", text))),
    _said("paths end one step early", V, "wrong-path", path(lambda text: text.rpartition(".")[0])),
    _said("a version is a constraint", R, "wrong-category", refusal(lambda got: got.__class__("constraint" if got.category == "version" else got.category, got.path, got.at, got.message, got.rule))),
    _said("the next rule is named", L, "wrong-rule", refusal(lambda got: got.__class__(got.category, got.path, got.at, got.message, f"LCL-{int((got.rule or '-0').rpartition('-')[2]) + 1:03}")), "decode/rule"),
]  # fmt: skip

DECODE = [*VALUES, *OTHERS]
