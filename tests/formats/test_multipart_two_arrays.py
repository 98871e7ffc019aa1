"""Two arrays that one JSON part describes: what it says must be true of both, or the message is not written."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from made import module_of

from sciwire.runtime import EncodeError

SPEC = (Path(__file__).with_name("authored_specs") / "twins" / "1.yaml").read_text(encoding="utf-8")
INFO = {"is": "info", "dims": [2, 3], "of": "byte", "bytes": 6, "how": "plain"}


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("twins"), SPEC)


def _flash(twins: ModuleType, pixels: Any, dark: Any, info: Any = None) -> Any:
    return twins.Flash(head=twins.Head(run=1), info=info, pixels=pixels, dark=dark)


def test_arrays_that_agree_are_described_together(twins: ModuleType) -> None:
    parts = twins.encode(_flash(twins, np.full((2, 3), 7, "u1"), np.arange(6, dtype="u1").reshape(2, 3)))

    assert json.loads(parts[1]) == INFO
    assert parts[2:] == [b"\7" * 6, bytes(range(6))]


@pytest.mark.parametrize(
    ("dark", "problem"),
    [
        (np.zeros((2, 4), "u1"), r"info\.dims tells of pixels too, where it is \[2, 3\]; here it would be \[2, 4\]"),
        (np.zeros((2, 3), "u2"), r"info\.of tells of pixels too, where it is 'byte'; here it would be 'word'"),
    ],
)
def test_arrays_that_differ_are_refused(twins: ModuleType, dark: Any, problem: str) -> None:
    with pytest.raises(EncodeError, match=problem) as caught:
        twins.encode(_flash(twins, np.zeros((2, 3), "u1"), dark))

    assert (caught.value.category, caught.value.path) == ("constraint", "dark")


def test_compressed_sizes_that_differ_are_refused(twins: ModuleType) -> None:
    info = twins.Info(how="zip")

    with pytest.raises(EncodeError, match=r"info\.bytes tells of pixels too"):
        twins.encode(_flash(twins, np.zeros((9, 9), "u1"), np.arange(81, dtype="u1").reshape(9, 9), info))


@pytest.mark.parametrize("change", ["dark", "pixels"])
def test_an_array_that_came_counts_too(twins: ModuleType, change: str) -> None:
    message = twins.decode([b'{"is":"flash"}', json.dumps(INFO).encode(), b"123456", b"abcdef"])
    setattr(message, change, np.zeros((2, 4), "u1"))

    with pytest.raises(EncodeError, match=r"info\.dims tells of pixels too"):
        twins.encode(message)


def test_ready_bytes_count_too(twins: ModuleType) -> None:
    info = twins.Info(dims=[2, 3], of="byte", bytes_=6, how="plain")

    assert twins.encode(_flash(twins, b"123456", np.zeros((2, 3), "u1"), info))[2] == b"123456"
    with pytest.raises(EncodeError, match=r"info\.dims tells of pixels too"):
        twins.encode(_flash(twins, b"123456", np.zeros((3, 2), "u1"), info))
