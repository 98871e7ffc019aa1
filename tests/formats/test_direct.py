"""Messages that are read straight from their bytes are what the ordinary way gives, to the last detail, or are not read."""

from __future__ import annotations

import json
import os
import random
import struct
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cbor2
import pytest
from made import module_of

from sciwire.conformance.strategies import drawn, labels, load_specs
from sciwire.conformance.volume.source import Source
from sciwire.formats import lclstreamer, simplon
from sciwire.runtime import CodecError, Limits
from sciwire.runtime.arrays import CompressedArray
from sciwire.runtime.equality import same
from sciwire.runtime.messages.context import Reading
from sciwire.runtime.messages.decoding import _whole, prefix_at
from sciwire.runtime.messages.fault import Fault

ROOT = Path(__file__).resolve().parents[2]
MODULES = {"simplon": simplon, "lclstreamer": lclstreamer}
OTHERS = sorted(
    path
    for folder in ("authored_specs", "combined_specs")
    for path in Path(__file__).with_name(folder).glob("*/*.yaml")
    if "\nfamily: cbor\n" in path.read_text(encoding="utf-8")
)
CHANGES = 40  # of each message
CORPUS = os.environ.get("SCIWIRE_CORPUS")


def _vectors(name: str) -> Iterator[bytes]:
    for path in sorted((ROOT / "specs" / name / "vectors").glob("*.json")):
        for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
            if len(vector.get("hex", "")) in range(2, 20_000):
                yield bytes.fromhex(vector["hex"])


def _reading(form: Any, data: bytes, lazy: bool) -> Reading:
    reading: Reading = form.reading(None, base=memoryview(data), lazy=lazy)
    reading.start = prefix_at(form, reading.base, 0)[0]
    return reading


def _directly(form: Any, data: bytes, lazy: bool = False) -> tuple[Any, int] | None:
    try:
        reading = _reading(form, data, lazy)
    except CodecError:
        return None
    found: tuple[Any, int] | None = form.direct.read(reading, data)
    assert found is None or found[0].problems is reading.problems
    return found


def _agrees(form: Any, data: bytes, lazy: bool) -> bool:
    """Whether the message is read directly; it is then what the ordinary way gives, which has nothing to note."""
    found = _directly(form, data, lazy)
    if found is None:
        return False
    reading = _reading(form, data, lazy)
    message, end = _whole(form, reading, "ignore", data)
    assert end == found[1]
    assert not (reading.raw or reading.odd or reading.warnings or reading.problems)
    assert same(found[0], message)
    assert _shape_of(found[0]) == _shape_of(message)
    return True


def _shape_of(value: Any) -> Any:
    """What equality does not look at: types, the order of keys, the places of arrays, whether they can be written to."""
    if isinstance(value, CompressedArray):
        place = value.place
        return str(value.dtype), value.dimensions, value.order, place.path, place.steps, place.start, place.rule, place.algorithms  # fmt: skip
    if isinstance(value, dict):
        return [(type(key), key, _shape_of(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [_shape_of(item) for item in value]
    if hasattr(value, "__fields__"):
        return [(name, _shape_of(getattr(value, name))) for name in value.__fields__]
    flags = (value.flags.writeable, value.dtype.str) if hasattr(value, "flags") else None
    return type(value), flags


def _changed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    kind = chance.randrange(4)
    if kind == 0:
        return data[:at] + bytes((chance.randrange(256),)) + data[at + 1 :]
    if kind == 1:
        return data[:at] + bytes((data[at] ^ (1 << chance.randrange(8)),)) + data[at + 1 :]
    if kind == 2:
        return data[:at] + chance.randbytes(chance.randrange(4)) + data[at + chance.randrange(4) :]
    return data[:at]


@pytest.mark.parametrize("name", sorted(MODULES))
def test_vectors_and_damaged_ones(name: str) -> None:
    form, chance = MODULES[name]._FORM, random.Random(f"direct {name}")
    usual = damaged = 0
    for data in _vectors(name):
        usual += _agrees(form, data, False) + _agrees(form, data, True)
        damaged += sum(_agrees(form, _changed(data, chance), chance.random() < 0.5) for _ in range(CHANGES))
    assert usual > 450
    assert damaged > 1000


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: f"{path.parent.parent.name}-{path.parent.name}-{path.stem}")
def test_drawn_values_of_other_specifications(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    module: Any = module_of(tmp_path, text)
    spec = next(one for one in load_specs(path.parents[1], path.parent.name) if one.version == path.stem)
    chance = random.Random(str(path.stem))
    for label in labels(spec):
        for number in range(10):
            value = module.from_plain(drawn(spec, label.name).seeded(Source.of(spec.format, label.name, number)))
            data = module.encode(value, **label.options)
            _agrees(module._FORM, data, True)
            for _ in range(CHANGES):
                _agrees(module._FORM, _changed(data, chance), False)


@pytest.mark.skipif(CORPUS is None, reason="SCIWIRE_CORPUS is not set")
@pytest.mark.parametrize("name", ["stream_v2", "lclstreamer", "simulator"])
def test_recorded_messages(name: str) -> None:
    form = (lclstreamer if name == "lclstreamer" else simplon)._FORM
    files = [one for one in Path(str(CORPUS), "simplon", name).rglob("*") if one.suffix in (".cbor", ".bin")]
    read = [_agrees(form, one.read_bytes(), lazy) for one in sorted(files) for lazy in (True, False)]
    assert read.count(True) >= len(read) / 2


def _image(**changes: Any) -> bytes:
    payload = cbor2.CBORTag(40, [[2, 3], cbor2.CBORTag(69, bytes(range(12)))])
    entries = {"type": "image", "series_id": 1, "series_unique_id": "u", "image_id": 300, "data": {"a": payload}}
    return cbor2.dumps(cbor2.CBORTag(55799, {**entries, **changes}))


def _head(data: bytes, count: int) -> bytes:
    return data.replace(bytes((0xD9, 0xD9, 0xF7, 0xA5)), bytes((0xD9, 0xD9, 0xF7, 0xA0 + count)), 1)


USUAL = {
    "least": _image(),
    "long": _image(user_data="x" * 70_000, odd={"deep": {"er": [1, 2.5, None, True]}}),
    "many": _image(real_time=[1, 2], start_time=[0, 1], series_date=cbor2.CBORTag(0, "2026-01-31T12:00:00Z")),
    "unknown keys": _image(strange=-5, more=b"bytes", none=None, tag=cbor2.CBORTag(99, [1])),
    "the kind in the middle": cbor2.dumps({"series_id": 5, "type": "end", "series_unique_id": "x"}),
}


@pytest.mark.parametrize("name", sorted(USUAL))
def test_usual_messages_are_read_directly(name: str) -> None:
    assert _agrees(simplon._FORM, USUAL[name], False)


NEVER = {
    "a key twice": _head(_image(), 6) + cbor2.dumps("series_id") + b"\x02",
    "the kind twice": _head(_image(), 6) + cbor2.dumps("type") + cbor2.dumps("image"),
    "another kind later": _head(_image(), 6) + cbor2.dumps("type") + cbor2.dumps("end"),
    "an unknown key twice": _head(_image(), 7) + 2 * (cbor2.dumps("odd") + b"\x02"),
    "null": _image(image_id=None),
    "text for a number": _image(image_id="1"),
    "a shape too long": _image(data={"a": cbor2.CBORTag(40, [[2, 4], cbor2.CBORTag(69, bytes(12))])}),
    "an extent of 0": _image(data={"a": cbor2.CBORTag(40, [[0, 4], cbor2.CBORTag(69, b"")])}),
    "no date": _image(series_date=cbor2.CBORTag(0, "2026-02-31T12:00:00Z")),
    "a negative time": _image(real_time=[-1, 1]),
    "no whole number of items": cbor2.dumps(
        {
            "type": "start",
            "countrate_correction_lookup_table": cbor2.CBORTag(
                70, cbor2.CBORTag(56500, ["bslz4", 4, struct.pack(">QI", 31, 8192)])
            ),
        }
    ),
    "cut": _image()[:-1],
    "two prefixes": b"\xd9\xd9\xf7" + _image(),
}


@pytest.mark.parametrize("name", sorted(NEVER))
def test_what_is_unusual_is_not_read_directly(name: str) -> None:
    assert _directly(simplon._FORM, NEVER[name]) is None


def test_limits_of_the_callers_own_are_kept() -> None:
    data = _image(user_data=[[[[1]]]])
    assert _directly(simplon._FORM, data) is not None
    with pytest.raises(CodecError, match="limit depth"):
        simplon.decode(data, limits=Limits(depth=5))


def test_many_values_of_unknown_keys_are_counted_together() -> None:
    parts = [cbor2.dumps(f"k{number}") + cbor2.dumps([0] * 20_000) for number in range(30)]
    data = bytes((0xD9, 0xD9, 0xF7, 0xB8, 31)) + cbor2.dumps("type") + cbor2.dumps("end") + b"".join(parts)
    assert _directly(simplon._FORM, data) is None
    with pytest.raises(CodecError, match="the limit items is"):
        simplon.decode(data)


def test_a_view_of_the_message_does_as_well() -> None:
    data = _image(user_data={"a": "b"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert simplon.decode(memoryview(data)) == simplon.decode(bytearray(data)) == simplon.decode(data)
    form = simplon._FORM
    reading = form.reading(None, base=memoryview(data), lazy=True)
    found = form.direct.read(reading, memoryview(data))
    assert found is not None and same(found[0], _whole(form, _reading(form, data, True), "error", data)[0])


def test_a_fault_is_worded_by_the_ordinary_way() -> None:
    with pytest.raises((CodecError, Fault), match="a dimension is 0") as caught:
        simplon.decode(NEVER["an extent of 0"])
    assert caught.value.path == "data.a"


def test_arrays_are_counted() -> None:
    one = cbor2.CBORTag(40, [[1, 1], cbor2.CBORTag(64, b"\0")])
    data = {str(number): one for number in range(200)}
    form = simplon._FORM
    message = _image(data=data)
    reading = _reading(form, message, True)
    reading.arrays = form.limits.datasets - 200
    assert form.direct.read(reading, message) is not None
    reading = _reading(form, message, True)
    reading.arrays = form.limits.datasets - 199
    assert form.direct.read(reading, message) is None


def test_entries_of_small_maps_are_counted() -> None:
    deep: Any = 0
    for _ in range(4):
        deep = {str(number): deep for number in range(23)}
    with pytest.raises(CodecError, match="the limit items is"):
        simplon.decode(_image(odd=deep))
