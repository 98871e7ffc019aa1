"""Subtle faults of writers, of what is kept between requests, of feeding, and of calls."""

from __future__ import annotations

import io
import json
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from subtle_kit import (
    Subtle,
    arrays,
    content,
    damaged,
    deep,
    drop,
    dtype,
    good,
    instead,
    integers,
    key,
    kind,
    options,
    other,
    step,
    texts,
    writing,
    written,
)

from sciwire.conformance.protocol import Answer, Encoded, Refused, Request, Unsupported, Value

__all__ = ["CALLS", "ENCODE", "KEPT"]

S, Q, P, B, V, L, C, K, H, R = "simplon", "qstream", "pacman", "bpipe", "simplon_v1", "lclstreamer", "chunks", "capture", "hdf5blob", "rawhdf5"  # fmt: skip
FORM, REFERENCE, BYTES = "encode/form", "encode/reference", "roundtrip/bytes"
State = dict[str, Any]


def _form(name: str, format_name: str, change: Callable[[bytes], bytes], only: str = "") -> Subtle:
    return Subtle(name, format_name, FORM, "wrong-form", answered=written(change), only=only)


def _asked(name: str, format_name: str, asked: Callable[[Request], Request], only: str = "") -> Subtle:
    return Subtle(name, format_name, FORM, "wrong-form", asked=asked, only=only)


def _lost(
    name: str, format_name: str, change: Callable[[Any], Any], fault: str = "wrong-output", only: str = ""
) -> Subtle:
    return Subtle(name, format_name, REFERENCE, fault, asked=writing(change), only=only)


def _short_floats(data: bytes) -> bytes:
    """Floats of 32 bits where nothing is lost."""

    def short(found: re.Match[bytes]) -> bytes:
        (number,) = struct.unpack(">d", found[2])
        narrow = struct.pack(">f", number) if abs(number) < 1e30 else b""
        return found[1] + b"\xfa" + narrow if narrow and struct.unpack(">f", narrow)[0] == number else found[0]

    return re.sub(rb"(count_time|beam_center_x|sum|photon_energy)\xfb(.{8})", short, data, flags=re.DOTALL)


def _hdf5(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    """Something done to a file that was written."""

    def changed(data: bytes) -> bytes:
        import h5py

        with io.BytesIO(data) as file:
            with h5py.File(file, "r+") as opened:
                change(opened)
            return file.getvalue()

    return changed


def _in_one_piece(file: Any) -> None:
    names: list[str] = []
    file.visititems(lambda name, one: names.append(name) if hasattr(one, "chunks") else None)
    for name in names:
        values, element = file[name][()], file[name].dtype
        del file[name]
        file.create_dataset(name, data=values, dtype=element)


def _later(file: Any) -> None:
    file["meta"].attrs.modify("modified", file["meta"].attrs["modified"] + 1)


ENCODE = [
    _asked("always compressed", S, instead("encode", "compression", ("none", "bslz4"))),
    _asked("never compressed", S, options("encode", compression="none")),
    _asked("lz4 asked for, bslz4 written", S, instead("encode", "compression", ("lz4", "bslz4"))),
    _asked("lz4 is the default", S, instead("encode", "compression", (None, "lz4"))),
    _form("no prefix but on what is compressed", S, lambda data: data if b"\xd9\xdc\xb4" in data else data.removeprefix(b"\xd9\xd9\xf7")),
    _form("floats as short as they can be", S, _short_floats, "*/start-fields/*"),
    _form("floats as short as they can be there", L, _short_floats),
    _form("integers in a byte of their own", S, lambda data: re.sub(rb"series_id([\x00-\x17])", lambda one: b"series_id\x18" + one[1], data)),
    _form("a map without a count", S, lambda data: data[:3] + b"\xbf" + data[4:] + b"\xff" if data[3] < 0xB8 else data),
    _form("dates without a tag", S, lambda data: re.sub(rb"(arm_date|series_date)\xc0", rb"\1", data)),
    _form("the type not first", S, lambda data: re.sub(rb"(\x64type.(?:start|image|end))(\x69series_id[\x00-\x17])", rb"\2\1", data, count=1)),
    _form("blocks of another size", S, lambda data: re.sub(rb"(\xd9\xdc\xb4\x83.{15,24})(\0\0\x20\0)", lambda one: one[1] + b"\0\0\x10\0", data, flags=re.DOTALL), "*/blocks/*"),
    _form("lengths with blanks", Q, lambda data: re.sub(rb"\[(..)\]0(\d{5})<", rb"[\1] \2<", data), "*/framing/*"),
    _form("byte order not said", Q, lambda data: re.sub(rb' byte_order="\w+"', lambda one: b" " * len(one[0]), data), "*/binary/*"),
    _form("flags set", B, lambda data: data[:36] + b"\0\0\0\1" + data[40:]),
    _asked("gzip not applied", H, instead("encode", "compression", ("gzip", None))),
    _asked("shuffle left out", H, instead("encode", "compression", ("gzip_with_shuffle", "gzip"))),
    _asked("zstd for lz4", H, instead("encode", "compression", ("bitshuffle_with_lz4", "bitshuffle_with_zstd"))),
    _asked("zfp not applied", H, instead("encode", "compression", ("zfp", None))),
    _asked("the level not looked at", H, options("encode", compression_level=None)),
    _asked("compressed by default", H, instead("encode", "compression", (None, "gzip")), "*/types/*"),
    _form("a byte behind the file", H, lambda data: data + b"\0", "*/types/*"),
    _form("an attribute of the writer's", H, _hdf5(lambda file: file.attrs.update(made="by")), "*/types/*"),
    _form("everything in one piece", H, _hdf5(_in_one_piece), "*/types/*"),
    _form("an attribute at the messages", R, _hdf5(lambda file: file["msgs"].attrs.update(made="by")), "*/rows/*"),
    _form("modified after it was created", R, _hdf5(_later), "*/rows/*"),
    _lost("rank 3 written in the other order", H, arrays(lambda one: one.reshape(-1).reshape(one.shape, order="F"), lambda _, shape: len(shape) == 3)),
    _lost("payloads of NaN not written there", S, arrays(lambda one: np.where(np.isnan(one), np.array(np.nan, one.dtype), one), kind("f")), only="*/subtle/*"),
    _lost("payloads of NaN not written", Q, arrays(lambda one: np.where(np.isnan(one), np.array(np.nan, one.dtype), one), kind("f")), only="*/binary/*"),
    _lost("u8 written through doubles", S, arrays(lambda one: (one.astype("f8") / 2).astype(one.dtype) * 2, dtype("u8"))),
    _lost("floats written with 15 digits", Q, arrays(lambda one: np.array([float(f"{item:.15g}") for item in one.reshape(-1)], one.dtype).reshape(one.shape), dtype("f8")), only="*/ascii/*"),
    _lost("comments not written", Q, key("comments", lambda _: []), only="*/messages/*"),
    _lost("indexed properties not written", Q, drop("indexed_properties")),
    _lost("times of 32 bits only", K, integers(lambda one: one % 2**32)),
    _lost("texts without blanks around", K, texts(str.strip), only="*/subtle/*"),
    _lost("user data not written", S, drop("user_data"), only="*/user-data/*"),
    _lost("false not written", V, deep(lambda _, one: None if one is False else one), only="*/config/*"),
    Subtle("little-endian packets", B, BYTES, "bytes-differ", answered=written(lambda data: data[:10] + b"\0\7" + data[12:])),
    Subtle("padding that is not nought", P, BYTES, "bytes-differ", answered=written(lambda data: data[:5] + b"\xff" + data[6:])),
    Subtle("blobs in the other order", C, BYTES, "bytes-differ", answered=lambda asked, got, _: Encoded(tuple(got.data)[::-1]) if isinstance(got, Encoded) else got),  # type: ignore[arg-type]
]  # fmt: skip


# What is kept between requests


def _second_time(request: Request, got: Answer, state: State) -> Answer:
    seen = state.setdefault("seen", set())
    name = content(request)
    again, _ = name in seen, seen.add(name)
    return damaged(got) if again and request.cmd == "decode" and request.splits is None else got


def _after(what: Callable[[Request, Answer], bool]) -> Callable[[Request, Answer, State], Answer]:
    def answered(request: Request, got: Answer, state: State) -> Answer:
        was, state["was"] = state.get("was"), what(request, got)
        return damaged(got) if was and request.cmd == "decode" else got

    return answered


def _options_stay(cmd: str) -> Callable[[Request, Answer, State], Answer]:
    def answered(request: Request, got: Answer, state: State) -> Answer:
        if request.cmd != cmd:
            return got
        state["options"] = request.options or state.get("options", {})
        new = good(other(request, options=state["options"]))
        return got if isinstance(new, Unsupported) else new

    return answered


def _by_name(request: Request, got: Answer, state: State) -> Answer:
    """An answer from a cache that knows a message by its beginning and its length."""
    if request.cmd != "decode" or request.splits is not None:
        return got
    data = content(request)
    return state.setdefault((data[:16], len(data)), got)  # type: ignore[no-any-return]


def _grows(request: Request, got: Answer, state: State) -> Answer:
    if request.cmd != "encode" or not isinstance(got, Encoded) or not isinstance(got.data, bytes):
        return got
    name = json.dumps(request.value)
    state[name] = state.get(name, -1) + 1
    return Encoded(got.data + b"\0" * state[name])


def _left_over(request: Request, got: Answer, state: State) -> Answer:
    """What was left of a message that was refused stands before the next."""
    if request.splits is None:
        return got
    was, state["left"] = state.get("left"), isinstance(got, Refused)
    return Refused("framing", "", 0) if was and isinstance(got, Value) else got


def _fed(change: Callable[[Request, Answer], Answer]) -> Callable[[Request, Answer, State], Answer]:
    return lambda request, got, state: change(request, got) if request.splits else got


def _without_rest(request: Request, got: Answer) -> Answer:
    return replace(got, at=0) if isinstance(got, Refused) and isinstance(got.at, int) else got


KEPT = [
    Subtle("wrong the second time", Q, "again", "unstable", answered=_second_time),
    Subtle("wrong after a refusal", K, "again", "unstable", answered=_after(lambda _, got: isinstance(got, Refused))),
    Subtle("wrong after a refusal there", P, "again", "unstable", answered=_after(lambda _, got: isinstance(got, Refused))),
    Subtle("wrong after writing", V, "again", "unstable", answered=_after(lambda asked, _: asked.cmd == "encode")),
    Subtle("options of reading stay", S, "again", "unstable", answered=_options_stay("decode")),
    Subtle("options of writing stay", H, "again", "unstable", answered=_options_stay("encode")),
    Subtle("written longer every time", B, "again", "unstable", answered=_grows),
    Subtle("known by beginning and length", L, "decode/valid", "wrong-value", answered=_by_name),
    Subtle("known by beginning and length there", P, "fuzz/invalid", "wrong-value", answered=_by_name),
    Subtle("the rest of a refused message stays", P, "feeding", "refused-valid", answered=_left_over),
    Subtle("the last byte alone is lost", B, "feeding", "split-dependent", answered=_fed(lambda asked, got: damaged(got) if asked.splits[-1] == len(content(asked)) - 1 else got)),  # type: ignore[index]
    Subtle("nothing fed is an end", L, "feeding", "split-dependent", answered=_fed(lambda asked, got: damaged(got) if len(set(asked.splits or ())) < len(asked.splits or ()) else got)),
    Subtle("offsets are those of the piece", Q, "feeding", "split-dependent", answered=_fed(_without_rest), only="*/framing/*"),
    Subtle("refusals of pieces have no path", B, "feeding", "split-dependent", answered=_fed(lambda _, got: replace(got, path="") if isinstance(got, Refused) else got)),
    Subtle("refusals of pieces have no rule", P, "feeding", "split-dependent", answered=_fed(lambda _, got: replace(got, rule=None) if isinstance(got, Refused) else got)),
]  # fmt: skip


# Calls


def _call(name: str, format_name: str, change: Callable[[Any, Any, Any], Any]) -> Subtle:
    return Subtle(name, format_name, "scenario", "wrong-step", answered=step(change))


def _gives(op: str, change: Callable[[Any], Any], *arguments: str) -> Callable[[Any, Any, Any], Any]:
    """Values that one operation gives, where it was told these arguments."""

    def answered(asked: Any, got: Any, _: Any) -> Any:
        wanted = asked["op"] == op and isinstance(got, Value) and set(arguments) <= set(asked["args"])
        return Value(change(got.value)) if wanted else None

    return answered


def _takes(category: str) -> Callable[[Any, Any, Any], Any]:
    return lambda asked, got, _: Value(None) if isinstance(got, Refused) and got.category == category else None


def _groups(value: Any) -> Any:
    groups = value["msg_headers"]["io_groups"]
    return {**value, "msg_headers": {"io_groups": groups[:1] * len(groups)}}


CALLS = [
    _call("an append leaves the time", R, _gives("meta", lambda one: {**one, "modified": "equal"})),
    _call("a new file is modified", R, _gives("meta", lambda one: {**one, "modified": "later"})),
    _call("the version of the content is lost", R, _gives("meta", lambda one: {**one, "io_version": None})),
    _call("all rows have the first group", R, _gives("from_rawfile", _groups)),
    _call("the end of a slice is in it", R, _gives("from_rawfile", lambda one: {**one, "msgs": [*(one["msgs"] or []), {"$bytes": ""}]}, "end")),
    _call("a mask chooses nothing", R, _gives("from_rawfile", lambda one: {**one, "msgs": []}, "mask")),
    _call("headers only, and messages", R, _gives("from_rawfile", lambda one: {**one, "msgs": []}, "msg_headers_only")),
    _call("the file of a killed writer is taken", R, _takes("state")),
    _call("other versions are taken", R, _takes("version")),
    _call("files that are not there are empty", R, _takes("io")),
    _call("chunks of 512 rows", R, _gives("layout", lambda one: json.loads(json.dumps(one).replace("1024", "512")))),
    _call("flags stay", R, _gives("layout", lambda one: {**one, "flags": 5 - one["flags"]})),
    _call("rows are followed twice", R, _gives("follow", lambda one: {**one, "msgs": one["msgs"] * 2} if one.get("msgs") else one)),
    _call("a refusal leaves a file", R, _gives("stat", lambda one: {**one, "kind": one["kind"] or "file"})),
    _call("the environment is changed", R, _gives("environment", lambda _: {"HDF5_USE_FILE_LOCKING": "FALSE"})),
    _call("offsets without alignment", B, _gives("offset", lambda one: max(0, one - 4))),
    _call("definitions are never frozen", B, _takes("state")),
    _call("the last byte is not flushed", B, _gives("written", lambda one: {"$bytes": one["$bytes"][:-4]})),
    _call("deleted instances count", B, _gives("header_count", lambda one: one + 1)),
]  # fmt: skip
