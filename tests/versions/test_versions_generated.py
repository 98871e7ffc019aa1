"""What is printed for several versions: a module of each, as it would be alone, and one that hands on to them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from generating_versions import ROOT, command
from probe import ONE, PROBE, TWO, one, two
from versioned import write_versions

FORMATS = Path("sciwire") / "formats"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    return write_versions(tmp_path / "specs", "probe", *PROBE[:2])


def _generate(specs: Path, output: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return command("generate", "--specs", specs, "--output", output, *words)


def _vectors(specs: Path, version: str, data: bytes, value: dict[str, object], *, name: str = "good") -> None:
    folder = specs / "probe" / "vectors"
    folder.mkdir(exist_ok=True)
    head = {"format": "probe", "version": version, "group": f"v{version}", "provenance": "by hand"}
    vector = {"id": f"probe/v{version}/{name}", "kind": "valid", "level": "MUST", "rules": ["PRB-001"], "doc": "a frame", "hex": data.hex(), "value": value, "canonical": True}  # fmt: skip
    (folder / f"valid.v{version}.json").write_text(json.dumps({**head, "vectors": [vector]}))


def _array(*samples: int) -> dict[str, object]:
    data = b"".join(sample.to_bytes(2, "big") for sample in samples)
    import base64

    return {"$nd": {"dtype": ">u2", "shape": [len(samples)], "data": base64.b64encode(data).decode()}}


def test_each_version_is_printed_as_it_is_alone(specs: Path, tmp_path: Path) -> None:
    """A version that does not say where it stands is a module by itself; among others it is that very module."""
    assert _generate(specs, tmp_path / "out").returncode == 0
    alone = shutil.copy(specs / "probe" / "1.0.yaml", tmp_path / "1.0.yaml")
    assert _generate(Path(alone), tmp_path / "alone").returncode == 0

    made = sorted(path.name for path in (tmp_path / "out" / FORMATS).glob("*.py"))
    assert made == ["_probe__1_0.py", "_probe__2_0.py", "probe.py"]
    assert (tmp_path / "out" / FORMATS / "_probe__1_0.py").read_bytes() == (tmp_path / "alone" / FORMATS / "probe.py").read_bytes()  # fmt: skip
    banner = (tmp_path / "out" / FORMATS / "probe.py").read_text().splitlines()[1:3]
    assert [line.split()[1] for line in banner] == ["specs/probe/1.0.yaml", "specs/probe/2.0.yaml"]


def test_a_version_that_says_where_it_stands_has_a_module_of_its_own_from_the_first_day(tmp_path: Path) -> None:
    specs = write_versions(tmp_path / "specs", "probe", PROBE[1])
    assert _generate(specs, tmp_path / "out").returncode == 0
    before = (tmp_path / "out" / FORMATS / "_probe__2_0.py").read_bytes()
    write_versions(specs, "probe", PROBE[2])
    assert _generate(specs, tmp_path / "out").returncode == 0
    assert (tmp_path / "out" / FORMATS / "_probe__2_0.py").read_bytes() == before


def test_the_same_bytes_whatever_the_hash_seed(specs: Path, tmp_path: Path) -> None:
    texts = set()
    for seed in "12":
        roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
        env = {**os.environ, "PYTHONPATH": roots, "PYTHONHASHSEED": seed}
        words = ["generate", "--specs", str(specs), "--output", str(tmp_path / seed)]
        subprocess.run([sys.executable, "-m", "sciwire.cli", *words], env=env, check=False, capture_output=True)
        texts.add((tmp_path / seed / FORMATS / "probe.py").read_bytes())
    assert len(texts) == 1


def test_check_tells_a_layout_that_is_stale_edited_missing_or_of_no_version(specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _generate(specs, out).returncode == 0
    assert _generate(specs, out, "--check").stdout.splitlines()[-1] == "3 modules, 0 that differ"

    layout = out / FORMATS / "_probe__1_0.py"
    text = layout.read_text()
    layout.write_text(text.replace("count", "number"))
    assert "_probe__1_0.py: was changed by hand" in _generate(specs, out, "--check").stderr
    layout.unlink()
    assert "_probe__1_0.py: is missing" in _generate(specs, out, "--check").stderr
    assert _generate(specs, out).returncode == 0
    assert layout.read_text() == text

    (specs / "probe" / "2.0.yaml").unlink()
    told = _generate(specs, out, "--check").stderr
    assert "probe.py: is not what the specification says now" in told
    assert "_probe__2_0.py: has no specification" in told
    assert _generate(specs, out).returncode == 0
    assert [path.name for path in (out / FORMATS).glob("*.py")] == ["probe.py"]


def test_vectors_are_run_by_the_layout_of_their_version(specs: Path, tmp_path: Path) -> None:
    _vectors(specs, "1.0", ONE, {"head": {"station": 7}, "samples": _array(1, 2, 65535)})
    _vectors(specs, "2.0", TWO, {"head": {"station": 7}, "gain": 0.5, "samples": _array(1, 2, 65535)})
    done = _generate(specs, tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, ""), "neither the module nor a layout is without vectors"

    _vectors(specs, "1.0", ONE, {"head": {"station": 7}, "samples": _array(1, 2, 3)}, name="wrong")
    (tmp_path / "out" / FORMATS / "_probe__1_0.py").unlink()
    done = _generate(specs, tmp_path / "out")
    assert done.returncode == 1
    assert "nothing was replaced: probe/v1.0/wrong@decode/valid" in done.stderr
    assert not (tmp_path / "out" / FORMATS / "_probe__1_0.py").exists()


def test_a_vector_of_another_version_than_its_data_state_fails(specs: Path, tmp_path: Path) -> None:
    _vectors(specs, "2.0", ONE, {"head": {"station": 7}, "samples": _array(1, 2, 65535)})
    done = _generate(specs, tmp_path / "out")
    assert done.returncode == 1
    assert "probe/v2.0/good@decode/valid" in done.stderr


def test_the_suite_judges_every_version_by_vectors_and_by_values_that_it_makes(specs: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs" / "schema", specs / "schema")
    _vectors(specs, "1.0", one(5), {"head": {"station": 7}, "samples": _array(5)})
    _vectors(specs, "2.0", two(5), {"head": {"station": 7}, "gain": 0.5, "samples": _array(5)})
    assert _generate(specs, tmp_path / "out").returncode == 0
    roots = os.pathsep.join([str(tmp_path / "out"), *(str(ROOT / name) for name in ("generator", "generated", "conformance"))])  # fmt: skip
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sciwire.cli",
            "conform",
            "probe",
            "--examples",
            "20",
            "--jsonl",
            str(tmp_path / "cases"),
        ],
        env={**os.environ, "PYTHONPATH": roots, "SCIWIRE_SPECS": str(specs)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cases = [json.loads(line) for line in (tmp_path / "cases").read_text().splitlines()]
    judged = {(case["version"], case["check"]) for case in cases if case.get("verdict") == "pass"}
    for version in ("1.0", "2.0"):
        checks = {check for of, check in judged if of == version}
        assert {"decode/valid", "roundtrip/bytes", "feeding", "fuzz/valid"} <= checks


USER = """\
from typing import Literal, assert_type

from sciwire.formats import probe
from sciwire.formats.probe import v1_0


def samples(data: bytes) -> float | None:
    frame = probe.decode(data)
    assert_type(frame, probe.Frame | v1_0.Frame)
    if isinstance(frame, probe.Frame):
        return frame.gain
    print(frame.samples)
    return frame.gain  # not in this version


def again(data: bytes) -> bytes:
    decoder = probe.Decoder()
    for frame in decoder.feed(data):
        assert_type(frame, probe.Frame | v1_0.Frame)
    assert_type(probe.version_of(data), Literal["2.0", "1.0"])
    return probe.encode(v1_0.Frame(), version="1")
"""


def test_what_a_program_gets_is_typed(specs: Path, tmp_path: Path) -> None:
    assert _generate(specs, tmp_path / "out").returncode == 0
    (tmp_path / "user.py").write_text(USER)
    words = ["--strict", "--namespace-packages", "--explicit-package-bases", "--no-error-summary"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words, "-m", "user", "-p", "sciwire.formats"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": os.pathsep.join(map(str, (ROOT / "generator", tmp_path / "out", tmp_path)))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    lines = {line.split(":")[1] for line in done.stdout.splitlines() if ": error" in line}
    told = [
        number
        for number, line in enumerate(USER.splitlines(), 1)
        if "not in this version" in line or 'version="1"' in line
    ]
    assert lines == set(map(str, told)), done.stdout


def test_the_command_line_shows_the_version_of_the_data(probe: ModuleType, probe_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "frame.bin").write_bytes(ONE)
    roots = [probe_folder, *(ROOT / name for name in ("generator", "generated", "conformance"))]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))}

    def run(*words: str) -> str:
        done = subprocess.run([sys.executable, "-m", "sciwire.cli", *words], env=env, capture_output=True, encoding="utf-8", check=False)  # fmt: skip
        return done.stdout + done.stderr

    assert run("inspect", str(tmp_path / "frame.bin")).startswith("probe 1.0  Frame  14 bytes\n")
    assert any(line.split()[:3] == ["probe", "1.0,", "2.0,"] for line in run("formats").splitlines())
    assert "_probe" not in run("formats")
    (tmp_path / "frame.bin").write_bytes(one(version=9))
    told = run("inspect", "--format", "probe", str(tmp_path / "frame.bin"))
    assert (
        "probe head.version at byte 5: expected 3 (version 3.0) or 2 (version 2.0) or 1 (version 1.0), got 9 [PRB-001]"
        in told
    )


def test_vectors_of_a_version_that_is_not_specified_are_refused(specs: Path, tmp_path: Path) -> None:
    """Nobody would be asked about them."""
    _vectors(specs, "1.1", ONE, {"head": {"station": 7}, "samples": _array(1, 2, 65535)})
    done = _generate(specs, tmp_path / "out")
    assert done.returncode == 1
    assert "there is no specification of version '1.1'; there are: 1.0, 2.0" in done.stderr
