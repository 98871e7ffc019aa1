"""Fixed-width text fields against a loop of Python's own conversions over the slices of the same bytes.

    PYTHONPATH=generator python benchmarks/textfields.py

Target: ascii10 fields at least 2.5 times faster than ``float()``, every value bit-identical (checked before timing).
Below, without targets: other widths, writing against ``repr``, and times against ``datetime.fromisoformat``. Both
sides are bound by different things (the loop by the interpreter, the column by memory), so that the ratio moves
with what else the machine does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

import numpy as np
from _measure import conditions, measure, report
from numpy.typing import NDArray

from sciwire.runtime.textfields import format_decimal, parse_decimal
from sciwire.runtime.times import format_iso, parse_iso, time_unit, to_unit

ROWS = 100_000
TARGET = "at most x 0.400"


def columns() -> dict[str, list[str]]:
    """Return columns of texts of equal width by name."""
    rng = np.random.default_rng(20261120)
    plain = rng.normal(size=ROWS).tolist()
    spread = (rng.normal(size=ROWS) * 10.0 ** rng.integers(-5, 6, ROWS)).tolist()
    made = {
        "ascii10, +d.ddE00": [f"{x:+9.2E} " for x in spread],
        "ascii10, newline behind": [f"{x:+9.2E}\n" for x in spread],
        "ascii10, three digits": [f"{100 * x:9.3g} " for x in plain],
        "ascii10, whole numbers": [f"{int(10_000 * x):9d} " for x in plain],
        "ascii10, two decimals": [f"{100 * x:9.2f} " for x in plain],
        "ascii10, up to four decimals": [f"{format(x, '.4f').rstrip('0'):>9} " for x in plain],
        "ascii10, left-aligned": [f"{100 * x:<10.3g}" for x in plain],
        "ascii10, one in ten NaN": [
            f"{'NaN' if i % 10 == 0 else format(x, '+9.2E'):>9} " for i, x in enumerate(spread)
        ],
        "ascii10, all NaN": ["      NaN "] * ROWS,
        "ascii24, repr of doubles": [f"{x!r:>23} " for x in spread],
        "ascii24, 17 digits": [f"{x:23.16E} " for x in spread],
    }
    assert all(len(set(map(len, texts))) == 1 for texts in made.values())
    return made


def compare(
    name: str, text: bytes, width: int, theirs: Callable[[bytes], object], ours: Callable[[], object], target: str = ""
) -> None:
    """Time a loop over the slices against one call, and print the ratio."""

    def loop() -> list[object]:
        return [theirs(text[i : i + width]) for i in range(0, len(text), width)]

    report(name, measure({"loop over slices": loop, "column": ours}, rounds=15), {"column": target})


def main() -> None:
    """Run all comparisons."""
    print(conditions(), f"{ROWS} rows")
    for name, texts in columns().items():
        text = "".join(texts).encode()
        fields = np.frombuffer(text, np.uint8).reshape(ROWS, -1)
        expected = np.array([float(one) for one in texts])
        got = parse_decimal(fields)
        same = (got.view(np.uint64) == expected.view(np.uint64)) | (np.isnan(got) & np.isnan(expected))
        assert same.all(), name
        compare(
            name,
            text,
            len(texts[0]),
            float,
            lambda fields=fields: parse_decimal(fields),
            TARGET if "ascii10" in name else "",
        )  # type: ignore[misc]
    write_decimals()
    times()


def write_decimals() -> None:
    """Format doubles against a loop of repr."""
    rng = np.random.default_rng(1)
    for name, values in (("doubles", rng.normal(size=ROWS)), ("three decimals", rng.normal(size=ROWS).round(3))):
        padded: Callable[[], object] = lambda values=values: "".join([f"{x!r:>24} " for x in values.tolist()]).encode()  # noqa: E731
        report(f"writing {name}", measure({"repr": padded, "column": lambda v=values: format_decimal(v)}, rounds=9))  # type: ignore[misc]


def times() -> None:
    """Parse and format millisecond times."""
    unit = time_unit("us2000", epoch="2000-01-01", step=Fraction(1, 10**6))
    numbers: NDArray[np.float64] = 8.4e14 + 1e6 * np.arange(ROWS) + 123_000
    fields = format_iso(numbers, unit)
    text = fields.tobytes()

    def theirs(field: bytes) -> object:
        return datetime.fromisoformat(field.decode().rstrip())

    def ours() -> object:
        days, ns, valid = parse_iso(fields)
        return to_unit(days, ns, unit, valid)

    assert (np.asarray(ours()) == numbers).all()
    compare("time24, datetime.fromisoformat", text, fields.shape[1], theirs, ours)
    report("writing time24", measure({"column": lambda: format_iso(numbers, unit)}, rounds=5))


if __name__ == "__main__":
    main()
