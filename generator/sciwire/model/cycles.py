"""Names that lead back to themselves, found in one walk however many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

__all__ = ["on_cycles"]


def on_cycles(edges: Mapping[str, Collection[str]]) -> set[str]:
    """The names from which *edges* lead back to the same name, by Tarjan's algorithm without recursion."""
    found: set[str] = set()
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    above: dict[str, None] = {}  # visited, and not known yet to stand alone; the latest last
    for start in edges:
        path = [(start, iter(edges[start]))] if start not in number else []
        while path:
            name, rest = path[-1]
            if name not in number:
                number[name] = lowest[name] = len(number)
                above[name] = None
            for other in rest:
                if other not in number and other in edges:
                    path.append((other, iter(edges[other])))
                    break
                if other in above:
                    lowest[name] = min(lowest[name], number[other])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[name])
                if lowest[name] == number[name]:
                    together = _popped(above, name)
                    found |= together if len(together) > 1 or name in edges[name] else set()
    return found


def _popped(above: dict[str, None], name: str) -> set[str]:
    """Take *name*, and all that came after it, off *above*."""
    together: set[str] = set()
    while name not in together:
        together.add(above.popitem()[0])
    return together
