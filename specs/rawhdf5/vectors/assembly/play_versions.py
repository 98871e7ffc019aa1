"""Scenarios of file versions: stored against asked for."""

from __future__ import annotations

from .entries import Entry
from .steps import META, STAT, Step, append, put, read, same, scenario

__all__ = ["request_scenarios"]

THREE = ([b"first", b"", b"\x00third\x00"], [0, 1, 2])
FILL = append(*THREE)
MALFORMED = "version syntax constraint type"


def request_scenarios() -> list[Entry]:
    """Return the scenarios of group requests."""
    return [*_read(), *_read_newer(), *_write(), *_create()]


def _read() -> list[Entry]:
    return [
        scenario(
            "read-same",
            "The file's own version, and none",
            "RAW-048 RAW-051",
            [FILL, read(*THREE, version="0.0"), read(*THREE)],
        ),
        scenario(
            "read-newer",
            "A newer minor and another major are refused",
            "RAW-047 RAW-048",
            [FILL, *[read(refuse="version", version=text) for text in ("0.1", "0.10", "1.0", "10.0")]],
        ),
        scenario(
            "read-malformed",
            "A request that is no major.minor is refused",
            "RAW-046",
            [FILL, *[read(refuse=MALFORMED, version=value) for value in ("0", "", "x.y", "0.0.0", 0)]],
            "1.5",
        ),
        scenario(
            "read-zeros",
            "0.00 is the same version as 0.0",
            "RAW-046",
            [FILL, read(*THREE, version="0.00")],
            "B5",
            level="SHOULD",
        ),
        scenario(
            "read-minor-as-number",
            "A file of 0.10 serves 0.9, and says so",
            "RAW-047 RAW-051",
            [_put("version-0-10"), read(*THREE, version="0.9", gives={"version": "0.9", "io_version": "0.10"})],
            "B5",
        ),
    ]


def _read_newer() -> list[Entry]:
    return [
        scenario(
            "read-minor-lower",
            "The minor that is returned is the smaller one",
            "RAW-051 RAW-052",
            [
                _put("version-0-10"),
                read(*THREE, version="0.0", gives={"version": "0.0", "io_version": "0.10"}),
                read(*THREE, gives={"version": "0.10", "io_version": "0.10"}),
            ],
        ),
        scenario(
            "read-minor-too-new",
            "A file of 0.9 does not serve 0.10",
            "RAW-047",
            [_put("version-0-9"), read(refuse="version", version="0.10")],
            "B5",
        ),
        scenario(
            "read-major-unknown",
            "A file of 1.0 is refused without any request",
            "RAW-053",
            [put("version-major-1.h5"), read(refuse="version")],
            "B11",
        ),
    ]


def _write() -> list[Entry]:
    return [
        scenario(
            "write-same",
            "Appends with the file's own version, and none",
            "RAW-049",
            [append(*THREE, version="0.0"), append(version="0.0"), append(), read(*THREE)],
        ),
        scenario(
            "write-newer",
            "A newer minor and another major are refused, the bytes stay",
            "RAW-049 RAW-068",
            [
                FILL,
                STAT,
                *[append([b"x"], [1], version=text, refuse="version") for text in ("0.1", "1.0", "0.10")],
                same(1),
                read(*THREE),
            ],
        ),
        scenario(
            "write-malformed",
            "A request that is no major.minor is refused, the bytes stay",
            "RAW-046 RAW-068",
            [FILL, STAT, *[append(version=value, refuse=MALFORMED) for value in ("0", "", "x", 0)], same(1)],
        ),
        scenario(
            "write-minor-as-number",
            "A file of 0.10 can be written as 0.9",
            "RAW-047 RAW-049",
            [
                _put("version-0-10"),
                append(version="0.9"),
                append(version="0.0"),
                append(version="0.11", refuse="version"),
                _attributes("0.10", "0.10"),
            ],
            "B5",
            level="SHOULD",
        ),
    ]


def _create() -> list[Entry]:
    return [
        scenario(
            "create-unknown",
            "A new file of an unknown version is refused and not there",
            "RAW-050 RAW-068",
            [append(version="0.1", refuse="version"), (STAT[0], {"value": {"kind": None}})],
            "1.2.3",
        ),
        scenario(
            "create-unknown-major",
            "The same for a major",
            "RAW-050 RAW-068",
            [append(*THREE, version="1.0", refuse="version"), (STAT[0], {"value": {"kind": None}})],
            "1.2.3",
        ),
        scenario(
            "create-after-refusal",
            "A refused creation does not spoil the name",
            "RAW-050 RAW-068",
            [append(version="0.1", refuse="version"), append(*THREE), read(*THREE)],
            "1.2.3",
        ),
    ]


def _put(name: str) -> Step:
    return put(f"{name}.h5")


def _attributes(version: str, io_version: str | None) -> Step:
    return META, {"includes": {"version": version, "io_version": io_version}}
