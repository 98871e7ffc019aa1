"""The names of everything that can be wrong with a grid of blobs, and the category of each.

A specification ties its numbered rules to these names (``checks: {edges: NAME-007}``), so that an error
cites the rule it breaks. A name is permanent.
"""

from __future__ import annotations

from ..errors import CodecError, DecodeError
from .form import Form

__all__ = ["FAULTS", "fault"]

FAULTS: dict[str, str] = {
    # what the caller gives
    "array": "type",  # no array
    "dtype": "type",  # elements without a fixed size, or of another type than the format has
    "rank": "constraint",  # another number of axes than the format has
    "shape": "constraint",  # an extent of the array that is no integer, is negative, or differs from the format's
    "extent": "constraint",  # an extent of the cutouts that is zero, negative or no integer
    "extents": "constraint",  # another number of extents than the array has axes
    "edges": "constraint",  # extents that do not divide the array, where edges are refused
    "order": "constraint",  # an order of elements other than C and F
    "algorithm": "unsupported",  # a compression that the format does not have
    "fill": "constraint",  # a fill value that the element type can't hold
    "size": "size",  # sizes beyond what an array can have
    "missing": "state",  # what neither the caller nor the bytes say
    # the list of blobs
    "blob": "type",  # an entry that is no bytes
    "few": "truncated",  # fewer blobs than grid points
    "many": "size",  # more blobs than grid points
    # one blob
    "short": "truncated",  # fewer bytes than the cutout needs
    "long": "size",  # more bytes than the cutout needs
    "magic": "framing",  # a constant of the header that is another
    "header": "constraint",  # a header that says something else than the grid does
    "code": "unsupported",  # a code in a header that stands for nothing
    "checksum": "checksum",  # bytes that do not add up
    "compression": "compression",  # a payload that does not expand to the cutout
}


def fault(
    form: Form,
    name: str,
    problem: str,
    *,
    kind: type[CodecError] = DecodeError,
    path: str = "",
    at: int | None = None,
    **more: int,
) -> CodecError:
    """Return (not raise) the error called *name*, with its category and the rule that *form* ties to it."""
    rule = form.rules.get(name, "")
    return kind(problem, category=FAULTS[name], path=path, at=at, rule=rule, subject=form.subject, **more)
