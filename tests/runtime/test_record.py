"""Records look like dataclasses to everybody, and cost next to nothing to make."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from typing import Any, ClassVar

import pytest

from sciwire.runtime.record import Record, attribute


class Shot(Record):
    NAMES: ClassVar[tuple[str, ...]] = ("a",)

    number: int
    gain: float | None = None
    extra: dict[str, Any] = attribute(default_factory=dict)
    seen: list[int] = attribute(default_factory=list, repr=False)


class Late(Shot):
    delay: float = 0.5


def test_fields_are_given_by_place_or_name_and_have_defaults() -> None:
    shot = Shot(1, gain=2.5)

    assert (shot.number, shot.gain, shot.extra, shot.seen) == (1, 2.5, {}, [])
    assert repr(shot) == "Shot(number=1, gain=2.5, extra={})"
    assert repr(Late(3, delay=1.0)) == "Late(number=3, gain=None, extra={}, delay=1.0)"


def test_a_default_is_made_anew_for_each_record() -> None:
    one, other = Shot(1), Shot(1)
    one.extra["x"] = 1

    assert other.extra == {}
    assert one != other and one == one


def test_there_are_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        Shot(1).numbr = 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("values", "named", "text"),
    [
        ((), {}, "needs 'number'"),
        ((1,), {"numbr": 2}, "no field 'numbr'"),
        ((1,), {"number": 2}, "'number' twice"),
        ((1, 2, 3, 4, 5), {}, "4 fields, 5 values"),
    ],
)
def test_wrong_arguments_are_a_type_error(values: tuple[Any, ...], named: dict[str, Any], text: str) -> None:
    with pytest.raises(TypeError, match=text):
        Shot(*values, **named)


def test_dataclasses_and_inspect_take_it_for_one_of_theirs() -> None:
    shot = Shot(1, extra={"x": Shot(2)})

    assert dataclasses.is_dataclass(shot) and dataclasses.is_dataclass(Shot)
    assert [field.name for field in dataclasses.fields(Late)] == ["number", "gain", "extra", "seen", "delay"]
    assert dataclasses.replace(shot, gain=1.0).gain == 1.0
    assert dataclasses.asdict(shot)["extra"]["x"]["number"] == 2
    assert list(inspect.signature(Shot).parameters) == ["number", "gain", "extra", "seen"]
    match shot:
        case Shot(number, gain):
            assert (number, gain) == (1, None)
        case _:
            pytest.fail("no match")


def test_it_pickles_and_copies() -> None:
    shot = Late(1, 2.0, delay=3.0)

    for twin in (pickle.loads(pickle.dumps(shot)), copy.copy(shot), copy.deepcopy(shot)):
        assert (twin.number, twin.gain, twin.delay) == (1, 2.0, 3.0)
