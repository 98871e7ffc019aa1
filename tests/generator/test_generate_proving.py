"""A proof in parts and in time: whatever a module does, and whichever vector it fails, it replaces nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from generating import module_path, numbers, write_spec, write_vectors

from sciwire.generator import proof_process, tree
from sciwire.generator.proof_start import Started
from sciwire.generator.proofs import Proofs
from sciwire.generator.prover import Prover
from sciwire.runtime.errors import SpecError

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a module is proved by one process")
MANY = 1500


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIWIRE_CACHE", "")


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A folder of specifications of two formats, `left` and `right`."""
    for name in ("left", "right"):
        write_spec(tmp_path / "specs", name)
    return tmp_path / "specs"


@pytest.fixture
def prover(specs: Path) -> Iterator[Prover]:
    with Prover(specs, 60) as one:
        yield one


def _written(specs: Path, output: Path, *formats: str) -> None:
    tree.write_tree(tree.expected_tree(specs, output, formats), specs)


def _behave(monkeypatch: pytest.MonkeyPatch, code: str, name: str = "left") -> None:
    """Let the module *name* do *code* before it decodes *data*, whose number is its last byte."""
    _append(
        monkeypatch,
        f"_decode = decode\n\n\ndef decode(data, **options):\n    {code}\n    return _decode(data, **options)\n",
        name,
    )


def _append(monkeypatch: pytest.MonkeyPatch, code: str, name: str = "left") -> None:
    real = tree.render_format

    def rendered(versions: tuple[object, ...]) -> str:
        text = real(versions)  # type: ignore[arg-type]
        return f"{text}\n\n{code}" if f'FORMAT = "{name}"' in text else text

    monkeypatch.setattr(tree, "render_format", rendered)


@LINUX
@pytest.mark.parametrize("wrong", [0, 1, 750, MANY - 2, MANY - 1])
def test_one_wrong_vector_in_any_part_is_enough(wrong: int, specs: Path, tmp_path: Path) -> None:
    from sciwire.conformance.prove import weight

    write_vectors(specs, "left", *numbers("left", range(MANY), wrong={wrong}))
    assert weight("left", specs) > 1.5 * proof_process._MUCH, "several processes share them"

    with pytest.raises(SpecError, match=f"nothing was replaced: left/numbers/n{wrong}@decode/valid") as caught:
        _written(specs, tmp_path, "left")
    assert str(caught.value).count("@") == 1
    assert not module_path(tmp_path, "left").exists()


def test_those_that_fail_are_told_in_their_order_whichever_part_ran_them(specs: Path, tmp_path: Path) -> None:
    write_vectors(specs, "left", *numbers("left", range(MANY), wrong={3, 4, 900, 901, 1400}))

    with pytest.raises(SpecError) as caught:
        _written(specs, tmp_path, "left")
    told = [line.partition("@")[0].rpartition("/")[2] for line in str(caught.value).splitlines() if "@" in line]
    assert told == ["n3", "n4", "n900", "n901", "n1400"]


def test_many_vectors_in_parts_prove_a_module(specs: Path, tmp_path: Path) -> None:
    write_vectors(specs, "left", *numbers("left", range(MANY)))
    unjudged: list[str] = []
    tree.write_tree(tree.expected_tree(specs, tmp_path), specs, unjudged=unjudged)

    assert unjudged == ["right"]
    assert module_path(tmp_path, "left").exists() and module_path(tmp_path, "right").exists()


def test_what_was_proved_is_remembered_from_the_first_time_on(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIWIRE_CACHE", str(tmp_path / "cache"))
    write_vectors(specs, "left", *numbers("left", range(20)))
    _written(specs, tmp_path, "left")
    text = module_path(tmp_path, "left").read_text()

    assert Proofs(specs).known("left", text) == 20
    write_vectors(specs, "left", *numbers("left", range(21)))
    assert Proofs(specs).known("left", text) is None


@LINUX
@pytest.mark.parametrize("number", [0, MANY - 1])
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import os; data[-2:] == {0} and os._exit(0)", "left ended the process that was to prove it .exit 0."),
        ("import os; data[-2:] == {0} and os.abort()", "left ended the process that was to prove it .SIGABRT."),
        ("if data[-2:] == {0}: print('\\n.\\nleft\\n', flush=True); raise KeyboardInterrupt", "left can't be proved"),
    ],
)
def test_a_module_that_ends_its_process_at_one_vector_is_refused(
    code: str, told: str, number: int, specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_vectors(specs, "left", *numbers("left", range(MANY)))
    _behave(monkeypatch, code.format(number.to_bytes(2, "big")))

    with pytest.raises(SpecError, match=f"nothing was replaced: {told}"):
        _written(specs, tmp_path)
    assert not (tmp_path / "sciwire").exists(), "the good module of the same run is not written either"


@LINUX
@pytest.mark.parametrize("number", [0, MANY - 1])
def test_a_module_that_hangs_at_one_vector_is_refused(
    number: int, specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_vectors(specs, "left", *numbers("left", range(MANY)))
    _behave(monkeypatch, f"while data[-2:] == {number.to_bytes(2, 'big')}: pass")
    monkeypatch.setattr(tree, "Prover", partial(Prover, seconds=3))

    with pytest.raises(SpecError, match="nothing was replaced: left did not pass its vectors within 3 s"):
        _written(specs, tmp_path)


def test_an_encoder_that_loses_is_refused_though_not_each_value_is_written_again(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = numbers("left", range(100))
    assert not any(one.get("canonical") for one in vectors)
    write_vectors(specs, "left", *vectors)
    _append(monkeypatch, "def encode(value, **options):\n    raise ValueError('lost')\n")

    with pytest.raises(SpecError, match="nothing was replaced: left/numbers/n0@roundtrip/value"):
        _written(specs, tmp_path, "left")


@LINUX
def test_what_was_given_to_a_worker_that_had_just_ended_goes_to_another(specs: Path, tmp_path: Path) -> None:
    from sciwire.generator.proof_worker import Worker

    worker = Worker(tmp_path, specs, 60)
    os.kill(worker._pid, signal.SIGKILL)
    os.waitid(os.P_PID, worker._pid, os.WEXITED | os.WNOWAIT)
    worker.give("left", (0, 1))

    assert worker.found() is None and worker.gone


@pytest.mark.parametrize("said", [".", "left", "x" * 100_000], ids=["end", "name", "much"])
def test_what_a_module_prints_is_no_answer(
    said: str, specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is heard by nobody: a module that prints is judged by its vectors, and by nothing else."""
    code = f"import os; os.write(1, b'\\n{said}\\n')"
    write_vectors(specs, "left", *numbers("left", range(20)))
    _behave(monkeypatch, code)
    _written(specs, tmp_path, "left")
    module_path(tmp_path, "left").unlink()

    write_vectors(specs, "left", *numbers("left", range(20), wrong={7}))
    with pytest.raises(SpecError, match="nothing was replaced: left/numbers/n7@decode/valid"):
        _written(specs, tmp_path, "left")


def test_a_module_that_uses_another_is_proved_with_that_of_the_same_run(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_vectors(specs, "left", *numbers("left", range(20)))
    _behave(monkeypatch, "from sciwire.formats import right; assert right.FORMAT == 'right'")
    quick = tree.render_format

    def late(versions: tuple[object, ...]) -> str:
        time.sleep(1.5 * (versions[0].format == "right"))  # type: ignore[attr-defined]
        return quick(versions)  # type: ignore[arg-type]

    monkeypatch.setattr(tree, "render_format", late)
    with Prover(specs) as prover:
        made = tree.expected_tree(specs, tmp_path, prover=prover)
        tree.write_tree(made, specs, prover=prover)
    assert module_path(tmp_path, "left").exists()


def test_a_vector_that_is_none_is_named_where_it_fails(specs: Path, tmp_path: Path) -> None:
    vectors = numbers("left", range(20))
    vectors[4]["value"] = {"kind": "frame", "number": {"$int": "four"}}
    write_vectors(specs, "left", *vectors)

    with pytest.raises(
        SpecError, match=r"(?s)left/numbers/n4@decode/valid.*the vectors cannot be used:.*n4: the value is"
    ):
        _written(specs, tmp_path, "left")


@LINUX
@pytest.mark.parametrize("end", ["close", "input"])
def test_nothing_goes_on_when_nobody_waits_for_it(end: str, prover: Prover) -> None:
    """Neither the process that proves nor those that it started: a generator may be interrupted, or killed."""
    prover.offer("left", "import time\ntime.sleep(600)\n")
    process = _started(prover).process
    assert process.stdin is not None
    _wait(lambda: len(_group(process.pid)) > 1)
    if end == "close":
        prover.close()
    else:
        process.stdin.close()  # as the system does with those of a process that is gone
        process.wait()
    _wait(lambda: not _group(process.pid))


@LINUX
def test_nothing_goes_on_when_nobody_waits_for_the_last_answer(prover: Prover) -> None:
    """All names were said: a generator that is killed now closes the input, and takes no folder away."""
    prover.offer("left", "import time\ntime.sleep(600)\n")
    prover._say(proof_process.END)
    process, folder = _started(prover).process, _started(prover).folder
    assert process.stdin is not None
    _wait((folder / "left.0.said").exists)
    process.stdin.close()
    _wait(lambda: process.poll() is not None and not _group(process.pid))
    assert not folder.exists()


@LINUX
@pytest.mark.parametrize(
    "code", ["if os.fork() == 0:\n    time.sleep(600)", "os.kill(os.getppid(), 9)\ntime.sleep(600)"]
)
def test_what_a_module_started_or_left_behind_is_ended(code: str, prover: Prover) -> None:
    with contextlib.suppress(SpecError):
        prover.settle({"left": {"left": f"import os, time\n{code}\n"}})
    process = _started(prover).process
    _wait(lambda: not _group(process.pid))


@LINUX
def test_a_signal_without_a_name_ends_one_proof_and_not_all(specs: Path) -> None:
    dies = "import os, signal\nos.kill(os.getpid(), signal.SIGRTMIN + 1)\n"
    modules = {name: {name: dies if name == "m3" else "\n"} for name in (f"m{number}" for number in range(9))}
    with Prover(specs, 60) as one, pytest.raises(SpecError) as caught:
        one.settle(modules)
    number = signal.SIGRTMIN + 1
    assert str(caught.value) == f"nothing was replaced: m3 ended the process that was to prove it (signal {number})"


def _started(prover: Prover) -> Started:
    assert prover._started is not None
    return prover._started


def _wait(reached: object) -> None:
    assert callable(reached)
    end = time.monotonic() + 200
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


def _group(leader: int) -> list[int]:
    """The processes of a group that run."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state = (path / "stat").read_text().rpartition(")")[2].split()
            if state[0] != "Z" and os.getpgid(int(path.name)) == leader:
                found.append(int(path.name))
        except OSError:  # it is gone
            continue
    return found
