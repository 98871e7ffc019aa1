"""What people see of streams: captures by `inspect`, the line that is renewed, sizes and rates as they are typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from loopback import call

from sciwire.cli.live import Status, amount, rate_of, sized
from sciwire.formats import simplon
from sciwire.stream import CaptureWriter, Simulator


def capture_of(path: Path, format: str, *messages: list[bytes], close: bool = True) -> Path:
    writer = CaptureWriter(path, format, note="a note\x1b[31m", started=10**18)
    for number, parts in enumerate(messages):
        writer.write(parts, number * 10**9)
    if close:
        writer.refuse(2, 5_000_000_000, "too large\x07", 7 * 10**9)
        writer.close("stopped", 8 * 10**9)
    return path


def image(number: int, value: int) -> list[bytes]:
    pixels = {"threshold_1": np.full((3, 4), value, "u2")}
    return [simplon.encode(simplon.Image(series_id=5, series_unique_id="u", image_id=number, data=pixels))]


def test_the_messages_are_decoded_counted_and_what_was_not_kept_is_told(tmp_path: Path) -> None:
    path = capture_of(tmp_path / "a.swc", "simplon", image(0, 11), image(1, 22))

    shown = call("inspect", path)

    assert shown.exit_code == 1, shown.output
    lines = shown.stdout.splitlines()
    assert lines[0] == "capture of simplon, begun 2001-09-09 01:46:40 UTC"
    assert "  note  a note\\x1b[31m" in lines
    assert f"[1]  +1.000000 s  1 part, {len(image(1, 22)[0])} bytes  image" in lines
    assert [line.split()[1:] for line in lines if "threshold_1 " in line] == [
        ["uint16", "3", "x", "4", "min", "11", "max", "11", "mean", "11"],
        ["uint16", "3", "x", "4", "min", "22", "max", "22", "mean", "22"],
    ]
    assert lines[-3:] == [
        "  1 series: 2 image",
        "  series 5: 2 images",
        "not kept, +7.000000 s: too large\\x07",
    ]
    assert "warning: not everything that arrived was kept" in shown.stderr


def test_only_the_first_messages_are_shown_unless_all_are_asked_for(tmp_path: Path) -> None:
    path = capture_of(tmp_path / "a.swc", "simplon", *(image(number, number) for number in range(15)))

    shown, everything = call("inspect", path), call("inspect", path, "--all")

    assert shown.stdout.count("image_id") == 10
    assert "... 5 more messages; --all shows them" in shown.stdout
    assert everything.stdout.count("image_id") == 15
    for result in (shown, everything):
        assert "15 messages" in result.stdout
        assert "series 5: 15 images" in result.stdout


def test_json_has_the_canonical_value_of_every_message(tmp_path: Path) -> None:
    path = capture_of(tmp_path / "a.swc", "simplon", *(image(number, number) for number in range(12)))

    result = call("inspect", path, "--json")

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["header"] == {"format": "simplon", "started": 10**18, "software": found["header"]["software"], "note": "a note\x1b[31m"}  # fmt: skip
    assert [row["value"]["image_id"] for row in found["messages"]] == list(range(12))
    assert found["messages"][3] == {
        "elapsed": 3 * 10**9,
        "sizes": [len(image(3, 3)[0])],
        "value": simplon.to_plain(simplon.decode(image(3, 3)[0])),
    }
    assert found["refused"] == [{"elapsed": 7 * 10**9, "parts": 2, "size": 5_000_000_000, "reason": "too large\x07"}]
    assert found["missing"] == "not everything that arrived was kept: too large\x07"


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_message_that_is_wrong_is_named_and_the_others_are_shown(option: list[str], tmp_path: Path) -> None:
    path = capture_of(tmp_path / "a.swc", "simplon", image(0, 1), [b"\xff"], [b"a", b"b"], image(3, 4))

    result = call("inspect", path, *option)

    assert result.exit_code == 1
    assert "message 1: simplon" in result.stderr
    assert "message 2: expected a message of one part, got 2" in result.stderr
    assert result.stdout.count("image_id") == 2


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_capture_of_a_format_that_is_not_known_is_shown_without_values(option: list[str], tmp_path: Path) -> None:
    path = capture_of(tmp_path / "a.swc", "qstream2", [b"abc", b""])

    result = call("inspect", path, *option)

    assert result.exit_code == 1
    assert ('"sizes": [3, 0]' if option else "2 parts, 3 bytes") in result.stdout


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_capture_that_was_cut_or_damaged_is_exit_code_1(option: list[str], tmp_path: Path) -> None:
    whole = capture_of(tmp_path / "a.swc", "simplon", image(0, 1), close=False).read_bytes()
    for name, data, said in (
        ("open", whole, "the capture was not closed"),
        ("cut", whole + b"MESG\x10", "the capture ends inside a block"),
        ("damaged", whole + bytes(20), "error (constraint): capture.Capture blocks[1] at byte"),
        ("header", whole[:20], "error (truncated)"),
    ):
        path = tmp_path / f"{name}.swc"
        path.write_bytes(data)

        result = call("inspect", path, *option)

        assert result.exit_code == 1, name
        assert said in result.stderr
        assert ("image_id" in result.stdout) == (name != "header")
        if option and name != "header":
            assert len(json.loads(result.stdout)["messages"]) == 1


def test_a_profile_is_one_of_the_messages(tmp_path: Path) -> None:
    for name in ("simplon", "simplon_v1", "lclstreamer"):
        path = capture_of(tmp_path / f"{name}.swc", name, *Simulator(name, images=1, shape=(8, 8)))  # type: ignore[arg-type]

        assert call("inspect", path, "--profile", "documented").exit_code == 1
        refused = call("inspect", path, "--profile", "nonsense")
        assert refused.exit_code == 2
        assert f"{name} has no profile 'nonsense'" in " ".join(refused.stderr.split())
    assert " 20 ns" in call("inspect", tmp_path / "simplon_v1.swc", "--profile", "api_1_6").stdout


def test_hex_and_describe_know_captures(tmp_path: Path) -> None:
    path = capture_of(tmp_path / "a.swc", "simplon", image(0, 1))

    assert "blocks[0].parts[0].data" in call("inspect", path, "--hex").stdout
    described = call("describe", "capture")
    assert described.exit_code == 0
    assert "CAP-018" in described.stdout


def test_an_empty_series_is_shown(tmp_path: Path) -> None:
    path = capture_of(tmp_path / "a.swc", "simplon_v1", *Simulator("simplon_v1", images=0, shape=(8, 8)))  # type: ignore[arg-type]

    assert "1 series: 1 start, 1 end" in call("inspect", path).stdout


def test_the_line_is_renewed_in_place_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Status().show(5, 5000)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    Status(quiet=True).show(5, 5000)
    assert capsys.readouterr().err == ""

    status = Status()
    status.show(1234, 5_600_000, "  2 peers")
    status.show(9999, 9_999_999)  # too soon to be shown
    status.say("a word")

    shown = capsys.readouterr().err
    assert shown.startswith("\r1,234 messages, 5.6 MB (")
    assert "9,999" not in shown
    assert shown.endswith("\ra word\n")
    assert "\n" not in shown[:-1]


@pytest.mark.parametrize(
    ("said", "size"),
    [("1", 1), ("64M", 64_000_000), ("64MiB", 64 * 2**20), ("1.5gb", 1_500_000_000), ("2KiB", 2048)],
)
def test_sizes_are_read_as_people_write_them(said: str, size: int) -> None:
    assert sized(None, None, said) == size  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["", "0", "-1", "M", "1e40", "nan", "inf", "5 apples"])
def test_what_is_no_size_is_refused(said: str) -> None:
    with pytest.raises(click.BadParameter):
        sized(None, None, said)  # type: ignore[arg-type]


def test_rates_and_amounts() -> None:
    assert [rate_of(None, None, said) for said in ("2.5", "max", "as-recorded")] == [2.5, "max", "as-recorded"]  # type: ignore[arg-type]
    for said in ("0", "-1", "inf", "nan", "fast"):
        with pytest.raises(click.BadParameter):
            rate_of(None, None, said)  # type: ignore[arg-type]
    assert [amount(size) for size in (0, 999, 1500, 2_000_000, 3.21e9, 4.5e13)] == [
        "0 B", "999 B", "1.5 kB", "2.0 MB", "3.2 GB", "45.00 TB",
    ]  # fmt: skip
