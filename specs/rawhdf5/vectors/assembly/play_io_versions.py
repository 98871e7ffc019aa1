"""Scenarios of io_version: stored against asked for."""

from __future__ import annotations

from typing import Any

from .entries import Entry
from .steps import LAYOUT, META, STAT, Step, append, put, read, same, scenario

__all__ = ["io_version_scenarios"]

THREE = ([b"first", b"", b"\x00third\x00"], [0, 1, 2])
ALPHA = ([b"alpha"], [1])
FILL, PLAIN = append(*THREE, io_version="0.0"), append(*THREE)
HAS: dict[str, Any] = {"gives": {"io_version": "0.0"}}
NINE: dict[str, Any] = {"gives": {"io_version": "0.9"}}
TEN: dict[str, Any] = {"gives": {"io_version": "0.10"}}
MAJOR: dict[str, Any] = {"gives": {"io_version": "1.2"}}


def io_version_scenarios() -> list[Entry]:
    """Return the scenarios of group io-versions."""
    return [*_read(), *_write()]


def _read() -> list[Entry]:
    return [
        scenario(
            "read",
            "The stored io_version is returned, asked for or not",
            "RAW-058",
            [FILL, read(*THREE, **HAS), read(*THREE, io_version="0.0", **HAS)],
        ),
        scenario(
            "read-mismatch",
            "A newer minor and another major are refused",
            "RAW-057",
            [FILL, read(refuse="version", io_version="0.1"), read(refuse="version", io_version="1.0")],
        ),
        scenario(
            "read-without",
            "A file without one accepts any request",
            "RAW-057",
            [PLAIN, read(*THREE, io_version="0.0"), read(*THREE, io_version="3.7")],
        ),
        scenario(
            "read-older-minor",
            "A stored 1.2 serves 1.0 to 1.2, and 1.2 is returned",
            "RAW-057 RAW-058",
            [
                _put("io-1-2"),
                *[read(*ALPHA, io_version=text, **MAJOR) for text in ("1.0", "1.1", "1.2")],
                read(refuse="version", io_version="1.3"),
                read(refuse="version", io_version="0.2"),
            ],
        ),
        scenario(
            "read-minor-as-number",
            "A stored 0.10 serves 0.9",
            "RAW-057",
            [_put("io-0-10"), read(*ALPHA, io_version="0.9", **TEN)],
            "B5",
        ),
        scenario(
            "read-minor-too-new",
            "A stored 0.9 does not serve 0.10",
            "RAW-057",
            [_put("io-0-9"), read(*ALPHA, **NINE), read(refuse="version", io_version="0.10")],
            "B5",
        ),
    ]


def _write() -> list[Entry]:
    return [
        scenario(
            "append-same",
            "An append with the same io_version, and with none",
            "RAW-055 RAW-016",
            [FILL, append(io_version="0.0"), append(), _attributes("0.0", "0.0")],
        ),
        scenario(
            "append-mismatch",
            "A mismatch is refused and the bytes stay",
            "RAW-055 RAW-068",
            [
                FILL,
                STAT,
                append([b"x"], [1], io_version="0.1", refuse="version"),
                append(io_version="1.0", refuse="version"),
                same(1),
                read(*THREE, **HAS),
            ],
        ),
        scenario(
            "append-without",
            "A file without one refuses a request and gains none",
            "RAW-056 RAW-016",
            [PLAIN, STAT, append([b"x"], [1], io_version="0.0", refuse="version"), same(1), read(*THREE)],
        ),
        scenario(
            "append-minor-as-number",
            "A stored 0.10 takes an append as 0.9",
            "RAW-055",
            [_put("io-0-10"), append([b"x"], [2], io_version="0.9"), read([b"alpha", b"x"], [1, 2], **TEN)],
            "B5",
        ),
        scenario(
            "append-minor-too-new",
            "A stored 0.9 takes none as 0.10",
            "RAW-055",
            [_put("io-0-9"), append([b"x"], [2], io_version="0.10", refuse="version"), read(*ALPHA, **NINE)],
            "B5",
        ),
        scenario(
            "create-malformed",
            "An io_version that is no major.minor is refused, and there is no file",
            "RAW-046 RAW-068",
            [append(io_version="pacman", refuse="version syntax constraint"), (STAT[0], {"value": {"kind": None}})],
            "1.5",
        ),
        scenario(
            "create-any",
            "Any io_version goes with the file version",
            "RAW-059",
            [
                append(*THREE, io_version="7.12"),
                read(*THREE, version="0.0", gives={"io_version": "7.12"}),
                (LAYOUT, {"includes": {"superblock": 3}}),
            ],
        ),
    ]


def _put(name: str) -> Step:
    return put(f"{name}.h5")


def _attributes(version: str, io_version: str | None) -> Step:
    return META, {"includes": {"version": version, "io_version": io_version}}
