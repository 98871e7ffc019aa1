"""timeNN: ISO times as text, in every time-location unit."""

from __future__ import annotations

from .kit import NAN, STREAM, Group, cat, descriptor, ds, expect, nd, packet, plane, prop, type_

__all__ = ["groups"]

FILL8 = -(2**63)  # the fill of int64
SEPTEMBER_9 = 116_380_800_000_000.0  # us from 2000-01-01 to 2003-09-09: 1347 days
US = 1_000_000
DAY = 86_400


def groups() -> list[Group]:
    times, tt2000 = Group("time"), Group("tt2000")
    _spellings(times)
    _fill(times)
    _widths(times)
    _units(times)
    _bad(times)
    _tt2000(tt2000)
    return [times, tt2000]


def _units_property(unit: str) -> str:
    return f'<properties><property name="UNITS" type="units" value="{unit}"/></properties>'


def _stream(unit: str, width: int | str, *fields: str) -> bytes:
    """Return a stream of time fields, each padded with blanks to the width, the last byte a newline if it is free."""
    head = cat(STREAM, type_("01", plane("t", 1, f'encoding="time{width}" length=""', _units_property(unit))))
    padded = [field.ljust(int(width)) for field in fields]
    return cat(head, *(packet("01", field[:-1] + "\n" if field.endswith(" ") else field) for field in padded))


def _value(unit: str, numbers: list[float]) -> object:
    return expect({"t": ds(1, numbers, unit, {"UNITS": prop("units", unit)})})


def _spellings(group: Group) -> None:
    for name, text, rules in (
        ("minutes", "2003-09-09T00:00", "086"),
        ("seconds", "2003-09-09T00:00:00", "086"),
        ("milliseconds", "2003-09-09T00:00:00.000", "086"),
        ("microseconds", "2003-09-09T00:00:00.000000", "086"),
        ("nanoseconds", "2003-09-09T00:00:00.000000000", "086"),
        ("zulu", "2003-09-09T00:00Z", "086"),
        ("zulu-milliseconds", "2003-09-09T00:00:00.000Z", "086"),
        ("day-of-year", "2003-252T00:00", "086"),
        ("day-of-year-seconds", "2003-252T00:00:00.000", "086"),
        ("blank-for-t", "2003-09-09 00:00:00", "086"),
        ("date-only", "2003-09-09", "086"),
        ("compact", "20030909T0000", "086"),
        ("midnight-24", "2003-09-08T24:00", "087"),
        ("second-60", "2003-09-08T23:59:60", "087"),
        ("leading-blanks", "  2003-09-09T00:00", "083"),
    ):
        group.valid(
            f"spelling-{name}",
            rules,
            f"the time {text!r}",
            _stream("us2000", 36, text),
            _value("us2000", [SEPTEMBER_9]),
        )
    for name, text, number in (
        ("fraction-1", "2000-01-01T00:00:00.5", 500_000.0),
        ("fraction-3", "2000-01-01T00:00:01.250", 1_250_000.0),
        ("fraction-6", "2000-01-01T00:00:00.000001", 1.0),
        ("before-epoch", "1999-12-31T23:59:59.000", -1_000_000.0),
        ("leap-day", "2000-02-29T00:00", 59.0 * DAY * US),
        ("after-leap-day", "2000-03-01T00:00", 60.0 * DAY * US),
        ("day-366", "2000-366T00:00", 365.0 * DAY * US),
        ("no-leap-seconds", "2017-01-01T00:00:00", 6210.0 * DAY * US),
        ("century", "2100-03-01T00:00", 36584.0 * DAY * US),
        ("year-1900", "1900-03-01T00:00", -36465.0 * DAY * US),
        ("last-second", "2000-01-01T23:59:59.999", 86_399_999_000.0),
        ("year-9999", "9999-12-31T00:00", 2_921_939.0 * DAY * US),
        ("far-past", "1582-10-15T00:00", -152_384.0 * DAY * US),
    ):
        group.valid(name, "083 086", f"the time {text}", _stream("us2000", 30, text), _value("us2000", [number]))


def _fill(group: Group) -> None:
    for name, text in (
        ("blank", ""),
        ("nan", "NaN"),
        ("stars", "*" * 23),
        ("word", "fill"),
        ("number", "12.5e"),
        ("cut", "2003-09-"),
        ("month-letters", "2003-Xx-09T00:00"),
        ("slashes-only", "//"),
        ("colons", "::::"),
    ):
        group.valid(
            f"fill-{name}",
            "088",
            f"the field {text!r} is no time",
            _stream("us2000", 24, text, "2003-09-09T00:00"),
            _value("us2000", [NAN, SEPTEMBER_9]),
        )
    row = cat(STREAM, type_("01", plane("t", 1, 'encoding="time24" length=""', _units_property("us2000")), plane()))
    data = cat(
        row, packet("01", "*" * 23 + " " + "        1\n"), packet("01", "2003-09-09T00:00:00.000 " + "        2\n")
    )
    value = expect(
        {"t": ds(1, [NAN, SEPTEMBER_9], "us2000", {"UNITS": prop("units", "us2000")}), "y": ds(1, [1.0, 2.0])}
    )
    group.valid("fill-as-written", "088", "a fill time as writers make it, beside data", data, value)
    bytes_ = cat(
        STREAM,
        type_("01", plane("t", 1, 'encoding="time10" length=""', _units_property("us2000"))),
        packet("01", b"\xff\x00\xb5\x80abcdef"),
    )
    group.valid("fill-high-bytes", "088", "bytes that are no ASCII", bytes_, _value("us2000", [NAN]))
    for name, text in (
        ("year-1", "0001-01-01T00:00"),
        ("month-13", "2003-13-01T00:00"),
        ("february-30", "2003-02-30T00:00"),
        ("hour-25", "2003-09-09T25:00"),
        ("offset", "2003-09-09T00:00+01:00"),
        ("day-400", "2003-400T00:00"),
    ):
        group.either(name, "086 088", f"the time {text}", _stream("us2000", 30, text))


def _widths(group: Group) -> None:
    for width in (17, 20, 24, 27, 30):
        text = "2003-09-09T00:00:00.000000000"[: width - 1]
        group.valid(
            f"width-{width}",
            "083",
            f"time{width} as it is written",
            _stream("us2000", width, text),
            _value("us2000", [SEPTEMBER_9]),
        )
    group.valid(
        "width-full",
        "083",
        "no byte left for a separator",
        _stream("us2000", 16, "2003-09-09T00:00"),
        _value("us2000", [SEPTEMBER_9]),
    )
    short = _stream("us2000", 17, "2003-09-09T00:00")
    group.invalid("width-17-short", "083 011", "time17 with 16 bytes", short[:-1], "truncated", at=len(short) - 21)
    long = short + b"\n"
    group.invalid("width-17-newline-extra", "083 001", "a newline behind the NN bytes", long, "framing", at=len(short))
    group.valid(
        "width-49",
        "084",
        "the widest field",
        _stream("us2000", 49, "2003-09-09T00:00"),
        _value("us2000", [SEPTEMBER_9]),
    )
    old = _stream("us2000", 25, "2003-09-09T00:00:00.000Z")
    group.valid("width-25-zulu", "083 086", "time25 with Z, as written in 2008", old, _value("us2000", [SEPTEMBER_9]))
    rank2 = cat(
        STREAM,
        type_("01", plane("t", 2, 'encoding="time17" length="2"', _units_property("us2000"))),
        packet("01", "2003-09-09T00:00 2003-09-10T00:00\n"),
    )
    value = expect({"t": ds(2, [[SEPTEMBER_9, SEPTEMBER_9 + DAY * US]], "us2000", {"UNITS": prop("units", "us2000")})})
    group.valid("rank-2", "083", "two times a record", rank2, value)


def _units(group: Group) -> None:
    """2000-01-02T12:00 is a day and a half after 2000-01-01; days between epochs are counted by hand."""
    for unit, number in (
        ("us2000", 1.5 * DAY * US),
        ("us2020", (1.5 - 7305) * DAY * US),
        ("us1980", (1.5 + 7305) * DAY * US),
        ("us1970", (1.5 + 10957) * DAY * US),
        ("t2000", 1.5 * DAY),
        ("t2010", (1.5 - 3653) * DAY),
        ("t1970", (1.5 + 10957) * DAY),
        ("unixTime", (1.5 + 10957) * DAY),
        ("ms1970", (1.5 + 10957) * DAY * 1000),
        ("mj1958", 15341.5),
        ("mjd", 51545.5),
        ("julianDay", 2451546.0),
        ("cdfEpoch", 63_113_904_000_000.0 + 1.5 * DAY * 1000),
        ("UTC", 1.5 * DAY * US),
        ("seconds since 2010-01-01T00:00", (1.5 - 3653) * DAY),
        ("days since 1970-01-01T00:00", 10958.5),
        ("microseconds since 2000-01-01T00:00", 1.5 * DAY * US),
        ("hours since 2000-01-01T00:00", 36.0),
        ("milliseconds since 1970-01-01T00:00:00.000Z", (1.5 + 10957) * DAY * 1000),
    ):
        name = unit.replace(" ", "-").replace(":", "").replace(".", "").lower()
        group.valid(
            f"unit-{name}",
            "105 083",
            f"2000-01-02T12:00 in {unit}",
            _stream(unit, 17, "2000-01-02T12:00"),
            _value(unit, [number]),
        )

    for unit, number in (
        ("us2000", 6391.0 * DAY * US),
        ("us2020", (6391.0 - 7305) * DAY * US),
        ("us1980", (6391.0 + 7305) * DAY * US),
        ("t2000", 6391.0 * DAY),
        ("t2010", (6391.0 - 3653) * DAY),
        ("UTC", 6391.0 * DAY * US),
        ("mjd", 51544.0 + 6391),
        ("seconds since 2010-01-01T00:00", (6391.0 - 3653) * DAY),
    ):
        name = unit.replace(" ", "-").replace(":", "").lower()
        group.valid(
            f"unit-late-{name}",
            "105 106 083",
            f"2017-07-01 in {unit}: 6391 days after 2000-01-01, none of the five leap seconds in between",
            _stream(unit, 17, "2017-07-01T00:00"),
            _value(unit, [number]),
        )


def _bad(group: Group) -> None:
    at = len(STREAM)
    for width in ("50", "99", "049999", "4294967296"):
        head = cat(STREAM, type_("01", plane("t", 1, f'encoding="time{width}" length=""', _units_property("us2000"))))
        group.invalid(
            f"width-{width}",
            "084",
            f"time{width}",
            head,
            "constraint limit size unsupported",
            path="[01].t.values.encoding",
            at=at,
        )
    words = "constraint unsupported"
    none = cat(STREAM, type_("01", plane("t", 1, 'encoding="time17" length=""')))
    group.invalid("no-units", "085", "a time plane without UNITS", none, words, at=at)
    for unit in ("counts", "", "seconds", "days"):
        data = cat(STREAM, type_("01", plane("t", 1, 'encoding="time17" length=""', _units_property(unit))))
        group.invalid(f"units-{unit or 'empty'}", "085", f"a time plane in the unit {unit!r}", data, words, at=at)
    nominal = '<properties><property name="UNITS" type="enumerationUnit" value="e[1:A]"/></properties>'
    data = cat(STREAM, type_("01", plane("t", 1, 'encoding="time17" length=""', nominal)))
    group.invalid("units-enumeration", "085", "a time plane of an enumeration", data, words, at=at)


def _tt2000(group: Group) -> None:
    """From 2000-01-01T12:00 UTC, 64.184 s, a day is 86 400 s; five leap seconds fell from 2006 to 2017."""
    for name, text, number in (
        ("epoch", "2000-01-01T11:58:55.816", 0),
        ("noon", "2000-01-01T12:00:00", 64_184_000_000),
        ("next-noon", "2000-01-02T12:00", 86_464_184_000_000),
        ("nanosecond", "2000-01-01T11:58:55.816000001", 1),
        ("before-epoch", "2000-01-01T11:58:55.815999999", -1),
        ("before-leap", "2016-12-31T23:59:59", 536_500_867_184_000_000),
        ("after-leap", "2017-01-01T00:00:00", 536_500_869_184_000_000),
        ("first-leap", "2006-01-01T00:00:00", 189_345_665_184_000_000),
        ("past-2-to-53", "2017-01-01T00:00:00.123456789", 536_500_869_307_456_789),
        ("minutes", "2017-01-01T00:00", 536_500_869_184_000_000),
    ):
        value = expect({"t": ds(1, nd([number], "<i8"), "cdfTT2000", {"UNITS": prop("units", "cdfTT2000")})})
        group.valid(f"text-{name}", "106 083", f"{text} in ns with leap seconds", _stream("cdfTT2000", 30, text), value)
    value = expect({"t": ds(1, nd([FILL8, 0], "<i8"), "cdfTT2000", {"UNITS": prop("units", "cdfTT2000")})})
    group.valid(
        "text-fill",
        "088 106",
        "stars are the fill of int64",
        _stream("cdfTT2000", 30, "*" * 29, "2000-01-01T11:58:55.816"),
        value,
    )
    group.either(
        "text-leap-second", "087 106", "the leap second itself", _stream("cdfTT2000", 30, "2016-12-31T23:59:60")
    )
    for encoding, dtype, wire in (
        ("int8", "<i8", (7).to_bytes(8, "big")),
        ("double", "<f8", bytes.fromhex("401c000000000000")),
    ):
        head = descriptor("00", '<stream dataset_id="y" byte_order="big_endian"/>')
        data = cat(
            head,
            type_("01", plane("t", 1, f'encoding="{encoding}" length=""', _units_property("cdfTT2000"))),
            packet("01", wire),
        )
        value = expect({"t": ds(1, nd([7], dtype), "cdfTT2000", {"UNITS": prop("units", "cdfTT2000")})})
        group.valid(f"as-{encoding}", "106 073", f"cdfTT2000 sent as {encoding}", data, value)
