"""What is written by default and what is not; second arrays of every dtype; what a reader kept of another type."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np

from .kit import BEAM, IMAGE, START, STOP, Items, Vector, blocks, cbor, changed, expected, invalid, nd, valid

__all__ = ["kept", "own_shapes", "raw_spectrometer", "recognised", "sessions", "spectrometers", "unwritten", "written"]

SEVEN = np.array([[0.5, 1.0, -2.0, 3.0, 100.0, 7.0, 255.0]], "<f8")  # no block: one payload only is right
LINE = np.arange(7, dtype="<f4")
POLARIZATION: Items = [("fraction", 0.99), ("axis", [0.0, 1.0, 0.0])]
ZINC = ("zinc", "30")
#: an image with every key, which says its own shape
WHOLE: Items = [
    ("type", "image"), ("run", "51"), ("compressed_data", SEVEN.tobytes()), ("beam_direction", BEAM),
    ("photon_energy", 9500.25), ("photon_wavelength", 0), ("dtype", "float64"), ("shape", "1x7"), ("sum", 364.5),
    ("message_id", 1), ("timestamp", 4.5), ("spectrometer_compressed_data", LINE.tobytes()),
    ("spectrometer_dtype", "float32"), ("spectrometer_shape", "7"),
]  # fmt: skip
OPENED = {"compressed_data": nd(SEVEN), "spectrometer_compressed_data": nd(LINE)}


def at(items: Items, key: str, value: Any) -> Items:
    """*items* with another value under a key."""
    return [(one, value if one == key else item) for one, item in items]


def detector(**changes: Any) -> Items:
    return at(START, "detector", changed(dict(START)["detector"], **changes))


def told(name: str, data: bytes, value: Any, rules: str, doc: str, **more: Any) -> Vector:
    """What a writer must write, and nothing else."""
    return {**valid(f"written/{name}", data, value, rules, doc, **more), "kind": "encode"}


def unwritable(name: str, value: Any, category: str, rules: str, doc: str, path: str) -> Vector:
    """A value that a writer must refuse."""
    error = {"category": category.split(), "path": path}
    return {"id": f"lclstreamer/unwritten/{name}", "kind": "encode", "level": "MUST", "rules": rules.split(), "doc": doc,
            "value": value, "error": error}  # fmt: skip


def written() -> Iterator[Vector]:
    for name, items, prefix in (("start", START, "c"), ("image", WHOLE, "m"), ("stop", STOP, "c")):
        opened = OPENED if name == "image" else {}
        bare = expected(items, prefix, prefix=None, **opened)
        yield told(f"prefix-of-{name}", prefix.encode() + cbor(items), bare, "LCL-001", f"A {name} message that does not say its prefix")  # fmt: skip
        value = expected([*items, ZINC], prefix, **opened)
        yield told(f"{name}-unknown-last", prefix.encode() + cbor([*items, ZINC]), value, "LCL-004 LCL-011", "An unknown key behind the last known one")  # fmt: skip
        least: Items = [(key, item) for key, item in items if key in ("type", "run_number", "run", "compressed_data", "dtype")]  # fmt: skip
        value = expected(least, prefix)
        yield told(f"{name}-of-least", prefix.encode() + cbor(least), value, "LCL-004 LCL-010", "Only the keys that must be there")  # fmt: skip
    mixed = dict(reversed(expected(WHOLE, "m", **OPENED).items()))
    yield told("image-in-order", b"m" + cbor(WHOLE), mixed, "LCL-004", "Keys in the order of the specification")
    silent = {key: one for key, one in expected(WHOLE, "m", **OPENED).items() if not key.endswith(("dtype", "spectrometer_shape"))}  # fmt: skip
    yield told("arrays-tell", b"m" + cbor(WHOLE), silent, "LCL-033 LCL-036", "dtypes and the second shape follow from the arrays")  # fmt: skip
    for key, inside in (("polarization", POLARIZATION), ("detector", dict(START)["detector"])):
        for name, value in (("empty", {}), ("unknown-last", [*inside, ZINC])):
            items = at(START, key, value or [])
            data = b"c" + cbor(items) if value else (b"c" + cbor(at(START, key, "?"))).replace(cbor("?"), b"\xa0")
            plain = expected(items, "c", **({} if value else {key: {}}))
            yield told(f"{key}-{name}", data, plain, "LCL-004 LCL-024 LCL-025", f"{key}: {name.replace('-', ' ')}")
    items = at(WHOLE, "beam_direction", [*BEAM, ZINC])
    yield told("beam-unknown-last", b"m" + cbor(items), expected(items, "m", **OPENED), "LCL-004 LCL-027", "An unknown key in beam_direction")  # fmt: skip
    data = (b"m" + cbor(at(WHOLE, "beam_direction", "?"))).replace(cbor("?"), b"\xa0")
    yield told("beam-empty", data, expected(WHOLE, "m", **OPENED, beam_direction={}), "LCL-004 LCL-027", "A beam_direction without keys")  # fmt: skip


def unwritten() -> Iterator[Vector]:
    for name, items, keys in (("start", START, ("run_number",)), ("image", IMAGE, ("run", "compressed_data", "dtype")), ("stop", STOP, ("run",))):  # fmt: skip
        for key in keys:
            value = {one: item for one, item in expected(items, "c").items() if one != key}
            yield unwritable(f"{name}-without-{key}", value, "constraint", "LCL-021 LCL-030 LCL-033", f"A {name} message without {key}", key)  # fmt: skip
    yield unwritable(
        "prefix", expected(STOP, "x"), "constraint", "LCL-001", "A byte in front that nobody sends", "prefix"
    )
    halves = {**expected(IMAGE, "m"), "compressed_data": nd(SEVEN.astype("<f2"))}
    del halves["dtype"]
    yield unwritable("half-precision", halves, "type unsupported", "LCL-033 LCL-039", "float16 is read and not written", "compressed_data")  # fmt: skip


def spectrometers() -> Iterator[Vector]:
    """A second array in every dtype."""
    for code in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"):
        array = np.array([[0, 1, 2, 3], [100, 7, 5, 1], [9, 9, 9, 9]], code).astype(f"<{code}" if code[1] != "1" else code)  # fmt: skip
        for name, one in (("", array), ("-tail", array.reshape(-1)[:7])):
            shape = "x".join(map(str, one.shape))
            items = [*IMAGE, ("spectrometer_compressed_data", blocks(one)), ("spectrometer_dtype", one.dtype.name), ("spectrometer_shape", shape)]  # fmt: skip
            value = expected(items, "m", spectrometer_compressed_data=nd(one))
            yield valid(f"spectrometer/{code}{name}", b"m" + cbor(items), value, "LCL-036 LCL-033", f"A second array of {one.dtype.name}", kept=[], canonical=bool(name))  # fmt: skip


def raw_spectrometer() -> Iterator[Vector]:
    array = np.arange(24, dtype="<f8") + 0.5
    items = [*IMAGE, ("spectrometer_compressed_data", array.tobytes()), ("spectrometer_dtype", "float64"), ("spectrometer_shape", "24")]  # fmt: skip
    yield invalid("spectrometer/raw", b"m" + cbor(items), "compression", "LCL-036 LCL-034", "The bytes of a second array, not compressed", "spectrometer_compressed_data")  # fmt: skip
    for name, key, value, path, category in (
        ("shape-number", "spectrometer_shape", -4, "spectrometer_shape", ["constraint", "type"]),
        ("dtype-unknown", "spectrometer_dtype", "complex64", "spectrometer_dtype", "unsupported"),
    ):
        items = [*IMAGE, *at([("spectrometer_compressed_data", blocks(array)), ("spectrometer_dtype", "float64"), ("spectrometer_shape", "24")], key, value)]  # fmt: skip
        yield invalid(f"spectrometer/{name}", b"m" + cbor(items), category, "LCL-036 LCL-031 LCL-033", f"{key} is {value}", path)  # fmt: skip


def own_shapes() -> Iterator[Vector]:
    """An image that says its own shape, and none that its frame can have."""
    for name, shape, category, path in (
        ("negative", [1, -7], "constraint", "shape"),
        ("of-texts", ["1", "7"], "constraint", "shape"),
        ("empty", [], "compression", "compressed_data"),
        ("of-other-size", [1, 6], "compression", "compressed_data"),
    ):
        rules = "LCL-031 LCL-041" if path == "shape" else "LCL-032 LCL-035"
        yield invalid(f"own-shape/{name}", b"m" + cbor(at(WHOLE, "shape", shape)), category, rules, f"The shape {shape}", path)  # fmt: skip


def kept() -> Iterator[Vector]:
    """A value of another type than specified is kept, and told; what is as specified is not."""

    def case(name: str, items: Items, doc: str, *of: str, value: Any = None, prefix: str = "c", **more: Any) -> Vector:
        value = expected(items, prefix, **more) if value is None else value
        return valid(f"kept/{name}", prefix.encode() + cbor(items), value, "LCL-012", doc, kept=list(of))

    yield case("nothing-of-coordinates", detector(pixel_coords=b"0\0\0\0"), "Coordinates in bytes")
    yield case("nothing-of-a-shape", at(START, "shape", [4, 6]), "A shape as a list")
    yield case("nothing-of-an-image", WHOLE, "Every key of an image has its type", prefix="m", **OPENED)
    other = at(at(at(WHOLE, "shape", [1, 7]), "timestamp", "1.5"), "photon_wavelength", 0.13)
    yield case("nothing-of-another", other, "A shape as a list, a time as text, a wavelength as a float", prefix="m", **OPENED)  # fmt: skip
    yield from _kept_whole(case)
    yield from _kept_numbers(case)


def recognised() -> Iterator[Vector]:
    """Without a byte in front a map is one of this stream if a key that only this stream has stands in it."""
    for kind, key, item in (
        ("stop", "run", "51"), ("start", "run_number", "51"), ("stop", "run_id", "51"), ("image", "compressed_data", b"\0"),
        ("image", "message_id", 1), ("start", "algorithm", "bitshuffle-lz4"),
    ):  # fmt: skip
        for word, known in ((key, True), (f"{key}x", False)):
            items: Items = [("type", kind), (word, item)]
            value = expected([("type", kind), ("run" if word == "run_id" else word, item)], "")
            yield valid(f"recognised/{word}", cbor(items), value, "LCL-001 LCL-010", f"A bare map with {word}", recognised=known, level="SHOULD", encode="not what a writer writes")  # fmt: skip
    for name, prefix in (("start", b"c"), ("image", b"m"), ("stop", b"c")):
        items = [("type", name), ("timestamp", 1.5)]
        yield valid(f"recognised/prefix-of-{name}", prefix + cbor(items), expected(items, prefix.decode()), "LCL-001", "A byte in front is enough", recognised=True, level="SHOULD", encode="not what a writer writes")  # fmt: skip


def sessions() -> Iterator[Vector]:
    """An image after the start message of its run, of another run, and one that says its own shape."""
    start = base64.b64encode(b"c" + cbor(at(START, "shape", "4x6"))).decode()
    other = base64.b64encode(b"c" + cbor(at(START, "run_number", "52"))).decode()
    bare = [(key, item) for key, item in IMAGE if key != "dtype"]
    opened = {"compressed_data": nd(np.arange(24, dtype="<f8").reshape(4, 6) * 0.5)}
    rules = "LCL-031 LCL-033 LCL-038"
    yield valid("session/after-start", b"m" + cbor(IMAGE), expected(IMAGE, "m", **opened), rules, "The start says the shape", options={"after": [start]})  # fmt: skip
    why = "the dtype is told by what is written"
    yield valid("session/dtype-of-start", b"m" + cbor(bare), expected(bare, "m", **opened), rules, "The start says shape and dtype", options={"after": [start]}, encode=why)  # fmt: skip
    yield valid("session/after-another", b"m" + cbor(IMAGE), expected(IMAGE, "m"), rules, "A start of another run says nothing", options={"after": [other]})  # fmt: skip
    yield valid("session/two-starts", b"m" + cbor(IMAGE), expected(IMAGE, "m", **opened), rules, "The last start counts", options={"after": [other, start]})  # fmt: skip
    own = [*IMAGE, ("shape", "6x4")]
    value = expected(own, "m", compressed_data=nd(np.arange(24, dtype="<f8").reshape(6, 4) * 0.5))
    yield valid("session/own-shape", b"m" + cbor(own), value, "LCL-041 LCL-031", "What the image says itself comes first", options={"after": [start]})  # fmt: skip


def _kept_whole(case: Any) -> Iterator[Vector]:
    """Every key that may be kept holds another type."""
    texts = [key for key, item in START if isinstance(item, str) and key != "type"]
    odd = [(key, 5 if key in texts else "no" if key in ("message_id", "timestamp") else item) for key, item in START]
    yield case("start", odd, "Numbers for texts, texts for numbers", *(key for key in dict(START) if key in (*texts, "message_id", "timestamp")))  # fmt: skip
    parts = {key: 5 if isinstance(item, str) else item for key, item in dict(START)["detector"]}
    yield case("detector", detector(**parts), "Numbers in place of every text of the detector", *(f"detector.{key}" for key in parts))  # fmt: skip
    odd = at(START, "polarization", [("fraction", "half"), ("axis", "up")])
    yield case("polarization", odd, "Texts in polarization", "polarization.fraction", "polarization.axis")
    for name, axis in (("two", [1, 2]), ("four", [1, 2, 3, 4])):
        odd = at(START, "polarization", [("fraction", 0.5), ("axis", axis)])
        yield case(f"axis-of-{name}", odd, f"An axis of {name} integers, which stay integers", "polarization.axis")
    for key in ("polarization", "detector"):
        yield case(f"{key}-is-text", at(START, key, "none"), f"Text in place of the map {key}", key)
    own = [(key, item) for key, item in IMAGE if key != "compressed_data"] + [("compressed_data", b"\0")]
    keys = ("run", "photon_energy", "photon_wavelength", "sum", "message_id", "timestamp")
    odd = [(key, (5 if key == "run" else [7]) if key in keys else item) for key, item in own]
    yield case("image", odd, "Lists in place of numbers", *keys, prefix="m")
    odd = at(own, "beam_direction", [(key, "left") for key, _ in BEAM])
    yield case("beam", odd, "Texts in beam_direction", *(f"beam_direction.{key}" for key, _ in BEAM), prefix="m")
    odd = [("type", "stop"), ("run", [1]), ("timestamp", "late")]
    yield case("stop", odd, "A list as run, text as timestamp", "run", "timestamp")


def _kept_numbers(case: Any) -> Iterator[Vector]:
    """Numbers that are none of the kind that is specified, and integers where floats are."""
    yield case("negative-in-start", at(at(START, "message_id", -1), "shape", [4, -6]), "-1 as message_id, and in a shape", "message_id", "shape")  # fmt: skip
    own = [(key, item) for key, item in IMAGE if key != "compressed_data"] + [("compressed_data", b"\0")]
    yield case("negative-in-image", at(own, "message_id", -1), "-1 as message_id", "message_id", prefix="m")
    bare: Items = [("type", "image"), ("run", "51"), ("dtype", "float64"), ("shape", [1, -7])]
    vector = case("negative-shape", bare, "A negative extent, of no frame", "shape", prefix="m")
    yield {**vector, "encode": "an image without a frame can't be written"}
    yield case("negative-run", at(STOP, "run", -1), "-1 as the run of a stop", "run")
    value = expected(own, "m", photon_wavelength=-1.0)
    yield case("negative-wavelength", at(own, "photon_wavelength", -1), "-1 is a float, and becomes one", prefix="m", value=value)  # fmt: skip
    whole = at(at(START, "polarization", [("fraction", 1), ("axis", [0, 1, 0])]), "timestamp", 5)
    value = expected(START, "c", timestamp=5.0, polarization={"fraction": 1.0, "axis": [0.0, 1.0, 0.0]})
    yield case("integers-in-start", whole, "Integers for every float", value=value)
    items = at(at(at(own, "beam_direction", [(key, 2) for key, _ in BEAM]), "photon_energy", 9500), "sum", 138)
    floats = {"photon_energy": 9500.0, "sum": 138.0, "timestamp": 5.0}
    value = expected(own, "m", **floats, beam_direction={key: 2.0 for key, _ in BEAM})
    yield case("integers-in-image", at(items, "timestamp", 5), "Integers for every float", prefix="m", value=value)
