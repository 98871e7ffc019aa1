"""Names that a generated module needs for itself, so that no class or function of a specification may have them.

A test holds the table against the templates.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping

from .context import Context
from .names import is_identifier
from .problems import Place

__all__ = ["SHADOWED", "TAKEN", "check_module_name"]

_EVERYWHERE = (
    "FORMAT VERSIONS annotations decode encode from_plain sniff spans summary to_plain np Any CodecError Limits Literal "
    "NDArray Span TYPE_CHECKING Iterator Iterable Sequence Mapping dataclass attribute _attribute ClassVar"
)
_CONVERTERS = (
    "ANY BOOL BYTES DATETIME FLOAT INT NULL RATIONAL TEXT UINT Bounded EnumText FieldOf FixedFloat FixedInt Key ListOf "
    "MapOf NDArrayOf RecordOf TaggedOf Tolerance TypedArrayOf UnionOf"
)
_NAMES = {
    "cbor": f"{_CONVERTERS} Compression DateTime Decoder EmbeddedOf Encoder Filled Message Payload PayloadOf Prefix PrefixBytes "
    "Rational Refusal Session encode_parts messages",
    "grid": "ByContent Cutout DTypeLike Form HeaderField Joined grid",
    "multipart": f"{_CONVERTERS} ArrayPart BytesPart Checksum Condition Decoder Encoder Encoding JsonPart Message "
    "MessageOf PackedArray Part Series Source decode_all multipart",
    "packets-text": "DEFAULT_LIMITS DEFAULT_PROFILE Decoder Definition Encoder HeaderField Pipe Stream pipes",
    "struct": "ByContent Decoder Encoder Other binary view walk",
}
#: Python's own names that the text of modules uses: no function or attribute may hide them
SHADOWED = frozenset(
    ("bool", "bytes", "bytearray", "dict", "float", "int", "isinstance", "len", "list", "memoryview", "next", "object",
     "property", "set", "str", "tuple", "type")
)  # fmt: skip
_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))

#: family (or carrier) -> the names that no class of its modules may have, Python's own among them
TAKEN: Mapping[str, frozenset[str]] = {
    family: frozenset((*_EVERYWHERE.split(), *words.split())) | _BUILTINS for family, words in _NAMES.items()
}


def check_module_name(name: str, place: Place, family: str, context: Context, *, function: bool = False) -> None:
    """Report the *name* of a class, or of a *function* or constant, that can't stand in a module of the *family*."""
    hint = "" if function else "name another `class`"
    own = SHADOWED if function else _BUILTINS
    if not is_identifier(name):
        text = f"{name!r} is no identifier" if function else f"the class name {name!r} is no identifier"
        context.problems.add("SPEC020", place, text)
    elif name in own:
        context.problems.add("SPEC021", place, f"{name!r} is a name of Python's own", hint)
    elif name.startswith("_") or (name in TAKEN[family] and name not in _BUILTINS):
        context.problems.add("SPEC021", place, f"the generated module has a {name!r} of its own", hint)
