"""What the command line of a run says, and the plan that it comes to."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .adapters.resolve import expand
from .plan import Plan
from .vectors import formats_with_vectors, specified_formats

__all__ = ["Settings", "known_files"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line says; the meanings are those of its help text."""

    formats: tuple[str, ...] = ()
    impls: tuple[str, ...] = ("sciwire",)
    checks: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    jsonl: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    markdown: Path | None = None
    badges: tuple[Path, ...] = ()
    known_files: tuple[Path, ...] = ()
    seed: int = 0
    examples: int = 100
    volume: int = 0
    time_limit: float = 10.0
    memory_limit: int = 4096
    specs: Path | None = None
    jobs: int = 1
    dask: str = ""
    shard: tuple[int, int] = (1, 1)
    max_unsupported: float = 1.0
    update_known: bool = False
    failures: Path | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Settings:
        """From the options of the command; an empty list of implementations means our own."""
        given = {entry.name: options[entry.name] for entry in fields(cls) if entry.name in options}
        return cls(**{**given, "impls": expand(given.get("impls") or ("sciwire",), given.get("formats", ()))})

    @property
    def specs_dir(self) -> Path:
        """The folder of specifications: that which was named, else ours; FileNotFoundError where there is none."""
        return self.specs or _specs_dir()

    @property
    def files(self) -> list[Path]:
        """The reports that are written, in the order in which they are named."""
        return [path for path in (self.jsonl, self.junit, self.html, self.markdown, *self.badges) if path is not None]

    @property
    def is_whole(self) -> bool:
        """Whether every case of the formats is run, but for those of the volume generator."""
        return not (self.only or self.checks) and self.shard == (1, 1) and self.examples > 0

    @property
    def again(self) -> tuple[str, ...]:
        """The options that decide what a case is, where they are not the usual ones."""
        usual = Settings()
        names = {
            "seed": "--seed",
            "examples": "--examples",
            "volume": "--volume",
            "time_limit": "--time-limit",
            "memory_limit": "--memory-limit",
            "specs": "--specs",
        }
        changed = [(option, getattr(self, name)) for name, option in names.items() if getattr(self, name) != getattr(usual, name)]  # fmt: skip
        return tuple(word for option, value in changed for word in (option, str(value)))

    def plan(self) -> Plan:
        """What decides the cases; FileNotFoundError or ValueError where there is no such format."""
        specs = self.specs or _specs_dir()
        return Plan(
            specs=specs,
            own_specs=self.specs is None,
            formats=tuple(_formats(specs, self.formats)),
            impls=self.impls,
            seed=self.seed,
            examples=self.examples,
            volume=self.volume,
            seconds=self.time_limit,
            memory=self.memory_limit << 20,
            only=self.only,
            checks=self.checks,
            shard=self.shard,
            again=self.again,
        )


def known_files(paths: Sequence[Path]) -> list[Path]:
    """The files of known failures; ``shipped`` stands for those that come with the suite."""
    shipped = sorted((Path(__file__).parent / "known_failures").glob("*.json"))
    return [one for path in paths for one in (shipped if path == Path("shipped") else [path])]


def _formats(specs: Path, wanted: Sequence[str]) -> list[str]:
    there = specified_formats(specs)
    if not there:
        raise FileNotFoundError(f"{specs} holds no format with vectors")
    if strange := [name for name in wanted if name not in there]:
        raise ValueError(f"there is no format {strange[0]!r}; formats with vectors: {', '.join(there)}")
    chosen = list(dict.fromkeys(wanted)) or there
    having = formats_with_vectors(specs)
    for name in chosen:
        if name not in having:
            print(f"sciwire conform: {name} has no vectors, only generated values judge it", file=sys.stderr)
    return chosen


def _specs_dir() -> Path:
    from sciwire.model import specs_dir

    return specs_dir()
