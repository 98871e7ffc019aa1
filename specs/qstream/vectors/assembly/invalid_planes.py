"""Planes that are refused: attributes, lengths that do not go with the rank, mixtures."""

from __future__ import annotations

from .kit import INLINE_X, STREAM, Group, ascii10, cat, packet, plane, type_

__all__ = ["add"]

AT = len(STREAM)


def add(group: Group) -> None:
    """Add the refused planes to *group*."""
    _bad_attributes(group)
    _bad_lengths(group)
    _no_agreement(group)
    _mixtures(group)


def _bad_attributes(group: Group) -> None:
    rest = '<values encoding="ascii10" length=""/></qdataset>'
    for name, start, rules in (
        ("id-missing", '<qdataset rank="1">', "043"),
        ("id-empty", '<qdataset id="" rank="1">', "043"),
        ("id-blank", '<qdataset id="  " rank="1">', "043"),
        ("rank-missing", '<qdataset id="y">', "044"),
    ):
        data = cat(STREAM, type_("01", start + rest))
        group.invalid(name, rules, f"qdataset with {name.replace('-', ' ')}", data, "constraint", at=AT)
    for rank in ("1.0", "one", "", "1 2", "0x1"):
        data = cat(STREAM, type_("01", plane("y", rank)))
        group.invalid(
            f"rank-{rank.replace(' ', '-') or 'empty'}",
            "044",
            f"rank {rank!r}",
            data,
            "constraint type syntax",
            path="[01].y.rank",
            at=AT,
        )
    for rank in ("5", "-1", "99", "2147483648"):
        data = cat(STREAM, type_("01", plane("y", rank, 'encoding="ascii10" length="2,2,2,2"')))
        words = "constraint limit type unsupported"
        group.invalid(f"rank-{rank}", "045", f"rank {rank}", data, words, path="[01].y.rank", at=AT)
    none = cat(STREAM, type_("01", '<qdataset id="y" rank="1"/>'))
    group.invalid("no-values", "046", "a qdataset without values", none, "constraint", path="[01].y", at=AT)
    props = cat(STREAM, type_("01", '<qdataset id="y" rank="1"><properties/></qdataset>'))
    group.invalid(
        "only-properties", "046", "a qdataset with nothing but properties", props, "constraint", path="[01].y", at=AT
    )
    bare = cat(STREAM, type_("01", '<qdataset id="y" rank="1"><values length=""/></qdataset>'))
    group.invalid("values-bare", "046 075", "values that say neither encoding nor data", bare, "constraint", at=AT)


def _bad_lengths(group: Group) -> None:
    for name, length in (
        ("blank-after-comma", "2, 2"),
        ("blank", " "),
        ("float", "2.0,2"),
        ("word", "two,2"),
        ("empty-middle", "2,,2"),
        ("semicolon", "2;2"),
        ("hex", "0x2,2"),
    ):
        data = cat(STREAM, type_("01", plane("y", 3, f'encoding="ascii10" length="{length}"')))
        group.invalid(
            f"length-{name}",
            "048",
            f"length {length!r}",
            data,
            "constraint type syntax",
            path="[01].y.values.length",
            at=AT,
        )
    for length in ("-1", "-4", "-2147483648"):
        data = cat(STREAM, type_("01", plane("y", 2, f'encoding="ascii10" length="{length}"')))
        group.invalid(
            f"length-{length}", "055", f"length {length}", data, "size constraint", path="[01].y.values.length", at=AT
        )
    both = cat(STREAM, type_("01", plane("y", 3, 'encoding="ascii10" length="-2,-2"')))
    group.invalid(
        "length-two-negatives", "055", "two negative lengths, whose product is positive", both, "size constraint", at=AT
    )


def _no_agreement(group: Group) -> None:
    for rank, length, rules in (
        (2, "3,4", "052"),
        (3, "2,3,4", "052"),
        (4, "1,1,1,1", "052"),
        (2, "", "053"),
        (3, "4", "053"),
        (4, "2,3", "053"),
        (1, "2,3", "054"),
        (2, "2,3,4", "054"),
        (4, "2", "054"),
        (3, "", "054"),
        (0, "1", "054 057"),
    ):
        data = cat(STREAM, type_("01", plane("y", rank, f'encoding="ascii10" length="{length}"')))
        name = f"rank-{rank}-length-{length.replace(',', '-') or 'empty'}"
        group.invalid(
            name,
            rules,
            f"rank {rank} with length {length!r}",
            data,
            "constraint unsupported",
            path="[01].y.values.length",
            at=AT,
        )
    ragged = [
        cat(type_("01", plane("y", 3, f'encoding="ascii10" length="{n}"')), packet("01", ascii10(*range(n))))
        for n in (4, 3)
    ]
    group.invalid(
        "ragged-2009",
        "053",
        "slices of a ragged rank 3, each with its descriptor",
        cat(STREAM, *ragged),
        "constraint unsupported",
        at=AT,
    )
    twice = cat(STREAM, type_("01", plane("y", 0)), packet("01", ascii10(1)), packet("01", ascii10(2)))
    group.invalid(
        "rank-0-two-packets",
        "057",
        "rank 0 with a second packet",
        twice,
        "state framing constraint",
        at=len(twice) - 14,
    )
    group.either(
        "length-0",
        "048",
        "records of no elements",
        cat(STREAM, type_("01", plane("y", 2, 'encoding="ascii10" length="0"')), packet("01")),
    )
    group.either("rank-0-no-packet", "057", "rank 0, and no packet comes", cat(STREAM, type_("01", plane("y", 0))))


def _mixtures(group: Group) -> None:
    whole, streaming = plane("t", 1, 'encoding="ascii10" length="3"'), plane()
    rows = packet("01", ascii10(1, 2, 3, 4))
    for name, planes in (("whole-first", (whole, streaming)), ("streaming-first", (streaming, whole))):
        group.invalid(
            f"mixed-{name}",
            "056",
            "one whole and one streaming plane",
            cat(STREAM, type_("01", *planes), rows),
            "constraint unsupported",
            at=AT,
        )
    words = "constraint state framing unsupported"
    inline = cat(STREAM, type_("01", plane("x", 1, 'values="1,2"'), streaming), packet("01", ascii10(1)))
    group.invalid(
        "mixed-inline", "068", "an inline plane beside one that comes in packets, and a packet", inline, words
    )
    data = cat(STREAM, INLINE_X, packet("02", ascii10(1)))
    group.invalid(
        "data-for-inline",
        "068",
        "a packet for an inline descriptor",
        data,
        words,
        path=":02:",
        at=len(STREAM + INLINE_X),
    )
    short = cat(STREAM, INLINE_X, packet("02"))
    group.invalid(
        "no-data-for-inline",
        "068",
        "an empty packet for an inline descriptor",
        short,
        words + " truncated",
        at=len(STREAM + INLINE_X),
    )
