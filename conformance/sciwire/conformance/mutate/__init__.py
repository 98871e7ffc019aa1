"""Are the vectors good enough? Every part of a specification is changed, one at a time; a vector must notice each.

`walk` lists the mutants of a specification model, `build` makes a codec of each in memory, `judge` runs the vectors
over it in a process of its own, `survivors` holds what no vector notices, each with the reason. From a shell::

    python -m sciwire.conformance.mutate simplon --jobs 2

Rule 1: a mutant that makes no codec (it does not render or import) is *stillborn*, and one whose code is that of the
        sound specification is *the same*; neither counts.
Rule 2: a mutant is *killed* when one vector gives another outcome than with the sound codec.
Rule 3: a *survivor* stands in the list of its format with a reason, or the run fails; only those that no bytes and no
        value could tell from the sound codec do not count against the vectors (`score`).
"""

from __future__ import annotations

from .judge import Outcome, judge
from .score import Score
from .survivors_list import Survivors
from .walk import Mutant, mutants

__all__ = ["Mutant", "Outcome", "Score", "Survivors", "judge", "mutants"]
