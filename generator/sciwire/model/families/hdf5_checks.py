"""What can be wrong in a specification of the `hdf5` family besides its shape: paths, axes, chunks, filters, operations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..check import accepts, resolve
from ..context import Context
from ..ir import Record, Spec
from ..nodes import Node
from ..problems import Place, did_you_mean
from ..types import Enum, NDArray, Number, Scalar, Type, Union, Vlen
from .hdf5_body import Dataset
from .hdf5_filters import check_filters
from .hdf5_names import check_names
from .hdf5_operation_checks import check_operation
from .hdf5_places import check_places
from .hdf5_versions import check_versions

if TYPE_CHECKING:
    from .hdf5_body import Attribute, Hdf5Body

__all__ = ["check"]

#: words for checks in the table of rules; `sciwire.runtime.hdf5.layout.BROADER` says which is part of which
CHECKS = (
    "missing", "type", "const", "lengths", "axes", "heap", "in_use", "size", "compression", "checksum", "framing",
    "constraint", "unsupported", "limit", "version", "truncated", "state", "io",
    "signature", "superblock", "empty", "metadata", "generation", "filter", "outside", "growth",
    "heap_form", "heap_address", "heap_index", "heap_length", "heap_size",
    "missing_group", "missing_dataset", "missing_attribute", "group_type", "dataset_type", "attribute_type",
    "value", "member", "range", "constant", "axis", "columns", "unequal", "uneven", "mask", "bounds", "place",
    "version_type", "version_form", "version_unknown", "version_new", "version_read", "version_append",
    "content_read", "content_append", "content_absent",
)  # fmt: skip


def check(spec: Spec, root: Node, context: Context) -> None:
    """Run every check of this family."""
    if "collection" in root:
        from .hdf5_collection import check_collection  # it needs the filters named here

        check_collection(spec, root, context)
        return
    if "datasets" not in root:
        context.problems.add("SPEC120", root.place, "datasets are missing, or a collection in their place")
    body: Hdf5Body = spec.body
    _check_file(body, root, context)
    check_names(body, root, context)
    _check_paths(body, root, context)
    check_places(body, root, context)
    for attribute, (_, node) in zip(body.attributes, root["attributes"].items(), strict=True):
        _check_type(attribute.field.type, node, spec, context)
        _check_shape(attribute.shape, body, node, context, grow=False)
        _check_runs(attribute, len(attribute.shape), node, spec, context)
        _check_values(attribute, body, node, spec, context)
    for dataset, (_, node) in zip(body.datasets, root["datasets"].items(), strict=True):
        _check_dataset(dataset, body, node, spec, context)
    check_versions(spec, body, root, context)
    for operation in body.operations:
        check_operation(operation, body, root["operations"][operation.name], context)


def _check_file(body: Hdf5Body, root: Node, context: Context) -> None:
    file = root["file"]
    for name, node in file["rules"].items():
        if name not in CHECKS:
            hint = did_you_mean(name, CHECKS)
            context.problems.add("SPEC004", node.key_place, f"no check is called {name!r}", hint)
    order = ("earliest", "v108", "v110", "v112", "v114", "latest")
    low, high = body.bounds
    if low in order and high in order and order.index(low) > order.index(high):
        context.problems.add("SPEC108", file["bounds"].place, f"the bounds {low} and {high} are the wrong way round")
    if body.swmr and low in ("earliest", "v108"):
        context.problems.add("SPEC108", file["bounds"].place, f"with swmr the lower bound is v110 or newer, not {low}")


def _check_paths(body: Hdf5Body, root: Node, context: Context) -> None:
    places = {place.name for place in body.places}
    taken: dict[str, str] = {}
    for group in body.groups:
        taken[group.path] = "a group"
    for group, (path, node) in zip(body.groups, root["groups"].items(), strict=True):
        _check_path(path, node.key_place, places, context)
        if group.path == "/" and not group.required:
            context.problems.add("SPEC100", node["required"].place, "every file has the root, it is never absent")
        if "@" in path:
            context.problems.add("SPEC100", node.key_place, f"{path!r} is the path of an attribute")
    for key, node in root["datasets"].items():
        path = node["at"].text()
        _check_path(path, node["at"].place, places, context)
        if "@" in path:
            context.problems.add("SPEC100", node["at"].place, f"{path!r} is the path of an attribute")
        if path in taken:
            context.problems.add("SPEC101", node["at"].place, f"{path!r} is {taken[path]} already")
        taken[path] = f"the dataset {key!r}"
    for path, what in list(taken.items()):
        above = next(
            (one for one in taken if path.startswith(f"{one}/") and taken[one] != "a group" and one != "/"), None
        )
        if above is not None:
            node = next((n["at"] for _, n in root["datasets"].items() if n["at"].text() == path), root["groups"])
            context.problems.add(
                "SPEC101", node.place, f"{path!r} ({what}) lies below {above!r}, which is {taken[above]}"
            )
    for key, node in root["attributes"].items():
        path = node["at"].text()
        if path.count("@") != 1 or path.endswith("@"):
            context.problems.add("SPEC100", node["at"].place, f"{path!r} is no path of an attribute: /group@name")
            continue
        _check_path(path.partition("@")[0] or "/", node["at"].place, places, context)
        if path in taken:
            context.problems.add("SPEC101", node["at"].place, f"{path!r} is {taken[path]} already")
        taken[path] = f"the attribute {key!r}"


def _check_path(path: str, place: Place, places: set[str], context: Context) -> None:
    parts = path[1:].split("/") if path != "/" else ["root"]
    if not path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        context.problems.add("SPEC100", place, f"{path!r} is no path: /group/dataset, without empty parts")
    for name in re.findall(r"\{([^{}]*)\}", path):
        if name not in places:
            context.problems.add(
                "SPEC100", place, f"the place {name!r} is not listed in `places`", did_you_mean(name, places)
            )


def _check_type(kind: Type, node: Node, spec: Spec, context: Context) -> None:
    found = resolve(kind, spec)
    place = node["type"].place if "type" in node else node.place
    inner = found.item if isinstance(found, Vlen) else None
    fits = (
        isinstance(found, (Number, Enum, NDArray))
        or (isinstance(found, Scalar) and found.name not in ("any", "null", "rational"))
        or (isinstance(found, Union) and all(isinstance(one, Number) for one in found.alternatives))
        or isinstance(inner, Number)
        or inner in (Scalar("int"), Scalar("uint"), Scalar("float"))
    )
    if not fits:
        context.problems.add("SPEC019", place, "HDF5 holds numbers, text, bytes, bool, enum, vlen[number], and columns")
    length = node["length"]
    if length.integer() and found not in (Scalar("text"), Scalar("bytes")):
        context.problems.add("SPEC031", length.place, "a length in bytes is for text and bytes")
    if length.data == "any" and not (isinstance(found, Enum) or found in (Scalar("text"), Scalar("datetime"))):
        context.problems.add("SPEC031", length.place, "any length is for text; bytes without a length are of any")


def _check_runs(one: Attribute | Dataset, more: int, node: Node, spec: Spec, context: Context) -> None:
    """Runs of variable length stand in a dataset of one axis, or alone; what may be an array of one item has no axes."""
    if one.single and one.shape:
        context.problems.add("SPEC104", node["single"].place, f"{one.field.label!r} has axes, `single` is for a scalar")
    kind = resolve(one.field.type, spec)
    if more > 0 and (isinstance(kind, Vlen) or (kind == Scalar("bytes") and not one.length)):
        place = node["shape"].place if "shape" in node else node.place
        what = "bytes without a length" if kind == Scalar("bytes") else "vlen"
        context.problems.add("SPEC019", place, f"{what} has one axis in a dataset, and none in an attribute")


def _check_values(attribute: Attribute | Dataset, body: Hdf5Body, node: Node, spec: Spec, context: Context) -> None:
    """Defaults and constants of arrays: lists of the declared shape, or one value for all places."""
    kind = resolve(attribute.field.type, spec)
    kind = Union(kind.dtypes) if isinstance(kind, NDArray) else kind
    lengths = {axis.name: axis.length for axis in body.axes}
    shape = [lengths.get(axis) if isinstance(axis, str) else axis for axis in attribute.shape]
    for key, code, value in (
        ("default", "SPEC034", attribute.field.default),
        ("const", "SPEC037", attribute.field.constraints.const),
    ):
        if value is None:
            continue
        place, name = node[key].place, attribute.field.label
        if isinstance(attribute, Dataset) and (body.table_of(attribute) or attribute.columns or isinstance(kind, Vlen)):
            what = "is a table" if body.table_of(attribute) else "has columns" if attribute.columns else "has runs"
            context.problems.add(code, place, f"{name!r} {what}, a {key} is for one value or an array of a known shape")
            continue
        if isinstance(value, list):
            found = _shape_of(value)
            fits = found is not None and len(found) == len(shape)
            fits = fits and all(want in (None, have) for want, have in zip(shape, found or (), strict=False))
            if not fits:
                context.problems.add(code, place, f"the {key} of {name!r} needs the shape of the attribute")
            elif not all(accepts(one, kind, attribute.field.constraints, spec) for one in _leaves(value)):
                context.problems.add(code, place, f"the {key} of {name!r} holds what is no value of it")
        elif None in shape:
            context.problems.add(code, place, f"{name!r} has an axis of any length: its {key} needs to be a list")


def _shape_of(value: Any) -> tuple[int, ...] | None:
    """The shape of nested lists; None where they are uneven."""
    if not isinstance(value, list):
        return ()
    inner = {_shape_of(one) for one in value}
    found = inner.pop() if inner else ()
    return None if inner or found is None else (len(value), *found)


def _leaves(value: Any) -> list[Any]:
    return [leaf for one in value for leaf in _leaves(one)] if isinstance(value, list) else [value]


def _check_dataset(dataset: Dataset, body: Hdf5Body, node: Node, spec: Spec, context: Context) -> None:
    if not dataset.columns and not isinstance(resolve(dataset.field.type, spec), Record):
        _check_type(dataset.field.type, node, spec, context)
    for column, (_, one) in zip(dataset.columns, node["columns"].items(), strict=False):
        found = resolve(column.field.type, spec)
        if not (isinstance(found, Number) or (found == Scalar("text") and column.length) or found == Scalar("bool")):
            context.problems.add("SPEC019", one.place, "a column is a number, a bool, or text with a length")
    _check_shape(dataset.shape, body, node, context, grow=True)
    _check_runs(dataset, len(dataset.shape) - 1, node, spec, context)
    rank = len(dataset.shape)
    for length, one in zip(dataset.chunks, node["chunks"].elements(), strict=True):
        if length < 0:
            context.problems.add("SPEC102", one.place, f"a chunk length is a number or the word all, not {one.data!r}")
    if dataset.chunks and len(dataset.chunks) != rank:
        context.problems.add("SPEC102", node["chunks"].place, f"{len(dataset.chunks)} chunk lengths for {rank} axes")
    if dataset.chunks and dataset.chunks[0] == 0 and body.table_of(dataset):
        context.problems.add("SPEC102", node["chunks"].place, "the whole of a growing axis is no chunk length")
    for index, length in enumerate(dataset.chunks[:rank]):
        axis = dataset.shape[index]
        if isinstance(axis, int) and length > axis:
            context.problems.add("SPEC102", node["chunks"].place, f"a chunk of {length} on an axis of {axis}")
    if dataset.filters and not rank:
        context.problems.add("SPEC103", node["filters"].place, "a scalar dataset can't be filtered")
    check_filters(dataset.filters, context)
    _check_values(dataset, body, node, spec, context)


def _check_shape(shape: tuple[int | str, ...], body: Hdf5Body, node: Node, context: Context, *, grow: bool) -> None:
    known = {axis.name: axis for axis in body.axes}
    place = node["shape"].place if "shape" in node else node["type"].place
    for index, axis in enumerate(shape):
        if not isinstance(axis, str):
            continue
        if axis not in known:
            hint = did_you_mean(axis, known)
            context.problems.add("SPEC104", place, f"the axis {axis!r} is not listed in `axes`", hint)
        elif known[axis].grows and (index or not grow):
            context.problems.add("SPEC104", place, f"{axis!r} grows, so it can only be the first axis of a dataset")
        elif known[axis].grows and known[axis].length is not None:
            context.problems.add("SPEC104", place, f"{axis!r} grows and has a fixed length")
    if len(set(shape)) != len(shape) and any(isinstance(one, str) and shape.count(one) > 1 for one in shape):
        context.problems.add("SPEC039", place, "an axis is named twice")
