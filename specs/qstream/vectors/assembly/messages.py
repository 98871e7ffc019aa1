"""Comments, which change nothing, and exceptions, which end the stream."""

from __future__ import annotations

from .kit import PLANE_Y, STREAM, Group, ascii10, cat, descriptor, ds, expect, packet

__all__ = ["groups"]

AGAIN = "a stream with an exception is refused when it is read again"
A, B = packet("01", ascii10(1)), packet("01", ascii10(2))


def groups() -> list[Group]:
    group = Group("messages")
    _comments(group)
    _exceptions(group)
    return [group]


def _comment(kind: str, message: str, ident: str = "xx") -> bytes:
    return descriptor(ident, f'<comment type="{kind}" message="{message}"/>')


def _comments(group: Group) -> None:
    progress, log = _comment("taskProgress", "1 of 2"), _comment("log:INFO", "started &lt;now&gt;")
    said = [{"type": "taskProgress", "message": "1 of 2"}, {"type": "log:INFO", "message": "started <now>"}]
    value = expect({"y": ds(1, [1.0, 2.0])}, comments=said)
    group.valid("comments", "119", "comments between packets", cat(STREAM, PLANE_Y, A, progress, B, log), value)
    group.valid(
        "comments-first",
        "119 014",
        "comments before the stream descriptor",
        cat(progress, log, STREAM, PLANE_Y, A, B),
        value,
    )
    group.valid(
        "comment-numbered",
        "119 020",
        "a comment under the id of a packet type leaves it bound",
        cat(STREAM, PLANE_Y, A, _comment("taskProgress", "1 of 2", "01"), log, B),
        value,
        level="SHOULD",
    )
    alone = expect({}, None, [said[0]])
    group.valid("comment-alone", "119 012", "a comment and nothing else", progress, alone)
    bare = expect({}, comments=[{"type": "", "message": ""}])
    group.valid(
        "comment-bare",
        "119",
        "a comment without attributes",
        cat(STREAM, descriptor("xx", "<comment/>")),
        bare,
        level="SHOULD",
    )


def _exceptions(group: Group) -> None:
    before = cat(STREAM, PLANE_Y, A)
    kept = expect({"y": ds(1, [1.0])}, exception={"type": "NoDataInInterval", "message": "none"})
    for ident in ("xx", "00", "01", "77"):
        data = cat(before, descriptor(ident, '<exception type="NoDataInInterval" message="none"/>'))
        group.invalid(
            f"under-{ident}", "120", f"an exception under [{ident}]", data, "state", at=len(before), partial=kept
        )
    for kind in ("EmptyResponseFromReader", "java.lang.OutOfMemoryError", ""):
        data = cat(before, descriptor("xx", f'<exception type="{kind}" message="m"/>'))
        group.invalid(
            f"type-{kind.lower() or 'empty'}", "120", f"an exception of type {kind!r}", data, "state", at=len(before)
        )
    first = descriptor("xx", '<exception type="Anything" message="m"/>')
    group.invalid("first", "120", "an exception before anything else", cat(first, STREAM), "state", at=0)
    group.invalid(
        "before-data", "120", "packets behind an exception are not read", cat(before, first, B), "state", at=len(before)
    )
    group.invalid(
        "before-garbage", "120", "nor is garbage behind it", cat(before, first, b"garbage"), "state", at=len(before)
    )
    keep = {"on_error": "keep"}
    raised = {"type": "Anything", "message": "m"}
    group.valid(
        "kept",
        "120",
        "kept with what was read before it",
        cat(before, first),
        expect({"y": ds(1, [1.0])}, exception=raised),
        options=keep,
        encode=AGAIN,
    )
    nothing = cat(STREAM, descriptor("xx", '<exception type="NoDataInInterval" message="a &amp; b"/>'))
    group.valid(
        "kept-alone",
        "120",
        "kept, in a stream without data",
        nothing,
        expect({}, exception={"type": "NoDataInInterval", "message": "a & b"}),
        options=keep,
        encode=AGAIN,
    )
    group.valid("kept-none", "120", "nothing to keep", before, expect({"y": ds(1, [1.0])}), options=keep)
