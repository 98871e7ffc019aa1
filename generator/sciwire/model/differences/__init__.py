"""What changes for whom between two versions of a specification.

Every change says what it breaks, in four words (`EFFECTS`):

readers  a program that reads by the old version may refuse, or miss something in, what is written by the new one
writers  a program that writes by the old version may write what the new one refuses
files    what was written before may be refused, or be read as something else
source   code that uses the generated module has to change: a name is gone, or an argument is asked for

and whether it changes the meaning of values that look the same, such as their unit, which nobody notices in time.
"""

from __future__ import annotations

from .bump import Bump, bump
from .change import EFFECTS, Change
from .compare import compare_specs

__all__ = ["EFFECTS", "Bump", "Change", "bump", "compare_specs"]
