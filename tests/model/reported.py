"""What is told of a specification, as `sciwire check` would print it."""

from __future__ import annotations

from pathlib import Path

from sciwire.model import Problems, load_spec

__all__ = ["reported"]


def reported(tmp_path: Path, text: str | bytes) -> tuple[Problems, str]:
    """The problems of a specification with this *text*, which is written to ``specs/demo/1.yaml``, and their words."""
    path = tmp_path / "specs" / "demo" / "1.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    problems = Problems()
    load_spec(path, problems)
    return problems, problems.render(tmp_path)
