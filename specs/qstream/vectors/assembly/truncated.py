"""One small stream, cut at every byte: what ends between two chunks is a stream, all else is an error."""

from __future__ import annotations

from .kit import STREAM, Group, ascii10, cat, descriptor, ds, expect, nd, packet

__all__ = ["groups"]

PLANES = descriptor(
    "01", '<packet><qdataset id="y" rank="2"><values encoding="ascii10" length="2"/></qdataset></packet>'
)
COMMENT = descriptor("xx", '<comment type="t" message="m"/>')
CHUNKS = (STREAM, PLANES, packet("01", ascii10(1, 2)), COMMENT, packet("01", ascii10(3, 4)))


def groups() -> list[Group]:
    group = Group("truncated")
    whole = cat(*CHUNKS)
    starts = {sum(map(len, CHUNKS[:count])): count for count in range(1, len(CHUNKS) + 1)}
    start = 0
    for size in range(1, len(whole) + 1):
        if size in starts:
            start = size
            doc = f"the first {starts[size]} chunks, complete"
            group.valid(f"at-{size:03d}", "001 011", doc, whole[:size], _value(starts[size]))
        else:
            group.invalid(f"at-{size:03d}", "011", f"cut after {size} bytes", whole[:size], "truncated", at=start)
    return [group]


def _value(chunks: int) -> object:
    """Return what the first *chunks* chunks hold."""
    packets = max(0, chunks - 2) - (1 if chunks > 3 else 0)
    rows = [[1.0, 2.0], [3.0, 4.0]][:packets]
    datasets = {"y": ds(2, nd(rows, shape=(packets, 2)))} if chunks > 1 else {}
    comments = [{"type": "t", "message": "m"}] if chunks > 3 else []
    return expect(datasets, comments=comments)
