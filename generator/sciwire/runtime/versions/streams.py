"""Streams of a format of several versions: the first message decides of which one the stream is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Generic, TypeVar

from sciwire.runtime.errors import CodecError

from .layouts import Versions

__all__ = ["Decoder", "Encoder", "Session"]

M = TypeVar("M")


class _Late:
    """Stands for an object of one of the layouts, which is made when it is known which; it has all its attributes then."""

    versions: ClassVar[Versions]
    _kind: ClassVar[str]

    def __init__(self, *, version: str | None = None, **options: Any) -> None:
        """The *options* are those of the version that it comes to be; *version* is one that is asked for."""
        if version is not None and version not in self.versions.layouts:
            raise ValueError(
                f"{self.versions.name} has no version {version!r}; known: {', '.join(self.versions.layouts)}"
            )
        self._told = version
        self._options = options
        self._made: Any = None
        self._version: str | None = None  # that it came to be
        self._trial(version or self.versions.newest)  # so that a mistake is told at once

    def __getattr__(self, name: str) -> Any:
        made = self.__dict__.get("_made")
        if made is None:
            raise AttributeError(f"{name!r} is there when the first message has said of which version it is")
        return getattr(made, name)

    def _trial(self, version: str) -> Any:
        return self.versions.function(version, self._kind)(**self._options)

    def _choose(self, version: str) -> Any:
        self._made, self._version = self._trial(version), version
        return self._made

    def _chosen(self, version: str | None) -> Any:
        """What it came to be; nothing yet: of the version that was told, of this one, or the newest."""
        made = self._made
        return self._choose(self._told or version or self.versions.newest) if made is None else made


class Decoder(_Late, Generic[M]):
    """Decodes a stream of one version, that of its first message; belongs to one thread at a time."""

    _kind = "Decoder"

    def __init__(self, *, version: str | None = None, **options: Any) -> None:
        super().__init__(version=version, **options)
        self._held = bytearray()
        self._error: CodecError | None = None
        self._gate = self.versions.gate(version, self.versions.limits_of(self._options.get("limits")))
        self._sure = True  # that the version will not be another one

    def feed(self, data: Any, **options: Any) -> list[M]:
        """Take more, as the decoder of the version does; what waits for the version to be known is given then.

        Raises as that does, and `VersionError` for a version that is not known; of bytes without end by every call
        after it, too.
        """
        if self._made is not None:
            return self._fed(data, options)
        if self._error is not None:
            raise self._error
        if self._gate is not None:
            self._held += memoryview(data).cast("B")
            if not self._gate(self._held):
                return []
            data, self._held = bytes(self._held), bytearray()
        return self._begin(data, options)

    def finish(self) -> Any:
        """Say that no more will come. Raises, and gives, what the decoder of the version does."""
        if self._error is not None:
            raise self._error
        if self._made is None and self._held:
            self._begin(bytes(self._held), {})
        return self._chosen(self.versions.newest).finish()

    def _begin(self, data: Any, options: dict[str, Any]) -> list[M]:
        if isinstance(data, Iterator):  # of parts
            data = list(data)
        try:
            trial = self._trial
            version = self.versions.checked(
                data,
                self._told,
                lambda newest: trial(newest).feed(data, **options),
                self.versions.limits_of(self._options.get("limits")),
            )
        except CodecError as error:
            if self._gate is not None:  # of messages that come whole the next may be better
                self._error = error
            raise
        self._choose(version)
        self._sure = self._told is not None or self._gate is not None or self.versions.states(data)
        return self._fed(data, options)

    def _fed(self, data: Any, options: dict[str, Any]) -> list[M]:
        """What the decoder of the version gives; nothing is decided by a message that states no version and can't be read."""
        try:
            fed: list[M] = self._made.feed(data, **options)
        except CodecError:
            if not self._sure and self.versions.place is not None:
                self._made = None
            raise
        self._sure = self._sure or bool(fed)
        return fed


class Encoder(_Late, Generic[M]):
    """Encodes the messages of one stream, all of the version of the first; belongs to one thread at a time."""

    _kind = "Encoder"

    def encode(self, message: M) -> Any:
        """The bytes, or parts, of one message. Raises `EncodeError`."""
        made = self._chosen(self.versions.of_value(message))
        self.versions.version_of_value(message, self._version)
        return made.encode(message)


class Session(_Late, Generic[M]):
    """Decodes the messages of one stream, all of the version of the first, and remembers those that describe others."""

    _kind = "Session"

    def decode(self, data: bytes | bytearray | memoryview) -> M:
        """Decode one message; raises as `decode` of the module does."""
        first = self._made is None
        made = (
            self._choose(self.versions.of_data(data, self._told, self.versions.limits_of(self._options.get("limits"))))
            if first
            else self._made
        )
        try:
            message: M = made.decode(data)
        except CodecError:
            if first and self._told is None and not self.versions.states(data):
                self._made = None  # nothing is decided by it
            raise
        return message

    def remember(self, message: M) -> None:
        """Take *message* as one that describes others, if it is of such a kind."""
        self._chosen(self.versions.of_value(message)).remember(message)
