"""Fixed-width fields of text: asciiNN and hexNN."""

from __future__ import annotations

from .kit import NAN, STREAM, Group, ascii10, cat, ds, expect, packet, plane, type_

__all__ = ["groups"]

INF = float("inf")


def groups() -> list[Group]:
    ascii_, hex_ = Group("ascii"), Group("hex")
    _spellings(ascii_)
    _no_numbers(ascii_)
    _layout(ascii_)
    _widths(ascii_)
    _hex(hex_)
    return [ascii_, hex_]


def _stream(encoding: str, *fields: bytes | str, rank: int = 1, length: str = "") -> bytes:
    head = cat(STREAM, type_("01", plane("y", rank, f'encoding="{encoding}" length="{length}"')))
    return cat(head, *(packet("01", field) for field in fields))


def _field(text: str, width: int) -> str:
    """Return *text* right aligned with one blank behind, or as it is where it fills the width."""
    return f"{text:>{width - 1}} " if len(text) < width else text


def _spellings(group: Group) -> None:
    for name, text, number in (
        ("integer", "12", 12.0),
        ("no-leading-zero", "-.5", -0.5),
        ("no-digit-after-point", "5.", 5.0),
        ("exponent-lower", "1e5", 1e5),
        ("exponent-plus", "+1.5E01", 15.0),
        ("exponent-explicit-plus", "1E+5", 1e5),
        ("exponent-minus", "1.0E-100", 1e-100),
        ("leading-zeros", "0007.50", 7.5),
        ("minus-zero", "-0.0", -0.0),
        ("nan", "NaN", NAN),
        ("infinity", "Infinity", INF),
        ("minus-infinity", "-Infinity", -INF),
        ("suffix-d", "1.5d", 1.5),
        ("suffix-upper-d", "1.5D", 1.5),
        ("suffix-f", "1.5f", 1.5),
        ("suffix-upper-f", "2e1F", 20.0),
        ("hexadecimal-float", "0x1p3", 8.0),
        ("hexadecimal-float-point", "0x1.8p1", 3.0),
        ("overflow", "1e400", INF),
        ("minus-overflow", "-1e400", -INF),
        ("underflow", "1e-400", 0.0),
        ("fill", "-1.00E31", -1e31),
        ("zero-exponent", "+0.00E00", 0.0),
    ):
        value = expect({"y": ds(1, [number])})
        group.valid(name, "078", f"the field {text!r}", _stream("ascii12", _field(text, 12)), value)
    for name, text, number in (
        ("largest", "1.7976931348623157E308", 1.7976931348623157e308),
        ("smallest", "4.9E-324", 5e-324),
        ("seventeen-digits", "0.10000000000000001", 0.1),
        ("tie", "9007199254740993", 9007199254740992.0),
        ("above-tie", "9007199254740993.00000000001", 9007199254740994.0),
        ("many-digits", "0.1000000000000000055511151231257827021181583404541015625", 0.1),
        ("halfway-denormal", "2.4703282292062328e-324", 5e-324),
        ("power-23", "1e23", 1e23),
        ("forty-digits", "1234567890123456789012345678901234567890", 1.2345678901234568e39),
    ):
        value = expect({"y": ds(1, [number])})
        group.valid(
            f"rounding-{name}", "078", f"correct rounding of {text}", _stream("ascii64", _field(text, 64)), value
        )


def _no_numbers(group: Group) -> None:
    for name, text in (
        ("blank", ""),
        ("lower-nan", "nan"),
        ("short-inf", "inf"),
        ("lower-infinity", "infinity"),
        ("comma", "1,5"),
        ("underscore", "1_0"),
        ("hexadecimal-integer", "0x10"),
        ("two-numbers", "1.0 2.0"),
        ("blank-inside", "- 1"),
        ("stars", "*****"),
        ("question-mark", "?"),
        ("plus-question-mark", "+?"),
        ("word", "fill"),
        ("point", "."),
        ("sign", "-"),
        ("two-signs", "--1"),
        ("two-points", "1.2.3"),
        ("exponent-alone", "e5"),
        ("exponent-open", "1e"),
        ("exponent-sign", "1e+"),
        ("exponent-fraction", "1e1.5"),
        ("long-suffix", "1L"),
        ("percent", "5%"),
    ):
        value = expect({"y": ds(1, [NAN])})
        group.valid(
            f"nan-{name}", "079", f"the field {text!r} is no number", _stream("ascii12", _field(text, 12)), value
        )
    stars = _stream("ascii10", "*" * 10, ascii10(1))
    group.valid("nan-full-stars", "079", "asterisks through the whole field", stars, expect({"y": ds(1, [NAN, 1.0])}))
    for name, field in (
        ("latin-1", b"    1\xb5    "),
        ("high-bytes", b"\xff" * 10),
        ("wide-digits", "１２３ ".encode()),
        ("nul-inside", b"   1\x002    "),
        ("bell-inside", b"   1\x072    "),
    ):
        value = expect({"y": ds(1, [NAN])})
        group.valid(f"nan-{name}", "079", f"the bytes {field!r}", _stream("ascii10", field), value)
    nothing = _stream("ascii10", b"\x00" * 10, b" " * 10, b"\r\n\t" + b" " * 7)
    group.valid(
        "nan-only-trimmed",
        "078 079",
        "fields of NUL, of blanks, of line ends",
        nothing,
        expect({"y": ds(1, [NAN, NAN, NAN])}),
    )


def _layout(group: Group) -> None:
    value = expect({"y": ds(2, [[-1e-100, 2.0, -3e-100]])})
    group.valid(
        "fields-touch",
        "080 077",
        "full fields touch",
        _stream("ascii10", "-1.00E-100" + _field("2", 10) + "-3.00E-100", rank=2, length="3"),
        value,
    )
    digits = expect({"y": ds(2, [[1.0, 2.0, 34.0]])})
    group.valid(
        "digits-touch",
        "080",
        "digits of two fields touch",
        _stream("ascii2", "1 " + " 2" + "34", rank=2, length="3"),
        digits,
    )
    for name, field in (
        ("left", "5         "),
        ("middle", "    5     "),
        ("right", "         5"),
        ("newline-behind", "        5\n"),
        ("newline-before", "\n        5"),
        ("crlf-within", "       5\r\n"),
        ("tabs", "\t\t\t\t5\t\t\t\t\t"),
        ("nul-padded", "5" + "\0" * 9),
        ("control-padded", "\x01\x1f 5 \x02\x03\x04\x05\x06"),
    ):
        group.valid(
            f"aligned-{name}",
            "078 081",
            "blanks and control bytes around a number are trimmed",
            _stream("ascii10", field),
            expect({"y": ds(1, [5.0])}),
        )


def _widths(group: Group) -> None:
    for name, encoding, field, number in (
        ("one", "ascii1", "7", 7.0),
        ("two", "ascii2", "7\n", 7.0),
        ("leading-zeros", "ascii006", "   7 \n"[:6], 7.0),
        ("thirty", "ascii30", _field("0.1", 30), 0.1),
        ("thousand", "ascii1000", _field("7", 1000), 7.0),
    ):
        group.valid(
            f"width-{name}", "077", f"fields of {encoding}", _stream(encoding, field), expect({"y": ds(1, [number])})
        )
    hard = (
        0.1,
        1 / 3,
        2 / 3,
        5e-324,
        2.2250738585072014e-308,
        1.7976931348623157e308,
        2.0**53 - 1,
        0.30000000000000004,
        -0.0,
    )
    group.valid(
        "seventeen-digits",
        "082 078",
        "doubles that need all their digits: what is written gives back every bit",
        _stream("ascii26", *(_field(repr(one), 26) for one in hard)),
        expect({"y": ds(1, list(hard))}),
    )
    at = len(_stream("ascii10")) + 14
    extra = _stream("ascii10", ascii10(1) + "\n", ascii10(2))
    group.invalid("newline-extra", "077 001", "a newline behind the NN bytes", extra, "framing", at=at)
    group.invalid(
        "field-short", "077 011", "nine bytes in ascii10", _stream("ascii10", ascii10(1)[:-1]), "truncated", at=at - 14
    )
    crlf = _stream("ascii10", "        1\r\n", ascii10(2))
    group.invalid("crlf", "077 001", "CRLF where the field has one byte left", crlf, "framing", at=at)
    group.either("width-zero", "077", "fields of no bytes", _stream("ascii0", "", ""))
    group.either("signed-nan", "078", "NaN with a sign", _stream("ascii10", _field("-NaN", 10)))
    long = _stream("ascii10", *(ascii10(n) for n in range(200)))
    group.valid(
        "two-hundred-packets",
        "077 078",
        "a run of two hundred packets",
        long,
        expect({"y": ds(1, [float(n) for n in range(200)])}),
    )


def _hex(group: Group) -> None:
    for name, encoding, fields, numbers in (
        ("plain", "hex11", ("0x0000ff00 ", "0x00000001\n"), (65280.0, 1.0)),
        ("upper", "hex11", ("0x0000FF00 ",), (65280.0,)),
        ("no-prefix", "hex5", ("00ff\n",), (255.0,)),
        ("largest", "hex11", ("0x7fffffff ",), (2147483647.0,)),
        ("narrow", "hex4", ("0xf ", "0x0\n"), (15.0, 0.0)),
        ("left-aligned", "hex8", ("ff      ",), (255.0,)),
    ):
        value = expect({"y": ds(1, list(numbers))})
        group.valid(name, "089", f"{encoding}: {fields[0]!r}", _stream(encoding, *fields), value)
    head = cat(STREAM, type_("01", plane("a"), plane("y", 2, 'encoding="hex5" length="2"')))
    row = packet("01", "        1 0x0a 0x0b\n")
    group.valid(
        "record",
        "089 041",
        "ascii and hex in one record",
        head + row,
        expect({"a": ds(1, [1.0]), "y": ds(2, [[10.0, 11.0]])}),
    )
    group.invalid(
        "record-short",
        "089 011",
        "a record whose last field is a byte short",
        head + row[:-1],
        "truncated",
        at=len(head),
    )
    group.either("above-int4", "089", "0xffffffff, which writers send for -1", _stream("hex11", "0xffffffff "))
    group.either("no-number", "089", "a field that is no number", _stream("hex11", "0x0000zz00 "))
    group.either("blank", "089", "a blank field", _stream("hex11", " " * 11))
    group.either("prefix-after-blanks", "089", "0x that is not at byte 0", _stream("hex11", "       0xff"))
