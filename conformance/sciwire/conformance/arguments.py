"""Arguments of scenarios: canonical values, and what a value cannot say about how it is handed over.

=========== ======================================================== =======================================
tag         what it holds                                            what it stands for
=========== ======================================================== =======================================
``$memory`` {"array": ``$nd``, "axes", "steps", "writable"}          the array, its axes in memory in that order
                                                                     (slowest first), with that step along each
                                                                     (negative: backwards), perhaps read-only
``$masked`` {"data": ``$nd``, "mask": ``$nd`` of ``|b1``}            an array with elements that a mask hides
``$path``   a name in the scenario's folder                          a path object, where a text is text
``$fill``   {"dtype", "shape", "value": a number}                    an ``$nd`` of that number; in vectors only
``$repeat`` [text or list, count]                                    that text, or the items of that list, so often;
                                                                     in vectors only, also in values
=========== ======================================================== =======================================
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["check_argument", "filled", "is_short", "once", "python_argument"]

_KEYS = {
    "$memory": {"array", "axes", "steps", "writable"},
    "$masked": {"data", "mask"},
    "$fill": {"dtype", "shape", "value"},
}
_MOST = 1 << 26  # bytes of an array that is filled


def check_argument(value: Any) -> str:
    """What is wrong with an argument as it stands in a vector, or an empty text."""
    from sciwire.runtime import CodecError, plain

    tag = _tag(value)
    if tag == "$path":
        return "" if isinstance(value[tag], str) else f"expected a name under '$path', got {value[tag]!r}"
    if tag == "$repeat":
        return _try(lambda: filled(value))
    if tag in _KEYS:
        body = value[tag]
        if not isinstance(body, dict) or set(body) != _KEYS[tag]:
            return f"expected {', '.join(sorted(_KEYS[tag]))} under {tag!r}, got {body!r}"[:200]
        return _try(lambda: filled(value)) if tag == "$fill" else _try(lambda: python_argument(value))
    if isinstance(value, list):
        return next(filter(None, map(check_argument, value)), "")
    if isinstance(value, dict) and tag is None:
        return next(filter(None, map(check_argument, value.values())), "")
    try:
        plain.check(value)
    except CodecError as error:
        return f"the value is not canonical: {error}"
    return ""


def filled(value: Any) -> Any:
    """*value* with every ``$fill`` and ``$repeat`` as what it stands for."""
    import numpy as np

    if _tag(value) == "$fill":
        body = value["$fill"]
        dtype = np.dtype(body["dtype"])
        if np.prod(body["shape"], dtype=float) * dtype.itemsize > _MOST:
            raise ValueError(f"a filled array has at most {_MOST} bytes")
        data = np.full(body["shape"], body["value"], dtype).tobytes()
        return {"$nd": {**{key: body[key] for key in ("dtype", "shape")}, "data": base64.b64encode(data).decode()}}
    if _tag(value) == "$repeat":
        given, count = value["$repeat"]
        if not isinstance(given, (str, list)):
            raise TypeError(f"expected a text or a list to repeat, got {given!r}")
        if len(given) * count > _MOST:
            raise ValueError(f"what is repeated has at most {_MOST} characters or items")
        return (given if isinstance(given, str) else filled(given)) * count
    if isinstance(value, list):
        return [filled(item) for item in value]
    if isinstance(value, dict):
        return {key: filled(item) for key, item in value.items()}
    return value


def is_short(value: Any) -> bool:
    """Whether there is a ``$fill`` or ``$repeat`` somewhere in *value*."""
    if isinstance(value, dict):
        return _tag(value) in ("$fill", "$repeat") or any(map(is_short, value.values()))
    return isinstance(value, list) and any(map(is_short, value))


def once(value: Any) -> Any:
    """*value* with what ``$repeat`` repeats standing there once: enough to see whether it is canonical."""
    if _tag(value) == "$repeat":
        given, count = value["$repeat"]
        filled({"$repeat": [given[:1], count]})
        return once(given)
    if _tag(value) == "$fill":
        return filled(value)
    if isinstance(value, list):
        return [once(item) for item in value]
    if isinstance(value, dict):
        return {key: once(item) for key, item in value.items()}
    return value


def python_argument(value: Any) -> Any:
    """The Python object of an argument, arrays laid out and masked as it says; DecodeError where it is none."""
    from sciwire.runtime import plain

    tag = _tag(value)
    if tag in _MAKERS:
        return _MAKERS[tag](value[tag])
    if isinstance(value, list):
        return [python_argument(item) for item in value]
    if isinstance(value, dict) and tag is None:
        return {key: python_argument(item) for key, item in value.items()}
    return plain.from_plain(value)


def _laid_out(body: Mapping[str, Any]) -> Any:
    """The same elements under the same indices, elsewhere in memory."""
    import numpy as np

    array, axes, steps = _array(body["array"]), body["axes"], body["steps"]
    room = np.zeros([array.shape[axis] * abs(steps[axis]) for axis in axes], array.dtype)
    whole = room.transpose(np.argsort(axes))
    view = whole[tuple(slice(None, None, step) for step in steps)]
    view[...] = array
    view.flags.writeable = body["writable"]
    return view


def _masked(body: Mapping[str, Any]) -> Any:
    import numpy as np

    return np.ma.MaskedArray(_array(body["data"]), mask=_array(body["mask"]))


def _array(value: Any) -> Any:
    import numpy as np

    from sciwire.runtime import plain

    array = plain.from_plain(value)
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected an array, got {type(array).__name__}")
    return array


_MAKERS: Mapping[str | None, Callable[[Any], Any]] = {"$memory": _laid_out, "$masked": _masked}


def _tag(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((key for key in value if isinstance(key, str) and key.startswith("$")), None)


def _try(make: Callable[[], Any]) -> str:
    try:
        make()
    except Exception as error:  # what numpy says about what a vector holds
        return f"no array can be made of it: {error}"
    return ""
