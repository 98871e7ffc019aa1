"""CBOR messages of two versions, told by a key of the map; messages are made with cbor2."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import cbor2
import numpy as np
import pytest
from camera import BYE, CAMERA, ONE, PIXELS, SECOND, TWO
from generating_versions import made

from sciwire.runtime import DecodeError, VersionError


@pytest.mark.parametrize("tagged", [False, True])
@pytest.mark.parametrize("version", ["1", "2"])
def test_each_message_is_read_by_the_layout_of_its_version(camera: ModuleType, version: str, tagged: bool) -> None:
    entries = ONE if version == "1" else TWO
    data = cbor2.dumps(cbor2.CBORTag(55799, entries) if tagged and version == "2" else entries)
    found = camera.decode(data)

    assert type(found) is getattr(camera, f"v{version}").Frame
    assert found.pixels.dtype == np.dtype("u1" if version == "1" else "<u2")
    assert found.pixels.tolist() == PIXELS.tolist()
    assert getattr(found, "exposure", None) == (None if version == "1" else 0.5)
    assert cbor2.loads(camera.encode(found))["version"] == int(version)
    assert camera.decode(camera.encode(found)) == found
    assert camera.from_plain(camera.to_plain(found), version=version) == found


@pytest.mark.parametrize("entries", [ONE, TWO, BYE])
def test_wherever_the_version_stands_in_the_map(camera: ModuleType, entries: dict[str, Any]) -> None:
    names = list(entries)
    for turn in range(len(names)):
        order = names[turn:] + names[:turn]
        data = cbor2.dumps({name: entries[name] for name in order})
        assert camera.version_of(data) == str(entries["version"])
        assert camera.decode(data) == camera.decode(cbor2.dumps(entries))


@pytest.mark.parametrize("head", [b"\x67version", b"\x78\x07version", b"\x7f\x63ver\x64sion\xff", b"\x79\0\x07version"])
@pytest.mark.parametrize("endless", [False, True])
def test_whatever_form_the_key_and_the_map_have(camera: ModuleType, head: bytes, endless: bool) -> None:
    """bf ... ff is a map without a length; in front stand keys and values of many forms."""
    before = (
        b"\x64kind\x63bye"
        + b"\x61a\xf9\x3c\0"
        + b"\x61b\x9f\x01\xff"
        + b"\x61c\x82\x01\xa1\x01\x02"
        + b"\x61d\x58\x02zz"
    )
    body = before + head + b"\x01"
    data = b"\xbf" + body + b"\xff" if endless else b"\xa6" + body
    assert camera.version_of(data) == "1"
    assert type(camera.decode(data)) is camera.v1.Bye
    inside = b"\xa2\x64kind\x63bye" + b"\x61a\xa1" + head + b"\x01"  # in a map inside it counts for nothing
    with pytest.raises(DecodeError, match=r"camera.Bye version at byte 0: the required key 'version' is missing"):
        camera.decode(inside)


@pytest.mark.parametrize("version", [0, 3, 2**64 - 1, -1])
def test_a_version_that_nobody_knows_is_a_version_error(camera: ModuleType, version: int) -> None:
    data = cbor2.dumps({**ONE, "version": version})
    with pytest.raises(VersionError) as caught:
        camera.decode(data)
    error = caught.value
    # a4, 64 kind 65 frame, 67 version
    assert (error.path, error.at, error.rule, error.category) == ("version", 1 + 5 + 6 + 8, "CAM-001", "version")
    assert str(error).endswith(f": expected 2 (version 2) or 1 (version 1), got {version} [CAM-001]")


@pytest.mark.parametrize("version", ["1", b"1", 1.0, True, None, [1], {"is": 1}, cbor2.CBORTag(30, [1, 1]), 2**70])
def test_a_version_of_a_wrong_type_is_an_error_and_never_another_version(camera: ModuleType, version: Any) -> None:
    for entries in (ONE, TWO):
        with pytest.raises(DecodeError) as caught:
            camera.decode(cbor2.dumps({**entries, "version": version}))
        assert (caught.value.path, caught.value.category, caught.value.rule) == ("version", "type", "CAM-001")
        assert not isinstance(caught.value, VersionError)


def test_a_message_without_the_version_has_the_error_of_the_newest(camera: ModuleType) -> None:
    for entries in (ONE, TWO):
        data = cbor2.dumps({key: value for key, value in entries.items() if key != "version"})
        with pytest.raises(DecodeError, match=r"camera.Frame version at byte 0: the required key 'version' is missing"):
            camera.decode(data)


def test_a_layout_that_does_not_fit_its_version_is_an_error(camera: ModuleType) -> None:
    with pytest.raises(DecodeError, match=r"expected an array \(y, x\) of uint8"):
        camera.decode(cbor2.dumps({**TWO, "version": 1}))
    with pytest.raises(DecodeError, match="the required key 'exposure' is missing"):
        camera.decode(cbor2.dumps({**ONE, "version": 2}))


def test_the_first_of_two_versions_never_opens_the_second(camera: ModuleType) -> None:
    """A key said twice: a5, then the entries of ONE and a second version."""
    body = cbor2.dumps(ONE)[1:]
    with pytest.raises(DecodeError, match="stands here twice"):
        camera.decode(b"\xa5" + body + b"\x67version\x02")


def test_a_version_asked_for(camera: ModuleType) -> None:
    assert camera.decode(cbor2.dumps(BYE), version="1").version == 1
    with pytest.raises(VersionError, match="expected version 2, as asked for, the data state version 1"):
        camera.decode(cbor2.dumps(BYE), version="2")


def test_options_that_a_version_does_not_have_are_refused_and_defaults_are_not_handed_on(camera: ModuleType) -> None:
    old, new = camera.decode(cbor2.dumps(ONE)), camera.decode(cbor2.dumps({**TWO, "note": "dim"}))
    assert b"note" not in camera.encode(new, detail="basic")
    assert b"note" in camera.encode(new)
    assert camera.encode(old, detail="all") == camera.encode(old)
    with pytest.raises(TypeError, match="version 1 of camera has no option 'detail'"):
        camera.encode(old, detail="basic")


UNMARKED = CAMERA.replace("      version: {type: uint, const: 1, required: true}\n", "").replace(
    "  bye:\n    fields:\n", "  bye: {fields: {}}\n"
)


def test_a_version_without_the_key_reads_what_does_not_have_it(tmp_path: Path) -> None:
    camera = made(tmp_path, "camera", UNMARKED, SECOND)
    data = cbor2.dumps({key: value for key, value in ONE.items() if key != "version"})

    assert type(camera.decode(data)) is camera.v1.Frame
    assert type(camera.decode(cbor2.dumps(TWO))) is camera.v2.Frame
    with pytest.raises(VersionError, match=r"expected 2 \(version 2\), got 1"):
        camera.decode(cbor2.dumps(ONE))
    with pytest.raises(VersionError, match="expected version 1, as asked for, the data state version 2"):
        camera.decode(cbor2.dumps(TWO), version="1")


WORDS = """\
sciwire: 1
format: words
version: "{version}"
family: cbor
title: Messages that say what they are with a number
versioning: {{kind: major, at: is}}
discriminator: is
messages:
  frame: {{value: frame-{version}, fields: {{{fields}}}}}
  bye: {{value: bye, fields: {{}}}}
"""


def test_the_word_that_says_what_a_message_is_may_say_the_version(tmp_path: Path) -> None:
    words = made(
        tmp_path, "words", WORDS.format(version="1.0", fields="a: uint"), WORDS.format(version="2.0", fields="a: text")
    )

    assert words.decode(cbor2.dumps({"is": "frame-1.0", "a": 1})).a == 1
    assert words.decode(cbor2.dumps({"is": "frame-2.0", "a": "x"})).a == "x"
    assert type(words.decode(cbor2.dumps({"is": "bye"}))) is words.v2_0.Bye, "what both have is the newest's"
    assert type(words.decode(cbor2.dumps({"is": "bye"}), version="1.0")) is words.v1_0.Bye
    with pytest.raises(VersionError, match=r"got 'frame-10\.3'"):
        words.decode(cbor2.dumps({"is": "frame-10.3", "a": 1}))
    for other in ("frame", "start-1.0", 1, None):
        with pytest.raises(DecodeError, match=r"expected 'is' to be one of frame-2\.0, bye") as caught:
            words.decode(cbor2.dumps({"is": other, "a": 1}))
        assert not isinstance(caught.value, VersionError)


ROWS = """\
sciwire: 1
format: rows
version: "1"
family: cbor
title: Messages that are arrays
layout: array
discriminator: 1
prefix: {tag: 900, write: always, read: optional}
versioning: {kind: exact, at: version}
messages:
  row: {value: 7, fields: {version: {type: uint, const: 1, required: true}, number: {type: uint, required: true}}}
  bye: {value: 8, fields: {version: {type: uint, const: 1, required: true}}}
"""


def test_arrays_state_their_version_at_a_position(tmp_path: Path) -> None:
    second = ROWS.replace('version: "1"', 'version: "2"').replace("const: 1", "const: 2").replace("number: {", "time: {type: float, required: true}, number: {")  # fmt: skip
    rows = made(tmp_path, "rows", ROWS, second)

    one, two = rows.decode(cbor2.dumps([1, 7, 5])), rows.decode(cbor2.dumps([2, 7, 0.5, 5]))

    assert (type(one), one.number) == (rows.v1.Row, 5)
    assert (type(two), two.time, two.number) == (rows.v2.Row, 0.5, 5)
    assert rows.encode(one) == cbor2.dumps(cbor2.CBORTag(900, [1, 7, 5]))
    assert rows.version_of(cbor2.dumps([1, 8])) == "1"
    with pytest.raises(VersionError) as caught:
        rows.decode(cbor2.dumps([3, 8]))
    assert (caught.value.path, caught.value.at) == ("version", 1)
