"""Small programs over pipes, as library calls: keep some fields, merge streams, print a table.

All take the `Pipe` class of a format first; a generated module binds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .fields import Definition, HeaderField
from .pipe import Pipe

__all__ = ["keep", "merge", "table_lines"]


def keep(kind: type[Pipe], source: Any, target: Any, fields: Sequence[str], *, invert: bool = False) -> int:
    """Copy a stream with only the packet fields named, or (*invert*) with all but these; returns the packets.

    Raises the format's argument error for a field that is not there.
    """
    with kind(source) as pipe:
        there = [one.name for one in pipe.fields]
        _check_list(pipe, fields, "fields")
        for name in fields:
            _known(pipe, name, there)
        pipe.output(target)
        for name in there:
            if (name in fields) == invert:
                pipe.delete(name, site="output")
        return pipe.copy()


def _check_list(pipe: Pipe, names: Any, path: str) -> None:
    """Refuse a text: its letters would be taken for names."""
    if isinstance(names, (str, bytes)):
        problem = f"expected a list of names, got {names!r:.80}"
        raise pipe.table.faults.make("argument", problem, path=path)


def _known(pipe: Pipe, name: str, there: Sequence[str]) -> None:
    if name not in there:
        problem = f"there is no packet field {name!r:.80}, only {', '.join(there)}"
        raise pipe.table.faults.make("argument", problem, path=str(name)[:80])


def merge(kind: type[Pipe], sources: Sequence[Any], target: Any, *, transfer: Sequence[str] = ()) -> int:
    """Write the packets of all *sources*, one source after the other, into one stream; returns their number.

    Packets keep the fields that all sources define alike, in the order of the first. Header fields are appended in
    order of occurrence; those named in *transfer* become packet fields where they differ between the sources.

    Raises the format's argument error: no source, a target that is one of them, or a field to transfer that not all
    sources define alike; its stream error where no packet field is left.
    """
    with kind() as out:
        pipes: list[Pipe] = []
        _check_list(out, transfer, "transfer")
        try:
            pipes.extend(kind(source) for source in sources)  # where one fails, those before it are closed
            if not pipes:
                raise out.table.faults.make("argument", "nothing to merge: no source is given")
            common = _common(pipes)
            moved = _moved(pipes, transfer)
            for pipe in pipes:
                for one in pipe.header:
                    if one.name not in moved:
                        out.add_header(one.name, one.type, one.extents, one.data)
            for field in (*common, *(values[0].definition for values in moved.values())):
                if out.add(field.name, field.type, field.extents):
                    problem = f"the header field {field.name!r} would become a second packet field of that name"
                    raise out.table.faults.make("argument", problem, path=field.name)
            if not common and any(pipe.fields for pipe in pipes):
                problem = "the sources have no packet field in common"
                raise out.table.faults.make("output_emptied", problem, path="fields")
            for pipe in pipes:
                out.guard(pipe)
            out.output(target)
            out.map()
            out.write_header()
            return sum(_pour(pipe, out, common, moved, index) for index, pipe in enumerate(pipes))
        finally:
            for pipe in pipes:
                pipe.close()


def _common(pipes: Sequence[Pipe]) -> list[Definition]:
    others = [set(pipe.fields) for pipe in pipes[1:]]
    return [one for one in pipes[0].fields if all(one in other for other in others)]


def _moved(pipes: Sequence[Pipe], names: Iterable[str]) -> dict[str, list[HeaderField]]:
    """The header fields that become packet fields: name -> the field of every source."""
    moved = {}
    for name in names:
        found = [pipe.find_header(name) for pipe in pipes]
        there = [one for one in found if one is not None]
        if len(there) < len(found) or any(one.definition != there[0].definition for one in there):
            problem = f"not all sources have the header field {name!r} with one definition"
            raise pipes[0].table.faults.make("argument", problem, path=str(name)[:80])
        if any(one.data.tobytes() != there[0].data.tobytes() for one in there):
            moved[name] = there
    return moved


def _pour(pipe: Pipe, out: Pipe, common: Sequence[Definition], moved: dict[str, list[HeaderField]], index: int) -> int:
    pipe.map()
    count = 0
    for batch in pipe:
        made = out.packets(len(batch))
        for one in common:
            made[one.name] = batch[one.name]
        for name, values in moved.items():
            made[name] = values[index].data
        out.write(made)
        count += len(batch)
    return count


_SELECTOR = re.compile(r"(-?)(%all|[^\[\]\s,%-][^\[\]\s,]*)(?:\[([0-9,]+)\])?")


def table_lines(kind: type[Pipe], source: Any, *, fields: str = "%all") -> Iterator[str]:
    """The packets of a stream as a table of text: names, types, then one line a packet, tabs between.

    fields : names with commas between; ``%all`` for all; ``-name`` without that one (alone: all but it); ``name[0,2]``
    for the element with these zero-based indices, lowest dimension first. Without indices it is the first
    element; strings come whole. Numbers are the shortest text that gives them back.

    Raises the format's argument error for a selector that names nothing.
    """
    with kind(source) as pipe:
        columns = _columns(pipe, fields)
        pipe.map()
        yield "\t".join(name for name, _, _ in columns)
        yield "\t".join("S" if one.kind.text else "N" for _, one, _ in columns)
        for batch in pipe:
            cells = [_cells(batch[one.name], one, place) for _, one, place in columns]
            yield from map("\t".join, zip(*cells, strict=True))


_Column = tuple[str, Definition, tuple[int, ...]]


def _columns(pipe: Pipe, fields: str) -> list[_Column]:
    there = {one.name: one for one in pipe.fields}
    chosen: dict[str, list[tuple[int, ...] | None]] = {}
    named: set[str] = set()  # chosen by their own name, not with all
    for number, text in enumerate(re.split(r",(?![^\[]*\])", fields)):
        found = _SELECTOR.fullmatch(text.strip())
        if found is None:
            raise pipe.table.faults.make("argument", f"{text!r:.80} selects nothing", path="fields")
        minus, name, inside = found.groups()
        if name == "%all" or (minus and not number):
            chosen = {one: chosen.get(one, [None]) for one in there}
        if name == "%all":
            continue
        _known(pipe, name, list(there))
        if minus:
            chosen.pop(name, None)
            continue
        place = None if inside is None else _place(pipe, there[name], inside)
        before = chosen.get(name, []) if name in named else []
        chosen[name] = before if place in before else [*before, place]
        named.add(name)
    if not chosen:
        raise pipe.table.faults.make("argument", f"{fields!r:.80} leaves no field", path="fields")
    return [column for name, places in chosen.items() for place in places for column in _members(there[name], place)]


def _place(pipe: Pipe, one: Definition, inside: str) -> tuple[int, ...]:
    texts = inside.split(",")
    place = tuple(int(text) if 0 < len(text) < 12 else -1 for text in texts)  # no extent has more digits
    extents = one.extents
    if len(place) != len(extents) or any(not 0 <= i < extent for i, extent in zip(place, extents, strict=True)):
        problem = f"{one.name}[{inside:.60}] is no element of {list(extents)}"
        raise pipe.table.faults.make("argument", problem, path="fields")
    return place


def _members(one: Definition, place: tuple[int, ...] | None) -> Iterator[_Column]:
    """The columns of an element: one, or one for each atom of its type; a string is one."""
    if one.kind.text:
        yield one.name, one, ()
        return
    at = place if place is not None else (0,) * len(one.extents)
    said = f"{one.name}[{','.join(map(str, place))}]" if place is not None else one.name
    if one.kind.atoms == 1:
        yield said, one, at
    for atom in range(one.kind.atoms) if one.kind.atoms > 1 else ():
        member = one.kind.members[atom] if one.kind.members else str(atom)
        yield f"{said}.{member}", one, (atom, *at)


def _cells(column: NDArray[Any], one: Definition, place: tuple[int, ...]) -> list[str]:
    if one.kind.text:
        rows = np.ascontiguousarray(column).reshape(len(column), -1)
        return [row.tobytes().split(b"\0", 1)[0].decode("latin-1") for row in rows]
    full = column.reshape(len(column), *one.full_shape)
    # indices are lowest dimension first, and the array has the highest first and the atoms last
    index: Any = (*reversed(place),) if one.kind.atoms == 1 else (*reversed(place[1:]), place[0])
    return [repr(value) for value in full[(slice(None), *index)].tolist()]
