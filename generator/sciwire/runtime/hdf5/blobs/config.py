"""The configuration: where each source goes, and how it is compressed; all of it is checked before a batch is seen."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import CodecWarning, EncodeError
from ...value import Value, shown
from .form import BlobForm, Packing, fault

__all__ = ["Options", "checked_options", "parameters", "quiet_options"]


_SHOWN = 80  # characters of a value in a message


class Options(Value):
    """A configuration that was checked: *fields* is source -> absolute path, in the order given."""

    fields: Mapping[str, str]
    packing: Packing
    level: int


def checked_options(
    form: BlobForm, fields: Any, compression: Any = None, level: Any = None, *, stacklevel: int = 3
) -> Options:
    """Return the options, or raise EncodeError naming parameter or source.

    fields : mapping of source names to HDF5 paths, the leading slash may be left out. compression : a name that
    the format has, None for none. level : None for the default; given for a compression that has no levels it is
    a `CodecWarning`.
    """
    name = "none" if compression is None else compression
    packing = form.packings.get(name) if isinstance(name, str) else None
    if packing is None:
        known = ", ".join(one for one in form.packings if one != "none")
        problem = f"expected a compression of {known}, or none, got {shown(compression)[:_SHOWN]}"
        raise fault(form, "compression", problem, kind=EncodeError, path=form.said("compression"))
    given = level is not None
    number = _level(form, level, packing, name) if given else form.level
    if given and packing.filters and packing.level is None:
        text = f"{form.said('level')} has no meaning for {name}, it is left out"
        warnings.warn(text, CodecWarning, stacklevel=stacklevel)
    return Options(_paths(form, fields), packing, number)


def quiet_options(form: BlobForm, fields: Any, compression: Any, level: Any) -> Options:
    """The same for a configuration that was checked, and warned of, when it was made."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        return checked_options(form, fields, compression, level)


def parameters(form: BlobForm, config: Any) -> dict[str, Any]:
    """The parameters of a configuration that is given as a mapping. EncodeError for others than there are."""
    known = [form.said(meaning) for meaning in ("fields", "compression", "level")]
    if not isinstance(config, Mapping):
        problem = f"expected a table with {', '.join(known)}, got {type(config).__name__}"
        raise fault(form, "config", problem, kind=EncodeError)
    for name in config:
        if name not in known:
            problem = f"there is no parameter {shown(name)[:_SHOWN]}, known are {', '.join(known)}"
            raise fault(form, "config", problem, kind=EncodeError, path=shown(name).strip("'")[:_SHOWN])
    if known[0] not in config:
        raise fault(form, "config", f"the parameter {known[0]} is missing", kind=EncodeError, path=known[0])
    return dict(config)


def _level(form: BlobForm, level: Any, packing: Packing, name: str) -> int:
    path = form.said("level")
    try:
        known: Any = (
            int(level) if isinstance(level, str) or (isinstance(level, float) and level.is_integer()) else level
        )
        if isinstance(known, (bool, np.bool_)):
            raise TypeError("yes and no are no levels")
        number = operator.index(known)
    except (TypeError, ValueError) as error:
        raise fault(
            form, "level", f"expected an integer, got {shown(level)[:_SHOWN]}", kind=EncodeError, path=path
        ) from error
    if packing.level is not None and not packing.level[0] <= number <= packing.level[1]:
        low, high = packing.level
        problem = f"expected a level of {low} to {high} for {name}, got {shown(number)[:_SHOWN]}"
        raise fault(form, "level", problem, kind=EncodeError, path=path)
    return number


def _paths(form: BlobForm, fields: Any) -> dict[str, str]:
    name = form.said("fields")
    if not isinstance(fields, Mapping):
        problem = f"expected a table of sources and paths, got {type(fields).__name__}"
        raise fault(form, "fields", problem, kind=EncodeError, path=name)
    paths: dict[str, str] = {}
    owners: dict[str, str] = {}
    for source, path in fields.items():
        where = f"{name}.{source}"
        if not isinstance(source, str):
            problem = f"expected the name of a source, got {shown(source)[:_SHOWN]}"
            raise fault(form, "fields", problem, kind=EncodeError, path=name)
        paths[source] = _path(form, path, where)
        if paths[source] in owners:
            problem = f"{paths[source]} is the path of {owners[paths[source]]} already"
            raise fault(form, "same_path", problem, kind=EncodeError, path=where)
        owners[paths[source]] = source
    for source, path in paths.items():
        parts = path.split("/")
        for count in range(2, len(parts)):
            above = "/".join(parts[:count])
            if above in owners:
                problem = f"{path} lies below {above}, which is the dataset of {owners[above]}"
                raise fault(form, "below", problem, kind=EncodeError, path=f"{name}.{source}")
    return paths


def _path(form: BlobForm, path: Any, where: str) -> str:
    """The path with a leading slash; HDF5 passes over empty parts and dots, and so do we."""
    if not isinstance(path, str):
        problem = f"expected a path, got {type(path).__name__}"
        raise fault(form, "path", problem, kind=EncodeError, path=where)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or "\0" in path or not _has_utf8(path):
        raise fault(
            form, "path", f"expected a path as /group/name, got {shown(path)[:_SHOWN]}", kind=EncodeError, path=where
        )
    return "/" + "/".join(parts)


def _has_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
