"""A specification that the authors of the generator have not seen gives a codec, from YAML and XSD alone.

`specs/beacon` has other delimiters, ids, lengths, names, encodings, units, types and limits than any
format of this project. Bytes are put together here by hand.
"""

from __future__ import annotations

import importlib.util
import os
import struct
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sciwire.runtime import CodecWarning, DecodeError, EncodeError, plain

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def beacon(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The module that is generated from the invented specification."""
    output = tmp_path_factory.mktemp("generated")
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    words = ["generate", "--specs", str(Path(__file__).with_name("specs")), "--output", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "sciwire.cli", *words],
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    name = "generated_beacon"
    spec = importlib.util.spec_from_file_location(name, output / "sciwire" / "formats" / "beacon.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def chunk(id: str, document: str) -> bytes:
    return f"{{#{id}}}{len(document.encode()):08d}{document}".encode()


def series(called: str, encoding: str, indices: int = 1, dims: str = "", facts: str = "", part_of: str = "") -> str:
    part = f' partOf="{part_of}"' if part_of else ""
    return (
        f'<series called="{called}" indices="{indices}"{part}><about>{facts}</about>'
        f'<data as="{encoding}" dims="{dims}"/></series>'
    )


def fact(key: str, kind: str, value: str) -> str:
    return f'<fact key="{key}" kind="{kind}" is="{value}"/>'


def buoy(more: str = 'order="intel"') -> bytes:
    return chunk("003", f'<buoy shows="level" {more}/>')


LEVELS = (
    chunk("---", '<log of="tide" said="low &amp; rising"/>')
    + buoy()
    + chunk(
        "150",
        "<layout>"
        + series("t", "stamp24", facts=fact("unit", "unit", "since2020"))
        + series("flags", "octet", 2, "3")
        + series("level", "word", facts=fact("x0", "other", "t") + fact("gap", "small", "-1") + fact("unit", "codes", "mood(1=calm/2=wild)"))
        + "</layout>",
    )
    + chunk("901", '<meaning of="mood" code="3" text="angry"/>')
    + b"=>150|2020-01-01T00:00:01.500 \x01\x02\x03" + struct.pack("<h", 1)
    + b"=>150|************************=>1" + struct.pack("<h", 3)
)  # fmt: skip


def test_a_stream_of_an_unseen_format_is_read(beacon: Any) -> None:
    stream = beacon.decode(LEVELS)

    assert stream.default is stream["level"]
    assert (stream["level"].values.dtype, stream["level"].values.tolist()) == (np.int16, [1, 3])
    assert (stream["flags"].values.dtype, stream["flags"].values.tolist()) == (np.uint8, [[1, 2, 3], list(b"=>1")])
    assert stream["t"].values.tolist() == [1500, -(2**63)]
    assert str(stream["t"].times[0]) == "2020-01-01T00:00:01.500000000" and np.isnat(stream["t"].times[1])
    assert stream["level"].depend[0] is stream["t"]
    assert stream["level"].labels == {1: "calm", 2: "wild", 3: "angry"}
    assert stream["level"].labelled.tolist() == ["calm", "angry"]
    assert stream["level"].get("gap") == -1
    assert [(one.type, one.message) for one in stream.comments] == [("tide", "low & rising")]


def test_it_has_the_interface_of_every_format(beacon: Any) -> None:
    assert (beacon.FORMAT, beacon.VERSIONS, beacon.DEFAULT_PROFILE) == ("beacon", ("3",), "deployed")
    assert beacon.sniff(LEVELS) and not beacon.sniff(b"[00]000001<")
    again = beacon.from_plain(beacon.to_plain(beacon.decode(LEVELS)))
    assert plain.equal(beacon.to_plain(again), beacon.to_plain(beacon.decode(LEVELS)))
    assert dict(beacon.summary(beacon.decode(LEVELS)))["datasets.level"].startswith("int16 2")
    assert [one.kind for one in beacon.spans(LEVELS)][-4:] == ["tag", "plane", "plane", "plane"]


@pytest.mark.parametrize(
    "way", [{}, {"encoding": "binary"}, {"byte_order": "network"}, {"encoding": "binary", "byte_order": "intel"}]
)
def test_what_is_written_is_read_again(beacon: Any, way: dict[str, str]) -> None:
    stream = beacon.decode(LEVELS)

    again = beacon.decode(beacon.encode(stream, **way))

    assert plain.difference(beacon.to_plain(stream), beacon.to_plain(again)) == ""


def test_bytes_are_framed_as_the_specification_says(beacon: Any) -> None:
    stream = beacon.Stream.of("level", np.array([1, -2], dtype=np.int16))

    data = beacon.encode(stream, byte_order="network")

    document = '<?xml version="1.0" encoding="UTF-8"?><buoy shows="level" order="network" made="by-sciwire"/>\n'
    assert data.startswith(b"{#000}%08d%s{#100}" % (len(document), document.encode()))
    assert data.endswith(b"=>100|\x00\x01=>100|\xff\xfe")


def test_records_of_descriptors_come_from_the_schema(beacon: Any) -> None:
    found = dict(beacon.descriptors(LEVELS))

    assert found["003"] == beacon.BuoyElement(shows="level", order="intel")
    assert [one.called for one in found["150"].series] == ["t", "flags", "level"]
    assert found["150"].series[1].data[0].dims == "3"
    assert found["901"] == beacon.MeaningElement(of="mood", code="3", text_="angry")


def test_profiles_are_data(beacon: Any) -> None:
    data = (
        chunk("003", '<buoy shows="level"/>')
        + chunk("150", f"<layout>{series('level', 'word')}</layout>")
        + b"=>150|\x01\x00"
    )

    with pytest.warns(CodecWarning, match="big in profile 'deployed', little in profile 'bench'"):
        assert beacon.decode(data)["level"].values.tolist() == [256]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        assert beacon.decode(data, profile="bench")["level"].values.tolist() == [1]


def test_whole_tables_in_one_packet_are_read_where_the_profile_allows_it(beacon: Any) -> None:
    data = buoy() + chunk("150", f"<layout>{series('level', 'byte', 2, '2*2')}</layout>") + b"=>150|\x01\x02\x03\x04"

    assert beacon.decode(data)["level"].values.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(DecodeError, match="for rank 1 at most"):
        beacon.decode(data, profile="bench")


def test_packets_append_to_inline_values_where_the_profile_says_so(beacon: Any) -> None:
    document = '<layout><series called="level" indices="1"><data list="1|2" dims="2"/></series></layout>'
    data = buoy() + chunk("150", document)

    assert beacon.decode(data)["level"].values.tolist() == [1, 2]
    assert beacon.decode(data + b"=>150|  3  4.5", profile="bench")["level"].values.tolist() == [1, 2, 3, 4.5]
    with pytest.raises(DecodeError, match="whose values are inline"):
        beacon.decode(data + b"=>150|")


def test_joins_need_no_more_than_their_attributes(beacon: Any) -> None:
    join = '<layout><series called="level" indices="2"><about/><data parts="p"/></series></layout>'
    part = chunk("150", f"<layout>{series('p', 'real', part_of='level')}</layout>")
    data = buoy() + chunk("101", join) + part + b"=>150|" + struct.pack("<f", 0.5) + part

    stream = beacon.decode(data)

    assert [one.values.tolist() for one in stream.default.parts] == [[0.5], []]
    assert plain.equal(beacon.to_plain(beacon.decode(beacon.encode(stream))), beacon.to_plain(stream))


@pytest.mark.parametrize(
    ("data", "category", "rule", "at"),
    [
        (LEVELS + b"[", "framing", "BCN-001", len(LEVELS)),
        (buoy() + chunk("150", f"<layout>{series('level', 'double')}</layout>"), "unsupported", "BCN-003", len(buoy())),
        (buoy() + chunk("150", f"<layout>{series('level', 'stamp40')}</layout>"), "constraint", "", len(buoy())),
        (buoy() + chunk("150", f"<layout>{series('level', 'byte', 2, '65')}</layout>"), "limit", "BCN-002", len(buoy())),
        (buoy() + chunk("099", f"<layout>{series('level', 'byte')}</layout>"), "constraint", "", len(buoy())),
        (chunk("999", '<failure of="storm" said="gone"/>'), "state", "", 0),
    ],
    ids=["no-chunk", "encoding", "width", "limit", "id", "failure"],
)  # fmt: skip
def test_errors_cite_the_rules_of_the_specification(
    beacon: Any, data: bytes, category: str, rule: str, at: int
) -> None:
    with pytest.raises(DecodeError) as caught:
        beacon.decode(data)

    assert (caught.value.category, caught.value.rule, caught.value.at, caught.value.subject) == (
        category,
        rule,
        at,
        "beacon",
    )


def test_the_limits_of_the_specification_hold(beacon: Any) -> None:
    nested = "<x>" * 10 + "</x>" * 10

    with pytest.raises(DecodeError) as caught:
        beacon.decode(buoy() + chunk("150", f"<layout>{nested}</layout>"))
    assert caught.value.category == "limit"
    with pytest.raises(EncodeError) as refused:
        beacon.encode(beacon.Stream.of("level", np.zeros((1, 61), dtype=np.uint8)))
    assert (refused.value.rule, refused.value.path) == ("BCN-002", "level")


def test_what_falls_below_the_bound_is_fill(beacon: Any) -> None:
    assert beacon.Stream.of("level", [1.0, np.nan, -9001, 5], gap=5)["level"].fill.tolist() == [False, True, True, True]
