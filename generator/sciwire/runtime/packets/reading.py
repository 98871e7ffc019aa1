"""The work of a decoder: chunks become descriptions, labels, remarks and records of one stream."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import CodecWarning, DecodeError
from ..limits import Limits
from ..xml import Element as Node
from ..xml import XMLError, parse
from .assemble import Assembly
from .bundles import missing_text
from .describe import Reader
from .events import Event, Labelled, Opened
from .framing import Chunker, Descriptor, Packets
from .parts import Comment, Extra, StreamError, StreamException
from .planes import PacketType, fields_of
from .records import Records
from .stream import Stream
from .tables import Profile
from .words import Element

__all__ = ["Reading"]

_XML_CHECKS = {"doctype": "xml_doctype", "encoding": "xml_encoding", "depth": "xml_depth", "items": "xml_depth"}

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Reading:
    """One stream while it is read; see `Decoder` for what its methods promise."""

    def __init__(self, stream: Stream, profile: Profile, limits: Limits, *, keep: bool, own: bool) -> None:
        table = stream.table
        self._table = table
        self._profile = profile
        self._limits = limits
        self._keep = keep
        self._chunks = Chunker(table.framing, table.faults, keep=own)
        self._reader = Reader(table, self._profile)
        self._stream = stream
        self._assembly = Assembly(self._stream, self._limits)
        self._types = self._chunks.types()
        self._order = self._profile.byte_order
        self._order_told = False
        self._finished = False
        self._items = 0
        self._opened = False
        self._ended: DecodeError | None = None

    def bring_up(self) -> Stream:
        """Make the columns of what has come, and return the stream."""
        return self._assembly.finish()

    def feed(self, data: bytes | bytearray | memoryview) -> list[Event]:
        """Take *data* and return what is newly complete."""
        events: list[Event] = []
        if self._ended is not None:
            if self._keep:
                return events
            raise self._ended
        self._chunks.feed(data)
        with self._ending():
            while (chunk := self._chunks.next(self._types)) is not None:
                events.extend(self._descriptor(chunk) if isinstance(chunk, Descriptor) else self._packets(chunk))
        return events

    def finish(self) -> None:
        """Say that the stream ends here."""
        if self._ended is None:
            with self._ending():
                self._chunks.finish()
                self._assembly.check_scalars()
                self._check_bundles()
        if self._ended is not None and not self._keep:
            raise self._ended

    # -- errors

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """End the stream at the first DecodeError that leaves the block, and hide it where it is to be kept."""
        try:
            yield
        except DecodeError as error:
            self._ended = self._stream.error = error
            error.partial = self.bring_up()
            if not self._keep:
                raise

    # -- descriptors

    def _descriptor(self, chunk: Descriptor) -> Iterator[Event]:
        node = self._parse(chunk)
        element = self._table.roots.get(node.tag)
        if element is None:
            expected = ", ".join(self._table.roots)
            problem = f"expected a root element of {expected}, got {node.tag[:40]!r}"
            raise self._table.faults.decode("root_unknown", problem, path=chunk.path, at=chunk.at)
        if not self._may_stand(element, chunk):
            return
        if element.role == "stream":
            yield self._open(node, element, chunk)
        elif element.role == "packet":
            yield self._bind(node, element, chunk)
        elif element.role == "comment":
            yield self._comment(node, element, chunk)
        elif element.role == "exception":
            yield self._exception(node, element, chunk)
        else:
            yield self._label(node, chunk)

    def _parse(self, chunk: Descriptor) -> Node:
        try:
            return parse(chunk.document, limits=self._limits)
        except XMLError as error:
            check = _XML_CHECKS.get(error.reason, "xml_syntax")
            if chunk.document.startswith(_BYTE_ORDER_MARKS):
                check = "xml_mark"
            raise self._table.faults.decode(check, error.problem, path=chunk.path, at=chunk.at) from error

    def _may_stand(self, element: Element, chunk: Descriptor) -> bool:
        """Whether *element* counts under this id; DecodeError where it must not stand there."""
        assert element.ids is not None
        first, last = element.ids
        wild = chunk.id == self._table.framing.ids.wild
        if element.wild != "no" if wild else first <= int(chunk.id) <= last:
            return True
        if element.elsewhere == "ignore":
            return False
        ids = self._table.framing.ids
        problem = f"a {element.name} stands under ids from {ids.text(first)} to {ids.text(last)}, not {chunk.id}"
        raise self._table.faults.decode("root_id", problem, path=chunk.path, at=chunk.at)

    def _open(self, node: Node, element: Element, chunk: Descriptor) -> Opened:
        fields = fields_of(node, element)
        default = element.attribute("default")
        name = fields.get("default") or ""
        if not name and default.required:
            problem = f"a {element.name} has no {default.name}"
            raise self._table.faults.decode(
                "default_missing", problem, path=f"{chunk.path}.{default.name}", at=chunk.at
            )
        told = fields.get("byte_order")
        if told:
            self._order = self._byte_order(told, element, chunk)
            self._order_told = True
            self._stream.byte_order = self._order
        self._stream.dataset_id = name or self._stream.dataset_id
        self._stream.extra.attributes.update(fields.extra)
        self._stream.extra.children = list(node.children) or self._stream.extra.children
        self._opened = True
        return Opened(name, self._order)

    def _byte_order(self, told: str, element: Element, chunk: Descriptor) -> str:
        attribute = element.attribute("byte_order")
        words = dict(attribute.words)
        if told in words:
            return words[told]
        if self._profile.byte_order_other == "refuse":
            problem = f"expected {' or '.join(words)}, got {told[:40]!r}"
            raise self._table.faults.decode("byte_order", problem, path=f"{chunk.path}.{attribute.name}", at=chunk.at)
        return self._profile.byte_order_other

    def _bind(self, node: Node, element: Element, chunk: Descriptor) -> PacketType:
        if not self._opened:
            problem = f"a {element.name} before the first {self._table.roles['stream'].name}"
            raise self._table.faults.decode("stream_first", problem, path=chunk.path, at=chunk.at)
        kind = self._reader.packet_type(node, chunk.id, chunk.path, chunk.at)
        wild = chunk.id == self._table.framing.ids.wild
        if wild and element.wild == "inline" and any(plane.shape is not None for plane in kind.planes):
            problem = f"planes of a {element.name} under {chunk.id} must be inline, no packet can refer to it"
            raise self._table.faults.decode("wild_packets", problem, path=chunk.path, at=chunk.at)
        self._assembly.describe(kind)
        self._count(chunk)
        if not wild:
            packet = self._table.framing.packet
            self._types[chunk.id] = (packet.opening + chunk.id.encode() + packet.closing, kind.size)
        return kind

    def _comment(self, node: Node, element: Element, chunk: Descriptor) -> Comment:
        self._count(chunk)
        fields = fields_of(node, element)
        comment = Comment(
            fields.get("type") or "", fields.get("message") or "", Extra(fields.extra, list(node.children))
        )
        self._stream.comments.append(comment)
        return comment

    def _exception(self, node: Node, element: Element, chunk: Descriptor) -> StreamException:
        fields = fields_of(node, element)
        found = StreamException(
            fields.get("type") or "", fields.get("message") or "", Extra(fields.extra, list(node.children))
        )
        self._stream.exception = found
        told = f"the producer reports {found.type or 'an error'}: {found.message}"
        rule = self._table.faults.rule("exception")
        subject = self._table.name
        where: dict[str, Any] = {
            "path": chunk.path,
            "at": chunk.at,
            "rule": rule,
            "subject": subject,
            "category": "state",
        }
        raise StreamError(told, type=found.type, message=found.message, **where)

    def _label(self, node: Node, chunk: Descriptor) -> Labelled:
        self._count(chunk)
        name, code, label = self._reader.label(node, chunk.path, at=chunk.at)
        self._stream.enumerations.setdefault(name, {})[code] = label
        return Labelled(name, code, label)

    def _count(self, chunk: Descriptor) -> None:
        self._items += 1
        if self._items > self._limits.items:
            problem = f"more than {self._limits.items} descriptors, the limit items"
            raise self._table.faults.decode("items_limit", problem, path=chunk.path, at=chunk.at)

    # -- packets

    def _packets(self, chunk: Packets) -> Iterator[Records]:
        for run in chunk.runs:
            kind = self._assembly.kind(run.key)
            if kind.has_inline and self._profile.inline_packets == "refuse":
                path = self._table.framing.path(self._table.framing.packet, run.key)
                problem = "a packet for a descriptor whose values are inline"
                raise self._table.faults.decode("inline_packets", problem, path=path, at=run.at(0))
            if not self._order_told and any(plane.codec and plane.codec.kind == "binary" for plane in kind.planes):
                self._warn()
            self._assembly.packets(run.key, run.data, self._order, run.at)
            yield Records(kind, run.data, self._order)

    def _warn(self) -> None:
        """Say once a stream that its byte order was taken for granted."""
        self._order_told = True
        attribute = self._table.roles["stream"].maybe_attribute("byte_order")
        if attribute is None:
            return
        orders = ", ".join(f"{profile.byte_order} in profile {profile.name!r}" for profile in self._table.profiles)
        text = f"binary data without {attribute.name}: read as {self._order} ({orders})"
        self._tell("byte_order_absent", text)

    def _check_bundles(self) -> None:
        """Say once of each bundle which of its columns never came."""
        if self._finished:
            return
        self._finished = True
        for dataset in self._stream.datasets.values():
            for one in (dataset, *(dataset.parts or ())):
                if missing := one.missing_columns:
                    self._tell("bundle_unknown", missing_text(one, missing))

    def _tell(self, check: str, text: str) -> None:
        """Warn of something that is tolerated."""
        self._stream.warnings.append(text)
        rule = self._table.faults.rule(check)
        warnings.warn(f"{self._table.name}: {text}{f' [{rule}]' if rule else ''}", CodecWarning, stacklevel=_outside())


def _outside() -> int:
    """The stack level of the caller of this package, for warnings to point at."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).startswith("sciwire."):
        frame, level = frame.f_back, level + 1
    return level
