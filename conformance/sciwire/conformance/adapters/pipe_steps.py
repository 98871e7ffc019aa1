"""Scenarios on pipes: one input, a core image, named outputs; steps by the names of a pipe's operations.

``open`` {data, outputs: [names]} begins; ``input`` {data} attaches an input later; every other operation has its
own argument names, and answers with its result where that is a number, a text, or nothing. ``copy`` passes
all packets on, ``written`` {output} gives the bytes of an output, ``set`` {name, values} presets core.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Self

from sciwire.runtime import CodecError, plain

from .base import NotSupported

__all__ = ["PipeSteps"]

_OPERATIONS = frozenset(
    (
        *(
            "add",
            "delete",
            "resize_core",
            "resize_output",
            "add_header",
            "add_string",
            "resize_header",
            "delete_header",
        ),
        *("header_count", "header_type", "field_type", "offset", "map", "write_header", "copy"),
    )
)


class PipeSteps:
    """The steps of one scenario; use it as a context, the pipe is closed at the end."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._pipe: Any = None
        self._written: dict[str, io.BytesIO] = {}
        self._steps: dict[str, Callable[..., Any]] = {
            "open": self._open,
            "input": lambda data: self._opened().input(data),
            "set": lambda name, values: self._opened().initialise(name, values),
            "written": lambda output: self._written[output].getvalue(),
            "read": lambda count: len(self._opened().read(count)),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pipe is not None:
            self._pipe.close()

    def answer(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one step, as the protocol has it."""
        try:
            arguments = {name: plain.from_plain(value) for name, value in step["args"].items()}
            result = self._operation(step["op"])(**arguments)
            return {"value": plain.to_plain(result) if isinstance(result, (int, str, bytes)) else None}
        except NotSupported as error:
            return {"unsupported": error.reason}
        except CodecError as error:
            about = {"category": error.category, "path": error.path, "at": error.at, "message": str(error)}
            return {"error": about}

    def _operation(self, name: str) -> Callable[..., Any]:
        if name in self._steps:
            return self._steps[name]
        if name not in _OPERATIONS:
            raise NotSupported(f"no operation {name!r}")
        operation: Callable[..., Any] = getattr(self._opened(), name)
        return operation

    def _open(self, data: bytes | None = None, outputs: tuple[str, ...] | list[str] = ()) -> None:
        self._written = {name: io.BytesIO() for name in outputs}
        self._pipe = self._module.Pipe(data, outputs=self._written)

    def _opened(self) -> Any:
        if self._pipe is None:
            raise NotSupported("no pipe is open")
        return self._pipe
