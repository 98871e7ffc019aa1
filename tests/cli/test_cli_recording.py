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


FOLDERS = {
    "it has no files whose names end in a number": ["stream.qds", "notes.txt"],
    "run1.json and run1.qds are both part 1": ["run1.json", "run1.qds"],
    "its files end in 1 to 99999999999, and most between are missing": ["run1.qds", "run99999999999.qds"],
    "run1.qds begins no message of a known format": ["run1.qds", "run2.qds"],
}


@pytest.mark.parametrize("why", FOLDERS)
def test_a_folder_that_is_no_recording_is_a_mistake_that_says_which_are(why: str, tmp_path: Path) -> None:
    for name in FOLDERS[why]:
        (tmp_path / name).write_bytes(b"[00]")

    shown = call("inspect", tmp_path)

    assert shown.exit_code == 2
    assert f"Error: {tmp_path} is no recording: {why}. Of folders only recordings" in shown.output
    assert "(simplon_v1) can be read, a file for each part" in shown.output


def test_a_recording_of_one_part(tmp_path: Path) -> None:
    (tmp_path / "part1").write_bytes(END)

    assert call("inspect", tmp_path).exit_code == 0
    assert call("inspect", tmp_path, "--hex").exit_code == 2
    assert "and simplon is no format of messages in parts" in call("inspect", tmp_path, "--format", "simplon").output


def test_a_damaged_recording_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "p1").write_bytes(END)
    (tmp_path / "p2").write_bytes(END[:-1])

    shown = call("inspect", tmp_path)

    assert shown.exit_code == 1
    assert "at part 2 byte 37" in shown.output
