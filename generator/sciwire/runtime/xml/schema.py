"""XML against an XSD 1.0 schema; the one part that loads lxml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

from ..limits import DEFAULT_LIMITS, Limits
from .reading import parse

__all__ = ["SchemaProblem", "validate"]


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One place where a document is not what its schema says."""

    line: int  # of the document, from 1
    message: str


def validate(
    data: bytes | bytearray | memoryview, schema: str | PathLike[str] | bytes, *, limits: Limits = DEFAULT_LIMITS
) -> list[SchemaProblem]:
    """Check *data* against an XSD 1.0 *schema* (a path, or the bytes of one); an empty list means valid.

    Raises what `parse` raises for data that are not XML, and `ValueError` for a schema that is none.
    """
    from lxml import etree  # here, because readers of data do not need it

    parse(data, limits=limits)
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        checker = etree.XMLSchema(
            etree.parse(BytesIO(schema) if isinstance(schema, bytes) else str(Path(schema)), parser)
        )
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise ValueError(f"the schema is not an XSD: {error}") from error
    checker.validate(etree.fromstring(bytes(data), parser))
    log: Iterable[Any] = checker.error_log  # type: ignore[assignment] # it is iterable, its stub forgot
    return [SchemaProblem(entry.line, entry.message) for entry in log]
