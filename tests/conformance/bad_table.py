"""The faults: name, format, group of vectors, the check and the word that must name it, and what is done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from bad_codecs import (
    GONE,
    Bad,
    array,
    at,
    cached,
    clip,
    f32,
    leaks,
    no_minus,
    number,
    on,
    one_nan,
    reduced,
    refusal,
    splits,
    swapped,
    tag,
    without,
)

from sciwire.conformance.protocol import Value
from sciwire.conformance.verdict import Fault

__all__ = ["BAD"]

S, Q, P, B, V = "simplon", "qstream", "pacman", "bpipe", "simplon_v1"
DECODE, INVALID, BYTES, VALUES, FEED = "decode/valid", "decode/invalid", "roundtrip/bytes", "roundtrip/value", "feeding"
WRONG, OPEN = Fault.WRONG_VALUE, Fault.ACCEPTED_INVALID

BAD = (
    Bad("bytes swapped in arrays", S, "typed-arrays", DECODE, WRONG, array(swapped)),
    Bad("last element lost", S, "typed-arrays", DECODE, WRONG, array(lambda one: one[:-1])),
    Bad("first element lost", Q, "binary", DECODE, WRONG, array(lambda one: one[1:] if one.ndim else one)),
    Bad("rows for columns", S, "shapes", DECODE, WRONG, array(lambda one: one.T)),
    Bad("axes of one squeezed", S, "shapes", DECODE, WRONG, array(np.squeeze)),
    Bad(
        "signed for unsigned",
        S,
        "typed-arrays",
        DECODE,
        WRONG,
        array(lambda one: one.view(f"<i{one.itemsize}") if one.dtype.kind == "u" else one),
    ),
    Bad(
        "float32 for float64",
        S,
        "typed-arrays",
        DECODE,
        WRONG,
        array(lambda one: one.astype("<f4") if one.dtype.itemsize == 8 and one.dtype.kind == "f" else one),
    ),
    Bad("lossy float32", S, "extremes", DECODE, WRONG, on(float, f32)),
    Bad("payload of NaN lost", S, "typed-arrays", DECODE, WRONG, array(one_nan)),
    Bad("minus nought lost in arrays", Q, "binary", DECODE, WRONG, array(no_minus)),
    Bad(
        "minus nought lost",
        S,
        "extremes",
        DECODE,
        WRONG,
        tag("$float", lambda text: 0.0 if text == "-0.0" else {"$float": text}),
    ),
    Bad(
        "infinity clipped",
        S,
        "extremes",
        DECODE,
        WRONG,
        tag("$float", lambda text: 1.7e308 if text == "inf" else {"$float": text}),
    ),
    Bad("1 for true", S, "user-data", DECODE, WRONG, on(bool, int)),
    Bad("true for 1", S, "user-data", DECODE, WRONG, number(lambda one: True if one == 1 else one)),
    Bad("text for numbers", S, "messages", DECODE, WRONG, number(str)),  # type: ignore[arg-type, return-value]
    Bad("sign lost", S, "user-data", DECODE, WRONG, number(abs)),
    Bad("one too many below nought", S, "user-data", DECODE, WRONG, number(lambda one: one + 1 if one < 0 else one)),
    Bad("clipped at 2^53", S, "extremes", DECODE, WRONG, clip(2**53)),
    Bad("clipped at 2^63", S, "extremes", DECODE, WRONG, clip(2**63 - 1)),
    Bad("clipped at 2^64", S, "user-data", DECODE, WRONG, clip(2**64 - 1)),
    Bad("ratios reduced", S, "image-fields", DECODE, WRONG, tag("$ratio", reduced)),
    Bad("ratios turned round", S, "image-fields", DECODE, WRONG, tag("$ratio", lambda pair: {"$ratio": pair[::-1]})),
    Bad("no leap second", S, "dates", DECODE, WRONG, tag("$date", lambda text: {"$date": text.replace(":60", ":59")})),
    Bad(
        "fraction of a second cut",
        S,
        "dates",
        DECODE,
        WRONG,
        tag("$date", lambda text: {"$date": text.partition(".")[0]}),
    ),
    Bad(
        "every date in UTC",
        S,
        "dates",
        DECODE,
        WRONG,
        tag("$date", lambda text: {"$date": text.replace("-00:00", "Z").replace("+00:00", "Z")}),
    ),
    Bad("dates as text", S, "dates", DECODE, WRONG, tag("$date", lambda text: text)),
    Bad("bytes as text", S, "user-data", DECODE, WRONG, tag("$bytes", lambda text: text)),
    Bad("tags dropped", S, "user-data", DECODE, WRONG, tag("$tag", lambda pair: pair[1])),
    Bad("text stripped", S, "user-data", DECODE, WRONG, on(str, lambda text: text.strip() or "-")),
    Bad("text in small letters", S, "messages", DECODE, WRONG, on(str, str.lower)),
    Bad("empty lists absent", S, "user-data", DECODE, WRONG, on(list, lambda one: one or GONE)),
    Bad("empty text absent", S, "user-data", DECODE, WRONG, on(str, lambda one: one or GONE)),
    Bad("null absent in lists", S, "user-data", DECODE, WRONG, lambda one: GONE if one is None else one),
    Bad("a known field dropped", S, "start-fields", DECODE, WRONG, without("sensor_thickness")),
    Bad("a channel dropped", S, "channels", DECODE, WRONG, without("threshold_2")),
    Bad(
        "unknown key dropped",
        S,
        "messages",
        DECODE,
        WRONG,
        without("note", "x", "unknown", "answer", "custom", "extra"),
    ),
    Bad("a message leaks into the next", S, "messages", DECODE, WRONG, whole=leaks),
    Bad("an old answer from a cache", S, "messages", DECODE, WRONG, whole=cached),
    Bad("truncation accepted", S, "truncated", INVALID, OPEN, whole=refusal("truncated", lambda got: Value({}))),
    Bad("bytes behind accepted", S, "order", INVALID, OPEN, whole=refusal("framing", lambda got: Value({}))),
    Bad("sizes not checked", S, "dimensions", INVALID, OPEN, whole=refusal("size", lambda got: Value({}))),
    Bad(
        "payloads not checked", S, "payload-blocks", INVALID, OPEN, whole=refusal("compression", lambda got: Value({}))
    ),
    Bad("syntax not checked", Q, "xml", INVALID, OPEN, whole=refusal("syntax", lambda got: Value({}))),
    Bad(
        "everything is syntax",
        S,
        "truncated",
        INVALID,
        Fault.WRONG_CATEGORY,
        whole=refusal("", lambda got: replace(got, category="syntax")),
    ),
    Bad("offsets one too high", S, "truncated", INVALID, Fault.WRONG_OFFSET, whole=refusal("", at(1))),
    Bad("offsets one too high in chunks", Q, "truncated", INVALID, Fault.WRONG_OFFSET, whole=refusal("", at(1))),
    Bad(
        "offsets not given", P, "count", INVALID, Fault.NO_OFFSET, whole=refusal("", lambda got: replace(got, at=None))
    ),
    Bad(
        "paths without their index",
        P,
        "type",
        INVALID,
        Fault.WRONG_PATH,
        whole=refusal("", lambda got: replace(got, path="words") if got.path and "[" in got.path else got),
    ),
    Bad(
        "only the last word of a path",
        S,
        "dimensions",
        INVALID,
        Fault.WRONG_PATH,
        whole=refusal("", lambda got: replace(got, path=(got.path or "").rpartition(".")[2])),
    ),
    Bad(
        "no prefix written",
        S,
        "messages",
        BYTES,
        Fault.BYTES_DIFFER,
        output=lambda data: data.removeprefix(b"\xd9\xd9\xf7"),
    ),
    Bad("a newline written behind", S, "messages", VALUES, Fault.UNREADABLE_OUTPUT, output=lambda data: data + b"\n"),
    Bad("the last byte not written", S, "messages", VALUES, Fault.UNREADABLE_OUTPUT, output=lambda data: data[:-1]),
    Bad(
        "keys written in another order",
        S,
        "user-data",
        BYTES,
        Fault.BYTES_DIFFER,
        encode=on(dict, lambda one: dict(sorted(one.items(), reverse=True))),
    ),
    Bad(
        "minus nought not written",
        S,
        "extremes",
        VALUES,
        Fault.VALUE_LOST,
        encode=tag("$float", lambda text: 0.0 if text == "-0.0" else {"$float": text}),
    ),
    Bad("arrays written as float32", S, "extremes", VALUES, Fault.VALUE_LOST, encode=on(float, f32)),
    Bad(
        "units not read",
        Q,
        "units",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "units": None} if "units" in one else one),
    ),
    Bad(
        "comments not read",
        Q,
        "messages",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "comments": []} if "comments" in one else one),
    ),
    Bad(
        "exceptions not read",
        Q,
        "messages",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "exception": None} if "exception" in one else one),
    ),
    Bad(
        "properties not read",
        Q,
        "references",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "properties": {}} if "properties" in one else one),
    ),
    Bad(
        "single bytes lost between pieces",
        Q,
        "",
        FEED,
        Fault.SPLIT_DEPENDENT,
        whole=splits(lambda request: len(request.splits or ()) > 20),
    ),
    Bad(
        "halves not put together",
        S,
        "",
        FEED,
        Fault.SPLIT_DEPENDENT,
        whole=splits(lambda request: len(request.splits or ()) == 1),
    ),
    Bad(
        "time of a message off by one",
        P,
        "",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "timestamp": one["timestamp"] + 1} if type(one.get("timestamp")) is int else one),
    ),
    Bad(
        "the last word lost",
        P,
        "",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "words": one["words"][:-1]} if one.get("words") else one),
    ),
    Bad(
        "extents turned round",
        B,
        "",
        DECODE,
        WRONG,
        on(
            dict,
            lambda one: (
                {**one, "fields": [[name, kind, size[::-1]] for name, kind, size in one["fields"]]}
                if "fields" in one
                else one
            ),
        ),
    ),
    Bad(
        "repeated header fields once",
        B,
        "",
        DECODE,
        WRONG,
        on(
            dict,
            lambda one: (
                {**one, "header": list({row[0]: row for row in one["header"]}.values())} if "header" in one else one
            ),
        ),
    ),
    Bad(
        "parts merged in another order",
        V,
        "",
        DECODE,
        WRONG,
        on(dict, lambda one: {**one, "kind": "image"} if one.get("kind") == "end" else one),
    ),
    Bad(
        "dead packets forgotten", B, "", DECODE, WRONG, array(lambda one: one[:1] if one.ndim and len(one) > 1 else one)
    ),
)  # fmt: skip
