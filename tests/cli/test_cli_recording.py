"""`sciwire inspect FOLDER`: a recording of messages in parts, a file each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import call
from corpus import corpus, needs_corpus

END = b'{"htype":"dseries_end-1.0","series":6}'


@needs_corpus
@pytest.mark.parametrize(("folder", "messages", "parts"), [("stream_v1_eiger2_lz4", 4, 20), ("stream_v1_eiger1_bslz4", 2, 11)])  # fmt: skip
def test_a_recording_of_a_detector_is_shown_message_by_message(folder: str, messages: int, parts: int) -> None:
    shown = call("inspect", corpus("simplon", folder), "--profile", "api_1_6")

    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith(f"simplon_v1 1.8  {messages} messages in {parts} parts\nHeader\n")
    assert "x 20 ns" in shown.output


@needs_corpus
def test_parts_that_no_file_has_are_named_as_missing() -> None:
    shown = call("inspect", corpus("simplon", "stream_v1_eiger1_bslz4"), "--json")

    header, image = json.loads(shown.output)
    assert (header["missing"], image["kind"]) == ([4, 6], "image")


def test_a_folder_that_is_no_recording_is_a_mistake(tmp_path: Path) -> None:
    assert call("inspect", tmp_path).exit_code == 2

    (tmp_path / "part1").write_bytes(b"[]")
    assert "no recording" in call("inspect", tmp_path).output

    (tmp_path / "part1").write_bytes(END)
    assert call("inspect", tmp_path).exit_code == 0
    assert call("inspect", tmp_path, "--hex").exit_code == 2

    (tmp_path / "other01").write_bytes(END)
    assert "both part 1" in call("inspect", tmp_path).output


def test_a_damaged_recording_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "p1").write_bytes(END)
    (tmp_path / "p2").write_bytes(END[:-1])

    shown = call("inspect", tmp_path)

    assert shown.exit_code == 1
    assert "at part 2 byte 37" in shown.output
