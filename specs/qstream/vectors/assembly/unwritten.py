"""Values that no stream holds: a writer must refuse them; and streams whose counts need more than 16 bits."""

from __future__ import annotations

from typing import Any

import numpy as np

from .kit import Group, cat, descriptor, ds, expect, nd, plane, prop, type_

__all__ = ["groups"]

WRONG = "constraint type size limit syntax"
Y = ds(1, [1.0, 2.0])


def groups() -> list[Group]:
    group = Group("unwritten")
    _identity(group)
    _values(group)
    _properties(group)
    _texts(group)
    return [group, _long()]


def _identity(group: Group) -> None:
    for name, given in {"empty": "", "null": None, "number": 5}.items():
        group.unwritable(f"dataset-id-{name}", "034", f"the dataset_id {given!r}", expect({"y": Y}, given), WRONG, "dataset_id")  # type: ignore[arg-type]  # fmt: skip
    for name, given in {"empty": "", "blank": "  "}.items():
        group.unwritable(f"id-{name}", "043", f"a dataset with the id {given!r}", expect({"y": Y, given: Y}), WRONG)
    ranks = {"5": ds(5, nd(np.zeros([1] * 5))), "negative": ds(-1, [1.0]), "above": ds(2, [1.0]), "below": ds(1, nd([[1.0]])), "nought": ds(0, [1.0])}  # fmt: skip
    for name, dataset in ranks.items():
        group.unwritable(f"rank-{name}", "045 054 057", f"a rank that does not go with the values: {name}", expect({"y": dataset}), WRONG, "y")  # fmt: skip
    group.unwritable("rank-text", "044", "a rank that is text", expect({"y": {**Y, "rank": "1"}}), WRONG, "y")
    group.unwritable("rank-fraction", "044", "a rank of 1.5", expect({"y": {**Y, "rank": 1.5}}), WRONG, "y")


def _values(group: Group) -> None:
    for name, values in {
        "complex": nd([1j], "<c16"), "bytes": nd([b"abc"], "|S3"), "dates": nd([5], "<M8[ns]"),
        "numbers": [1.0, 2.0], "text": "1.0,2.0", "null": None,
    }.items():  # fmt: skip
        dataset = {"rank": 1, "units": None, "properties": {}, "values": values}
        group.unwritable(f"values-{name}", "046 075", f"values no encoding holds: {name}", expect({"y": dataset}), WRONG, "y")  # fmt: skip
    group.unwritable("values-beyond-signed", "073", "an integer from 2^63 on that no double is", expect({"y": ds(1, nd([2**63 + 1], "<u8"))}), WRONG, "y")  # fmt: skip
    group.unwritable("values-missing", "046", "a dataset without values", expect({"y": {"rank": 1, "units": None, "properties": {}}}), WRONG, "y")  # fmt: skip
    column = {"0": {"LABEL": prop("String", "a")}}
    group.unwritable("indexed-rank-1", "103", "indexed properties of a dataset of rank 1", expect({"y": {**Y, "indexed_properties": column}}), WRONG, "y")  # fmt: skip


def _properties(group: Group) -> None:
    numbers: dict[str, tuple[str, Any]] = {
        "integer-word": ("Integer", "x"), "integer-of-33-bits": ("Integer", 2**31), "integer-of-33-bits-below": ("Integer", -(2**31) - 1),
        "integer-fraction": ("Integer", 1.5), "integer-true": ("Integer", True), "integer-null": ("Integer", None),
        "short-of-17-bits": ("Short", 2**15), "short-of-17-bits-below": ("Short", -(2**15) - 1),
        "byte-of-9-bits": ("Byte", 128), "byte-of-9-bits-below": ("Byte", -129),
        "long-of-65-bits": ("Long", {"$int": str(2**63)}), "long-of-65-bits-below": ("Long", {"$int": str(-(2**63) - 1)}),
        "long-fraction": ("Long", 0.5), "double-word": ("Double", "x"), "double-null": ("Double", None), "float-word": ("Float", "1,5"),
    }  # fmt: skip
    for name, (kind, given) in numbers.items():
        dataset = {**Y, "properties": {"N": prop(kind, given)}}
        group.unwritable(f"property-{name}", "097", f"{kind} of {given!r}", expect({"y": dataset}), WRONG, "y.properties.N")  # fmt: skip
    for name, given in {"without-type": {"value": "x"}, "type-number": {"type": 5, "value": "x"}, "bare": 5}.items():
        group.unwritable(f"property-{name}", "094", f"a property {name}", expect({"y": {**Y, "properties": {"N": given}}}), WRONG)  # type: ignore[dict-item]  # fmt: skip


def _texts(group: Group) -> None:
    """Characters that no XML of version 1.0 has, escaped or not."""
    for name, char in {
        "nul": "\0",
        "1": "\x01",
        "escape": "\x1b",
        "1f": "\x1f",
        "fffe": "\ufffe",
        "ffff": "\uffff",
    }.items():
        dataset = {**Y, "properties": {"LABEL": prop("String", f"a{char}b")}}
        group.unwritable(f"text-{name}", "025 029", f"a text with the character {ord(char):#x}", expect({"y": dataset}), WRONG, "y.properties.LABEL")  # fmt: skip
    group.unwritable("name-1", "025 029", "a property whose name has the character 0x1", expect({"y": {**Y, "properties": {"a\1": prop("String", "x")}}}), WRONG)  # fmt: skip
    group.unwritable("id-nul", "025 029", "a dataset whose id has the character 0x0", expect({"y": Y, "a\0": Y}), WRONG)
    group.unwritable("comment-1", "025 029", "a comment with the character 0x1", expect({"y": Y}, comments=[{"type": "log", "message": "a\1"}]), WRONG)  # fmt: skip


def _long() -> Group:
    """More packets, longer records and larger numbers than 16 bits count."""
    group = Group("long")
    stream = descriptor("00", '<stream dataset_id="y" byte_order="big_endian"/>')
    for count in (32_768, 65_536):
        front = cat(stream, type_("01", plane(values='encoding="int2" length=""')))
        values = {"$fill": {"dtype": "<i2", "shape": [count], "value": -2}}
        group.long(
            f"packets-{count}", "049", f"{count} packets of one number", [(front, 1), (b":01:\xff\xfe", count)],
            expect({"y": {"rank": 1, "units": None, "properties": {}, "values": values}}),
        )  # fmt: skip
    for length in (128, 256, 32_768, 65_536):
        front = cat(stream, type_("01", plane(rank=2, values=f'encoding="int2" length="{length}"')))
        values = {"$fill": {"dtype": "<i2", "shape": [2, length], "value": -2}}
        group.long(
            f"record-{length}", "049 010", f"two records of {length} numbers",
            [(front, 1), (b":01:", 1), (b"\xff\xfe", length), (b":01:", 1), (b"\xff\xfe", length)],
            expect({"y": {"rank": 2, "units": None, "properties": {}, "values": values}}),
        )  # fmt: skip
    return group
