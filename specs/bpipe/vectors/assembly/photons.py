"""Photons as the programs of the original pass them: three packets of 136 bytes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from .kit import Group, field_, header_, nd, stream, value

__all__ = ["HDATA", "HEADER", "LINES", "PACKETS", "groups"]

HEADER = ["int shell", "char history[7]", "char history[18]"]
HDATA = struct.pack(">i", 3) + b"raygen\0surface_intercept\0"
LINES = [
    "DVector3 position",
    "DVector3 direction",
    "double energy",
    "double weight",
    "double time",
    "DComplex polarization[4]",
]


def photon(k: int) -> dict[str, Sequence[float]]:
    """Return the values of packet *k*."""
    return {
        "position": (1 + k, 2 + k, -0.5 * k),
        "direction": (0.25 * k, -0.5, 0.75),
        "energy": (1.5 + k,),
        "weight": (2.0**-k,),
        "time": (10.0 * k,),
        "polarization": (1, 0, 0.5, -0.5 * k, 0, 0, k, 0.25),
    }


PHOTONS = [photon(k) for k in range(3)]
PACKETS = b"".join(struct.pack(">17d", *(number for part in one.values() for number in part)) for one in PHOTONS)
SHAPES = {"position": (1, 3), "direction": (1, 3), "energy": (1,), "weight": (1,), "time": (1,), "polarization": (4, 2)}
FIELDS = {
    "position": field_("position", "DVector3"),
    "direction": field_("direction", "DVector3"),
    "energy": field_("energy", "double"),
    "weight": field_("weight", "double"),
    "time": field_("time", "double"),
    "polarization": field_("polarization", "DComplex", [4]),
}


def groups() -> list[Group]:
    group = Group("photons")
    header = [
        header_("shell", "int", [1], nd(">i4", [3])),
        header_("history", "char", [7], nd("|u1", list(b"raygen\0"))),
        header_("history", "char", [18], nd("|u1", list(b"surface_intercept\0"))),
    ]

    def some(names: Sequence[str]) -> object:
        columns = {name: nd(">f8", [one[name] for one in PHOTONS], [3, *SHAPES[name]]) for name in names}
        return value(header, [FIELDS[name] for name in names], columns)

    group.valid(
        "input",
        "018 019",
        "three photons, 232 bytes of header",
        stream(HEADER, LINES, HDATA, 136, PACKETS),
        some(list(FIELDS)),
    )
    assert len(stream(HEADER, LINES, HDATA, 136)) == 232
    two = b"".join(struct.pack(">4d", *one["position"], *one["energy"]) for one in PHOTONS)
    group.valid(
        "position-and-energy",
        "019",
        "what a beam mapper writes for diagnosis",
        stream(HEADER, ["DVector3 position", "double energy"], HDATA, 32, two),
        some(["position", "energy"]),
    )
    return [group]
