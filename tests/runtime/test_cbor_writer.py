"""Plain values to CBOR; cbor2 is the oracle, in both directions."""

from __future__ import annotations

import random
from typing import Any

import cbor2
import numpy as np
import pytest

from sciwire.runtime import EncodeError, cbor
from sciwire.runtime.cbor import UNDEFINED, Pairs, Simple, Tagged


def random_value(rng: random.Random, depth: int = 0) -> Any:
    scalars = (
        lambda: rng.choice([0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1, -1, -(2**64)]),
        lambda: rng.randrange(-(2**33), 2**33),
        lambda: rng.choice([0.0, -0.0, 1.5, 1e300, 5e-324]),
        lambda: "".join(rng.choice("aß€😀\0") for _ in range(rng.randrange(30))),
        lambda: rng.randbytes(rng.choice([0, 1, 23, 24, 300])),
        lambda: rng.choice([None, True, False]),
    )
    if depth > 4 or rng.random() < 0.5:
        return rng.choice(scalars)()
    if rng.random() < 0.5:
        return [random_value(rng, depth + 1) for _ in range(rng.choice([0, 1, 3, 24, 40]) if depth < 2 else 2)]
    keys = [rng.choice([str(rng.random()), rng.randrange(-99, 99)]) for _ in range(rng.randrange(6))]
    return {key: random_value(rng, depth + 1) for key in keys}


@pytest.mark.parametrize("seed", range(150))
def test_both_directions_agree_with_cbor2(seed: int) -> None:
    original = random_value(random.Random(seed))
    ours = cbor.encode(original)

    assert cbor2.loads(ours) == original
    assert cbor2.dumps(original) == ours
    assert cbor.decode(cbor2.dumps(original)).value == original


def test_writer_forms() -> None:
    for original in (2**64, -(2**64) - 1, 2**200, -(2**200)):
        assert cbor.encode(original) == cbor2.dumps(original)
    assert cbor.encode((1, 2)) == b"\x82\1\2"
    assert cbor.encode(Pairs([(1, 2), (1, 3), (True, b"x")])) == bytes.fromhex("a301020103f54178")
    assert cbor.encode({"b": UNDEFINED, "a": Simple(255)}) == bytes.fromhex("a26162f76161f8ff")
    assert cbor.encode(1.0) == bytes.fromhex("fb3ff0000000000000")
    assert cbor.encode(Tagged(2**64 - 1, None)) == bytes.fromhex("dbfffffffffffffffff6")


def test_numpy_numbers_are_the_numbers_they_hold() -> None:
    assert cbor.encode([np.uint16(7), np.float32(0.5), np.bool_(True)]) == cbor.encode([7, 0.5, True])


def test_big_payload_is_a_part_and_not_copied() -> None:
    payload = bytearray(1 << 20)
    writer = cbor.Writer()
    writer.map(1)
    writer.text("a")
    writer.byte_string(payload[:4], memoryview(payload))

    assert any(isinstance(part, memoryview) and part.obj is payload for part in writer.parts)
    assert cbor.decode(writer.tobytes()).value["a"].nbytes == (1 << 20) + 4


@pytest.mark.parametrize(
    ("bad", "path", "category"),
    [
        ({"a": [1, object()]}, "a[1]", "type"),
        ({"a": {"b": "\ud800"}}, "a.b", "constraint"),
        ([Tagged(2**64, 1)], "[0]", "constraint"),
        ([Simple(24)], "[0]", "constraint"),
        ({"a": Tagged(5, {3: 1j})}, "a[3]", "type"),
    ],
)
def test_what_can_not_be_written_is_named(bad: Any, path: str, category: str) -> None:
    with pytest.raises(EncodeError) as caught:
        cbor.encode(bad)

    assert (caught.value.path, caught.value.category) == (path, category)


def test_a_value_that_holds_itself_is_an_error() -> None:
    loop: list[Any] = []
    loop.append(loop)

    with pytest.raises(EncodeError) as caught:
        cbor.encode(loop)
    assert caught.value.category == "limit"


def test_default_writes_other_types() -> None:
    def default(writer: cbor.Writer, other: Any) -> None:
        writer.text(str(other))

    assert cbor.encode([1j], default=default) == cbor.encode(["1j"])
