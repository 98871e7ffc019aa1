"""Our own codecs as an implementation under test: the modules of `sciwire.formats`, one more among others."""

from __future__ import annotations

import base64
import contextlib
import importlib
import inspect
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .base import NotSupported, Request, Value

if TYPE_CHECKING:
    from .steps import Steps

__all__ = ["SciwireAdapter", "about_format"]


class SciwireAdapter:
    """Decodes and encodes with the generated modules; whatever they raise is what the suite judges.

    *formats* are those that it will be asked for: the modules of others are not loaded. None given means all.
    Those that are said to be *there* are not looked for.
    """

    def __init__(self, formats: Sequence[str] = (), *, there: bool = False) -> None:
        ours = list(formats) if there else _format_names()
        self._formats = [name for name in formats if name in ours] or ours

    def start(self) -> Mapping[str, Any]:
        return {
            "implementation": {"name": "sciwire", "version": _version(), "language": "python"},
            "formats": {name: about_format(name) for name in self._formats},
        }

    def decode(self, request: Request) -> Any:
        module = _module(request.format)
        if request.splits is not None:
            return _fed(module, request)
        keywords = _keywords(module, module.decode, request) if "after" not in request.options else {}
        if _takes_path(module.decode):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "data")
                path.write_bytes(_whole(request.data))
                return module.to_plain(module.decode(path, **keywords))
        value = _after(module, request) if "after" in request.options else module.decode(request.data, **keywords)
        return Value(module.to_plain(value), _kept(value))

    def recognise(self, request: Request) -> bool:
        recognised: bool = _module(request.format).sniff(request.data)
        return recognised

    def encode(self, request: Request) -> bytes | Sequence[bytes]:
        module = _module(request.format)
        value = module.from_plain(request.value, **_told(module, request))
        keywords = _keywords(module, module.encode, request)
        if not _takes_path(module.encode):
            data: bytes | Sequence[bytes] = module.encode(value, **keywords)
            return data
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "data")
            module.encode(value, path, **keywords)
            return path.read_bytes()

    def call(self, request: Request) -> Sequence[Mapping[str, Any]]:
        with _steps(_module(request.format), self, request) as steps:
            return [steps.answer(step) for step in request.steps]


def _steps(module: ModuleType, adapter: SciwireAdapter, request: Request) -> Steps:
    """The steps that a module can take: on pipes, on files that stay open, or by its functions."""
    if hasattr(module, "Pipe"):
        from .pipe_steps import PipeSteps

        return PipeSteps(module, adapter, request)
    if hasattr(module, "follow"):
        from .files import FileSteps

        return FileSteps(module, adapter, request)
    from .module_steps import ModuleSteps

    return ModuleSteps(module, adapter, request)


def _format_names() -> list[str]:
    """The formats that are specified and those that have a module: one without the other is a fault to be found."""
    from sciwire.model import specs_dir

    from ..vectors import formats_with_vectors

    specified: set[str] = set()
    with contextlib.suppress(FileNotFoundError):
        specified = set(formats_with_vectors(specs_dir()))
    formats = importlib.import_module("sciwire.formats")
    made = {entry.name for entry in pkgutil.iter_modules(formats.__path__) if not entry.name.startswith("_")}
    return sorted(specified | made)


def about_format(name: str) -> dict[str, Any]:
    """What `SciwireAdapter` says of one format: versions, and what its module can do."""
    can = ["decode", "encode", "call", "feed", "recognise"]
    reports = ["category", "path", "offset", "rule"]
    try:
        module = _module(name)
    except Exception:  # a module that does not load must fail its own cases, not those of all others
        return {"can": can[:3], "reports": reports}
    has = {"feed": hasattr(module, "Decoder"), "recognise": callable(getattr(module, "sniff", None))}
    if any("raw" in getattr(getattr(module, one, None), "__fields__", ()) for one in module.__all__):
        reports.append("kept")
    return {
        "versions": list(module.VERSIONS),
        "can": [what for what in can if has.get(what, True)],
        "reports": reports,
    }


def _module(name: str) -> ModuleType:
    if not name.isidentifier():
        raise NotSupported(f"{name!r} is no format")
    full = f"sciwire.formats.{name}"
    return sys.modules.get(full) or importlib.import_module(full)


def _fed(module: ModuleType, request: Request) -> Any:
    """The value from the incremental decoder, fed with the pieces, or groups of parts, between the split points."""
    decoder = module.Decoder(**_keywords(module, module.Decoder, request))
    data: bytes | Sequence[bytes] = b"" if request.data is None else request.data
    points = [0, *(request.splits or ())]
    found: list[Any] = []
    for start, end in zip(points, [*points[1:], len(data)], strict=True):
        more = {} if isinstance(data, bytes) else {"more": end < len(data)}
        found += decoder.feed(data[start:end], **more)
    rest = decoder.finish()
    if rest is not None:  # a stream is one value, given at the end
        return module.to_plain(rest)
    if len(found) != 1:
        raise NotSupported(f"the bytes hold {len(found)} messages, a vector holds one")
    return module.to_plain(found[0])


def _after(module: ModuleType, request: Request) -> Any:
    """The message as a session reads it that has read those under the option ``after`` (base64) before."""
    if not hasattr(module, "Session"):
        raise NotSupported("messages of this format do not describe each other")
    session = module.Session(**_told(module, request))
    for earlier in request.options["after"]:
        session.decode(base64.b64decode(earlier))
    return session.decode(_whole(request.data))


def _kept(value: Any) -> tuple[str, ...] | None:
    """The paths of the fields that were kept though they are of another type; of a message of parts, those of each part."""
    if hasattr(value, "raw"):
        return tuple(value.raw)
    parts = {name: getattr(value, name) for name in getattr(value, "__fields__", ())}
    told = [tuple(f"{name}.{path}" for path in part.raw) for name, part in parts.items() if hasattr(part, "raw")]
    return sum(told, ()) if told else None


def _told(module: ModuleType, request: Request) -> dict[str, Any]:
    """The version that is asked for, where the module goes by versions."""
    known = hasattr(module, "version_of") and request.version in module.VERSIONS
    return {"version": request.version} if known else {}


def _keywords(module: ModuleType, function: Callable[..., Any], request: Request) -> dict[str, Any]:
    """Profile and options as keyword arguments; an option that the function does not know is not supported."""
    keywords: dict[str, Any] = _told(module, request)
    versions = getattr(function, "versions", None)  # of a decoder that comes to be that of one version
    own = versions.function(keywords.get("version", versions.newest), function.__name__) if versions else function
    known = _parameters(own)
    if request.profile and "profile" in known:
        keywords["profile"] = request.profile
    for name, value in request.options.items():
        if name not in known:
            raise NotSupported(f"no option {name!r}")
        keywords[name] = _limits(value) if name == "limits" else value
    return keywords


def _limits(value: Mapping[str, int]) -> Any:
    from sciwire.runtime import Limits

    return Limits(**value)


@lru_cache(maxsize=64)
def _takes_path(function: Callable[..., Any]) -> bool:
    """Whether a codec works on files only; its own parameters say so."""
    parameters = _parameters(function).values()
    return any(one.name in ("path", "file", "filename") and one.default is one.empty for one in parameters)


@lru_cache(maxsize=64)
def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def _whole(data: bytes | Sequence[bytes] | None) -> bytes:
    return data if isinstance(data, bytes) else b"".join(data or ())


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sciwire")
    except PackageNotFoundError:
        return "checkout"
