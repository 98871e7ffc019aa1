"""Scenarios on the functions of a module, by their names: those that a specification's `operations` list, and serializers.

Objects of classes travel as maps: ``class``, attributes, and the bits of a word under ``word``; elements of descriptors go
by their names in the XML, those that no class is for as that name alone. An argument that a
function takes as many of as there are is a list in the scenario.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sciwire.runtime.packets.record import ElementRecord
from sciwire.runtime.xml import Element

from .base import NotSupported, Request
from .steps import Steps

__all__ = ["ModuleSteps", "called"]


class ModuleSteps(Steps):
    """The steps of one scenario on *module*, which lists its functions and classes in ``__all__``."""

    def __init__(self, module: Any, adapter: Any = None, request: Request | None = None) -> None:
        super().__init__(adapter, request)
        self._module = module
        self._steps |= {"serialize": self._serialize, "constant": self._constant}

    def operation(self, name: str) -> Callable[..., Any]:
        function = getattr(self._module, name, None)
        if name not in self._module.__all__ or not callable(function):
            raise NotSupported(f"no operation {name!r}")
        return lambda **arguments: called(function, {key: self.made(one) for key, one in arguments.items()})

    def told(self, value: Any) -> Any:
        if isinstance(value, ElementRecord):
            return self._element(value)
        if self._is_ours(type(value).__module__) and hasattr(value, "__dict__"):
            return self.described(value, vars(value))
        if isinstance(value, (list, tuple)) or inspect.isgenerator(value):
            return [self.told(item) for item in value]
        if isinstance(value, Element):  # of XML that no schema knows: by its name
            return value.tag
        return super().told(value)

    def _is_ours(self, name: str) -> bool:
        """Whether a class is of the module *name*: that of the format, or of one of its versions."""
        package, _, own = self._module.__name__.rpartition(".")
        return name == self._module.__name__ or name.startswith(f"{package}._{own}__")

    def described(self, value: Any, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """The map of an object; a word tells its bits by ``bytes()``."""
        word = {"word": bytes(value.bytes())} if hasattr(value, "bytes") else {}
        return {"class": type(value).__name__, **word, **{name: self.told(one) for name, one in attributes.items()}}

    def made(self, value: Any) -> Any:
        """The objects of maps that name a class."""
        if isinstance(value, list):
            return [self.made(item) for item in value]
        if not isinstance(value, dict) or "class" not in value:
            return value
        attributes = dict(value)
        made = self.new(attributes.pop("class"), attributes.pop("word", None))
        for name, one in attributes.items():
            setattr(made, name, one)
        return made

    def new(self, name: str, word: bytes | None) -> Any:
        """An object of the class *name*."""
        if name not in self._module.__all__:
            raise NotSupported(f"no class {name!r}")
        kind = getattr(self._module, name)
        return kind() if word is None else kind(word)

    def _element(self, value: ElementRecord) -> dict[str, Any]:
        """The element of a descriptor by the names of the XML: what is there of it, and not what could be."""
        fields = {**{field: name for name, field in value.ATTRIBUTES.items()}, **{field: name for name, field in value.CHILDREN.items()}}  # fmt: skip
        there = {name: one for name, one in vars(value).items() if one or (one == "" and name != "text")}
        return {"class": type(value).__name__, **{fields.get(name, name): self.told(one) for name, one in there.items()}}  # fmt: skip

    def _constant(self, name: str) -> Any:
        if name not in getattr(self._module, "__all__", dir(self._module)) or callable(getattr(self._module, name)):
            raise NotSupported(f"no constant {name!r}")
        return self.told(getattr(self._module, name))

    def _serialize(self, config: Mapping[str, Any], batches: Sequence[Any], **worker: int) -> list[bytes]:
        names = [name for name in self._module.__all__ if name.endswith("Serializer")]
        if not names:
            raise NotSupported("no operation 'serialize'")
        self._sent = []
        return self.serialized(getattr(self._module, names[0])(config, **worker)(batches))


def called(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Call *function* with *arguments* by name; those of a parameter with a star are a list."""
    starred = [one.name for one in inspect.signature(function).parameters.values() if one.kind is one.VAR_POSITIONAL]
    if not starred or starred[0] not in arguments:
        return function(**arguments)
    rest = arguments.pop(starred[0])
    return function(*arguments.values(), *rest)
