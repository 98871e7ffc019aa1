"""Objects found by path, step by step: each link is looked at before it is followed, and soft links are gone after here.

HDF5 would follow a soft link on its own, through links into other files too: it never gets the chance.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from ..errors import CodecError, DecodeError
from ..value import shown
from .faults import MissingObjectError, by, dotted
from .source import Source, foreign

__all__ = ["walk"]

_HOPS: Final = 16  # soft links on the way to one object; HDF5 itself stops there
_NAMES: Final = 1000  # that all of them may have: each is a group to be opened
_SHOWN: Final = 80  # characters of a target in a message


def walk(source: Source, path: str) -> Any:
    """The object of HDF5's own at *path*, None where there is none.

    Raises
    ------
    DecodeError : a link leads to another file (``unsupported``), or too many soft links follow one on the other, as
        in a ring (``limit``), or HDF5 can't open what is there.
    MissingObjectError : a soft link leads to nothing.
    """
    root = here = source.file.id
    names = _parts(path)
    steps = deque((name, "/" + "/".join(names[: depth + 1]), "") for depth, name in enumerate(names))
    hops = 0
    while steps:
        name, at, target = steps.popleft()
        found, soft = _step(here, name, at)
        if soft is not None:
            hops += 1
            parts = _parts(soft)
            if hops > _HOPS or len(steps) + len(parts) > _NAMES:
                ring = f"more than {_HOPS} soft links follow one on the other, as in a ring"
                problem = ring if hops > _HOPS else f"a soft link leads on by more than {_NAMES} names"
                raise DecodeError(problem, category="limit", at=at, path=dotted(at))
            here = root if soft.startswith("/") else here
            steps.extendleft((part, at, soft) for part in reversed(parts))
        elif found is not None:
            here = found
        elif target:
            problem = f"a soft link leads to {shown(target)[:_SHOWN]}, where there is nothing"
            raise MissingObjectError(problem, at=at, path=dotted(at))
        else:
            return None
    return here


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _step(here: Any, name: str, at: str) -> tuple[Any, str | None]:
    """What lies behind the link *name* of a group: the object, None for nothing; or where a soft link leads to."""
    import h5py  # a file is open, so it is loaded

    library: Any = h5py  # type checkers do not see its compiled parts
    key = name.encode("utf-8", "surrogateescape")
    opening = False
    try:
        if not isinstance(here, h5py.h5g.GroupID) or not here.links.exists(key):
            return None, None
        kind = here.links.get_info(key).type
        if kind == library.h5l.TYPE_SOFT:
            return None, here.links.get_val(key).decode("utf-8", "surrogateescape")
        if kind != library.h5l.TYPE_HARD:
            problem = "the object lies in another file, which is not followed"
            raise by("outside", DecodeError(problem, category="unsupported", at=at, path=dotted(at)))
        opening = True
        return library.h5o.open(here, key), None
    except CodecError:
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        found = foreign(error, at)
        found.path = dotted(at)
        found.check = found.check or ("metadata" if opening else "")
        raise found from error
