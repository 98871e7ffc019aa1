"""Stateful scenarios against a model: which operation comes next is drawn, what it must answer the model says.

A model holds what an implementation must hold, in plain Python, and offers *rules*: each gives one step and the answer
that it must have, and changes the model. `walk` describes whole scenarios, for Hypothesis (which shrinks a failing
one to its shortest form) and for the volume generator; they run through the protocol as any other scenario.
"""

from __future__ import annotations

from .check import stateful, stateful_cases
from .model import Model, Move, walk

__all__ = ["Model", "Move", "stateful", "stateful_cases", "walk"]
