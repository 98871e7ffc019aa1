"""`sciwire inspect`: tree, canonical JSON and hex of real files; bad input is named and never ends in a traceback."""

from __future__ import annotations

import importlib
import json
import re
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import cbor2
import pytest
from commands import FORMATS, call, run
from corpus import corpus, needs_corpus

from sciwire.runtime import CodecError

_FOLDERS = {
    "qstream": ("qstream/*.qds",),
    "simplon": ("simplon/stream_v2/*", "simplon/simulator/*"),
    "rawhdf5": ("rawhdf5/*.h5",),
}


def _files(name: str) -> list[Path]:
    root = corpus()
    return sorted(path for pattern in _FOLDERS.get(name, ()) for path in root.glob(pattern) if path.is_file())


FILES = [(name, path) for name in FORMATS for path in _files(name)] if corpus().name else []
IDS = [f"{name}/{path.name}" for name, path in FILES]
SIMPLON_IMAGE = ("simplon", "stream_v2", "image.cbor")


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"sciwire.formats.{name}")


def _source(path: Path) -> Any:
    data = path.read_bytes()
    return path if data.startswith(b"\x89HDF") else data


def _decoded(name: str, path: Path) -> Any:
    """The value, or None where the file is wrong on purpose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _module(name).decode(_source(path))
        except CodecError:
            return None


@needs_corpus
def test_there_are_real_files_of_every_format_that_has_a_folder() -> None:
    assert {name for name, _ in FILES} == {name for name in FORMATS if name in _FOLDERS}


@needs_corpus
@pytest.mark.parametrize(("name", "path"), FILES, ids=IDS)
def test_the_tree_names_format_and_every_field(name: str, path: Path) -> None:
    value = _decoded(name, path)

    result = call("inspect", path)

    assert result.exit_code == (1 if value is None else 0), result.output
    assert result.stdout.splitlines()[0].startswith(f"{name} ")
    if value is None:
        assert re.search(r"^error \(\w+\): .*", result.stderr, re.MULTILINE)
        return
    for field, _ in _module(name).summary(value):
        leaf = field.rsplit(".", 1)[-1]
        assert re.search(rf"^ +{re.escape(leaf)}(\s|$)", result.stdout, re.MULTILINE), field


@needs_corpus
@pytest.mark.parametrize(("name", "path"), FILES, ids=IDS)
def test_json_is_the_canonical_value(name: str, path: Path) -> None:
    value = _decoded(name, path)

    result = call("inspect", path, "--json")

    if value is None:
        assert result.exit_code == 1
    else:
        assert json.loads(result.stdout) == json.loads(json.dumps(_module(name).to_plain(value)))


_HEX = re.compile(r"([0-9a-f]{8})  ((?:[0-9a-f]{2} ?)+)")


@needs_corpus
@pytest.mark.parametrize(("name", "path"), FILES, ids=IDS)
def test_hex_shows_every_byte_once_and_in_order(name: str, path: Path) -> None:
    data = path.read_bytes()
    if len(data) > 200_000:
        pytest.skip("too long to print")

    result = call("inspect", path, "--hex", "--all")

    shown = bytearray()
    for line in result.stdout.splitlines():
        match = _HEX.match(line)
        assert match, line
        assert int(match[1], 16) == len(shown), line
        shown += bytes.fromhex(line[10:57])
    assert bytes(shown) == data


@needs_corpus
def test_hex_shortens_long_fields_and_says_so() -> None:
    path = corpus(*SIMPLON_IMAGE)
    result = call("inspect", path, "--hex")

    assert re.search(r"\.\.\. \d+ more bytes of data\.threshold_1", result.stdout)
    assert len(result.stdout) < 20_000
    assert "series_id unsigned" in result.stdout


@needs_corpus
def test_standard_input_is_a_file_like_any_other() -> None:
    path = corpus(*SIMPLON_IMAGE)

    piped = run("inspect", "-", stdin=path.read_bytes())

    assert (piped.returncode, piped.stdout) == (0, run("inspect", path).stdout)
    assert b"data\n    threshold_1" in piped.stdout


@needs_corpus
def test_a_named_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    import os
    import threading

    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    data = corpus("simplon", "stream_v2", "end.cbor").read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()

    done = run("inspect", pipe)

    writer.join(10)
    assert (done.returncode, b"'end'" in done.stdout) == (0, True)


@needs_corpus
@pytest.mark.parametrize("share", [0.0005, 0.01, 0.5, 0.999])
def test_a_truncated_message_shows_what_is_good_and_where_it_ends(share: float, tmp_path: Path) -> None:
    data = corpus(*SIMPLON_IMAGE).read_bytes()
    cut = tmp_path / "cut.cbor"
    cut.write_bytes(data[: int(len(data) * share)])

    result = call("inspect", cut)

    assert result.exit_code == 1
    assert "series_id" in result.stdout
    assert "15614" in result.stdout
    assert re.search(r"error \(truncated\): simplon\S*( \S+)? at byte \d+: ", result.stderr)


@needs_corpus
def test_hex_of_a_truncated_message_ends_in_what_is_wrong(tmp_path: Path) -> None:
    cut = tmp_path / "cut.cbor"
    cut.write_bytes(corpus("simplon", "stream_v2", "end.cbor").read_bytes()[:40])

    result = call("inspect", cut, "--hex")

    assert result.exit_code == 1
    assert "invalid this text declares" in result.stdout


@needs_corpus
@pytest.mark.parametrize("name", sorted({name for name, _ in FILES}))
def test_any_truncation_of_any_format_exits_with_1_or_shows_a_shorter_stream(name: str, tmp_path: Path) -> None:
    path = min(
        (path for other, path in FILES if other == name and _decoded(name, path) is not None),
        key=lambda one: one.stat().st_size,
    )
    data = path.read_bytes()
    for size in {1, 2, 8, len(data) // 3, len(data) // 2, len(data) - 1}:
        cut = tmp_path / path.name
        cut.write_bytes(data[:size])
        for words in ([], ["--json"], ["--hex"]):
            result = call("inspect", "--format", name, cut, *words)
            assert result.exit_code == 1 or words == ["--hex"], (size, words, result.output)


@pytest.mark.parametrize(
    "content", [b"", b"hello\n", b"\xff" * 100, b"\0", b"%PDF-1.7", b"\xa1\x64type\x65other"], ids=repr
)
def test_data_of_no_known_format_are_named_by_their_beginning(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(content)

    result = call("inspect", path)

    assert (result.exit_code, result.stdout) == (1, "")
    said = "it is empty" if not content else f"it begins with {content[:8].hex(' ')}"
    assert f"no known format ({said}); say --format, one of {', '.join(FORMATS)}" in result.stderr


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("content", [b"\xff" * 50, b"[00]000010<", bytes(2000)], ids=["ff", "packet", "zeros"])
def test_bytes_said_to_be_of_a_format_are_refused_with_a_category(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(content)

    result = call("inspect", path, "--format", name)

    assert result.exit_code == 1
    assert re.search(rf"^error \(\w+\): {name}", result.stderr, re.MULTILINE), result.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_an_unknown_profile_is_a_mistake_of_the_command_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"x")

    result = call("inspect", path, "--format", name, "--profile", "nonsense")

    assert (result.exit_code, "profile" in result.stderr) == (2, True)


HOSTILE = cbor2.dumps(
    {"type": "end", "series_id": 1, "series_unique_id": "a", "\x1b[2Jkey\n\u202e": "\x1b]0;title\x07"}
)


@pytest.mark.skipif("simplon" not in FORMATS, reason="the format is not generated")
@pytest.mark.parametrize("words", [[], ["--hex"]])
def test_what_stands_in_data_does_not_steer_the_terminal(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "data"
    for data in (HOSTILE, HOSTILE[:-9]):
        path.write_bytes(data)
        result = call("inspect", path, *words)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.output)
        assert "[2Jkey" in result.output


@pytest.mark.skipif("simplon" not in FORMATS, reason="the format is not generated")
def test_a_terminal_that_knows_few_characters_gets_escapes(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(cbor2.dumps({"type": "end", "series_id": 1, "series_unique_id": "µ Ω"}))

    done = run("inspect", path, PYTHONIOENCODING="latin-1:strict")

    assert (done.returncode, b"\xb5 \\u03a9" in done.stdout) == (0, True), done.stderr


@pytest.mark.skipif("simplon" not in FORMATS, reason="the format is not generated")
def test_warnings_go_to_standard_error_once(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(cbor2.dumps({"type": "start", "series_id": 1, "beam_center_x": "wide"}))

    result = call("inspect", path)

    assert result.exit_code == 0
    assert result.stderr.count("warning: simplon: beam_center_x: expected a float") == 1
    assert "'wide'" in result.stdout
