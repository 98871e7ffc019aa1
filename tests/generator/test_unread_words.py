"""What the kernel never asks of a part is not printed, so that a word without effect makes no other codec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sciwire.conformance.mutate.build import code_of, text_of
from sciwire.conformance.strategies import load_specs
from sciwire.model import Spec, specs_dir
from sciwire.model.families.struct import Extent


def _grid(spec: Spec) -> Spec:
    return replace(spec, body=replace(spec.body, fill=7.0, names={**spec.body.names, "compression": "packing"}))


def _prefix(spec: Spec) -> Spec:
    found = (one._replace(data=one.data if one.role == "magic" else b"\1") for one in spec.body.prefix)
    counted = ("header_fields", "packet_fields", "text_length", "magic", "byte_order")
    return replace(
        spec,
        body=replace(spec.body, prefix=tuple(one._replace(value=9) if one.role in counted else one for one in found)),
    )


def _extents(spec: Spec) -> Spec:
    end = spec.body.structs["End"]
    fields = tuple(replace(one, size=Extent(plus=3)) if one.label == "reason" else one for one in end.fields)
    length = replace(end.length, extent=replace(end.length.extent, path="elsewhere"))
    return replace(
        spec, body=replace(spec.body, structs={**spec.body.structs, "End": replace(end, fields=fields, length=length)})
    )


def _elements(spec: Spec) -> Spec:
    def told(one: Any) -> Any:
        root = one.ids is not None
        lists = ("bundle", "inline", "length")
        return one._replace(
            attributes=tuple(
                attribute._replace(
                    required=attribute.required if attribute.role == "default" else not attribute.required,
                    separator=attribute.separator if attribute.role in lists else ";",
                )
                for attribute in one.attributes
            ),
            wild=one.wild if root else "yes",
            elsewhere=one.elsewhere if root else "ignore",
        )

    kinds = tuple(one if one.kind == "integer" else one._replace(bits=8) for one in spec.body.property_types)
    elements = tuple(map(told, spec.body.elements))
    return replace(spec, body=replace(spec.body, elements=elements, property_types=kinds))


@pytest.mark.parametrize(
    ("name", "change"), [("chunks", _grid), ("bpipe", _prefix), ("capture", _extents), ("qstream", _elements)]
)
def test_a_word_that_is_never_read_is_not_printed(name: str, change: Callable[[Spec], Spec]) -> None:
    spec = load_specs(specs_dir(), name)[-1]
    changed = change(spec)

    assert changed.body != spec.body
    assert code_of(text_of(changed)) == code_of(text_of(spec))


def test_an_extent_of_a_field_is_printed_whole() -> None:
    spec = load_specs(specs_dir(), "capture")[-1]
    end = spec.body.structs["End"]
    length = replace(end.length, extent=replace(end.length.extent, plus=1))
    changed = replace(spec, body=replace(spec.body, structs={**spec.body.structs, "End": replace(end, length=length)}))

    assert "plus=1" in text_of(changed)
