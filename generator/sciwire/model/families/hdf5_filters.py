"""The filters of HDF5 that a specification may name: their settings, and what these may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..context import Context
from ..problems import did_you_mean

if TYPE_CHECKING:
    from .hdf5_body import Filter

__all__ = ["FILTERS", "check_filters", "setting_fault"]

#: filters and the settings that they take; the first is what a bare value sets
FILTERS: dict[str, tuple[str, ...]] = {
    "deflate": ("level",),
    "shuffle": (),
    "fletcher32": (),
    "lzf": (),
    "bitshuffle": ("nelems", "cname", "clevel"),
    "zstd": ("clevel",),
    "lz4": ("nbytes",),
    "blosc": ("cname", "clevel", "shuffle"),
    "zfp": ("rate", "precision", "accuracy", "reversible"),
}
#: what other programs call them
OTHER_NAMES = {"gzip": "deflate", "zlib": "deflate", "zip": "deflate", "gz": "deflate", "crc": "fletcher32",
               "checksum": "fletcher32", "zstandard": "zstd", "bslz4": "bitshuffle"}  # fmt: skip
#: the integers that a setting may be
RANGES: dict[tuple[str, str], tuple[int, int]] = {
    ("deflate", "level"): (0, 9), ("zstd", "clevel"): (0, 22), ("lz4", "nbytes"): (0, 0x7E000000),
    ("bitshuffle", "nelems"): (0, 2**31 - 8), ("bitshuffle", "clevel"): (0, 22),
    ("blosc", "clevel"): (0, 9), ("blosc", "shuffle"): (0, 2),
}  # fmt: skip
#: the words that a setting may be
WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("bitshuffle", "cname"): ("none", "lz4", "zstd"),
    ("blosc", "cname"): ("blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"),
}


def setting_fault(name: str, key: str, value: Any) -> tuple[str, str]:
    """What is wrong with a setting of the filter *name*, and a hint; empty texts for nothing."""
    known = FILTERS[name]
    if key not in known:
        hint = "did you mean 'clevel'?" if key == "level" and "clevel" in known else did_you_mean(key, known)
        return f"the filter {name!r} has no setting{f' {key!r}' if known else 's, it is a word alone'}", hint
    whole = isinstance(value, int) and not isinstance(value, bool)
    if (name, key) in RANGES:
        low, high = RANGES[name, key]
        if not whole or not low <= value <= high:
            what = "a level of deflate" if key == "level" else f"{key} of {name}"
            return f"{what} is {low} to {high}, not {value!r}", ""
        if key == "nelems" and value % 8:
            return f"{key} of {name} is a multiple of 8, not {value!r}", ""
    elif (name, key) in WORDS:
        words = WORDS[name, key]
        if value not in words:
            return f"{key} of {name} is one of {', '.join(words)}, not {value!r}", did_you_mean(str(value), words)
    elif key == "reversible" and not isinstance(value, bool):
        return f"{key} of {name} is true or false, not {value!r}", ""
    elif key != "reversible" and not ((whole or isinstance(value, float)) and 0 < value < float("inf")):
        return f"{key} of {name} is a number above 0, not {value!r}", ""
    return "", ""


def check_filters(filters: tuple[Filter, ...], context: Context) -> None:
    """Report filters that are unknown, have no such settings, or stand in an order that is not written."""
    packers = [one for one in filters if one.name not in ("shuffle", "fletcher32")]
    for one in filters:
        if one.name not in FILTERS:
            usual = OTHER_NAMES.get(one.name)
            hint = f"did you mean {usual!r}?" if usual else did_you_mean(one.name, FILTERS)
            context.problems.add(
                "SPEC103", one.place, f"unknown filter {one.name!r}, known: {', '.join(FILTERS)}", hint
            )
            continue
        for key, value in one.options:
            fault, hint = setting_fault(one.name, key, value)
            if fault:
                context.problems.add("SPEC103", one.place, fault, hint)
    if len(packers) > 1:
        context.problems.add("SPEC103", packers[1].place, f"{packers[0].name!r} compresses already")
    rank = {"shuffle": 0, "fletcher32": 2}
    order = [rank.get(one.name, 1) for one in filters]
    if order != sorted(order):
        context.problems.add("SPEC103", filters[0].place, "the order is shuffle, one compression, fletcher32")
