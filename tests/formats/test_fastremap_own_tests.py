"""fastremap's own tests of `tobytes` pass with ours in the place of theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from sdists import pytest_of_theirs, unpacked

VERSION = "1.21.0"
COUNT = 290  # of its tests that are about tobytes
SHIM = "import fastremap; from sciwire.formats import chunks; fastremap.tobytes = {}"


@pytest.mark.parametrize("ours", [True, False])
def test_own_tests_pass(ours: bool, tmp_path: Path) -> None:
    """With ours, and (so that the oracle is sound here) with theirs."""
    pytest.importorskip("fastremap", reason="fastremap is not installed")
    (tmp_path / "sdist").mkdir()
    theirs = unpacked(f"fastremap=={VERSION}", "automated_test.py", tmp_path / "sdist")
    text = (theirs / "automated_test.py").read_text("utf-8")
    assert text.count("\nimport fastremap\n") == 1
    line = SHIM.format("chunks.tobytes" if ours else "fastremap.tobytes")
    run = tmp_path / "run"
    run.mkdir()
    (run / "test_theirs.py").write_text(text.replace("\nimport fastremap\n", f"\n{line}\n"), encoding="utf-8")
    done = pytest_of_theirs(run, "-k", "tobytes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{COUNT} passed" in done.stdout
