"""Files that must be read: element types, layouts, compressions, text, storage of other programs."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from .kit import Group, blob, edited

__all__ = ["groups"]

_TYPES = (
    "u1", "i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8", "<c8", "<c16", "?",
    ">u2", ">i2", ">u4", ">i4", ">u8", ">i8", ">f2", ">f4", ">f8", ">c16", "S5",
)  # fmt: skip
IMAGE = (np.arange(3 * 4 * 5).reshape(3, 4, 5) ** 2).astype("<u2")
TIMES = np.array([0.5, 1.5, 2.5])
BATCH = {"/data/data": IMAGE, "/data/timestamp": TIMES}
PACKINGS: dict[str, dict[str, Any]] = {
    "gzip": {"compression": "gzip", "compression_opts": 3},
    "gzip-0": {"compression": "gzip", "compression_opts": 0},
    "gzip-9": {"compression": "gzip", "compression_opts": 9},
    "gzip-with-shuffle": {"compression": "gzip", "compression_opts": 3, "shuffle": True},
    "bitshuffle-with-lz4": dict(hdf5plugin.Bitshuffle(nelems=0, cname="lz4")),
    "bitshuffle-with-zstd": dict(hdf5plugin.Bitshuffle(nelems=0, cname="zstd", clevel=3)),
    "bitshuffle-with-zstd-22": dict(hdf5plugin.Bitshuffle(nelems=0, cname="zstd", clevel=22)),
}


def groups() -> list[Group]:
    return [_types(), _layout(), _compression(), _text(), _storage(), _config()]


def _filled(dtype: str, shape: tuple[int, ...]) -> Any:
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    return (numbers % 2).astype(dtype) if dtype == "?" else numbers.astype(dtype)


def _types() -> Group:
    group = Group("types")
    for dtype in _TYPES:
        name = dtype.translate(str.maketrans({"<": "le-", ">": "be-", "?": "bool"}))
        value = {"/a": _filled(dtype, (2, 3))}
        group.valid(name, "021", f"Elements of {dtype}", blob(value), value)
    ones = {"/a": np.full((2, 2), 2**64 - 1, "<u8")}
    group.valid("all-ones", "021", "Every bit of every element is set", blob(ones), ones)
    bits = [0x7FF0000000000001, 0xFFF8123456789ABC, 0x8000000000000000, 0x7FF0000000000000]
    special = {"/a": np.array(bits, "<u8").view("<f8")}
    group.valid("special", "021", "NaNs with payload bits, minus zero, infinity", blob(special), special)
    return group


def _layout() -> Group:
    group = Group("layout")
    group.valid("batch", "020 022 030", "An image and a time for each of three events", blob(BATCH), BATCH)
    one = {"/data/data": IMAGE[:1]}
    group.valid("one-event", "022", "A batch of one event", blob(one), one)
    root = {"/x": TIMES}
    group.valid("at-the-root", "003", "A dataset at the root", blob(root), root)
    deep = {"/a/b/c/d/e/f": TIMES, "/a/b/x": TIMES, "/z/y": TIMES}
    group.valid("deep", "020", "Groups inside groups", blob(deep), deep)
    order = {"/b": TIMES, "/a": TIMES * 2, "/c": TIMES * 3}
    group.valid("order", "020", "Datasets in another order than their names", blob(order), order)
    many = {f"/run/source_{number:02}": np.full(2, number, "<u2") for number in range(40)}
    group.valid("many-sources", "020", "Forty datasets in one group: more than one leaf of its index", blob(many), many)
    for rank in (1, 2, 3, 4, 5):
        value = {"/a": _filled("<i4", (2, 3, 2, 1, 2)[:rank])}
        group.valid(f"rank-{rank}", "021 022", f"{rank} axes, that of the events included", blob(value), value)
    scalars = {"/a": np.arange(300.0)}
    group.valid(
        "many-events", "022", "300 events of one number: the index of chunks has several leaves", blob(scalars), scalars
    )
    names = {"/dät a/é ö": TIMES, "/with space": TIMES}
    group.valid("names", "003", "Names beyond ASCII and with blanks", blob(names), names)
    name = {"/" + "n" * 5000: TIMES}
    group.valid("long-name", "003", "A name of 5000 bytes", blob(name), name)
    return group


def _compression() -> Group:
    group = Group("compression")
    rules = {"gzip": "024 027", "bitshuffle": "026 027", "zfp": "025 027"}
    for name, options in PACKINGS.items():
        rule = next(rule for key, rule in rules.items() if name.startswith(key))
        group.valid(name, rule, f"An image and times, {name}", blob(BATCH, **options), BATCH)
    for dtype in ("u1", ">u2", "<f4", "<f8", "<c16", "S5"):
        value = {"/a": _filled(dtype, (2, 9))}
        for name in ("gzip-with-shuffle", "bitshuffle-with-lz4", "bitshuffle-with-zstd"):
            label = f"{name}-{dtype.translate(str.maketrans({'<': 'le-', '>': 'be-'}))}"
            rule = next(rule for key, rule in rules.items() if name.startswith(key))
            group.valid(label, rule, f"Nine elements of {dtype}, {name}", blob(value, **PACKINGS[name]), value)
    for dtype in ("<f4", "<f8", "<i4", "<i8"):
        value = {"/a": _filled(dtype, (2, 8, 8))}
        packed = blob(value, **hdf5plugin.Zfp(reversible=True))
        group.valid(f"zfp-le-{dtype[1:]}", "025 027", f"Elements of {dtype}, zfp", packed, value)
    large = {"/a": np.arange(2 * 9000, dtype="<u2").reshape(2, 9000)}
    for name in ("bitshuffle-with-lz4", "bitshuffle-with-zstd"):
        group.valid(
            f"{name}-blocks",
            "026",
            "Several blocks in a chunk, the last one short",
            blob(large, **PACKINGS[name]),
            large,
        )
    return group


def _text() -> Group:
    group = Group("text")
    one = {"/a": np.array(["run 1", "", "größe", "日本"], object)}
    group.valid("one", "017", "Text of several lengths, one of them 0", blob(one), one)
    two = {"/a": np.array([["a", "bb"], ["ccc", "dddd"]], object), "/t": np.arange(2.0)}
    group.valid("two-axes", "017", "Two texts an event, beside numbers", blob(two), two)
    long = {"/a": np.array(["x" * 5000, "y" * 70000], object)}
    group.valid("long", "017", "Texts larger than a heap", blob(long), long)
    ended = blob({"/a": np.array(["abcdef", "gh"], object)})
    group.valid(
        "nul",
        "017",
        "A NUL ends a text, whatever stands behind it in its row",
        edited(ended, ended.index(b"abcdef") + 3, b"\0"),
        {"/a": np.array(["abc", "gh"], object)},
    )
    return group


def _storage() -> Group:
    """Not what the serializer writes, and still arrays in a file."""
    group = Group("storage")
    rest = {"level": "SHOULD", "encode": "an encoder writes chunks of one event"}
    group.valid("contiguous", "038", "Not chunked", blob(BATCH, chunks=None), BATCH, **rest)
    both = {"/a": IMAGE}
    group.valid(
        "chunks-of-two",
        "038",
        "Chunks of two events, the last one half full",
        blob(both, chunks=(2, 4, 5)),
        both,
        **rest,
    )
    group.valid("chunks-of-all", "038", "One chunk for all events", blob(both, chunks=(3, 4, 5)), both, **rest)
    group.valid("chunks-of-parts", "038", "Chunks of part of an event", blob(both, chunks=(1, 2, 5)), both, **rest)
    group.valid("fletcher32", "038", "With a checksum", blob(both, fletcher32=True), both, **rest)
    group.valid("lzf", "038", "Filter lzf", blob(both, compression="lzf"), both, **rest)
    group.valid("growing", "038", "A dataset that can grow", blob(both, maxshape=(None, 4, 5)), both, **rest)
    group.valid(
        "latest", "038", "The newest generation of the file format", blob(BATCH, libver="latest"), BATCH, **rest
    )
    group.valid("v110", "038", "Library bounds v110", blob(BATCH, libver=("v110", "v110")), BATCH, **rest)
    fixed = {"/a": np.array(["ab", "c"], "S3")}
    group.valid("fixed-text", "038", "Fixed bytes", blob(fixed), fixed, **rest)
    levels = np.array([0, 299, 7], "<u2")
    kind = h5py.enum_dtype({f"level_{number}": number for number in range(300)}, "<u2")
    buffer = BytesIO()
    with h5py.File(buffer, "w") as file:
        file.create_dataset("/a", data=levels, dtype=kind, chunks=(1,))
    doc = "An enumeration of 300 members stands for its numbers"
    group.valid("enumeration", "021 038", doc, buffer.getvalue(), {"/a": levels}, **rest)
    buffer = BytesIO()
    with h5py.File(buffer, "w") as file:
        file["/a"] = np.float64(2.5)
        file.create_dataset("/never", (2, 3), "<i2", chunks=(1, 3))
    value = {"/a": np.array(2.5), "/never": np.zeros((2, 3), "<i2")}
    group.valid(
        "scalar", "038", "A dataset of one number, and one that was never written", buffer.getvalue(), value, **rest
    )
    buffer = BytesIO()
    with h5py.File(buffer, "w") as file:
        file.create_group("/empty/inside")
        file["/a"] = TIMES
        file["/a"].attrs["unit"] = "s"
        file["/soft"] = h5py.SoftLink("/a")
        file["/gone"] = h5py.SoftLink("/nowhere")
        file["/out"] = h5py.ExternalLink("elsewhere.h5", "/a")
    group.valid(
        "others", "034 038", "Attributes, empty groups, soft links and links to other files are passed over",
        buffer.getvalue(), {"/a": TIMES}, **rest,
    )  # fmt: skip
    buffer = BytesIO()
    with h5py.File(buffer, "w") as file:
        file["/g/a"] = IMAGE
        file["/g/again"] = file["/g/a"]
    group.valid(
        "two-names",
        "030 038",
        "One dataset under two names",
        buffer.getvalue(),
        {"/g/a": IMAGE, "/g/again": IMAGE},
        **rest,
    )
    buffer = BytesIO()
    with h5py.File(buffer, "w") as file:
        file["/g/a"] = TIMES
        file["/g/back"] = file["/"]
    group.valid("cycle", "033 038", "A hard link from a group to the root", buffer.getvalue(), {"/g/a": TIMES}, **rest)
    return group


def _config() -> Group:
    group = Group("config")
    fields = {"timestamp": "/data/timestamp", "detector_data": "/data/data"}
    value = {"timestamp": TIMES, "detector_data": IMAGE}
    more = {"encode_options": {"fields": fields}}
    group.valid(
        "both",
        "031",
        "The datasets under the names of their sources",
        blob(BATCH),
        value,
        options={"fields": fields},
        **more,
    )
    short = {"detector_data": "data/data"}
    group.valid(
        "one", "031 003", "One of the two, its path without the leading slash", blob(BATCH), {"detector_data": IMAGE},
        options={"fields": short}, encode_options={"fields": short},
    )  # fmt: skip
    absent = {**fields, "laser": "/data/laser"}
    group.valid(
        "absent",
        "031",
        "A source that is not in the file is left out",
        blob(BATCH),
        value,
        options={"fields": absent},
        encode_options={"fields": absent},
    )
    group.valid(
        "none",
        "031",
        "An empty configuration",
        blob(BATCH),
        {},
        options={"fields": {}},
        encode="there is nothing to write",
    )
    for compression, level in (
        ("gzip", 9), ("gzip_with_shuffle", 1), ("bitshuffle_with_lz4", None), ("bitshuffle_with_zstd", 22), ("zfp", None),
    ):  # fmt: skip
        for dtype in ("<f4", "<f8", "<i4", "<i8"):
            numbers = {"/data/data": IMAGE.astype(dtype)}
            settings = {"compression": compression} | ({} if level is None else {"compression_level": level})
            group.valid(
                f"packed-{compression.replace('_', '-')}-le-{dtype[1:]}", "006 007 027",
                f"Written again with {settings}", blob(numbers), numbers, encode_options=settings,
            )  # fmt: skip
    for compression, level in (
        ("gzip", 0),
        ("gzip_with_shuffle", 0),
        ("gzip_with_shuffle", 9),
        ("bitshuffle_with_zstd", 0),
    ):
        settings = {"compression": compression, "compression_level": level}
        group.valid(
            f"level-{compression.replace('_', '-')}-{level}", "007", f"Written again with {settings}, a level at the edge",
            blob(BATCH), BATCH, encode_options=settings,
        )  # fmt: skip
    return group
