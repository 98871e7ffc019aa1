"""What a specification of the `multipart` family must not say: parts that can't be told apart, fields that are not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..check import all_records
from ..context import Context
from ..followed import alternatives
from ..ir import Spec
from ..members import INTEGERS, accepts
from ..names import is_word
from ..nodes import Node
from ..patterns import pattern_fault
from ..problems import did_you_mean
from ..taken import check_module_name
from ..types import Array, Embedded, Enum, MapOf, NDArray, Number, Scalar, TaggedType, Type, Vlen, walk_type
from .cbor_unions import check_numbers
from .endless import check_endless
from .multipart_told import check_told

if TYPE_CHECKING:
    from .multipart import MultipartBody, MultipartMessage, Part

__all__ = ["ALGORITHMS", "DIGESTS", "check_body"]

ALGORITHMS = ("none", "lz4_block", "lz4", "bslz4", "bszstd", "zlib")
DIGESTS = ("md5", "sha1", "sha256", "sha512", "crc32", "adler32")
_SHUFFLES = ("bslz4", "bszstd")
_DTYPE = re.compile("u1|u2|u4|u8|i1|i2|i4|i8|f2|f4|f8")


def check_body(spec: Spec, root: Node, context: Context) -> None:
    """Every check of the family, in the order of the file."""
    body: MultipartBody = spec.body
    _check_encodings(body, root, context)
    _check_types(spec, context)
    check_numbers(spec, root, context)
    check_endless(spec, context)
    classes: dict[str, str] = {name: f"type {name}" for name in root["types"].table()}
    for message in body.messages:
        node = root["messages"][message.name]
        _claim(message.cls, f"message {message.name}", node, classes, context)
        _check_word(message.name, "message", node, context)
        for part in message.parts:
            _check_word(part.label, "part", node["parts"][part.label], context)
            if part.kind == "json":
                _claim(part.cls, f"part {message.name}.{part.label}", node["parts"][part.label], classes, context)
            _check_part(part, message, spec, node["parts"][part.label], context)
        _check_cycle(message, node, context)
        check_told(spec, message, node, context)
        loose = [part for part in message.parts if part.optional and part.kind != "json"]
        for part in loose[1:]:
            text = (
                f"{part.label!r} and {loose[0].label!r} are both optional and no JSON: which one is there can't be told"
            )
            context.problems.add("SPEC256", node["parts"][part.label].key_place, text)
    _check_first_parts(body, root, context)
    if body.series is not None:
        _check_series(spec, root["series"], context)


def _check_series(spec: Spec, node: Node, context: Context) -> None:
    """The messages, parts and fields of a series are there, and the fields hold integers or text."""
    body: MultipartBody = spec.body
    series = body.series
    assert series is not None
    messages = {message.name: message for message in body.messages}
    for word in ("begin", "end"):
        name = node[word].text()
        if name not in messages:
            context.problems.add("SPEC253", node[word].place, f"there is no message {name!r}", did_you_mean(name, messages))  # fmt: skip
        elif name not in series.number:
            context.problems.add("SPEC253", node[word].place, f"'number' does not say where {name!r} has the series")
    for word, kinds in (("number", "an integer or text"), ("count", "an integer")):
        for name, one in node[word].items():
            if name not in messages:
                context.problems.add("SPEC253", one.key_place, f"there is no message {name!r}", did_you_mean(name, messages))  # fmt: skip
                continue
            label, _, field = one.text().partition(".")
            records = [part.record for part in messages[name].parts if part.label == label and part.record is not None]
            found = next((one for record in records for one in record.fields if one.label == field), None)
            if found is None:
                text = f"{name!r} has no JSON part and field {one.text()!r}"
                context.problems.add("SPEC253", one.place, text)
            elif not (
                _is_whole(found.type, spec)
                or (word == "number" and alternatives(found.type, spec) == (Scalar("text"),))
            ):
                context.problems.add("SPEC253", one.place, f"{one.text()!r} must be {kinds}")


def _is_whole(kind: Type, spec: Spec) -> bool:
    return all(one in INTEGERS or (isinstance(one, Number) and one.code[0] in "ui") for one in alternatives(kind, spec))


def _check_word(name: str, what: str, node: Node, context: Context) -> None:
    if not is_word(name):
        context.problems.add("SPEC020", node.key_place, f"the name {name!r} of a {what} is no identifier")


def _claim(name: str, owner: str, node: Node, classes: dict[str, str], context: Context) -> None:
    check_module_name(name, node.key_place, "multipart", context)
    if name in classes:
        context.problems.add("SPEC022", node.key_place, f"{owner} and {classes[name]} are both {name!r} in Python")
    classes[name] = owner


def _check_encodings(body: MultipartBody, root: Node, context: Context) -> None:
    for one in body.encodings:
        node = root["encodings"][one.name]
        if one.algorithm not in ALGORITHMS:
            text = f"no compression {one.algorithm!r}, known: {', '.join(ALGORITHMS)}"
            hint = did_you_mean(one.algorithm, ALGORITHMS)
            context.problems.add("SPEC053", node["algorithm"].place, text, hint)
        if one.element and one.algorithm not in _SHUFFLES:
            context.problems.add("SPEC250", node.key_place, f"{one.algorithm!r} has no `element`, a size in bytes")
    for name, code in body.dtypes.items():
        if not _DTYPE.fullmatch(code):
            context.problems.add("SPEC250", root["dtypes"][name].place, f"{code!r} is no number such as u2 or f4")
    names = {one.name: one for one in body.encodings}
    spellings = [word for one in body.encodings for word in (one.name, *one.aliases, *one.guessed)]
    for word in sorted({word for word in spellings if spellings.count(word) > 1}):
        context.problems.add("SPEC250", root["encodings"].place, f"{word!r} is the name of two encodings")
    for name, chosen in body.write.items():
        if name not in body.dtypes or chosen not in names:
            text = f"`write` gives the dtype {name!r} the encoding {chosen!r}; one of them is not listed"
            context.problems.add("SPEC250", root["write"][name].place, text)
        elif names[chosen].algorithm == "bszstd":
            context.problems.add("SPEC055", root["write"][name].place, "bszstd is read and not written")


def _check_types(spec: Spec, context: Context) -> None:
    for record in all_records(spec):
        for field in record.fields:
            for kind in walk_type(field.type):
                scalar = isinstance(kind, Scalar) and kind.name in ("bytes", "datetime", "rational")
                keys = isinstance(kind, MapOf) and kind.key != Scalar("text")
                if scalar or keys or isinstance(kind, (NDArray, Array, Vlen, TaggedType, Embedded)):
                    context.problems.add("SPEC019", field.place, "JSON has no such values; a blob can hold an array")
            if not isinstance(field.key, str):
                context.problems.add("SPEC251", field.place, f"the key of {field.name!r} is no text, as JSON's are")


def _check_part(part: Part, message: MultipartMessage, spec: Spec, node: Node, context: Context) -> None:
    body: MultipartBody = spec.body
    earlier = {one.label: one for one in message.parts[: message.parts.index(part)]}
    every = {one.label: one for one in message.parts}
    if part.label in ("kind", "missing"):
        context.problems.add("SPEC021", node.key_place, f"{part.label!r} has a meaning of its own in canonical values")
    if node["array"].exists != (part.kind == "array") or (part.kind == "json") != node["fields"].exists:
        text = "a part has `fields` (kind json), or `array` (kind array), or neither (kind bytes)"
        context.problems.add("SPEC252", node.key_place, text)
        return
    if part.accept:
        _check_pattern(part.accept, node["accept"], context)
    if part.when is not None:
        _check_field(part.when.part, part.when.field, earlier, "an earlier part", node["when"], context)
        _check_values(part, earlier, spec, node["when"], context)
    for index, one in enumerate(part.checksums):
        place = node["checksums"].elements()[index]
        if one.algorithm not in DIGESTS:
            hint = did_you_mean(one.algorithm, DIGESTS)
            context.problems.add("SPEC254", place["algorithm"].place, f"no checksum {one.algorithm!r}", hint)
        if one.of not in every or one.of == part.label:
            context.problems.add("SPEC253", place["of"].place, f"there is no other part {one.of!r}")
        _check_field(part.label, one.field, {part.label: part}, "this part", place["field"], context)
    if part.record is not None and any(field.key == body.discriminator for field in part.record.fields) and part.says:
        context.problems.add("SPEC052", node.key_place, f"{body.discriminator!r} is the discriminator and not a field")
    if part.array is not None:
        for word in ("shape", "dtype", "encoding", "size"):
            name = getattr(part.array, word)
            if name:
                _check_field(part.array.info, name, earlier, "an earlier part", node["array"][word], context)
        for index, name in enumerate(part.array.dtypes):
            if name not in body.dtypes:
                listed = node["array"]["dtypes"].elements()[index]
                context.problems.add("SPEC250", listed.place, f"the dtype {name!r} is not listed", did_you_mean(name, body.dtypes))  # fmt: skip
        for index, name in enumerate(part.array.writes):
            if name not in (part.array.dtypes or body.dtypes):
                listed = node["array"]["writes"].elements()[index]
                context.problems.add("SPEC250", listed.place, f"the dtype {name!r} is written and not read")
        if part.array.axes and any(one < len(part.array.axes) for one in part.array.rank):
            text = f"`axes` names {len(part.array.axes)}, `rank` says {' or '.join(map(str, part.array.rank))}"
            context.problems.add("SPEC250", node["array"]["rank"].place, text)
        for name in part.array.lengths:
            if name not in part.array.axes:
                said = node["array"]["lengths"][name]
                context.problems.add("SPEC250", said.place, f"{name!r} is no axis of the array")
        if part.array.encoding and not body.encodings:
            context.problems.add("SPEC250", node["array"]["encoding"].place, "no `encodings` are listed")


def _check_values(part: Part, earlier: dict[str, Part], spec: Spec, node: Node, context: Context) -> None:
    """The values on which the presence of *part* depends are values of the field that says them."""
    assert part.when is not None
    teller = earlier.get(part.when.part)
    for field in teller.record.fields if teller is not None and teller.record is not None else ():
        for value in part.when.values if field.label == part.when.field else ():
            if not accepts(value, field.type, field.constraints, spec):
                names = [name for one in alternatives(field.type, spec) if isinstance(one, Enum) for name in one.names]
                text = f"{part.label!r} depends on {part.when.part}.{field.label}, which is never {value!r}"
                context.problems.add("SPEC070", node.place, text, did_you_mean(value, names))


def _check_pattern(pattern: str, node: Node, context: Context) -> None:
    fault = pattern_fault(pattern)
    if fault:
        context.problems.add("SPEC033", node.place, fault)


def _check_field(label: str, field: str, parts: dict[str, Part], what: str, node: Node, context: Context) -> None:
    part = parts.get(label)
    fields: dict[Any, Any] = {one.label: one for one in part.record.fields} if part and part.record else {}
    if field not in fields:
        hint = did_you_mean(field, fields) if fields else did_you_mean(label, parts)
        context.problems.add("SPEC253", node.place, f"{label}.{field} is no field of {what}", hint)


def _check_cycle(message: MultipartMessage, node: Node, context: Context) -> None:
    """A checksum must not depend on itself: part a digests b, b digests a."""
    edges = {part.label: {one.of for one in part.checksums} for part in message.parts}
    for start in edges:
        reached: set[str] = set()
        waiting = list(edges[start])
        while waiting:
            label = waiting.pop()
            if label not in reached:
                reached.add(label)
                waiting += edges.get(label, ())
        if start in reached:
            place = node["parts"][start]["checksums"].place
            context.problems.add("SPEC255", place, f"the checksum in {start!r} depends on itself")
            return


def _check_first_parts(body: MultipartBody, root: Node, context: Context) -> None:
    says: dict[str, str] = {}
    if not body.discriminator:
        _check_undiscriminated(body, root, context)
        return
    for message in body.messages:
        node = root["messages"][message.name]
        first = message.parts[0] if message.parts else None
        if first is None or first.kind != "json" or not first.says or first.optional or first.when is not None:
            text = "the first part of a message is a JSON part that is always sent and `says` what the message is"
            context.problems.add("SPEC256", node.key_place, text)
            continue
        if first.says in says:
            text = f"{message.name!r} and {says[first.says]!r} both begin with {first.says!r}"
            context.problems.add("SPEC050", node.key_place, text)
        says[first.says] = message.name


def _check_undiscriminated(body: MultipartBody, root: Node, context: Context) -> None:
    """Without a key that says what a part is there is one message, whose parts are told by their places."""
    add = context.problems.add
    if len(body.messages) > 1:
        add("SPEC051", root["messages"].place, "several messages need a `discriminator` to be told apart")
        return
    for message in body.messages:
        parts = root["messages"][message.name]["parts"]
        first = message.parts[0] if message.parts else None
        if first is None or first.kind != "json" or first.when is not None:
            text = "the first part of a message is a JSON part that is always sent"
            add("SPEC256", root["messages"][message.name].key_place, text)
        for part in message.parts:
            for word in ("says", "accept"):
                if parts[part.label][word].exists:
                    text = f"{part.label!r} has `{word}`, and there is no `discriminator` that would say it"
                    add("SPEC256", parts[part.label][word].key_place, text)
            if part.optional:
                text = f"{part.label!r} may be absent, and without a `discriminator` nothing tells where a message ends"
                add(
                    "SPEC256",
                    parts[part.label]["optional"].key_place,
                    text,
                    "`when` says by which field of an earlier part",
                )
