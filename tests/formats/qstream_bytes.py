"""Streams written by hand: what the tests of qstream share."""

from __future__ import annotations

__all__ = ["chunk", "enumeration", "head", "inline", "packet", "plane", "prop", "values"]


def chunk(id: str, document: str) -> bytes:
    """A descriptor."""
    return f"[{id}]{len(document.encode()):06d}".encode() + document.encode()


def head(attributes: str = 'dataset_id="y" byte_order="little_endian"') -> bytes:
    """The stream descriptor."""
    return chunk("00", f"<stream {attributes}/>")


def packet(id: str, *planes: str) -> bytes:
    """A packet descriptor."""
    return chunk(id, f"<packet>{''.join(planes)}</packet>")


def prop(name: str, kind: str, value: str) -> str:
    return f'<property name="{name}" type="{kind}" value="{value}"/>'


def values(encoding: str, length: str = "") -> str:
    return f'<values encoding="{encoding}" length="{length}"/>'


def plane(id: str, rank: int, inside: str, properties: str = "", more: str = "") -> str:
    return f'<qdataset id="{id}" rank="{rank}"{more}><properties>{properties}</properties>{inside}</qdataset>'


def inline(id: str, text: str, properties: str = "", rank: int = 1) -> str:
    return plane(id, rank, f'<values values="{text}"/>', properties)


def enumeration(name: str, value: str, label: str) -> bytes:
    return chunk("xx", f'<enumerationUnit name="{name}" value="{value}" color="0xa0a0a0" label="{label}"/>')
