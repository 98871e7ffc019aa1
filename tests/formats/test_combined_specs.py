"""Invented specifications that put the words of the manual together as no format of this project does.

Beside each stand vectors by hand; the command generates the modules (which proves them by the vectors), type checkers
read them, `conform` judges them with values drawn from the specifications. What earlier combinations broke is
tested by itself.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import cbor2
import numpy as np
import pytest
from made import generated, loaded, run

from sciwire.runtime import DateTime, DecodeError, EncodeError

SPECS = Path(__file__).with_name("combined_specs")
FORMATS = sorted(path.name for path in SPECS.iterdir())
REPORT = {"what": "report", "class": "A"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generated(SPECS, tmp_path_factory.mktemp("combined"))


@pytest.fixture(scope="module")
def modules(folder: Path) -> Iterator[dict[str, ModuleType]]:
    with loaded(folder, FORMATS, "combined") as found:
        yield found


def test_modules_pass_mypy_strict(folder: Path) -> None:
    pytest.importorskip("mypy")
    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", folder / "cache", *sorted((folder / "sciwire" / "formats").glob("*.py")))  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_conform_judges_them(folder: Path) -> None:
    done = run("sciwire.cli", "conform", "--specs", SPECS, "--examples", "15", *FORMATS, first=folder)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_describe_and_spans_have_something_to_say(name: str, modules: dict[str, ModuleType]) -> None:
    done = run("sciwire.cli", "describe", SPECS / name / "1.yaml", "--json")
    assert json.loads(done.stdout)["format"] == name
    for path in (SPECS / name / "vectors").glob("valid.*.json"):
        for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
            parts = [bytes.fromhex(one) for one in vector.get("parts", [vector.get("hex", "")])]
            spans = list(modules[name].spans(parts if "parts" in vector else parts[0]))
            assert spans[0].start == 0
            assert spans[-1].stop == sum(map(len, parts))


def test_a_default_is_a_value_of_its_type(modules: dict[str, ModuleType]) -> None:
    report = modules["weather"].decode(cbor2.dumps(REPORT))

    assert report.when == DateTime("2026-01-01T00:00:00Z")
    assert type(report.temperature) is float


def test_a_payload_under_an_integer_key_tells_its_name(modules: dict[str, ModuleType]) -> None:
    data = b"T" + cbor2.dumps({0: -2, 1: "2,4", 9: bytes(12)})

    with pytest.raises(DecodeError, match="cargo at byte 11: 16 bytes are expected, there are 12"):
        modules["ferry"].decode(data, dtype="uint16")
    with pytest.raises(DecodeError, match="extents at byte 5: expected extents such as A,B"):
        modules["ferry"].decode(b"T" + cbor2.dumps({0: -2, 1: "2x4", 9: bytes(12)}), dtype="uint16")


def test_a_session_describes_payloads_by_integer_keys(modules: dict[str, ModuleType]) -> None:
    session = modules["ferry"].Session()
    session.decode(b"L" + cbor2.dumps({0: 1, 1: "2,3", 2: "uint16", 5: "S"}))
    cargo = np.arange(6, dtype="<u2")

    trip = session.decode(b"T" + cbor2.dumps({0: -2, 5: "S", 9: cargo.tobytes()}))
    other = session.decode(b"T" + cbor2.dumps({0: -2, 5: "other", 9: cargo.tobytes()}))

    assert (trip.cargo == cargo.reshape(2, 3)).all()
    assert other.cargo == cargo.tobytes()


def test_an_array_tells_before_a_condition_asks(modules: dict[str, ModuleType]) -> None:
    parcel = modules["parcel"]

    parts = parcel.encode(
        parcel.Parcel(parcel.Label(weight=1.5), np.array([1, -1], "i1"), None, parcel.Foot(done=True))
    )

    assert json.loads(parts[0]) == {"t": "parcel", "weight": 1.5, "numbers": "b", "extents": [2]}
    assert parts[1:] == [b"\x01\xff", b'{"done":true}']


def test_an_optional_part_leaves_what_must_follow(modules: dict[str, ModuleType]) -> None:
    top = json.dumps({"kind": "plan", "name": "Ab", "corners": [[1, 2]], "shape": [1], "dtype": "u16", "how": "plain"})

    alone = modules["survey"].decode([top.encode(), b"\1\2"])
    both = modules["survey"].decode([top.encode(), b"note", b"\1\2"])

    assert (alone.extra_, alone.heights.tolist()) == (None, [0x0102])
    assert (both.extra_, both.heights.tolist()) == (b"note", [0x0102])
    assert (both.top.corners[0].x, both.top.corners[0].y) == (1.0, 2.0)


def test_keys_of_json_are_text(modules: dict[str, ModuleType]) -> None:
    survey = modules["survey"]
    top = survey.Top(name="Ab", corners=[survey.Corner(1.0, 2.0)], last={1: 2})

    assert (
        b'"corners":[[1.0,2.0]]' in survey.encode(survey.Plan(survey.Top("Ab", corners=[survey.Corner(1.0, 2.0)])))[0]
    )
    with pytest.raises(EncodeError, match=r"top\.last: a key of JSON is text, got 1"):
        survey.encode(survey.Plan(top))


def test_a_union_may_hold_records_that_hold_it(modules: dict[str, ModuleType]) -> None:
    turtle = modules["turtle"]
    inner = turtle.Nested(moves=[turtle.Step(length=1.0), turtle.Nested(moves=[])])
    path = turtle.Path(
        version=1, owner="x", name="", words=[turtle.Colour(0, 0, "dark", False)] * 2, pens=["up"] * 3,
        angles=np.zeros(0, "<f4"), moves=[inner], limits=[0, 0], small=0, rest=b"",
    )  # fmt: skip

    again = turtle.decode(turtle.encode(path))

    assert again.moves == [inner]
    assert struct.pack("<BBBeBB", 9, 2, 1, 1.0, 9, 0) in turtle.encode(path)
