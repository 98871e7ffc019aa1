"""Values in volume: the same descriptions as the Hypothesis strategies, drawn by a seeded generator of our own.

Rule 1: a case is ``(spec digest, strategy version, seed, label, index)``, and nothing else decides its bytes: no
        hash order, no clock, no library's random numbers, no floating point but of drawn bits.
Rule 2: `STRATEGY` is raised when a description changes, so that an old case is known to be another one.
Rule 3: what a case is depends on the family, and the report says it: one message, one file, one array; of a
        packet stream one packet, many of which stand in one stream.
"""

from __future__ import annotations

from .generate import STRATEGY, Batch, Case, batches, canonical_bytes, case_value
from .source import Source

__all__ = ["STRATEGY", "Batch", "Case", "Source", "batches", "canonical_bytes", "case_value"]
