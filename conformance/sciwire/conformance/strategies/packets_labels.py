"""What can be drawn of a `packets` specification: whole streams, written as text, binary, or as the encoder likes."""

from __future__ import annotations

from sciwire.model.families.packets import TextPacketsBody
from sciwire.model.ir import Spec
from sciwire.runtime.packets import Text

from . import Label

__all__ = ["labels", "text_only"]


def labels(spec: Spec) -> tuple[Label, ...]:
    """``stream``, ``stream.binary.big_endian``, ``stream.ascii``: a name says what its options are.

    Any NaN is as good as the one that was drawn: text fields and values in a descriptor have one NaN only.
    """
    if isinstance(spec.body, TextPacketsBody):
        return (Label("stream"),)
    found = [Label("stream", any_nan=True)]
    orders = [word for element in spec.body.elements for one in element.attributes if one.role == "byte_order" for word, _ in one.words]  # fmt: skip
    found += [
        Label(f"stream.binary.{order}", {"encoding": "binary", "byte_order": order}, any_nan=True) for order in orders
    ]
    if not orders:
        found.append(Label("stream.binary", {"encoding": "binary"}, any_nan=True))
    found += [Label(f"stream.{name}", {"encoding": name}, any_nan=True) for name in _decimal(spec)]
    return tuple(found)


def text_only(spec: Spec, label: str) -> bool:
    """Whether a label has all numbers written as text, which gives them back as binary64."""
    return any(label == f"stream.{name}" for name in _decimal(spec))


def _decimal(spec: Spec) -> list[str]:
    """The decimal text encoding that an encoder can be asked for."""
    texts = [one for one in spec.body.encodings if isinstance(one, Text)]
    return [one.name for one in texts if one.kind == "decimal" and one.written][:1]
