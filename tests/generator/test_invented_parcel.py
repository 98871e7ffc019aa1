"""CBOR inside byte strings: values, offsets of the whole message, limits that count on; the bytes are those of cbor2."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import cbor2
import numpy as np
import pytest
from cbor2 import CBORTag, dumps
from generating import INVENTED, ROOT, generate, load, module_path, run, write_spec, write_vectors

from sciwire.runtime.errors import CodecWarning, DecodeError, EncodeError, LimitError, TruncatedError
from sciwire.runtime.limits import Limits

ROUTE = CBORTag(24, dumps({"from": "here", "stops": [1, 2]}))
IMAGE = CBORTag(40, [[1, 2], CBORTag(69, b"\1\0\2\1")])
FULL: dict[str, Any] = {
    "route": ROUTE,
    "box": dumps({1: "a", 2: IMAGE, 3: dumps({1: "b"})}),
    "counts": dumps({"n": 5}),
    "either": dumps([1, 2]),
    "several": [dumps(5), dumps(None)],
    "small": dumps(7),
    "twice": dumps(dumps(9)),
    "anything": dumps({"q": [1, b"x"]}),
}


def test_what_bytes_hold_is_decoded(parcel: ModuleType) -> None:
    one = parcel.decode(dumps(FULL))

    assert (one.route.from_, one.route.stops) == ("here", [1, 2])
    assert (one.box.label, one.box.box.label, one.box.box.box) == ("a", "b", None)
    assert (one.box.image.dtype, one.box.image.tolist()) == (np.dtype("<u2"), [[1, 258]])
    assert (one.counts, one.several, one.small, one.twice) == ({"n": 5}, [5, None], 7, 9)
    assert (one.either.x, one.either.y, one.anything) == (1, 2, {"q": [1, b"x"]})


def test_what_is_encoded_is_what_cbor2_would_write(parcel: ModuleType) -> None:
    one = parcel.decode(dumps(FULL))

    assert parcel.encode(one) == dumps(FULL)
    assert parcel.from_plain(json.loads(json.dumps(parcel.to_plain(one)))) == one
    made = parcel.Parcel(route=parcel.Route(from_="x"), several=[1], box=parcel.Box(label="y", image=np.ones((1, 1), "<u2")))  # fmt: skip
    seen = cbor2.loads(parcel.encode(made))
    assert (seen["route"].tag, cbor2.loads(seen["route"].value)) == (24, {"from": "x"})
    assert cbor2.loads(cbor2.loads(parcel.encode(made))["box"])[1] == "y"


def test_the_first_alternative_that_the_bytes_hold_counts(parcel: ModuleType) -> None:
    for value, want in ((dumps("word"), "word"), (dumps(5), dumps(5)), (b"\xff", b"\xff"), (dumps("a") + b"\0", dumps("a") + b"\0")):  # fmt: skip
        one = parcel.decode(dumps({"route": ROUTE, "either": value}))
        assert one.either == want
        assert parcel.encode(one) == dumps({"route": ROUTE, "either": value})


def test_compressed_arrays_in_bytes_come_back(parcel: ModuleType) -> None:
    box = parcel.Box(label="c", image=np.tile(np.arange(300, dtype="<u2"), (40, 1)))
    data = parcel.encode(parcel.Parcel(route=parcel.Route(from_="x"), box=box), compression="lz4")

    assert len(data) < 10_000
    assert np.array_equal(parcel.decode(data).box.image, box.image)
    lazy = parcel.decode(data, lazy=True)
    assert lazy.box.image.shape == (40, 300)
    assert parcel.encode(lazy) == data


# name: what stands under `route`, category, path, bytes that stand at the fault, rule
WRONG: dict[str, tuple[Any, str, str, bytes, str]] = {
    "required key missing": (CBORTag(24, dumps({"to": 1})), "constraint", "route.from", b"\xa1\x62to", "PCL-004"),
    "another type inside": (CBORTag(24, dumps({"from": 3.5})), "type", "route.from", dumps(3.5), "PCL-004"),
    "another item": (CBORTag(24, dumps([1234])), "type", "route", dumps([1234]), ""),
    "cut inside": (CBORTag(24, dumps({"from": "a"})[:-1]), "framing", "route.from", b"\x61", ""),
    "bytes behind": (CBORTag(24, dumps({"from": "a"}) + b"\0\1"), "framing", "route", b"\0\1", "PCL-002"),
    "a reserved head": (CBORTag(24, b"\x1c"), "syntax", "route", b"\x1c", "PCL-001"),
    "no UTF-8": (CBORTag(24, b"\xa1\x64from\x61\xff"), "syntax", "route.from", b"\x61\xff", "PCL-001"),
    "a count with all bits set": (CBORTag(24, b"\xbb" + b"\xff" * 8), "framing", "route", b"\xbb\xff", ""),
    "a key twice": (CBORTag(24, b"\xa2\x64from\x61a\x64from\x61b"), "constraint", "route.from", b"\x64from\x61b", "PCL-003"),
    "no bytes": (CBORTag(24, b""), "framing", "route", b"\xd8\x18\x40", ""),
    "no bytes but text": (CBORTag(24, "text"), "type", "route", b"\xd8\x18\x64text", ""),
    "the map itself": (CBORTag(24, {"from": "a"}), "type", "route", b"\xd8\x18\xa1", ""),
    "no tag": (dumps({"from": "a"}), "type", "route", b"\x48\xa1", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_refusal_has_the_offset_in_the_whole_message(parcel: ModuleType, name: str) -> None:
    value, category, path, there, rule = WRONG[name]
    data = dumps({"counts": dumps({}), "route": value})

    with pytest.raises(DecodeError) as caught:
        parcel.decode(data)

    error = caught.value
    assert not isinstance(error, TruncatedError)  # more bytes of a stream would not mend it
    assert (error.category, error.path, error.rule) == (category, path, rule), str(error)
    assert isinstance(error.at, int)
    assert data[error.at :].startswith(there), str(error)
    assert data.rindex(there) == error.at


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_an_offset_is_found_through_bytes_in_bytes(parcel: ModuleType, depth: int) -> None:
    inner: Any = {1: "deep", 2: CBORTag(40, [[1, 2], CBORTag(69, b"xyz")])}
    for _ in range(depth - 1):
        inner = {1: "b", 3: dumps(inner)}
    data = dumps({"route": ROUTE, "box": dumps(inner)})

    with pytest.raises(DecodeError) as caught:
        parcel.decode(data)

    assert (caught.value.path, caught.value.at) == (".".join(["box"] * depth) + ".image", data.index(b"\x43xyz"))
    kept = parcel.decode(data, on_error="keep")
    assert kept.route.from_ == "here"
    assert [error.at for error in kept.problems] == [data.index(b"\x43xyz")]


def test_bytes_in_chunks_have_the_place_of_the_string(parcel: ModuleType) -> None:
    content = dumps({"from": "a"})
    head = b"\xa1\x65route\xd8\x18\x5f"
    good = head + b"\x42" + content[:2] + b"\x46" + content[2:] + b"\xff"
    bad = head + b"\x42" + content[:2] + b"\x45" + content[2:-1] + b"\xff"

    assert parcel.decode(good).route.from_ == "a"
    with pytest.raises(DecodeError) as caught:
        parcel.decode(bad)
    assert (caught.value.path, caught.value.at) == ("route.from", 7)
    with pytest.raises(DecodeError) as caught:
        parcel.decode(head + b"\x41\xa0\xff")
    assert caught.value.path == "route.from"
    assert caught.value.at in (7, 9)


def test_what_is_forgiven_is_kept_and_written_as_it_came(parcel: ModuleType) -> None:
    data = dumps({"route": CBORTag(24, dumps({"from": "a", "stops": [300]})), "small": dumps(8)})

    with pytest.warns(CodecWarning):
        one = parcel.decode(data)

    assert (one.route.stops, one.small, set(one.raw)) == ([300], dumps(8), {"route.stops", "small"})
    assert parcel.encode(one) == data


def _nested(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


def test_limits_count_on_inside(parcel: ModuleType) -> None:
    def decoded(**fields: Any) -> Any:
        return parcel.decode(dumps({"route": ROUTE, **fields}))

    # 12 levels: the message, the bytes, and what is inside
    assert decoded(anything=dumps(_nested(10))).anything == _nested(10)
    with pytest.raises(LimitError, match="limit depth, 12"):
        decoded(anything=dumps(_nested(11)))
    assert decoded(several=[dumps(1)] * 200).several == [1] * 200
    # the items of all byte strings of a message together: 4 of maps, and those inside
    assert len(decoded(anything=dumps([0] * 285)).anything) == 285
    with pytest.raises(LimitError, match=r"limit items is 300") as caught:
        decoded(anything=dumps([0] * 200), counts=dumps({str(key): 1 for key in range(50)}))
    assert caught.value.path in ("anything", "counts")
    with pytest.raises(LimitError):
        parcel.decode(dumps({"route": ROUTE, "anything": dumps(_nested(10))}), limits=Limits(depth=11))
    box: Any = {1: "z"}
    for _ in range(200):
        box = {1: "z", 3: dumps(box)}
    with pytest.raises(LimitError, match="limit depth, 12"):
        decoded(box=dumps(box))


def test_limits_count_on_in_messages_that_are_usual(tmp_path: Path) -> None:
    """Without limits of its own a message is read in one pass where it can be."""
    fields = '{pad: "list[uint]", it: "embedded[list[uint]]"}'
    write_spec(tmp_path / "specs", "usual", f"sciwire: 1\nformat: usual\nversion: '1'\nfamily: cbor\ntitle: x\nmessages: {{whole: {{fields: {fields}}}}}\n")  # fmt: skip
    assert generate(tmp_path / "specs", tmp_path / "out").returncode == 0
    usual = load(tmp_path / "out", "usual")

    assert usual.decode(dumps({"pad": [0] * 20, "it": dumps([1] * 250_000)})).it == [1] * 250_000
    with pytest.raises(LimitError, match="600004 items are announced"):
        usual.decode(dumps({"pad": [0] * 300_000, "it": dumps([1] * 300_000)}))


def test_an_encoder_counts_the_same_levels(parcel: ModuleType) -> None:
    route = parcel.Route(from_="a")

    data = parcel.encode(parcel.Parcel(route=route, anything=_nested(10)))

    assert parcel.decode(data).anything == _nested(10)
    with pytest.raises(EncodeError, match="limit depth, 12"):
        parcel.encode(parcel.Parcel(route=route, anything=_nested(11)))


def test_records_in_bytes_nest_as_deep_as_limits_allow(parcel: ModuleType) -> None:
    box: Any = {1: "z"}
    for _ in range(30):
        box = {1: "z", 3: dumps(box)}
    one = parcel.decode(dumps({"route": ROUTE, "box": dumps(box)}), limits=Limits())
    for _ in range(30):
        one.box = one.box.box
    assert one.box.label == "z"


@pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")
def test_every_truncation_and_every_bit_gives_an_error_or_a_value(parcel: ModuleType) -> None:
    whole = dumps(FULL)
    for end in range(len(whole)):
        with pytest.raises(TruncatedError):
            parcel.decode(whole[:end])
    for at in range(len(whole)):
        for damaged in (whole[:at] + b"\xff" + whole[at + 1 :], whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :]):  # fmt: skip
            try:
                parcel.decode(damaged, on_error="keep")
            except DecodeError as error:
                assert isinstance(error.at, int)
                assert 0 <= error.at <= len(damaged)


def test_a_stream_is_cut_anywhere(parcel: ModuleType) -> None:
    stream = dumps(FULL) * 2
    for step in (1, 5):
        decoder = parcel.Decoder()
        got = [one for at in range(0, len(stream), step) for one in decoder.feed(stream[at : at + step])]
        decoder.finish()
        assert [one.twice for one in got] == [9, 9]


def test_spans_lead_into_the_bytes(parcel: ModuleType) -> None:
    whole = dumps(FULL)
    spans = list(parcel.spans(whole))

    assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
    assert spans[-1].stop == len(whole)
    said = {span.path: span.text for span in spans if span.kind in ("text", "unsigned", "simple")}
    assert (said["route.from"], said["route.stops[1]"]) == ("'here'", "2")
    assert (said["box.label"], said["box.box.label"]) == ("'a'", "'b'")
    assert (said["counts.n"], said["either.y"], said["several[0]"]) == ("5", "2", "5")
    assert (said["several[1]"], said["twice"], said["anything.q[0]"]) == ("null", "9", "1")
    for wrong in (b"\xff", b"", b"\x01\x02", b"\x9b" + b"\xff" * 8, b"\x81" * 5000):
        data = dumps({"route": ROUTE, "box": wrong})
        spans = list(parcel.spans(data))
        assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
        assert spans[-1].stop == len(data)
        assert ("box", "bytes") in [(span.path, span.kind) for span in spans]


def test_the_summary_leads_into_the_bytes(parcel: ModuleType) -> None:
    rows = dict(parcel.summary(parcel.decode(dumps(FULL))))

    assert (rows["box.box.label"], rows["counts.n"], rows["twice"]) == ("'b'", "5", "9")


def test_the_module_passes_mypy_strict(invented_output: Path, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    words = [
        "--config-file",
        "pyproject.toml",
        "--cache-dir",
        str(tmp_path),
        str(module_path(invented_output, "parcel")),
    ]

    done = run(code=f"from mypy.main import main; main(args={words})", env={"MYPYPATH": "generator"}, cwd=ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


def test_conform_judges_drawn_values_and_aimed_mutations(invented_output: Path, tmp_path: Path) -> None:
    shutil.copytree(INVENTED / "parcel", tmp_path / "parcel")
    # {"route": 24(<< {"from": "a"} >>), "small": << 7 >>}
    data = (
        "a2"
        + "65"
        + b"route".hex()
        + "d818"
        + "48"
        + "a1"
        + "64"
        + b"from".hex()
        + "6161"
        + "65"
        + b"small".hex()
        + "4107"
    )
    one = {"id": "parcel/numbers/one", "kind": "valid", "doc": "one", "hex": data, "canonical": True}
    write_vectors(tmp_path, "parcel", {**one, "value": {"route": {"from": "a"}, "small": 7}})

    roots = (invented_output, ROOT / "generator", ROOT / "conformance")
    done = run("conform", "--specs", tmp_path, "--examples", "12", "parcel", env={"PYTHONPATH": os.pathsep.join(map(str, roots))})  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
