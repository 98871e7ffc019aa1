"""What the specifications beside it broke, each by itself: texts, paths, drawn values, mutations, other names."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import cbor2
import pytest
from made import module_of

from sciwire.conformance.aimed.aims import AIMS
from sciwire.conformance.aimed.mutations import Spot
from sciwire.conformance.strategies import drawn, labels
from sciwire.conformance.volume.source import Source
from sciwire.generator.plan import describe
from sciwire.model import Problems, Spec, load_spec, load_spec_or_raise
from sciwire.runtime import EncodeError

SPECS = Path(__file__).with_name("authored_specs")


def _spec(name: str) -> Spec:
    return load_spec_or_raise(next((SPECS / name).glob("*.yaml")))


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made: dict[str, ModuleType] = {}

    def module_named(name: str) -> ModuleType:
        if name not in made:
            text = next((SPECS / name).glob("*.yaml")).read_text(encoding="utf-8")
            made[name] = module_of(tmp_path_factory.mktemp(name), text)
        return made[name]

    return module_named


def _warned(module: ModuleType, data: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        module.decode(data)
    return [str(one.message) for one in caught]


def test_a_warning_names_the_whole_path(module: Any) -> None:
    head = b'{"topic":"lidar/start-2","run":1,"zones":{"name":"a","corners":[[0,0],[1,1,181]]}}'

    assert _warned(module("lidar"), [head]) == [
        "lidar: head.zones.corners[1].heading: expected at most 180, got 181.0; kept as it is"
    ]


@pytest.mark.parametrize(
    ("box", "text"),
    [
        ({"owner": "me", "lid": 5}, "box.lid: expected an array of at most 3 or a map or null, got the number 5"),
        ({"owner": "too long"}, "box: owner: expected a length of at most 5, got 8"),
        ({"owner": "me", "lid": [1]}, "box.lid: shut: expected true or false, got the number 1"),
    ],
)
def test_a_warning_says_what_may_stand_there_once_and_where_it_is_wrong(
    box: dict[str, Any], text: str, module: Any
) -> None:
    (warned,) = _warned(module("post"), cbor2.dumps({"what": "item", "data": b"", "box": box}))

    assert warned.startswith(f"post: {text}; kept as it is"), warned


def test_keys_that_nobody_knows_are_drawn_as_the_format_has_them(module: Any) -> None:
    spec = _spec("orchard")
    unknown: set[type] = set()
    for label in labels(spec):
        for number in range(20):
            value = module("orchard").from_plain(
                drawn(spec, label.name).seeded(Source.of("orchard", label.name, number))
            )
            module("orchard").encode(value)
            unknown |= set(map(type, value.extra))

    assert unknown == {int}


def test_bytes_are_no_json(module: Any) -> None:
    lidar = module("lidar")

    with pytest.raises(EncodeError, match=r"head\.why\.a: a byte string has no form in JSON"):
        lidar.encode(lidar.Stop(lidar.StopHead(run=1, why={"a": b"x"})))


def test_a_condition_is_told_in_words(module: Any) -> None:
    tide = module("tide")
    header = tide.Header(station="a", sensor="float", gate="open", latitude=0, height=1.0, more=b"")

    with pytest.raises(EncodeError, match="the field stands only where sensor is radar or pressure"):
        tide.encode(tide.File(version=2, header=header, blocks=[], index=None, comment="", rest=b""))


def test_properties_are_read_under_their_other_names(module: Any) -> None:
    xml = b'<group><series name="a" rank="1"><about><fact name="called" kind="word" value="other"/></about><data here="1 2"/></series></group>'
    both = xml.replace(b'value="other"', b'value="other" is="own"')
    for body, word in ((xml, "other"), (both, "own")):
        stream = module("beacon2").decode(b'<<000>>00000020<beacon main="a"  />' + b"<<001>>%08d" % len(body) + body)

        assert stream["a"].properties["called"].value == word
        assert b'is="%b"' % word.encode() in module("beacon2").encode(stream)
        assert b"value=" not in module("beacon2").encode(stream).partition(b"called")[2].partition(b"/>")[0]


def test_lines_are_shown_without_their_end(module: Any) -> None:
    text = b"n<1> = cnt;\r\n%%;\r\na<1> = cnt;\r\n%%;\r\n"
    data = b"STRIP\0MM\x03\0\0\x07\x12\x34\0\1\1" + len(text).to_bytes(4, "big") + b"\0\0\0\2" + b"\0" * 7 + b"\2"
    data += b"\xff" * 4 + text + b"\0\5"

    lines = [span.text for span in module("strip").spans(data) if span.kind == "line"]

    assert lines == ["n<1> = cnt", "a<1> = cnt"]


def test_descriptions_speak_the_language_of_specifications() -> None:
    vault, tide, strip = (str(describe(_spec(name))) for name in ("vault", "tide", "strip"))

    assert "text, 8 bytes, ASCII" in vault
    assert "bool, true by default" in vault
    assert "where status.extra is true" in tide
    assert "the line '%%' behind those of the header and of the packets" in strip
    assert "Names of the original" not in strip


def _aimed(spec: Spec, data: bytes, spot: Spot) -> Iterator[tuple[str, str]]:
    return ((name, expect) for name, _, expect in AIMS["struct"](spec, data, spot))


def test_a_count_in_a_record_is_aimed_at_and_a_wrong_one_need_not_be_found() -> None:
    spot = Spot(0, 2, "header.blocks", "number")

    assert dict(_aimed(_spec("tide"), b"\0\3", spot)) == {
        "count: all bits of it set": "either",
        "count one more": "either",
        "count one less": "either",
    }


def test_a_count_is_aimed_at_in_its_own_byte_order(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(
        'sciwire: 1\nformat: few\nversion: "1"\nfamily: struct\ntitle: Few\norder: little\nroot: R\n'
        'records: {R: {fields: {n: ">u2", x: {type: u1, count: n}}}}\n',
        encoding="utf-8",
    )
    found = list(AIMS["struct"](load_spec_or_raise(tmp_path / "1.yaml"), b"\0\2\1\1", Spot(0, 2, "n", "number")))

    assert found[1:] == [("count one more", b"\0\3", "refuse"), ("count one less", b"\0\1", "refuse")]


TOLD = [
    ("tide", "only: {late: [true]}", "only: {views.top: [true]}", "the bits of 'Views' are shared, its value stays bytes and tells nothing"),
    ("tide", "pressure: 16", "pressure: 0x10", "'sensor' can't hold '0x10' (numbers are decimal: 16)"),
    ("tide", "{type: bytes, hex", "{hex", "the key 'type' is missing in 'magic' (bytes in hex are of the type 'bytes')"),
    ("vault", "[lzf]", "[{lzf: 3}]", "the filter 'lzf' has no settings, it is a word alone"),
    ("lidar", "index: {type: uint32", "index: {type: float", "'head.index' must be an integer"),
    ("beacon2", "{of: {role: name, ", "{more: {role: other}, of: {role: name, ", "there is no role 'other' for an attribute of 'label' (known for enumeration: "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "part"), TOLD)
def test_a_mistake_is_told_with_what_to_do(name: str, old: str, new: str, part: str, tmp_path: Path) -> None:
    text = next((SPECS / name).glob("*.yaml")).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "1.yaml").write_text(text.replace(old, new), encoding="utf-8")
    problems = Problems()

    load_spec(tmp_path / "1.yaml", problems)

    assert part in problems.render(tmp_path)
    assert len(problems.found) == 1


def test_what_is_missing_is_told_once(tmp_path: Path) -> None:
    text = (SPECS / "beacon2" / "1.yaml").read_text(encoding="utf-8")
    (tmp_path / "1.yaml").write_text(text.replace("{of: {role: name,", "{more: {doc: x}, of: {role: name,"), "utf-8")
    problems = Problems()

    load_spec(tmp_path / "1.yaml", problems)

    assert [one.code for one in problems.found] == ["SPEC005"]
