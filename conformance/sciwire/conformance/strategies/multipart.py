"""Values of the `multipart` family: the parts of a message by name, arrays together with what describes them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from sciwire.model.families.multipart import ArrayWords
from sciwire.model.followed import alternatives
from sciwire.model.ir import Field, Spec
from sciwire.model.types import ListOf

from . import drawing as st
from . import leaves
from .cbor import drawn_field
from .drawing import Drawn
from .multipart_labels import message_and_choice

__all__ = ["value"]

_MOST = 3  # dimensions of a drawn array
_WORDS = ("shape", "dtype", "encoding", "size")


def value(spec: Spec, label: str) -> Drawn[Any]:
    """Messages of one kind; shapes, dtypes and encodings agree with the arrays."""
    message, choice = message_and_choice(spec, label)
    parts = [part for part in message.parts if _sent(part, choice)]
    drawn: list[Drawn[dict[str, Any]]] = []
    for part in parts:
        if part.kind == "bytes":
            strategy: Any = leaves.byte_string().map(partial(_under, part.label))
            drawn.append(st.one_of(st.just({}), strategy) if part.optional else strategy)
        elif part.array is None:
            told = [one for one in parts if one.array is not None and one.array.info == part.label]
            sizes = frozenset(
                one.array.size for one in message.parts if one.array is not None and one.array.info == part.label
            )
            drawn.append(
                _arrays(spec, part, told, choice, sizes)
                if told
                else _json(spec, part, choice, sizes).map(partial(_under, part.label))
            )
    return st.tuples(*drawn).map(lambda several: _joined(message.name, several))


def _joined(kind: str, several: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    result: dict[str, Any] = {"kind": kind}
    for one in several:
        result.update(one)
    return result


def _sent(part: Any, choice: dict[str, str]) -> bool:
    return part.when is None or choice.get(f"{part.when.part}.{part.when.field}") in part.when.values


def _json(spec: Spec, part: Any, choice: dict[str, str], hidden: frozenset[str] = frozenset()) -> Drawn[Any]:
    """The fields of a JSON part; digests are the writer's, and what `choice` names is given."""
    required: dict[str, Drawn[Any]] = {}
    optional: dict[str, Drawn[Any]] = {}
    digests = {one.field for one in part.checksums}
    for field in part.record.fields:
        if field.label in hidden or field.label in digests:
            continue
        chosen = choice.get(f"{part.label}.{field.label}")
        strategy = st.just(chosen) if chosen is not None else drawn_field(spec, field).map(_finite).filter(_is_json)
        always = field.required or field.default is not None or chosen is not None
        (required if always else optional)[field.plain] = strategy
    return st.fixed_dictionaries(required, optional=optional)


def _finite(value: Any) -> Any:
    """*value* with numbers in place of NaN and infinities, for which JSON has no word."""
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if not isinstance(value, dict):
        return value
    return 0.5 if value.get("$float", "-0.0") != "-0.0" else {key: _finite(item) for key, item in value.items()}


def _is_json(value: Any) -> bool:
    """JSON has no word for NaN and infinities, nor for bytes, dates, tags and keys that are no text."""
    if isinstance(value, dict):
        odd = {key for key in value if key.startswith("$")} - {"$float", "$int"}
        return not odd and value.get("$float", "-0.0") == "-0.0" and all(_is_json(item) for item in value.values())
    return not isinstance(value, list) or all(_is_json(item) for item in value)


def _array(
    spec: Spec, words: ArrayWords, label: str, info: Any, choice: dict[str, str], told: frozenset[str]
) -> Drawn[dict[str, Any]]:
    """An array with the part that describes it, of whose fields arrays have those *told*; now and then the word that there is none."""
    plain = {field.label: field.plain for field in info.record.fields}
    rest = _json(spec, info, {key: one for key, one in choice.items() if key.split(".")[1] not in told}, told)
    wanted = choice.get(f"{info.label}.{words.dtype}")
    words = replace(
        words, rank=words.rank or _ranks(spec, next(one for one in info.record.fields if one.label == words.shape))
    )

    def made(drawn: tuple[str, Any, Any, dict[str, Any]]) -> dict[str, Any]:
        name, array, encoding, more = drawn
        return {info.label: {**more, **_words(words, plain, name, array, encoding)}, label: array}

    choices = [
        st.tuples(st.just(name), arrays, encodings, rest).map(made)
        for name, arrays, encodings in _offers(spec, words)
        if wanted in (None, name)
    ]
    if words.undefined:
        none = {plain[words.shape]: [], plain[words.dtype]: words.undefined}
        choices.append(rest.map(lambda more: {info.label: {**more, **none}}))
    return st.one_of(*choices)


def _ranks(spec: Spec, shape: Field) -> tuple[int, ...]:
    """How many extents the field *shape* can list; empty where any number."""
    lengths = {one.length for one in alternatives(shape.type, spec) if isinstance(one, ListOf)}
    least, most = shape.constraints.min_length or 1, shape.constraints.max_length
    if lengths == {None} and most is None and least == 1:
        return ()
    few = range(least, 1 + (max(least, _MOST) if most is None else min(most, max(least, _MOST))))
    exact = [one for one in lengths if one is not None and least <= one <= (one if most is None else most)]
    return tuple(sorted(exact or few))


def _offers(spec: Spec, words: Any) -> list[tuple[str, Drawn[Any], Drawn[Any]]]:
    """For each dtype that an array may have: its name, arrays of it, and encodings that hold them."""
    found = []
    for name in words.writes or words.dtypes or spec.body.dtypes:
        code = spec.body.dtypes[name]
        dtypes = (f"|{code}",) if code.endswith("1") else (f"<{code}", f">{code}")
        encodings = [one.name for one in spec.body.encodings if one.algorithm != "bszstd" and _fits(one, code)]
        ranks = st.sampled_from(words.rank) if words.rank else st.integers(1, _MOST)
        fixed = {words.axes.index(axis) - len(words.axes): length for axis, length in words.lengths.items()}
        arrays = ranks.flatmap(partial(leaves.array, dtypes, fixed=fixed))
        found.append((name, arrays, st.sampled_from(encodings) if words.encoding else st.none()))
    return found


def _words(words: Any, plain: dict[str, str], name: str, array: Any, encoding: Any) -> dict[str, Any]:
    """What the part in front says of *array*."""
    shape = array["$nd"]["shape"]
    says = {plain[words.shape]: shape[::-1] if words.order == "fastest_first" else shape, plain[words.dtype]: name}
    return says | ({plain[words.encoding]: encoding} if words.encoding else {})


def _arrays(
    spec: Spec, info: Any, parts: list[Any], choice: dict[str, str], sizes: frozenset[str]
) -> Drawn[dict[str, Any]]:
    """The arrays that one part describes: where they share a field they are alike, else each is its own.

    *sizes* are fields of it that canonical values do not have, those of arrays that are not sent among them.
    """
    alike: list[list[Any]] = []
    for part in parts:
        group = next((one for one in alike if any(_told([other]) & _told([part]) for other in one)), None)
        if group is None:
            alike.append([part])
        else:
            group.append(part)
    told = _told(parts) | sizes
    drawn = (_array(spec, _common(spec, group), group[0].label, info, choice, told) for group in alike)
    return st.tuples(*drawn).map(lambda several: _shared(info.label, alike, several))


def _told(parts: list[Any]) -> frozenset[str]:
    return frozenset(getattr(part.array, word) for part in parts for word in _WORDS) - {""}


def _common(spec: Spec, parts: list[Any]) -> ArrayWords:
    """What all *parts* may be."""
    arrays: list[ArrayWords] = [part.array for part in parts]
    allowed = [one.writes or one.dtypes or tuple(spec.body.dtypes) for one in arrays]
    return replace(
        arrays[0],
        writes=tuple(name for name in allowed[0] if all(name in one for one in allowed)),
        rank=next((one.rank for one in arrays if one.rank), ()),
        encoding=next((one.encoding for one in arrays if one.encoding), ""),
    )


def _shared(info: str, alike: list[list[Any]], several: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """One value of those that were drawn for the first of each group; the others of a group have its array."""
    result: dict[str, Any] = {info: {}}
    for group, one in zip(alike, several, strict=True):
        result[info].update(one[info])
        if group[0].label in one:
            result.update((part.label, one[group[0].label]) for part in group)
    return result


def _fits(encoding: Any, code: str) -> bool:
    """An array must be a whole number of the elements that the shuffle moves."""
    return not encoding.element or int(code[1:]) % encoding.element == 0


def _under(name: str, value: Any) -> dict[str, Any]:
    return {name: value}
