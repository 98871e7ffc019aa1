"""The specification as data: load it, check it, and hand it on; what is written in `specs/` is true here."""

from __future__ import annotations

from .ir import Constraints, Field, Profile, Record, Rule, Source, Spec, VersionRule, When
from .load import load_spec, load_spec_or_raise
from .problems import Place, Problem, Problems
from .specs import find_specs, specs_dir

__all__ = [
    "Constraints",
    "Field",
    "Place",
    "Problem",
    "Problems",
    "Profile",
    "Record",
    "Rule",
    "Source",
    "Spec",
    "VersionRule",
    "When",
    "find_specs",
    "load_spec",
    "load_spec_or_raise",
    "specs_dir",
]
