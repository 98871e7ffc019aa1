"""Write the vectors of lclstreamer: bytes assembled by hand, expected values reasoned from `../README.md`.

    python assemble.py [FOLDER]

Standard library and numpy only; LZ4 blocks are literals. The same files come out on every machine.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from assembly import edges, writing
from assembly.kit import (
    ASKED,
    BEAM,
    FRAME,
    IMAGE,
    PROVENANCE,
    START,
    STOP,
    Items,
    Vector,
    blocks,
    cbor,
    changed,
    expected,
    head,
    invalid,
    nd,
    valid,
    zeros_block,
)


def messages() -> Iterator[Vector]:
    yield valid("messages/start", b"c" + cbor(START), expected(START, "c"), "LCL-001 LCL-002 LCL-003 LCL-004 LCL-020 LCL-024 LCL-025", "all 15 keys", kept=[], canonical=True)  # fmt: skip
    yield valid("messages/image-bytes", b"m" + cbor(IMAGE), expected(IMAGE, "m"), "LCL-001 LCL-038", "a frame without a shape stays bytes", canonical=True)  # fmt: skip
    yield valid("messages/image", b"m" + cbor(IMAGE), expected(IMAGE, "m", compressed_data=nd(FRAME)), "LCL-030 LCL-031 LCL-032 LCL-033", "the frame opened", options=ASKED)  # fmt: skip
    yield valid("messages/image-shape-text", b"m" + cbor(IMAGE), expected(IMAGE, "m", compressed_data=nd(FRAME)), "LCL-031", "the shape as text", options={**ASKED, "shape": "4x6"})  # fmt: skip
    bare = changed(IMAGE, beam_direction=None, photon_energy=None, photon_wavelength=None)
    yield valid("messages/image-no-beam", b"m" + cbor(bare), expected(bare, "m"), "LCL-027 LCL-028 LCL-010", "no beam data", canonical=True)  # fmt: skip
    yield valid(
        "messages/stop", b"c" + cbor(STOP), expected(STOP, "c"), "LCL-003", "three keys", kept=[], canonical=True
    )
    never = changed(STOP, run=0)
    yield valid("messages/stop-no-event", b"c" + cbor(never), expected(never, "c"), "LCL-021", "no event was seen", kept=[], canonical=True)  # fmt: skip
    psana1 = changed(IMAGE, timestamp="1700000000.123456789")
    yield valid("messages/timestamp-text", b"m" + cbor(psana1), expected(psana1, "m"), "LCL-023", "psana1", canonical=True)  # fmt: skip
    nan = changed(IMAGE, sum=float("nan"))
    yield valid("messages/sum-nan", b"m" + cbor(nan), expected(nan, "m"), "LCL-029", "NaN in the frame", canonical=True)  # fmt: skip
    coords = [(key, changed(value, pixel_coords=b"0\0\0\0.\0\0\0") if key == "detector" else value) for key, value in START]  # fmt: skip
    yield valid("messages/pixel-coords", b"c" + cbor(coords), expected(coords, "c"), "LCL-026", "bytes that mean nothing", canonical=True)  # fmt: skip
    most = changed(START, message_id=2**64 - 1)
    yield valid("messages/message-id-all-ones", b"c" + cbor(most), expected(most, "c"), "LCL-022", "all 64 bits set", canonical=True)  # fmt: skip
    rank = changed(IMAGE, message_id=30001)
    yield valid("messages/rank-3", b"m" + cbor(rank), expected(rank, "m"), "LCL-022", "another worker", canonical=True)
    extra = changed(IMAGE, laser=[("on", True)], note=[1, None])
    yield valid("messages/unknown-keys", b"m" + cbor(extra), expected(extra, "m"), "LCL-011", "keys that nobody knows", canonical=True)  # fmt: skip
    mixed = IMAGE[::-1]
    yield valid("messages/any-order", b"m" + cbor(mixed), expected(mixed, "m"), "LCL-005", "keys backwards")
    lone: Items = [("type", "stop")]
    yield valid("messages/only-type", b"c" + cbor(lone), expected(lone, "c"), "LCL-010", "no key but type", encode="a stop without a run can't be written")  # fmt: skip
    kept = changed(STOP, timestamp="late")
    yield valid("messages/wrong-type-kept", b"c" + cbor(kept), expected(kept, "c"), "LCL-012", "kept with a warning")
    null = b"c" + head(5, 4) + b"".join(cbor(key) + cbor(value) for key, value in [*STOP, ("note", "a")]).replace(cbor(1795212352.75), b"\xf6")  # fmt: skip
    yield valid("messages/null", null, {"type": "stop", "prefix": "c", "run": "51", "note": "a"}, "LCL-010", "null is absent")  # fmt: skip
    integer = changed(STOP, timestamp=1795212352)
    yield valid("messages/integer-for-float", b"c" + cbor(integer), {**expected(STOP, "c"), "timestamp": 1795212352.0}, "LCL-023", "an integer where a float is specified")  # fmt: skip
    single = b"c" + cbor(STOP).replace(cbor(1795212352.75), b"\xfa" + struct.pack(">f", 0.5))
    yield valid("messages/single-precision", single, {**expected(STOP, "c"), "timestamp": 0.5}, "LCL-023", "a float of 32 bits")  # fmt: skip
    endless = b"c\xbf" + b"".join(cbor(key) + cbor(value) for key, value in STOP) + b"\xff"
    yield valid("messages/indefinite-map", endless, expected(STOP, "c"), "LCL-005", "a map of indefinite length")
    twice = b"c" + head(5, 4) + cbor("run") + cbor("50") + b"".join(cbor(key) + cbor(value) for key, value in STOP)
    yield valid("messages/key-twice", twice, expected(STOP, "c"), "LCL-013", "the last one counts, with a warning")


def frames() -> Iterator[Vector]:
    def case(name: str, array: Any, rules: str, doc: str, payload: bytes | None = None, **more: Any) -> Vector:
        items = changed(IMAGE, compressed_data=blocks(array) if payload is None else payload, dtype=array.dtype.name)
        options = {"shape": list(array.shape), "dtype": array.dtype.name}
        return valid(f"frames/{name}", b"m" + cbor(items), expected(items, "m", compressed_data=nd(array)), rules, doc, options=options, **more)  # fmt: skip

    for code in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"):
        array = np.array([[0, 1, 2, 3], [100, 7, 5, 1], [9, 9, 9, 9]], code).astype(f"<{code}" if code[1] != "1" else code)  # fmt: skip
        if code == "f2":
            yield case(code, array, "LCL-033", "float16", encode="half precision is read and not written")
        else:
            yield case(code, array, "LCL-033 LCL-039", array.dtype.name)
    large = (np.arange(4096 + 24) % 251).astype("<u2")
    yield case("two-blocks", large, "LCL-030", "a full block and a short one")
    yield case("tail", np.arange(29, dtype="<f8"), "LCL-030", "five elements behind the last multiple of 8")
    yield case("only-tail", np.arange(7, dtype="<f8"), "LCL-030", "fewer than 8 elements, no block")
    yield case("block-and-tail", np.arange(4096 + 8 + 3, dtype="<f4"), "LCL-030", "two blocks and three elements")
    yield case("extremes", np.array([np.inf, -np.inf, -0.0, 5e-324, 1.7976931348623157e308, 0, 1, -1]).astype("<f8"), "LCL-030", "floats at the edges")  # fmt: skip
    ones = np.full((2, 8), 2**64 - 1, "<u8")
    yield case("all-ones", ones, "LCL-030", "every bit set")
    yield case("four-dimensions", np.arange(2 * 3 * 4 * 5, dtype="<f8").reshape(2, 3, 4, 5), "LCL-031", "any rank")
    yield case("one-element", np.array([[3.5]], "<f8"), "LCL-031", "1x1")
    yield case("empty", np.zeros((0, 4), "<f8"), "LCL-031 LCL-032", "no elements, no bytes")
    raw = np.arange(24, dtype="<f8").reshape(4, 6)
    yield case("raw", raw, "LCL-037", "the bytes of the frame, not compressed", raw.tobytes())
    zeros = np.zeros((4, 6), "<f8")
    yield case("raw-zeros", zeros, "LCL-037", "zeros, which begin like a block of no bytes", zeros.tobytes())


def dialects() -> Iterator[Vector]:
    opened = {"compressed_data": nd(FRAME)}
    yield valid("dialects/start-m", b"m" + cbor(START), expected(START, "m"), "LCL-001", "2025-09: m everywhere", canonical=True)  # fmt: skip
    yield valid("dialects/stop-m", b"m" + cbor(STOP), expected(STOP, "m"), "LCL-001", "2025-09: m everywhere", canonical=True)  # fmt: skip
    for name, items in (("start", START), ("image", IMAGE), ("stop", STOP)):
        yield valid(f"dialects/{name}-no-prefix", cbor(items), expected(items, ""), "LCL-001", "no byte in front", canonical=True)  # fmt: skip
    first: Items = [("type", "start"), ("timestamp", 1757300000.5)]
    yield valid("dialects/first-start", b"c" + cbor(first), expected(first, "c"), "LCL-010", "2025-09-08: two keys", encode="a start without a run can't be written")  # fmt: skip
    own: Items = [("type", "image"), ("run", "51"), ("compressed_data", blocks(FRAME)), ("shape", [4, 6]), ("dtype", "float64"), ("timestamp", 1.0)]  # fmt: skip
    yield valid("dialects/first-image", b"m" + cbor(own), expected(own, "m", **opened), "LCL-041", "the image says its own shape")  # fmt: skip
    early: Items = [*START, ("beam_direction", BEAM), ("photon_wavelength", 0.13)]
    yield valid("dialects/beam-in-start", b"m" + cbor(early), expected(early, "m"), "LCL-011", "2025-09-19: beam data in the start message", canonical=True)  # fmt: skip
    nm = changed(IMAGE, photon_wavelength=0.1305)
    yield valid("dialects/wavelength", b"m" + cbor(nm), expected(nm, "m"), "LCL-028", "2025-10-02: a float", canonical=True)  # fmt: skip
    fork_start = [("run_id" if key == "run_number" else "image_dtype" if key == "datatype" else key, value) for key, value in START]  # fmt: skip
    yield valid("dialects/fork-start", cbor(fork_start), expected(START, ""), "LCL-021 LCL-033", "run_id and image_dtype")  # fmt: skip
    fork = [("run_id" if key == "run" else "image_dtype" if key == "dtype" else key, value) for key, value in changed(IMAGE, message_id=7)]  # fmt: skip
    yield valid("dialects/fork-image", cbor(fork), expected(changed(IMAGE, message_id=7), "", **opened), "LCL-021 LCL-022 LCL-033", "run_id and image_dtype", options={"shape": [4, 6]})  # fmt: skip
    end: Items = [("type", "end"), ("run_id", "51"), ("timestamp", 1795212352.75)]
    yield valid("dialects/fork-end", cbor(end), expected(STOP, ""), "LCL-003 LCL-021", "end in place of stop")
    both: Items = [*STOP, ("run_id", "52")]
    yield valid("dialects/both-keys", b"c" + cbor(both), expected(both, "c"), "LCL-021 LCL-011", "run and run_id: the first is the run, the other is unknown", canonical=True)  # fmt: skip
    spectrum = np.arange(40, dtype="<f4")
    more: Items = [*IMAGE, ("spectrometer_compressed_data", blocks(spectrum)), ("spectrometer_dtype", "float32"), ("spectrometer_shape", "40")]  # fmt: skip
    yield valid("dialects/spectrometer", b"m" + cbor(more), expected(more, "m", spectrometer_compressed_data=nd(spectrum)), "LCL-036", "a second array in one dimension")  # fmt: skip
    camera = np.arange(64, dtype="<u2").reshape(4, 16)
    more = [*IMAGE, ("spectrometer_compressed_data", blocks(camera)), ("spectrometer_dtype", "uint16"), ("spectrometer_shape", "4x16")]  # fmt: skip
    yield valid("dialects/spectrometer-image", b"m" + cbor(more), expected(more, "m", spectrometer_compressed_data=nd(camera)), "LCL-036", "a second array in two dimensions")  # fmt: skip


def framing() -> Iterator[Vector]:
    whole = b"c" + cbor(STOP)
    yield invalid("framing/empty", b"", "truncated", "LCL-015", "no bytes", at=0)
    for end in range(1, len(whole)):
        yield invalid(f"framing/cut-at-{end:02}", whole[:end], "truncated", "LCL-015", "the message ends early")
    yield invalid("framing/trailing", whole + b"\0", "framing", "LCL-014", "a byte behind the map", at=len(whole))
    yield invalid("framing/two-prefixes", b"c" + whole, ["type", "framing", "syntax"], "LCL-001 LCL-015", "c twice")
    for name, first in (("upper-case", b"C"), ("s", b"s"), ("zero", b"\0"), ("all-ones", b"\xff"), ("brace", b"{")):
        yield invalid(f"framing/prefix-{name}", first + cbor(STOP), "framing", "LCL-006", "a byte that nobody sends", at=0)  # fmt: skip
    yield invalid("framing/simplon", b"\xd9\xd9\xf7" + cbor(STOP), "framing", "LCL-006", "a message of another stream", at=0)  # fmt: skip
    yield invalid("framing/no-type", b"c" + cbor(STOP[1:]), "constraint", "LCL-003", "type is missing", "type", 1)
    yield invalid("framing/unknown-type", b"c" + cbor(changed(STOP, type="halt")), "constraint", "LCL-003", "a word that nobody knows", "type", 1)  # fmt: skip
    yield invalid("framing/type-number", b"c" + cbor(changed(STOP, type=1)), "constraint", "LCL-003", "a number as type", "type", 1)  # fmt: skip
    yield invalid("framing/list", b"c" + cbor([1]), "type", "LCL-002", "no map", at=1)
    yield invalid("framing/integer-key", b"c\xa2" + cbor("type") + cbor("stop") + b"\x01\x02", "type", "LCL-002", "a key that is no text", at=12)  # fmt: skip
    yield invalid("framing/count-all-ones", b"c\xbb" + b"\xff" * 8, ["truncated", "limit"], "LCL-015", "all 64 bits of the count set")  # fmt: skip
    yield invalid("framing/length-all-ones", b"m\xa1" + cbor("compressed_data") + b"\x5b" + b"\xff" * 8, ["truncated", "limit"], "LCL-015", "all 64 bits of a length set")  # fmt: skip
    deep = b"c\xa2" + cbor("type") + cbor("stop") + cbor("x") + b"\x81" * 5000 + b"\0"
    yield invalid("framing/deep", deep, "limit", "LCL-016", "5000 arrays inside each other")


def hostile() -> Iterator[Vector]:
    """Frames that lie; offsets are those of the byte string's content in the message."""
    good = blocks(FRAME)

    def case(name: str, payload: bytes, rules: str, doc: str, at: int | None, category: Any = "compression", **asked: Any) -> Vector:  # fmt: skip
        data = b"m" + cbor(changed(IMAGE, compressed_data=payload))
        place = None if at is None else data.index(cbor("compressed_data")) + 16 + len(head(2, len(payload))) + at
        return invalid(f"hostile/{name}", data, category, rules, doc, "compressed_data", place, options={**ASKED, **asked})  # fmt: skip

    yield case("length-all-ones", b"\xff" * 4 + good[4:], "LCL-034", "all 32 bits of a block's length set", 0)
    yield case("length-one-more", struct.pack(">I", len(good) - 3) + good[4:], "LCL-034", "one more than there is", 0)
    yield case("length-zero", bytes(4) + good[4:], "LCL-034", "a block of no bytes", 0)
    yield case("length-sign", b"\x80\0\0\0" + good[4:], "LCL-034", "a length that C takes for negative", 0)
    yield case("cut", good[:-1], "LCL-034", "the last byte is missing", 0)
    yield case("trailing", good + b"\0", "LCL-035", "a byte behind the frame", len(good))
    for name, size, fill in (("padded", 16, b"\0"), ("padded-tail", 29, b"\xff")):
        packed = zeros_block(size // 8 * 64) + bytes(size % 8 * 8)
        doc = "a sound frame in a buffer of the frame's uncompressed size"
        yield case(name, packed.ljust(size * 8, fill), "LCL-035", doc, len(packed), shape=[size])
    yield case("bomb", struct.pack(">I", 24) + b"\x1f\0\1\0" + b"\xff" * 20, "LCL-034", "a match that never ends", 0, shape=[64, 8])  # fmt: skip
    yield case("offset-zero", struct.pack(">I", 11) + b"\x1f\0\0\0\xa4\x50" + bytes(5), "LCL-034", "a match of offset 0", 0)  # fmt: skip
    for cut in (1, 2, 3):
        yield case(f"length-of-{cut}", good[:cut], "LCL-034", "the length of the block is cut", None)
    yield case("empty", b"", "LCL-034", "no bytes for a frame", None)
    two = blocks(np.arange(4096 + 16, dtype="<f8"))
    (first,) = struct.unpack(">I", two[:4])
    yield case("second-missing", two[: 4 + first], "LCL-034", "the second block is missing", 4 + first, shape=[4112])
    yield case("second-length", two[: 4 + first] + b"\xff" * 4 + two[8 + first :], "LCL-034", "the second length is all ones", 4 + first, shape=[4112])  # fmt: skip
    tail = blocks(np.arange(29, dtype="<f8"))
    yield case("tail-cut", tail[:-1], "LCL-034", "the raw tail is cut", None, shape=[29])
    whole = b"m" + cbor(IMAGE)
    at = whole.index(cbor("compressed_data")) + 16

    def shape(name: str, data: bytes, category: Any, rules: str, doc: str, path: str | None, **options: Any) -> Vector:
        return invalid(f"hostile/{name}", data, category, rules, doc, path, options=options)

    for name, text in (("negative", "-4x6"), ("empty-text", ""), ("blank", "4 x 6"), ("letters", "axb"), ("end", "4x"), ("comma", "4,6")):  # fmt: skip
        yield shape(f"shape-{name}", whole, "constraint", "LCL-031", "a shape that is none", "compressed_data", shape=text, dtype="float64")  # fmt: skip
    yield shape("shape-33", whole, "constraint", "LCL-031", "33 dimensions", "compressed_data", shape="x".join("1" * 33), dtype="float64")  # fmt: skip
    yield shape("shape-overflows", whole, "limit", "LCL-032 LCL-016", "a product beyond 64 bits", "compressed_data", shape=[2**40, 2**40], dtype="float64")  # fmt: skip
    none = b"m" + cbor(changed(IMAGE, compressed_data=b""))
    yield shape("shape-zero-and-vast", none, "limit", "LCL-032 LCL-016", "no elements, in more columns than memory can count", "compressed_data", shape=[0, 2**62], dtype="float64")  # fmt: skip
    yield shape("dtype-unknown", b"m" + cbor(changed(IMAGE, dtype="complex64")), "unsupported", "LCL-033", "a dtype that nobody knows", "dtype", shape=[4, 6])  # fmt: skip
    yield shape("dtype-object", b"m" + cbor(changed(IMAGE, dtype="O")), "unsupported", "LCL-033", "objects", "dtype", shape=[4, 6])  # fmt: skip
    yield invalid("hostile/own-shape", b"m" + cbor(changed(IMAGE, shape="4y6")), "constraint", "LCL-041 LCL-031", "the image's own shape is none", "shape")  # fmt: skip
    yield invalid("hostile/frame-is-text", b"m" + cbor(changed(IMAGE, compressed_data="x")), "type", "LCL-012 LCL-030", "text in place of bytes", "compressed_data", at)  # fmt: skip
    yield invalid("hostile/dtype-number", b"m" + cbor(changed(IMAGE, dtype=8)), "type", "LCL-012 LCL-033", "a number as dtype", "dtype")  # fmt: skip


GROUPS = {
    "valid": (
        messages,
        frames,
        dialects,
        edges.edges,
        writing.kept,
        writing.spectrometers,
        writing.recognised,
        writing.sessions,
    ),
    "invalid": (framing, hostile, writing.raw_spectrometer, writing.own_shapes),
    "encode": (writing.written, writing.unwritten),
}


def main(folder: Path) -> None:
    """Write every `valid.<group>.json`, `invalid.<group>.json`, `encode.<group>.json` and `scenarios.<group>.json` into *folder*."""
    from assembly.serializer import write as write_scenarios

    write_scenarios(folder, cbor, PROVENANCE)
    for kind, makers in GROUPS.items():
        for maker in makers:
            vectors = list(maker())
            group = vectors[0]["id"].split("/")[1]
            content = {"format": "lclstreamer", "version": "1", "group": group, "provenance": PROVENANCE, "vectors": vectors}  # fmt: skip
            written = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
            (folder / f"{kind}.{group}.json").write_text(written, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
