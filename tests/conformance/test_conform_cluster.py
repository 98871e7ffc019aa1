"""A campaign over a Dask cluster of two worker processes says what one process says."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import needs
import pytest
import toy
from click.testing import CliRunner, Result

from sciwire.conformance.cli import conform
from sciwire.conformance.cluster import ClusterError, _Cluster
from sciwire.conformance.plan import Plan

HERE = Path(__file__).parent
SPEC = """
sciwire: 1
format: note
version: "1"
family: cbor
title: Notes
sources: [{id: S, text: "made for a test"}]
discriminator: type
messages:
  first: {fields: {items: {type: "list[u1]", required: true}}}
  other: {fields: {items: {type: "list[u1]", required: true}}}
rules: []
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    try:
        from distributed import LocalCluster
    except ImportError:
        needs.lacking("distributed", "the package distributed is not installed")
    path = {"PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, sys.path)])}
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, env=path
    ) as made:  # fmt: skip
        yield made.scheduler_address


def run(*arguments: str) -> Result:
    return CliRunner().invoke(conform, [*arguments])


def workers(address: str) -> set[str]:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return set(client.scheduler_info(n_workers=-1)["workers"])


def cases(path: Path) -> list[dict[str, Any]]:
    """The lines about cases, without what differs from run to run."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert lines[-1].get("complete") is True, lines[-1]
    return [{key: value for key, value in line.items() if key != "seconds"} for line in lines[1:-1]]


def test_a_campaign_says_what_one_process_says(cluster: str, tmp_path: Path) -> None:
    arguments = ["chunks", "pacman", "--examples", "5"]
    here = run(*arguments, "--jsonl", str(tmp_path / "here"))
    there = run(*arguments, "--dask", cluster, "--jsonl", str(tmp_path / "there"))

    assert (here.exit_code, there.exit_code) == (0, 0), there.output
    assert len(cases(tmp_path / "here")) > 500
    assert cases(tmp_path / "there") == cases(tmp_path / "here")


def test_failures_are_the_same_too(cluster: str, tmp_path: Path) -> None:
    specs = toy.write_vectors(tmp_path)
    for impl in ("WrongOffset", "RaisesForeign"):
        arguments = ["--specs", str(specs), "--impl", f"python:miniatures:{impl}"]
        here = run(*arguments, "--jsonl", str(tmp_path / "here"))
        there = run(*arguments, "--dask", cluster, "--jsonl", str(tmp_path / "there"))

        assert here.exit_code == there.exit_code == 1
        assert any(one["verdict"] != "pass" for one in cases(tmp_path / "here"))
        names = ("id", "impl", "verdict", "fault", "level", "replay")
        one, other = (
            [{key: case.get(key) for key in names} for case in cases(tmp_path / name)] for name in ("here", "there")
        )
        assert one == other


def test_an_implementation_that_ends_its_process_costs_its_own_case(cluster: str, tmp_path: Path) -> None:
    specs = toy.write_vectors(tmp_path)
    arguments = ["--specs", str(specs), "--impl", "python:miniatures:Dies", "--only", "toy/plain/[ch]*"]
    before = workers(cluster)
    run(*arguments, "--dask", cluster, "--jsonl", str(tmp_path / "dies"))

    found = {one["id"]: one.get("fault") for one in cases(tmp_path / "dies") if one["check"] != "decode/rule"}
    assert workers(cluster) == before
    assert found["toy/plain/cut@decode/invalid"] == "died"
    assert found["toy/plain/hashed@decode/valid"] is None


def test_an_implementation_that_does_not_start_there_is_said_once(cluster: str, tmp_path: Path) -> None:
    specs = toy.write_vectors(tmp_path)

    result = run("--specs", str(specs), "--impl", "python:miniatures:DoesNotStart", "--dask", cluster)

    assert result.exit_code == 1
    assert "says that python:miniatures:DoesNotStart cannot be judged" in result.output
    assert result.output.count("OSError: no licence") == 1


def test_a_cause_is_shrunk_once(cluster: str, tmp_path: Path) -> None:
    """Two kinds of message lose the same thing: one is shown as small as it gets, the other says where that is."""
    (tmp_path / "note").mkdir()
    (tmp_path / "note" / "1.yaml").write_text(SPEC, encoding="utf-8")
    arguments = ["--specs", str(tmp_path), "--impl", "python:forgetful:Forgets", "--check", "fuzz/valid"]
    here = run(*arguments, "--jsonl", str(tmp_path / "here"))
    there = run(*arguments, "--dask", cluster, "--jsonl", str(tmp_path / "there"))

    assert (here.exit_code, there.exit_code) == (1, 1), there.output
    one, other = cases(tmp_path / "here"), cases(tmp_path / "there")
    assert [(case["id"], case["verdict"], case["fault"]) for case in other] == [
        (case["id"], case["verdict"], case["fault"]) for case in one
    ]
    small, like_it = other
    assert small == one[0]
    assert '"items": [0]' in small["expected"]
    assert like_it["message"].endswith(f"; not shrunk, for {small['id']} has the same cause and is")


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("sciwire.conformance.cluster._CONNECT", 0.5)
    result = run("chunks", "--dask", "tcp://127.0.0.1:9", "--examples", "0")

    assert result.exit_code == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in result.output


def test_a_cluster_whose_workers_are_gone_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Dask itself waits for another worker without end."""
    distributed = pytest.importorskip("distributed", reason="the package distributed is not installed")
    monkeypatch.setattr("sciwire.conformance.cluster._LOOK", 0.2)
    monkeypatch.setattr("sciwire.conformance.cluster._ALONE", 0.4)
    plan = Plan(specs=toy.write_vectors(tmp_path), formats=("toy",), impls=("sciwire",))
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as made:
        client = distributed.Client(made, set_as_default=False)
        with pytest.raises(ClusterError, match=r"no workers for 0\.4 s"):
            _Cluster(client, plan).wait(client.submit(abs, -1))
        client.close()
