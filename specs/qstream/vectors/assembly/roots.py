"""The first and the last id that each root element may stand under, and more datasets than there are ids."""

from __future__ import annotations

from .kit import PLANE_Y, STREAM, Group, ascii10, cat, descriptor, ds, expect, packet, plane, prop, type_

__all__ = ["groups"]

COMMENT = '<comment type="a" message="b"/>'
EXCEPTION = '<exception type="NoDataInInterval" message="none"/>'
LABEL = '<enumerationUnit name="e" value="1" color="0xa0a0a0" label="A"/>'
UNITS = '<properties><property name="UNITS" type="enumerationUnit" value="e[]"/></properties>'
ONE = packet("01", ascii10(1))


def groups() -> list[Group]:
    group = Group("roots")
    _comments(group)
    _exceptions(group)
    _labels(group)
    _many(group)
    return [group]


def _comments(group: Group) -> None:
    value = expect({"y": ds(1, [1.0])}, comments=[{"type": "a", "message": "b"}])
    for ident in ("02", "99"):
        data = cat(STREAM, PLANE_Y, descriptor(ident, COMMENT), ONE)
        group.valid(f"comment-{ident}", "119 004", f"a comment under [{ident}]", data, value)
    data = cat(STREAM, PLANE_Y, descriptor("00", COMMENT), ONE)
    group.invalid("comment-00-late", "017 013", "a comment under the id of the stream descriptor", data, "state framing constraint", at=len(STREAM + PLANE_Y), level="SHOULD")  # fmt: skip


def _exceptions(group: Group) -> None:
    before = cat(STREAM, PLANE_Y, ONE)
    kept = expect({"y": ds(1, [1.0])}, exception={"type": "NoDataInInterval", "message": "none"})
    for ident in ("02", "99"):
        data = cat(before, descriptor(ident, EXCEPTION))
        group.invalid(f"exception-{ident}", "120", f"an exception under [{ident}]", data, "state", at=len(before), partial=kept)  # fmt: skip


def _labels(group: Group) -> None:
    value = expect({"y": ds(1, [1.0], "e", {"UNITS": prop("enumerationUnit", "e[]")}, labels={"1": "A"})})
    enumerated = type_("01", plane(inner=UNITS))
    for ident in ("02", "99"):
        data = cat(STREAM, enumerated, descriptor(ident, LABEL), ONE)
        group.valid(f"label-{ident}", "112 004", f"a label under [{ident}]", data, value)
    data = cat(STREAM, enumerated, descriptor("00", LABEL), ONE)
    group.invalid("label-00-late", "017 013", "a label under the id of the stream descriptor", data, "state framing constraint", at=len(STREAM + enumerated), level="SHOULD")  # fmt: skip


def _many(group: Group) -> None:
    """Two digits say 99 ids: who writes more datasets has to bind one anew."""
    chunks = []
    for number in range(1, 121):
        ident = f"{(number - 1) % 99 + 1:02d}"
        chunks += [type_(ident, plane(f"d{number}", 1, 'encoding="ascii4" length=""')), packet(ident, f"{number:>3}\n")]
    value = expect({f"d{number}": ds(1, [float(number)]) for number in range(1, 121)})
    group.valid("120-datasets", "024 020 004", "120 packet types, never more than 99 bound at one time", cat(STREAM, *chunks), value)  # fmt: skip
