"""How long a packet may be, and lengths whose product fits no machine word."""

from __future__ import annotations

from .kit import STREAM, Group, cat, ds, expect, nd, packet, plane, type_

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("limits")
    _allowed(group)
    _too_long(group)
    return [group]


def _head(rank: int, encoding: str, length: str) -> bytes:
    return cat(STREAM, type_("01", plane("y", rank, f'encoding="{encoding}" length="{length}"')))


def _allowed(group: Group) -> None:
    for name, encoding, length, shape in (
        ("million", "ascii10", "100000", (0, 100000)),
        ("million-product", "ascii10", "1000,100", (0, 1000, 100)),
        ("writer-limit", "ascii4", "249999", (0, 249999)),
    ):
        value = expect({"y": ds(len(shape), nd([], "<f8", shape))})
        group.valid(
            name,
            "122 050",
            f"a record of {encoding} x {length}, within a million bytes, and no packet",
            _head(len(shape), encoding, length),
            value,
        )


def _too_long(group: Group) -> None:
    for name, rank, encoding, length in (
        ("million-and-one", 1, "ascii1000001", ""),
        ("million-and-eight", 2, "double", "125001"),
        ("int32", 2, "ascii10", "2147483647"),
        ("uint32", 2, "ascii10", "4294967295"),
        ("two-to-32", 2, "ascii1", "4294967296"),
        ("int64", 2, "ascii10", "9223372036854775807"),
        ("product-int32", 3, "double", "65536,65536"),
        ("product-two-to-64", 3, "double", "4294967296,4294967296"),
        ("product-two-to-96", 4, "double", "4294967296,4294967296,4294967296"),
        ("width-wraps", 2, "double", "2305843009213693952"),
        ("thirty-nines", 2, "double", "9" * 30),
        ("all-nines", 4, "ascii10", "999999999,999999999,999999999"),
        ("ascii-nines", 1, "ascii99999999999999999999", ""),
        ("hex-nines", 1, "hex4294967296", ""),
        ("whole", 1, "double", "9999999999"),
    ):
        data = cat(_head(rank, encoding, length), packet("01", b"        1\n"))
        group.invalid(
            name, "122", f"a packet of {encoding} x {length or 'nothing'}", data, "limit size constraint type"
        )
    planes = [plane(f"p{n}", 2, 'encoding="ascii10" length="60000"') for n in range(2)]
    data = cat(STREAM, type_("01", *planes), packet("01", b"        1\n"))
    group.invalid("sum-of-planes", "122 041", "two planes that are too long together", data, "limit size constraint")
    nines = _head(2, "ascii10", "9" * 5000)
    group.invalid(
        "five-thousand-digits",
        "122 048",
        "a length of five thousand digits",
        cat(nines, packet("01")),
        "limit size constraint type syntax",
    )
