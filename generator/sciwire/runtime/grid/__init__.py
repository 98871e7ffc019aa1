"""N-dimensional arrays cut into a regular grid of cutouts, each the bytes of a blob of its own.

    array (X, Y, Z), cutouts (cx, cy, cz)  ->  grid of (X/cx, Y/cy, Z/cz) points, one blob a point

Rule 1: the place of a blob in the list is that of its grid point, in the order that the format states.
Rule 2: the shape of an array comes from the caller, from the format, or from the header of the blobs; whichever
it is, it is compared with the bytes that are there before anything is allocated.
"""

from __future__ import annotations

from .cut import cut, each
from .faults import FAULTS
from .form import Form, HeaderField, check_profile
from .join import Joined, join
from .payloads import ALGORITHMS, WRITABLE
from .pieces import Cutout
from .plain import from_plain, to_plain
from .views import Span, sniff, spans, summary

__all__ = [
    "ALGORITHMS",
    "FAULTS",
    "WRITABLE",
    "Cutout",
    "Form",
    "HeaderField",
    "Joined",
    "Span",
    "check_profile",
    "cut",
    "each",
    "from_plain",
    "join",
    "sniff",
    "spans",
    "summary",
    "to_plain",
]
