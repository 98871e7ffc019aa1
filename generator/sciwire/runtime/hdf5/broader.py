"""Checks of files by name, and the wider words that have a rule for each where it has none of its own."""

from __future__ import annotations

__all__ = ["BROADER"]

#: checks by name: what stands in a table of rules for one that has no rule there, after the object's own
BROADER: dict[str, tuple[str, ...]] = {
    "superblock": ("signature", "framing"), "signature": ("framing",), "empty": ("truncated",), "metadata": ("checksum",),
    "generation": ("unsupported",), "filter": ("unsupported",), "outside": ("unsupported",), "growth": ("unsupported",),
    "heap_form": ("heap",), "heap_address": ("heap",), "heap_index": ("heap",), "heap_length": ("heap",),
    "heap_size": ("heap",), "missing_group": ("missing",), "missing_dataset": ("missing",),
    "missing_attribute": ("missing",), "group_type": ("type",), "dataset_type": ("type",), "attribute_type": ("type",),
    "value": (), "member": (), "range": ("constraint",), "constant": ("const", "constraint"), "axis": ("axes",),
    "columns": ("constraint",), "unequal": ("lengths",), "uneven": ("lengths",), "version_type": ("attribute_type", "type"), "version_form": ("version",),
    "version_unknown": ("version",), "version_new": ("version",), "version_read": ("version",),
    "version_append": ("version",), "content_read": ("version",), "content_append": ("version",),
    "content_absent": ("version",), "mask": (), "bounds": (), "place": (),
}  # fmt: skip
