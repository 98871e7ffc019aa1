"""Data within the descriptor: lists of numbers and rows of them."""

from __future__ import annotations

from .kit import NAN, STREAM, Group, cat, ds, expect, nd, plane, type_

__all__ = ["groups"]

AT = len(STREAM)
INF = float("inf")
# name, attributes of values, numbers they give, rules, what is special
LISTS: tuple[tuple[str, str, list[float], str, str], ...] = (
    ("plain", 'values="7.0,8.0,9.0"', [7, 8, 9], "059", "the example of the page"),
    ("one", 'values="5"', [5], "059", "one number"),
    ("integers", 'values="13,14,15"', [13, 14, 15], "059", "integers"),
    ("blanks", 'values=" 1 ,  2.5 , 3 "', [1, 2.5, 3], "059", "blanks around numbers"),
    ("length", 'values="1,2,3" length="3"', [1, 2, 3], "062", "a length that counts them"),
    ("signs", 'values="-1,+2,-0.5"', [-1, 2, -0.5], "059", "signs"),
    ("exponents", 'values="1e5,1E5,1.5e-3,1.0E10"', [1e5, 1e5, 0.0015, 1e10], "059", "exponents"),
    ("points", 'values=".5,5.,-.25"', [0.5, 5, -0.25], "059", "nothing on one side of the point"),
    ("special", 'values="NaN,Infinity,-Infinity"', [NAN, INF, -INF], "060", "NaN and the infinities"),
    ("suffixes", 'values="1d,2D,3f,4F"', [1, 2, 3, 4], "060", "the type letters of Java"),
    (
        "extremes",
        'values="1.7976931348623157E308,4.9E-324,-0.0,1e400"',
        [1.7976931348623157e308, 5e-324, -0.0, INF],
        "059 060",
        "largest, smallest, minus zero, overflow",
    ),
    (
        "digits",
        'values="0.1,0.30000000000000004,9007199254740993"',
        [0.1, 0.30000000000000004, 9007199254740992.0],
        "059",
        "correct rounding",
    ),
    ("trailing-comma", 'values="7.0,8.0,"', [7, 8], "061", "a trailing comma is dropped"),
    ("trailing-commas", 'values="7.0,8.0,,,"', [7, 8], "061", "so are several"),
    ("trailing-comma-length", 'values="7.0,8.0," length="2"', [7, 8], "061 062", "and not counted"),
    ("empty", 'values="" length="0"', [], "063", "an empty list has length 0"),
    ("synonym", 'inline="1,2"', [1, 2], "064", "inline in place of values"),
    ("synonym-length", 'inline="1,2" length="2"', [1, 2], "064 062", "inline with a length"),
    (
        "encoding-too",
        'encoding="ascii10" length="3" values="1.0,2.0,3.0"',
        [1, 2, 3],
        "047",
        "encoding beside values: the inline values hold",
    ),
)


def groups() -> list[Group]:
    group = Group("inline")
    _lists(group)
    _rows(group)
    _bad_lists(group)
    _bad_rows(group)
    return [group]


def _inline(values: str, rank: int = 1) -> bytes:
    return cat(STREAM, type_("01", plane("y", rank, values)))


def _lists(group: Group) -> None:
    for name, attributes, numbers, rules, doc in LISTS:
        group.valid(name, rules, doc, _inline(attributes), expect({"y": ds(1, [float(n) for n in numbers])}))
    group.valid("rank-0", "057", "one number of rank 0", _inline('values="2.5"', 0), expect({"y": ds(0, nd(2.5))}))
    many = ",".join(f"{n}.0" for n in range(100))
    group.valid(
        "hundred", "059", "a hundred numbers", _inline(f'values="{many}"'), expect({"y": ds(1, nd(range(100)))})
    )
    last = cat(STREAM, type_("01", '<qdataset id="y" rank="1"><values values="1,2"/><values values="3"/></qdataset>'))
    group.valid(
        "last-values",
        "067",
        "two values elements without index: the last holds",
        last,
        expect({"y": ds(1, [3.0])}),
        level="SHOULD",
    )
    units = '<properties><property name="UNITS" type="units" value="us2000"/></properties>'
    times = cat(STREAM, type_("01", plane("y", 1, 'values="0.0,1.0E6"', units)))
    value = expect({"y": ds(1, [0.0, 1e6], "us2000", {"UNITS": {"type": "units", "value": "us2000"}})})
    group.valid("times-are-numbers", "059", "times inline are numbers in the unit", times, value)


def _rows_of(*rows: str, rank: int = 2) -> bytes:
    return cat(
        STREAM,
        type_("01", f'<qdataset id="y" rank="{rank}">' + "".join(f"<values {row}/>" for row in rows) + "</qdataset>"),
    )


def _rows(group: Group) -> None:
    equal = _rows_of('index="0" values="1,2"', 'index="1" values="3,4"', 'index="2" values="5,6"')
    group.valid("rows", "065", "three rows of two", equal, expect({"y": ds(2, [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])}))
    counted = _rows_of('index="0" length="2" values="1,2"', 'index="1" length="2" values="3,4"')
    group.valid(
        "rows-length", "065 062", "rows that count themselves", counted, expect({"y": ds(2, [[1.0, 2.0], [3.0, 4.0]])})
    )
    ragged = _rows_of('index="0" values="1"', 'index="1" values="2,3"', 'index="2" length="0" values=""')
    value = expect({"y": ds(2, rows=[nd([1.0]), nd([2.0, 3.0]), nd([])])})
    group.valid("rows-ragged", "065 063", "rows of one, two and no numbers", ragged, value)
    empty = _rows_of('index="0" length="0" values=""', 'index="1" length="0" values=""')
    group.valid("rows-empty", "065 063", "two rows of nothing", empty, expect({"y": ds(2, nd([], shape=(2, 0)))}))


def _bad_lists(group: Group) -> None:
    for name, attributes, rules in (
        ("hexadecimal", 'values="1,0x10"', "060"),
        ("time", 'values="2000-01-01T00:00"', "060"),
        ("empty-middle", 'values="1,,3"', "060"),
        ("blank-middle", 'values="1, ,3"', "060"),
        ("word", 'values="1,two"', "060"),
        ("lower-case-nan", 'values="nan"', "060"),
        ("short-inf", 'values="inf"', "060"),
        ("underscore", 'values="1_000"', "060"),
        ("two-numbers", 'values="1 2"', "059 060"),
        ("semicolon", 'values="1;2"', "059 060"),
        ("leading-comma", 'values=",1"', "060"),
        ("stars", 'values="****"', "060"),
        ("arabic-digits", 'values="١٢"', "060"),
        ("empty-without-length", 'values=""', "063"),
    ):
        data = _inline(attributes)
        group.invalid(
            name, rules, f"inline {attributes}", data, "constraint type syntax", path="[01].y.values.values", at=AT
        )
    for name, attributes, rules in (
        ("length-short", 'values="1,2,3" length="2"', "062"),
        ("length-long", 'values="1,2,3" length="4"', "062"),
        ("length-zero", 'values="1" length="0"', "062"),
        ("empty-length-one", 'values="" length="1"', "062 063"),
        ("length-huge", 'values="1" length="999999999999"', "062"),
        ("length-word", 'values="1" length="one"', "062 048"),
        ("length-negative", 'values="1" length="-1"', "062 055"),
    ):
        data = _inline(attributes)
        group.invalid(name, rules, f"inline {attributes}", data, "constraint size type syntax limit", at=AT)
    words = "constraint unsupported"
    group.invalid("rank-0-two", "057", "two numbers of rank 0", _inline('values="1,2"', 0), words, at=AT)
    group.invalid("rank-0-length", "057", "rank 0 with a length", _inline('values="1" length="1"', 0), words, at=AT)
    group.invalid(
        "rank-2-length", "066", "rank 2 in one attribute", _inline('values="1,2,3,4,5,6" length="2,3"', 2), words, at=AT
    )
    group.invalid("rank-2-no-index", "066 065", "rank 2 without rows", _inline('values="1,2"', 2), words, at=AT)
    group.invalid("rank-3", "066", "rank 3 in one attribute", _inline('values="1,2" length="1,1,2"', 3), words, at=AT)
    bad = _inline('encoding="ascii1O" length="1" values="1.0"')
    group.invalid(
        "encoding-bad",
        "047 075",
        "encoding beside values is checked",
        bad,
        "constraint unsupported",
        level="SHOULD",
        at=AT,
    )


def _bad_rows(group: Group) -> None:
    for name, first, second in (
        ("from-one", "1", "2"),
        ("gap", "0", "2"),
        ("backwards", "1", "0"),
        ("again", "0", "0"),
        ("negative", "-1", "0"),
        ("word", "a", "b"),
        ("huge", "0", "2147483647"),
    ):
        data = _rows_of(f'index="{first}" values="1"', f'index="{second}" values="2"')
        group.invalid(
            f"index-{name}",
            "065",
            f"rows with index {first}, {second}",
            data,
            "constraint type syntax size limit",
            at=AT,
        )
    group.invalid(
        "rows-of-rank-3",
        "066",
        "indexed rows of rank 3",
        _rows_of('index="0" values="1"', rank=3),
        "constraint unsupported",
        at=AT,
    )
    group.invalid(
        "row-bad-number",
        "065 060",
        "a row with a word",
        _rows_of('index="0" values="1"', 'index="1" values="x"'),
        "constraint type syntax",
        at=AT,
    )
    group.either("rows-of-rank-1", "065", "an index in a rank-1 dataset", _rows_of('index="0" values="1"', rank=1))
