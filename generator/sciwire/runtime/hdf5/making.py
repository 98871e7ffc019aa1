"""New files: what a caller gives is completed by the layout, checked, and made into a file or an image."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import CodecError, EncodeError, VersionError
from ..value import shown
from . import superblock
from .append import prepared
from .asked import check_count, check_mapping
from .create import build
from .faults import FileThereError, UnwritableFileError, by, system_faults
from .layout import Attribute, Dataset, Layout
from .numbers import said
from .source import unlocked
from .values import attribute_value, dataset_value
from .versions import newest, parse, text_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "axes_of",
    "check_axes_given",
    "content_of",
    "image_of",
    "make",
    "new_image",
    "publish",
    "ready_attributes",
    "ready_datasets",
]


def ready_attributes(layout: Layout, given: Mapping[str, Any], now: float, *, newer: bool = False) -> dict[str, Any]:
    """Return the attributes of a new file by field: what is *given*, else stamps (*now*), constants, defaults.

    newer : a version may have a minor that is not known, as a file that was read may have one.

    Raises
    ------
    EncodeError : one that is required is missing, one is unknown, or does not fit.
    VersionError : a version that is not known, or no version at all.
    """
    _check_known(layout, given, {attribute.field for attribute in layout.attributes}, "attribute")
    ready: dict[str, Any] = {}
    for attribute in layout.attributes:
        value = _completed(layout, attribute, given.get(attribute.field), now, newer)
        if value is not None:
            ready[attribute.field] = attribute_value(attribute, value)
        elif attribute.required and not _left_out(layout, attribute):
            rule = layout.rule("missing_attribute", attribute.rule)
            raise EncodeError("the attribute is missing", path=attribute.path, at=attribute.at, rule=rule)
    return ready


def ready_datasets(layout: Layout, given: Mapping[str, Any], axes: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return the datasets of a new file by field, each value ready to be written.

    axes : lengths of free axes of growing datasets that get no rows yet.
    """
    _check_known(layout, given, {dataset.field for dataset in layout.datasets}, "dataset")
    ready: dict[str, Any] = {}
    for dataset in layout.datasets:
        value = given.get(dataset.field)
        if dataset.table:
            continue
        if value is None:
            value = dataset.const if dataset.const is not None and dataset.required else dataset.default
        if value is not None:
            ready[dataset.field] = dataset_value(dataset, value)
        elif dataset.required and not dataset.grows:
            rule = layout.rule("missing_dataset", dataset.rule)
            raise EncodeError("the dataset is missing", path=dataset.name, at=dataset.path, rule=rule)
    for table, datasets in layout.tables.items():
        columns = {dataset.field: given.get(dataset.field) for dataset in datasets}
        if any(value is not None for value in columns.values()):
            ready |= prepared(layout, table, columns)
    _check_axes(layout, ready, dict(axes or {}))
    return ready


def axes_of(layout: Layout, rows: Mapping[str, Any]) -> dict[str, int]:
    """The lengths of free axes that *rows* (by field, ready to be written) show."""
    axes: dict[str, int] = {}
    for field, values in rows.items():
        if isinstance(values, np.ndarray):
            pairs = zip(layout.dataset(field).shape, values.shape, strict=True)
            axes |= {axis: length for axis, length in pairs if isinstance(axis, str)}
    return axes


def check_axes_given(layout: Layout, axes: Any) -> None:
    """Raise EncodeError unless *axes* (None for none) are lengths of axes that may have any."""
    if axes is None:
        return
    check_mapping("axes", axes)
    free = {axis for one in layout.all for dataset in one.datasets for axis in dataset.shape if isinstance(axis, str)}
    for name, length in axes.items():
        if not isinstance(name, str) or name not in free:
            problem = f"an axis of any length is expected, one of {', '.join(sorted(free))}, got {shown(name)[:80]}"
            raise EncodeError(problem, path="axes")
        check_count(f"axes.{name}", length, 0)


def make(
    path: Path,
    layout: Layout,
    attributes: Mapping[str, Any],
    datasets: Mapping[str, Any],
    extra: Mapping[str, Any],
    *,
    named: Path | None = None,
) -> Any:
    """Make the file at *path* (to be *named* so in what is said), replacing what is there, and return it open."""
    try:
        with system_faults(named or path):
            file = unlocked(path, "w", layout.libver)
    except OSError as error:
        if isinstance(error, CodecError):
            raise
        raise UnwritableFileError(f"the file can't be made: {' '.join(str(error).split())}") from error
    try:
        build(file, layout, attributes, datasets, extra)
    except BaseException:
        file.close()
        raise
    return file


def publish(beside: Path, path: Path) -> None:
    """Give the file *beside* the name *path*, which nobody must have taken meanwhile."""
    try:
        try:
            os.link(beside, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if path.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
            beside.rename(path)
        else:
            beside.unlink()
    except FileExistsError as error:
        raise FileThereError("another program has made the file meanwhile", category="state") from error
    except OSError as error:
        raise UnwritableFileError(f"the file can't be made: {' '.join(str(error).split())}") from error


def new_image(layout: Layout) -> Any:
    """An empty file in memory, open for writing."""
    import h5py  # loaded by the first file, not by the import of a codec

    return h5py.File("image", "w", driver="core", backing_store=False, libver=layout.libver)


def image_of(
    layout: Layout, attributes: Mapping[str, Any], datasets: Mapping[str, Any], extra: Mapping[str, Any]
) -> bytes:
    """The bytes of a file."""
    with new_image(layout) as file:
        build(file, layout, attributes, datasets, extra)
        return content_of(file)


def content_of(file: Any) -> bytes:
    """The bytes of an open file in memory, without the mark of a writer.

    HDF5 1.14 takes the mark off the image and leaves the checksum as it was with it.
    """
    file.flush()
    image = bytearray(file.id.get_file_image())
    if image[8] in (2, 3):
        image[:48] = superblock.patched(bytes(image[:48]), flags=0, end=int.from_bytes(image[28:36], "little"))
    return bytes(image)


def _completed(layout: Layout, attribute: Attribute, value: Any, now: float, newer: bool) -> Any:
    rule = next((rule for rule in layout.versions if rule.attribute == attribute.field), None)
    if value is None and attribute.stamp:
        return now
    if value is None and attribute.const is not None:
        return attribute.const if attribute.required else None  # one that a file lacked stays out of its copy
    if value is None and rule is not None and rule.known and attribute.required:
        return int(newest(rule)) if attribute.element.kind == "number" else newest(rule)
    if value is not None and rule is not None and rule.kind == "exact":
        if rule.known and said(value) not in rule.known:
            where = {"path": attribute.path, "at": attribute.at, "rule": rule.rule}
            problem = f"{attribute.name} {said(value)} is asked for, known are {', '.join(rule.known)}"
            raise by("version_new", VersionError(problem, **where))
        return value
    if value is not None and rule is not None:
        where = {"path": attribute.path, "at": attribute.at, "rule": rule.rule}
        try:
            wanted = parse(value, f"requested {attribute.name}", rule.known)
        except VersionError as error:
            raise by("version_form", VersionError(error.problem, **where)) from error
        known = [parse(one, known=rule.known) for one in rule.known]
        beyond = newer and any(wanted[0] == one[0] for one in known)
        if known and wanted not in known and not beyond:
            problem = f"a new file can't have {attribute.name} {value}, known are {', '.join(rule.known)}"
            raise by("version_new", VersionError(problem, **where))
        return text_of(wanted)
    return attribute.default if value is None else value


def _check_known(layout: Layout, given: Mapping[str, Any], known: set[str], what: str) -> None:
    """Raise EncodeError for a value that files of this layout have no place for."""
    unknown = {field for field, value in given.items() if value is not None and field not in known}
    if unknown:
        raise EncodeError(f"files of this version have no {what} {min(unknown)!r}", path=min(unknown))


def _left_out(layout: Layout, attribute: Attribute) -> bool:
    """Whether the attribute belongs to a dataset that may be left out."""
    return any(dataset.path == attribute.owner and not dataset.required for dataset in layout.datasets)


def _check_axes(layout: Layout, ready: dict[str, Any], axes: dict[str, int]) -> None:
    """Free axes have one length wherever they stand; an empty growing dataset takes it from there."""
    owners = dict.fromkeys(axes, "axes")
    for dataset in layout.datasets:
        value = ready.get(dataset.field)
        if value is None or not dataset.shape or _tells_nothing(dataset, value):
            continue
        have = value.shape if isinstance(value, np.ndarray) else (len(value),)
        for axis, length in zip(dataset.shape, have, strict=True):
            if isinstance(axis, str) and axes.setdefault(axis, length) != length:
                problem = f"axis {axis} is {length} long, in {owners[axis]} it is {axes[axis]}"
                raise EncodeError(
                    problem, category="size", path=dataset.name, at=dataset.path, rule=layout.rule("axis", dataset.rule)
                )
            if isinstance(axis, str):
                owners.setdefault(axis, dataset.name)
    for dataset in layout.datasets:
        value = ready.get(dataset.field)
        if value is not None and _tells_nothing(dataset, value):
            lengths = (axes.get(one, 0) if isinstance(one, str) else int(one or 0) for one in dataset.shape[1:])
            ready[dataset.field] = np.zeros((0, *lengths), value.dtype)
        if not (dataset.grows and dataset.required) or value is not None or dataset.element.variable:
            continue
        missing = [axis for axis in dataset.shape[1:] if isinstance(axis, str) and axis not in axes]
        if missing:
            raise EncodeError(
                f"axis {missing[0]} needs a length before the first row: give it in axes",
                path=dataset.name,
                at=dataset.path,
            )
        inner = tuple(axes[axis] if isinstance(axis, str) else int(axis or 0) for axis in dataset.shape[1:])
        ready[dataset.field] = np.zeros((0, *inner), dataset.element.numpy())


def _tells_nothing(dataset: Dataset, value: Any) -> bool:
    """Whether *value* was an empty list, which has no lengths for the free axes behind the first."""
    free = [axis for axis, name in enumerate(dataset.shape) if isinstance(name, str)]
    return (
        dataset.grows
        and bool(free)
        and isinstance(value, np.ndarray)
        and not any(value.shape[one] for one in (0, *free))
    )
