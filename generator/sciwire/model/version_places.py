"""Where the data of a version say which version they are: the field that `versioning.at` names, and its constant.

The place must be found before anything else of the data is known, so each family has a kind of place of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from .families.cbor import CborBody
from .families.cbor_positions import positioned
from .families.grid import GridBody
from .families.multipart import MultipartBody
from .families.packets_text import TextPacketsBody
from .families.struct import StructBody, StructField, StructRecord
from .families.struct_digits import digits_codec, is_digits
from .families.struct_links import const_bytes, field_size, plain_type
from .families.struct_orders import TOLD
from .ir import Constraints, Field, Record, Spec
from .nodes import Node
from .problems import Problems, did_you_mean
from .types import Named, Number, Scalar

__all__ = ["NoPlaceError", "VersionPlace", "check_version_place", "version_place"]

Values = tuple[int | str | bytes, ...]


@dataclass(frozen=True, slots=True)
class VersionPlace:
    """A place: the `kind` that the kernel has (Fixed, Key, Member), its arguments by name; and the values that stand there."""

    kind: str
    arguments: tuple[tuple[str, Any], ...]
    values: Values


class NoPlaceError(Exception):
    """A path that leads to no such place; `code` and `hint` are for the report."""

    def __init__(self, code: str, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.hint = hint


def version_place(spec: Spec, path: str) -> VersionPlace:
    """The place that *path* names in *spec*. Raises `NoPlaceError`."""
    for kind, find in _FAMILIES.items():
        if isinstance(spec.body, kind):
            return find(spec, path)
    hint = "an attribute with `role: version` says it" if getattr(spec.body, "attributes", None) is not None else ""
    raise NoPlaceError("SPEC062", "data of this family state no version that could be looked for", hint)


def check_version_place(spec: Spec, node: Node, problems: Problems) -> None:
    """Report a `versioning.at`, at *node*, that names no such place in *spec*, which is sound otherwise."""
    try:
        version_place(spec, node.text())
    except NoPlaceError as error:
        problems.add(error.code, node.place, str(error), error.hint)


def _in_struct(spec: Spec, path: str) -> VersionPlace:
    body: StructBody = spec.body
    record, offset = body.structs[body.root], 0
    words = path.split(".")
    for word in words[:-1]:
        before, field = _step(spec, record, word, path)
        kind = plain_type(spec, field.type)
        if (
            field.count is not None
            or field.only is not None
            or not isinstance(kind, Named)
            or kind.name not in body.structs
        ):
            raise NoPlaceError("SPEC063", f"{word!r} is no record that stands in all data")
        record, offset = body.structs[kind.name], offset + before
    before, field = _step(spec, record, words[-1], path)
    at = ("at", offset + before)
    kind = plain_type(spec, field.type)
    order = ("order", field.order or body.order)
    if field.role not in ("const", "version") or field.only is not None or field.count is not None:
        raise NoPlaceError("SPEC063", f"{words[-1]!r} is no constant that stands in all data")
    whole = isinstance(kind, Number) and kind.code[0] in "iu"
    if (
        order[1] == TOLD
        and not is_digits(field)
        and (whole or (isinstance(kind, Scalar) and kind.name in ("uint", "int")))
    ):
        size = field_size(spec, field) or 0
        if not (isinstance(kind, Number) and kind.order) and size > 1:
            return _fixed(path, at, size, ("raw", True), values=_either(field, size))
    if isinstance(kind, Number) and kind.code[0] in "iu":
        order = ("order", "little" if kind.order == "<" else "big") if kind.order else order
        signed = (("signed", True),) if kind.code[0] == "i" else ()
        return _fixed(path, at, int(kind.code[1:]), order, *signed, values=_integers(field))
    if is_digits(field) and field.size is not None:
        codec = digits_codec(field, signed=kind == Scalar("int"))
        forms = tuple(codec.bytes(one) for one in _integers(field) if isinstance(one, int))
        return _fixed(path, at, codec.size or 0, ("raw", True), values=forms)
    if isinstance(kind, Scalar) and kind.name in ("uint", "int") and field.size and field.size.number:
        signed = (("signed", True),) if kind.name == "int" else ()
        return _fixed(path, at, field.size.number, order, *signed, values=_integers(field))
    if isinstance(kind, Scalar) and kind.name in ("bytes", "text") and field.role == "const":
        value = const_bytes(kind, field)
        return _fixed(path, at, len(value), ("raw", True), values=(value,))
    raise NoPlaceError("SPEC063", f"{words[-1]!r} is no integer, bytes or text")


def _step(spec: Spec, record: StructRecord, label: str, path: str) -> tuple[int, StructField]:
    """The field of *record*, and how many bytes of it stand before that."""
    if label not in (field.label for field in record.fields):
        raise _unknown(label, path, (field.label for field in record.fields))
    offset = 0
    for field in record.fields:
        if field.label == label:
            return offset, field
        if field.role == "align" and field.size and field.size.number:
            offset += -offset % field.size.number
            continue
        size = field_size(spec, field)
        if size is None or field.only is not None:
            raise NoPlaceError(
                "SPEC063", f"{label!r} has no place of its own, {field.label!r} before it takes any number of bytes"
            )
        offset += size
    raise AssertionError(label)


def _either(field: StructField, size: int) -> Values:
    """The constants as they stand in data of either byte order."""
    orders: tuple[Literal["little", "big"], ...] = ("little", "big")
    whole = [one for one in _integers(field) if isinstance(one, int)]
    return tuple(dict.fromkeys(one.to_bytes(size, order, signed=one < 0) for one in whole for order in orders))


def _integers(field: StructField) -> Values:
    found = field.known if field.role == "version" else (field.const,)
    if not all(isinstance(one, int) for one in found):
        raise NoPlaceError("SPEC063", f"{field.label!r} is no integer constant")
    return found


def _in_cbor(spec: Spec, path: str) -> VersionPlace:
    body: CborBody = spec.body
    prefixes = "".join(sorted({message.prefix for message in body.messages}))
    more: tuple[tuple[str, Any], ...] = (("array", True),) if body.layout == "array" else ()
    more += (("prefixes", prefixes),) if prefixes else ()
    if body.discriminator is not None and path == str(body.discriminator):
        words = (word for message in body.messages for word in (message.value, *message.also))
        return _keyed("Key", path, (("key", body.discriminator), *more, ("word", True)), tuple(dict.fromkeys(words)))
    key, values = _constants(((message.name, positioned(body, message.record)) for message in body.messages), path)
    return _keyed("Key", path, (("key", key), *more), values)


def _in_parts(spec: Spec, path: str) -> VersionPlace:
    body: MultipartBody = spec.body
    if path == body.discriminator:
        words = (message.parts[0].says for message in body.messages if message.parts)
        return _keyed("Member", path, (("word", True),), tuple(dict.fromkeys(words)))
    first = ((message.name, message.parts[0].record) for message in body.messages if message.parts)
    key, values = _constants(((name, record) for name, record in first if record is not None), path)
    if not isinstance(key, str):
        raise NoPlaceError("SPEC063", f"{path!r} is no key of JSON")
    return _keyed("Member", key, (), values)


def _constants(records: Iterable[tuple[str, Record]], label: str) -> tuple[str | int, Values]:
    """The key of the field that all records have under this *label*, and its constants."""
    found: dict[Any, str | int] = {}
    for name, record in records:
        field = next((one for one in record.fields if one.label == label), None)
        if field is None:
            raise _unknown(label, label, (one.label for one in record.fields), f" in {name!r}")
        if field.also:
            raise NoPlaceError("SPEC063", f"{label!r} of {name!r} has other keys, under which nobody would look for it")
        value = _constant(field, name)
        if found and field.key not in found.values():
            raise NoPlaceError("SPEC063", f"{label!r} has another key in {name!r} than before")
        found[value] = field.key
    return next(iter(found.values())), tuple(found)


def _constant(field: Field, name: str) -> int | str:
    constraints: Constraints = field.constraints
    value = constraints.const
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise NoPlaceError("SPEC063", f"{field.label!r} of {name!r} has no `const`, an integer or text, to be told by")
    return value


def _in_header(spec: Spec, path: str) -> VersionPlace:
    body: GridBody = spec.body
    if path not in (one.name for one in body.header):
        raise _unknown(path, path, (one.name for one in body.header))
    offset = 0
    for one in body.header:
        if one.name == path:
            if one.role != "const":
                raise NoPlaceError("SPEC063", f"{path!r} is no constant")
            name = f"[0].{path}"
            if isinstance(one.value, bytes):
                value = one.value.ljust(one.width, b"\0")
                return _fixed(name, ("at", offset), one.width, ("raw", True), values=(value,))
            assert isinstance(one.type, Number)
            order = ("order", "big" if one.type.order == ">" else "little")
            signed = (("signed", True),) if one.type.code[0] == "i" else ()
            return _fixed(name, ("at", offset), one.width, order, *signed, values=(one.value,))
        if one.role in _PER_AXIS:
            raise NoPlaceError(
                "SPEC063", f"{path!r} has no place of its own, {one.name!r} before it has an item for each axis"
            )
        offset += one.width
    raise AssertionError(path)


_PER_AXIS = ("point", "start", "cutout", "chunk", "shape")


def _in_prefix(spec: Spec, path: str) -> VersionPlace:
    body: TextPacketsBody = spec.body
    offset = 0
    for one in body.prefix:
        if one.name == path:
            if one.role == "magic":
                return _fixed(path, ("at", offset), one.size, ("raw", True), values=(one.data,))
            if one.role not in ("version", "constant"):
                raise NoPlaceError("SPEC063", f"{path!r} is no constant")
            marks = [order for field in body.prefix for order, _ in field.orders]
            orders: list[Any] = marks or [body.order]
            values = tuple(dict.fromkeys(one.value.to_bytes(one.size, order) for order in orders))
            return _fixed(path, ("at", offset), one.size, ("raw", True), values=values)
        offset += one.size
    raise _unknown(path, path, (one.name for one in body.prefix))


_FAMILIES: dict[type, Callable[[Spec, str], VersionPlace]] = {
    StructBody: _in_struct,
    CborBody: _in_cbor,
    MultipartBody: _in_parts,
    GridBody: _in_header,
    TextPacketsBody: _in_prefix,
}


def _fixed(path: str, at: tuple[str, int], size: int, *more: tuple[str, Any], values: Values) -> VersionPlace:
    return VersionPlace("Fixed", (("path", path), at, ("size", size), *more), values)


def _keyed(kind: str, path: str, arguments: tuple[tuple[str, Any], ...], values: Values) -> VersionPlace:
    return VersionPlace(kind, (("path", path), *arguments), values)


def _unknown(label: str, path: str, known: Iterable[str], where: str = "") -> NoPlaceError:
    whole = f" of {path!r}" if label != path else ""
    return NoPlaceError("SPEC062", f"there is no field {label!r}{whole}{where}", did_you_mean(label, known))
