"""Specifications that the authors have not seen give codecs of text-described packets, from YAML alone.

`text_specs/ledger` has other marks, names, line grammar and types, one byte order, no lengths and no counts;
`text_specs/tally` codes for types, counts without a length of the text, and bounds of its own. Bytes are
put together here by hand.
"""

from __future__ import annotations

import importlib.util
import io
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from work import in_proportion, steps, taken

from sciwire.runtime import DecodeError, EncodeError, TruncatedError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The modules that are generated from the invented specifications."""
    output = tmp_path_factory.mktemp("generated")
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    words = ["generate", "--specs", str(Path(__file__).with_name("text_specs")), "--output", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "sciwire.cli", *words],
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: _load(output, name) for name in ("ledger", "tally")}


def _load(output: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"generated_{name}", output / "sciwire" / "formats" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"generated_{name}"] = module
    spec.loader.exec_module(module)
    return module


LEDGER = (
    b"LG\x07\x02" + struct.pack("<H", 2 * 6 + 8 + 8)
    + b"old: small(1);\r\nold: small(2);\r\n--\r\n"
    + b"m: small(2,3);\r\np.q: pair(1);\r\nn: big(1);\r\n--\r\n"
    + struct.pack("<3h", 5, 6, 7)
    + struct.pack("<6h2fQ", 1, 2, 3, 4, 5, 6, 0.5, 1.5, 2**64 - 1)
)  # fmt: skip


def test_a_ledger_is_read_and_written(modules: dict[str, Any]) -> None:
    ledger = modules["ledger"]
    found = ledger.decode(LEDGER)

    assert [(one.name, one.index, one.data.tolist()) for one in found.header] == [("old", 0, 5), ("old", 1, [6, 7])]
    assert found.fields[0].extents == (3, 2)
    assert found["m"].tolist() == [[[1, 2, 3], [4, 5, 6]]]
    assert found["p.q"].tolist() == [[0.5, 1.5]]
    assert found["n"].tolist() == [2**64 - 1]
    assert ledger.encode(found) == LEDGER
    assert ledger.encode(ledger.from_plain(ledger.to_plain(found))) == LEDGER
    assert ledger.sniff(LEDGER)
    assert not ledger.sniff(b"LX")


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_a_header_without_lengths_is_found_in_any_split(modules: dict[str, Any], step: int) -> None:
    for name, data in (("ledger", LEDGER), ("tally", TALLY)):
        decoder = modules[name].Decoder()
        for at in range(0, len(data), step):
            decoder.feed(data[at : at + step])
        assert modules[name].encode(decoder.finish()) == data


def test_errors_and_operations_have_the_names_that_the_specification_gives(modules: dict[str, Any]) -> None:
    ledger = modules["ledger"]
    for length in range(len(LEDGER) - 28):
        with pytest.raises(ledger.Cut):
            ledger.decode(LEDGER[:length])
    with pytest.raises(ledger.StreamError, match="LG-002"):
        ledger.decode(LEDGER.replace(b"big", b"bug"))
    with pytest.raises(ledger.StreamError, match="expected 2, got 3"):
        ledger.decode(LEDGER[:3] + b"\3" + LEDGER[4:])
    with pytest.raises(ledger.StreamError, match="the definitions give 28 bytes, not 27"):
        ledger.decode(LEDGER[:4] + b"\x1b" + LEDGER[5:])
    pipe = ledger.Pipe()
    pipe.open(LEDGER)
    assert pipe.put("m", "big") == 1
    with pytest.raises(ledger.Wrong):
        pipe.put("Capital", "big")
    assert ledger.EVERY is None
    pipe.shut()
    assert issubclass(ledger.Cut, TruncatedError)
    assert issubclass(ledger.Wrong, EncodeError)


def test_a_pipe_of_another_format(modules: dict[str, Any]) -> None:
    ledger, out = modules["ledger"], io.BytesIO()
    pipe = ledger.Pipe(LEDGER, [out])
    pipe.resize_output("m", [2, 2], [1, 0])
    pipe.delete("p.q", site="core")
    assert pipe.map() == 24
    pipe.write_header()
    for packets in pipe:
        pipe.write(packets)

    assert out.getvalue().endswith(
        b"m: small(2,2);\r\nn: big(1);\r\n--\r\n" + struct.pack("<3h4hQ", 5, 6, 7, 2, 3, 5, 6, 2**64 - 1)
    )
    kept = io.BytesIO()
    assert ledger.only(LEDGER, kept, ["n"]) == 1
    assert ledger.decode(kept.getvalue())["n"].tolist() == [2**64 - 1]


TALLY_TEXT = b"1|S|<3>\n8|A|\n28|B|<2x2>\n"
TALLY = (
    b"\0Tl\1\2" + bytes(4) + TALLY_TEXT + bytes(-(9 + len(TALLY_TEXT)) % 4) + b"ab\0\0" + struct.pack("<9d", 0.5, *range(8))
)  # fmt: skip


def test_a_tally_is_read_and_written(modules: dict[str, Any]) -> None:
    tally = modules["tally"]
    found = tally.decode(TALLY)

    assert found.header[0].text == "ab"
    assert found["A"].tolist() == [0.5]
    assert found["B"].shape == (1, 2, 2, 2)
    assert tally.encode(found) == TALLY
    assert tally.TALLY_8 == "8"
    big = b"\0TB\0\1" + struct.pack(">I", 1) + b"8|A|\n" + bytes(2) + struct.pack(">d", 0.5)
    assert tally.decode(big).declared == 1
    assert tally.encode(tally.decode(big)) == b"\0Tl\0\1" + bytes(4) + b"8|A|\n" + bytes(2) + struct.pack("<d", 0.5)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (b"28|B|<2x2>", b"28|B|<2x2x1>", "at most 2 dimensions"),
        (b"28|B|<2x2>", b"28|B|<51x2>", "at most 100 elements"),
        (b"28|B|<2x2>", b"28|B|<2*2>", "extents are no integers"),
        (b"8|A|", b"8 A", "expected a line"),
        (b"8|A|", b"9|A|", "'9' is no type"),
        (b"8|A|", b"8|a|", "'a' is no name"),
        (b"8|A|\n", b"8|" + b"A" * 250 + b"|\n", "more than 200 bytes"),
    ],
)
def test_the_bounds_and_words_are_those_of_the_specification(
    modules: dict[str, Any], old: bytes, new: bytes, text: str
) -> None:
    with pytest.raises(DecodeError, match=text.replace("*", ".")):
        modules["tally"].decode(TALLY.replace(old, new))


def test_a_long_header_without_lengths_costs_as_much_as_it_has_bytes(modules: dict[str, Any]) -> None:
    """Byte by byte, as a pipe reads it and as a decoder may be fed."""
    ledger = modules["ledger"]

    def header(count: int) -> bytes:
        names = (b"n%c%c%c" % (97 + i // 400, 97 + i // 20 % 20, 97 + i % 20) for i in range(count))
        lines = b"".join(name + b": small(1);\r\n" for name in names)
        return b"LG\x07\x02" + struct.pack("<H", 2 * count) + b"--\r\n" + lines + b"--\r\n"

    def read(count: int) -> Callable[[], None]:
        data = header(count) + bytes(4 * count)

        def whole() -> None:
            pipe, decoder = ledger.Pipe(data), ledger.Decoder()
            pipe.map()
            for at in range(len(data)):
                decoder.feed(data[at : at + 1])
            assert len(pipe.read()) == len(decoder.finish()) == 2

        return whole

    def fed(count: int) -> list[Callable[[], object]]:
        data, decoder = header(count) + bytes(4 * count), ledger.Decoder()
        return [partial(decoder.feed, data[at : at + 1]) for at in range(len(data))]

    in_proportion(lambda count: steps(read(count)), 200)
    in_proportion(lambda count: taken(*fed(count)), 200)
    data = header(3000)
    for cut in (3, 30, len(data) - 10):
        with pytest.raises(TruncatedError):
            ledger.Pipe(data[:cut])
