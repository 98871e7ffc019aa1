"""Binary encodings: every name, both byte orders, and the extremes of each."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from .kit import STREAM, Group, cat, descriptor, ds, expect, nd, packet, plane, type_

__all__ = ["groups"]


@dataclass(frozen=True)
class Encoding:
    """One encoding: its names, code of `struct`, width in bytes, dtype, and values worth sending."""

    names: tuple[str, ...]
    code: str
    width: int
    dtype: str
    rule: str
    ordinary: tuple[float, ...]
    extreme: tuple[float, ...]


INF = float("inf")
ENCODINGS = (
    Encoding(
        ("double", "real8"), "d", 8, "<f8", "069", (0.1, -1.5, 1e300), (1.7976931348623157e308, 5e-324, -0.0, INF, -INF)
    ),
    Encoding(
        ("float", "real4"),
        "f",
        4,
        "<f4",
        "070",
        (0.5, -1.5, 1e10),
        (3.4028234663852886e38, 1.401298464324817e-45, -0.0, INF, -INF),
    ),
    Encoding(("int2",), "h", 2, "<i2", "071", (0, 1, -2, 258), (-32768, 32767, -1)),
    Encoding(("int4", "integer"), "i", 4, "<i4", "072", (0, 1, -2, 16909060), (-2147483648, 2147483647, -1)),
    Encoding(
        ("int8",),
        "q",
        8,
        "<i8",
        "073",
        (0, 1, -2, 72623859790382856),
        (-(2**63), 2**63 - 1, -1, 2**53 + 1, -(2**53) - 1),
    ),
)
ORDERS = (("little", "<"), ("big", ">"))


def groups() -> list[Group]:
    group = Group("binary")
    for encoding in ENCODINGS:
        for name in encoding.names:
            for order, mark in ORDERS:
                _valid(group, encoding, name, order, mark)
        _widths(group, encoding)
    _nan_bits(group)
    _records(group)
    _names(group)
    return [group]


def _head(order: str, *planes: str) -> bytes:
    return cat(descriptor("00", f'<stream dataset_id="y" byte_order="{order}_endian"/>'), type_("01", *planes))


def _valid(group: Group, encoding: Encoding, name: str, order: str, mark: str) -> None:
    head = _head(order, plane("y", 1, f'encoding="{name}" length=""'))
    for kind, values in (("ordinary", encoding.ordinary), ("extreme", encoding.extreme)):
        if kind == "extreme" and name != encoding.names[0]:
            continue
        data = cat(head, *(packet("01", struct.pack(mark + encoding.code, value)) for value in values))
        value = expect({"y": ds(1, nd(values, encoding.dtype))})
        group.valid(
            f"{name}-{order}-{kind}", f"{encoding.rule} 074", f"{name}, {order}-endian, {kind} values", data, value
        )


def _widths(group: Group, encoding: Encoding) -> None:
    """Packets that are a byte too short or too long, and the four bytes that the seed page gives a double."""
    name, rules = encoding.names[0], f"{encoding.rule} 010"
    head = _head("little", plane("y", 1, f'encoding="{name}" length=""'))
    whole, at = packet("01", bytes(encoding.width)), len(head)
    group.invalid(
        f"{name}-one-short",
        f"{rules} 011",
        f"{name} with {encoding.width - 1} bytes",
        head + whole[:-1],
        "truncated",
        at=at,
    )
    if encoding.width == 8:
        group.invalid(f"{name}-half", f"{rules} 011", f"{name} with 4 bytes", head + whole[:-4], "truncated", at=at)
    cut = cat(head, whole[:-1], whole)
    group.invalid(
        f"{name}-one-short-run",
        f"{rules} 001",
        "a second packet that comes a byte too early",
        cut,
        "framing",
        at=at + len(whole),
    )
    group.invalid(
        f"{name}-one-long",
        f"{rules} 001",
        f"{name} with {encoding.width + 1} bytes",
        cat(head, whole, b"\0", whole),
        "framing",
        at=at + len(whole),
    )


def _nan_bits(group: Group) -> None:
    """NaN with a payload keeps its bits: the expected data are spelled in hex, no float takes part."""
    for name, dtype, bits in (
        ("double", "<f8", ("7ff8000000000000", "fff8000000000000", "7ff80000deadbeef", "7ff4000000000001")),
        ("float", "<f4", ("7fc00000", "ffc00000", "7fc0beef", "7fa00001")),
    ):
        head = _head("big", plane("y", 1, f'encoding="{name}" length=""'))
        data = cat(head, *(packet("01", bytes.fromhex(word)) for word in bits))
        little = b"".join(bytes.fromhex(word)[::-1] for word in bits)
        array = {"$nd": {"dtype": dtype, "shape": [len(bits)], "data": base64.b64encode(little).decode()}}
        group.valid(
            f"{name}-nan-bits",
            "076",
            "NaNs of four bit patterns, quiet and signalling",
            data,
            expect({"y": ds(1, array)}),
            exact_nan=True,
        )


def _records(group: Group) -> None:
    planes = [plane(name, 2, f'encoding="{name}" length="2"') for name in ("double", "float", "int2", "int4", "int8")]
    for order, mark in ORDERS:
        rows = [struct.pack(mark + "2d2f2h2i2q", *(10 * n + k for k in range(10))) for n in range(3)]
        data = cat(_head(order, *planes), *(packet("01", row) for row in rows))
        datasets = {}
        for k, (name, dtype) in enumerate(
            (("double", "<f8"), ("float", "<f4"), ("int2", "<i2"), ("int4", "<i4"), ("int8", "<i8"))
        ):
            pairs = tuple(10 * n + 2 * k + j for n in range(3) for j in (0, 1))
            datasets[name] = ds(2, nd(pairs, dtype, (3, 2)))
        group.valid(
            f"all-in-one-{order}",
            "074 041",
            f"all five in one packet, {order}-endian, unaligned",
            data,
            expect(datasets),
        )
    tags = _head("little", plane("y", 1, 'encoding="int4" length=""'))
    data = cat(tags, packet("01", b":01:"), packet("01", b"[01]"), packet("01", b":01:"))
    value = expect({"y": ds(1, nd((0x3A31303A, 0x5D31305B, 0x3A31303A), "<i4"))})
    group.valid("data-like-tags", "010", "integers whose bytes look like tags", data, value)
    wide = _head("little", plane("y", 2, 'encoding="int8" length="2"'))
    shifted = b"\x00\x00\x00\x00:01:"
    data = cat(wide, packet("01", shifted * 2), packet("01", b":01:" * 4))
    numbers = (0x3A31303A00000000, 0x3A31303A00000000, 0x3A31303A3A31303A, 0x3A31303A3A31303A)
    value = expect({"y": ds(2, nd(numbers, "<i8", (2, 2)))})
    group.valid("data-all-tags", "010", "data that are nothing but tags", data, value)


def _names(group: Group) -> None:
    for name in (
        "int 8",
        "int1",
        "int3",
        "uint2",
        "short",
        "int",
        "byte",
        "long",
        "Double",
        "INT4",
        "real16",
        "complex8",
        "double ",
        " float",
        "",
        "ascii",
        "time",
        "hex",
        "ascii-10",
        "ascii1.5",
        "asciiten",
        "utf8",
        "int04",
        "float4",
        "ASCII10",
    ):
        data = cat(STREAM, type_("01", plane("y", 1, f'encoding="{name}" length=""')))
        label = name.strip().replace(" ", "-").replace(".", "-") or "empty"
        label += {"double ": "-blank-behind", " float": "-blank-before"}.get(name, "")
        words = "constraint unsupported type syntax"
        group.invalid(
            f"name-{label}", "075", f"encoding {name!r}", data, words, path="[01].y.values.encoding", at=len(STREAM)
        )
