"""Calls in a row on one file and what each must give, stated by hand, by group.

A step is one operation with its arguments; the answer expected stands beside it. The README of the format lists the
operations and the forms of an expectation. The files that steps put in place are made by `scenario_files`.
"""

from __future__ import annotations

from pathlib import Path

from .entries import Entry
from .play_append import append_scenarios, argument_scenarios
from .play_calls import call_scenarios
from .play_files import file_scenarios
from .play_io_versions import io_version_scenarios
from .play_rows import mask_scenarios, slice_scenarios
from .play_versions import request_scenarios
from .play_writers import writer_scenarios
from .scenario_files import scenario_files

__all__ = ["scenario_groups"]


def scenario_groups(folder: Path) -> dict[str, list[Entry]]:
    """Write the files that scenarios start from into *folder* and return the scenarios by group."""
    scenario_files(folder)
    return {
        "append": append_scenarios(),
        "arguments": argument_scenarios(),
        "calls": call_scenarios(),
        "files": file_scenarios(),
        "writers": writer_scenarios(),
        "slices": slice_scenarios(),
        "masks": mask_scenarios(),
        "requests": request_scenarios(),
        "io-versions": io_version_scenarios(),
    }
