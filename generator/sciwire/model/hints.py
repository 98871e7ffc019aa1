"""What an author may have meant: the nearest known word, the word of another language, the form of a type."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

__all__ = ["did_you_mean", "form_hint", "key_hint", "type_hint"]

#: names of types in other languages -> ours
_TYPES = {
    "string": "text", "str": "text", "char": "text", "varchar": "text", "utf8": "text", "ascii": "text",
    "integer": "int", "long": "int64", "short": "int16", "unsigned": "uint", "number": "float", "ushort": "uint16",
    "word": "uint16", "dword": "uint32", "qword": "uint64", "byte": "uint8", "octet": "uint8", "boolean": "bool",
    "double": "float64", "real": "float", "single": "float32", "half": "float16", "blob": "bytes", "binary": "bytes",
    "buffer": "bytes", "raw": "bytes", "date": "datetime", "time": "datetime", "timestamp": "datetime",
    "fraction": "rational", "ratio": "rational", "none": "null", "nil": "null", "void": "null", "variant": "any",
}  # fmt: skip
_SENTENCES = {
    "object": "a map is map[K, V], a table of fields an entry of `types`",
    "dict": "a map is map[K, V], a table of fields an entry of `types`",
    "struct": "a table of fields is an entry of `types`",
    "optional": "a field may be absent unless it says `required: true`",
    **dict.fromkeys(
        ("varint", "leb128", "uleb128", "vlq"),
        "it is `type: uint` with `encoding: leb128` (or vlq, vlq9), in the family struct",
    ),
    **dict.fromkeys(
        ("decimal", "octal", "digits"),
        "a number in text is `type: uint` (or int) with `encoding: decimal` (or octal, hex, HEX), in the family struct",
    ),
    "union": "one or the other is A | B",
}
_LETTERS = {"u": "uint", "i": "int", "s": "int", "f": "float"}
_FORMS = {
    "list": "list[T] or list[T, 3]", "map": "map[K, V]", "ndarray": "ndarray[u1|u2; y, x], axes have names",
    "array": "array[u2] or array[u2|f4]", "vlen": "vlen[T]", "tag": "tag[number, T]", "embedded": "embedded[T]",
    "enum": 'enum[a, b], with text that is no word in quotes, enum[a, "in between"]',
}  # fmt: skip
#: keys that others would use -> the key that is meant, or what to do
_KEYS = {
    "description": "doc", "desc": "doc", "comment": "doc", "help": "doc", "units": "unit", "minimum": "min",
    "maximum": "max", "regex": "pattern", "regexp": "pattern", "alias": "also", "aliases": "also", "endian": "order",
    "endianness": "order", "byteorder": "order", "byte_order": "order", "byteOrder": "order", "padding": "pad",
    "checksum": "sum", "crc": "sum", "constant": "const", "len": "length", "bytes": "size", "dtype": "type",
    "path": "at", "repeat": "count",
}  # fmt: skip
_ABOUT_KEYS = {
    "optional": "a field may be absent unless it says `required: true`",
    "nullable": "the type `T | null` has null",
    "enum": "the type is enum[a, b]",
    "values": "the type is enum[a, b]",
    "choices": "the type is enum[a, b]",
    "items": "the type is list[T]",
    **dict.fromkeys(("since", "until", "added", "deprecated", "introduced"), "each version is a file of its own"),
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or nothing; capitals count for little."""
    words = {one.casefold(): one for one in known if one != word}
    near = difflib.get_close_matches(word.casefold(), words, n=1, cutoff=0.6)
    return f"did you mean {words[near[0]]!r}?" if near else ""


def type_hint(word: str, known: Iterable[str]) -> str:
    """What an unknown type may have been meant to be."""
    plain = word.lstrip("<>").removesuffix("_t").casefold()
    bits = re.fullmatch(r"(u|i|s|f|uint|int|float)(8|16|32|64)", plain)
    if bits:
        return f"did you mean '{_LETTERS[bits[1][0]]}{bits[2]}'? The short names count bytes, u2 is uint16"
    odd = re.fullmatch(r"(u|i|uint|int)(3|5|6|7|24|40|48|56)", plain)
    if odd:
        size = int(odd[2]) if int(odd[2]) < 8 else int(odd[2]) // 8
        return f"an integer of {size} bytes is `type: {_LETTERS[odd[1][0]]}` with `size: {size}`, in the family struct"
    if plain in _SENTENCES:
        return _SENTENCES[plain]
    return f"did you mean {_TYPES[plain]!r}?" if plain in _TYPES else did_you_mean(word, known)


def form_hint(expression: str, column: int) -> str:
    """The form of the type that is not closed where *expression* can't be read on."""
    before = expression[: column + 1]
    if "?" in expression[column : column + 1]:
        return _SENTENCES["optional"]
    opened = re.findall(rf"({'|'.join(_FORMS)})\s*\[", before)
    if opened:
        return _FORMS[opened[-1]]
    return f"a list is {_FORMS['list']}, a run of numbers {_FORMS['array']}" if before.endswith("[") else ""


def key_hint(key: str, known: Iterable[str]) -> str:
    """What an unknown key may have been meant to be."""
    words = list(known)
    meant = _KEYS.get(key, "")
    if meant in words:
        return f"did you mean {meant!r}?"
    if key in _ABOUT_KEYS and "type" in words:
        return _ABOUT_KEYS[key]
    return did_you_mean(key, words)
