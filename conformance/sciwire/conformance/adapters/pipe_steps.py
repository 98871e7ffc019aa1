"""Scenarios on pipes: one input, a core image, named outputs; steps by the names of a pipe's operations.

``open`` {data or filename, outputs: [names]} begins; ``input`` {data} attaches an input later; every other operation has its
own argument names, and answers with its result where that is a number, a text, or nothing. ``copy`` passes
all packets on, ``written`` {output} gives the bytes of an output, ``set`` {name, values} presets core.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from .base import NotSupported, Request
from .steps import Steps

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


class PipeSteps(Steps):
    """The steps of one scenario; the pipe is closed at the end."""

    def __init__(self, module: ModuleType, adapter: Any = None, request: Request | None = None) -> None:
        super().__init__(adapter, request)
        self._module = module
        self._pipe: Any = None
        self._written: dict[str, io.BytesIO] = {}
        self._steps |= {
            "open": self._open,
            "input": lambda data=None, filename=None: self._opened().input(data if filename is None else filename),
            "set": lambda name, values: self._opened().initialise(name, values),
            "written": lambda output: self._written[output].getvalue(),
            "read": lambda count: len(self._opened().read(count)),
        }

    def close(self) -> None:
        if self._pipe is not None:
            self._pipe.close()

    def told(self, value: Any) -> Any:
        return value if isinstance(value, (int, str, bytes)) else None

    def operation(self, name: str) -> Callable[..., Any]:
        if name not in _OPERATIONS:
            raise NotSupported(f"no operation {name!r}")
        operation: Callable[..., Any] = getattr(self._opened(), name)
        return operation

    def _open(
        self,
        data: bytes | None = None,
        outputs: tuple[str, ...] | list[str] = (),
        filename: Path | None = None,
        output_filename: Path | None = None,
    ) -> None:
        self._written = {name: io.BytesIO() for name in outputs}
        targets = {**self._written, **({"file": output_filename} if output_filename else {})}
        self._pipe = self._module.Pipe(data if filename is None else filename, outputs=targets)

    def _opened(self) -> Any:
        if self._pipe is None:
            raise NotSupported("no pipe is open")
        return self._pipe
