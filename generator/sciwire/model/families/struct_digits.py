"""Integers as text, in digits: where a specification may have them, and what they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from sciwire.runtime.binary.digits import Digits

from ..context import Context
from ..ir import Spec
from ..types import Named, Scalar
from .struct_links import plain_type

if TYPE_CHECKING:
    from .struct import StructField

__all__ = ["check_digits", "digits_codec", "has_digits", "is_digits"]

_FORMS = frozenset({"decimal", "octal", "hex", "HEX"})
_LONGEST = 32
_OF_NUMBERS = frozenset(b"0123456789abcdefABCDEF+-")
_ZERO = 48


def is_digits(field: StructField) -> bool:
    """Whether *field* is an integer in digits."""
    return field.encoding in _FORMS


def digits_codec(field: StructField, *, signed: bool) -> Digits:
    """How *field* stands on the wire."""
    return Digits(
        cast("Literal['decimal', 'octal', 'hex', 'HEX']", field.encoding),
        field.size.number if field.size else None,
        signed=signed,
        fill=_ZERO if field.fill is None else field.fill,
        right=field.justify == "right",
        terminator=field.terminator,
        overlong=field.overlong,
    )


def has_digits(spec: Spec, record: str) -> bool:
    """Whether integers in digits stand in *record*, or in one in it: its rows are no table then."""
    seen, waiting = set[str](), [record]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for field in spec.body.structs[name].fields if name in spec.body.structs else ():
            if is_digits(field):
                return True
            kind = plain_type(spec, field.type)
            waiting += [kind.name] if isinstance(kind, Named) else []
    return False


def check_digits(spec: Spec, field: StructField, context: Context) -> None:
    """Report what an integer in digits can't have, and what only such a one can."""
    kind = plain_type(spec, field.type)
    for problem in _problems(field, kind if isinstance(kind, Scalar) else None):
        context.problems.add("SPEC300", field.place, problem)


def _problems(field: StructField, kind: Scalar | None) -> list[str]:
    what = repr(field.label)
    if not is_digits(field):
        return [f"{what} is no number in digits, `justify` has no meaning"] if field.justify else []
    if kind not in (Scalar("uint"), Scalar("int")):
        return [f"{field.encoding} digits are of `uint` or `int`, which {what} is not"]
    found = [f"{what} is text, `order` has no meaning"] if field.order else []
    size = field.size.number if field.size is not None else None
    if (field.size is None) == (field.terminator is None):
        found.append(f"{what} needs the `size` of its field in characters, or the `terminator` that ends it")
    elif field.size is not None and not 1 <= (size or 0) <= _LONGEST:
        found.append(f"a number in digits has 1 to {_LONGEST} characters, {what} has another size")
    if field.terminator in _OF_NUMBERS:
        found.append(f"byte {field.terminator} can stand in a number, it can't end {what}")
    if field.fill is not None and field.fill != _ZERO and field.fill in _OF_NUMBERS:
        found.append(f"byte {field.fill} can stand in a number, it can't fill {what} up")
    if field.terminator is not None and (field.fill is not None or field.justify):
        found.append(f"{what} takes as many characters as it needs, `fill` and `justify` have no meaning")
    elif field.justify == "left" and field.fill in (None, _ZERO):
        found.append(f"zeros stand in front of {what}; to stand left it needs another `fill`, as 32")
    return found
