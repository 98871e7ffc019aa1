"""XML documents of a few elements, without DTD, from and to bytes.

Rules: UTF-8 whatever the declaration says, no byte order mark, no DOCTYPE (so no entities but the five of
XML itself), no network, a bound on depth and on the number of elements and attributes. Names are taken as
they are written: a default namespace changes no tag, and ``xmlns`` stays an attribute, so that what a
reader does not know is written as it was read. Comments and processing instructions are dropped.
"""

from __future__ import annotations

from .reading import XMLError, XMLLimitError, parse
from .schema import SchemaProblem, validate
from .tree import Element
from .writing import canonical, write

__all__ = ["Element", "SchemaProblem", "XMLError", "XMLLimitError", "canonical", "parse", "validate", "write"]
