"""Canonical values: the array as ``$nd``, and what the caller must know to find it again in the blobs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import DecodeError, EncodeError
from .form import Form

__all__ = ["from_plain", "to_plain"]


def to_plain(form: Form, facts: dict[str, Any]) -> dict[str, Any]:
    """The canonical value of *facts*, by public names. EncodeError (``type``) for elements that have no such form."""
    from .. import plain  # here, because most callers only cut and join

    name = form.said("array")
    array = facts[name]
    if not isinstance(array, np.ndarray):
        raise EncodeError(f"expected an array, got {type(array).__name__}", category="type", path=name)
    if array.dtype.kind == "U" or array.dtype.names is not None:  # text would lose its width, a table its layout
        problem = f"elements of {array.dtype} have no canonical form"
        raise EncodeError(problem, category="type", path=name, subject=form.subject)
    found = {key: list(value) if isinstance(value, tuple) else value for key, value in facts.items()}
    return {key: plain.to_plain(value) for key, value in found.items()}


def from_plain(form: Form, obj: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    """The facts of a canonical value, *keys* are the public names that it may have. Raises `DecodeError`."""
    if not isinstance(obj, dict) or not set(obj) <= set(keys):
        problem = f"expected a map with {', '.join(keys)}, got {_kind(obj)}"
        raise DecodeError(problem, category="type", subject=form.subject)
    from .. import plain

    found: dict[str, Any] = plain.from_plain(obj)
    name = form.said("array")
    if not isinstance(found.get(name), np.ndarray) or found[name].dtype.hasobject:
        problem = f"expected an array, got {type(found.get(name)).__name__}"
        raise DecodeError(problem, category="type", path=name, subject=form.subject)
    chunk = form.said("chunk")
    if chunk in keys and chunk not in found:
        raise DecodeError(f"the key {chunk} is missing", category="constraint", path=chunk, subject=form.subject)
    if isinstance(found.get(chunk), list):
        found[chunk] = tuple(found[chunk])
    _check_words(form, found)
    return found


def _check_words(form: Form, found: dict[str, Any]) -> None:
    """The order is one of two words, the request for edges is yes or no; where a format has neither, nothing."""
    order, request = (found.get(form.said(meaning)) for meaning in ("order", "edges"))
    if order is not None and not (isinstance(order, str) and order in ("C", "F")):
        name, wanted, got = form.said("order"), "C or F", order
    elif request is not None and not isinstance(request, bool):
        name, wanted, got = form.said("edges"), "true or false", request
    else:
        return
    problem = f"expected {wanted}, got {got!r:.40}"
    raise DecodeError(problem, category="type", path=name, subject=form.subject)


def _kind(obj: Any) -> str:
    return f"one with {', '.join(map(str, obj))}" if isinstance(obj, dict) else type(obj).__name__
