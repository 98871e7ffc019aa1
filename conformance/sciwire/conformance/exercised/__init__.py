"""How much of a specification the suite exercises: rules by vectors and generated values, fields and enum members too.

``python -m sciwire.conformance.exercised [FORMAT…] [--jsonl RUN]`` prints it; with the JSON lines of a run, for every
implementation of that run the rules of which something was judged, and those it meets.
"""

from __future__ import annotations

from .fields import FieldCover, field_cover
from .rules import RuleCover, judged_rules, rule_cover

__all__ = ["FieldCover", "RuleCover", "field_cover", "judged_rules", "rule_cover"]
