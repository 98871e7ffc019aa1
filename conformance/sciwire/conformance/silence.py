"""Who was asked and gave nothing that could be judged: what was not tested must not look like success."""

from __future__ import annotations

from collections import Counter

from .verdict import NOT_CLAIMED, OPTIONAL_CHECKS, Verdict

__all__ = ["Silence"]


class Silence:
    """Implementations of which nothing could be judged, and formats that they say they have and answer nothing about."""

    def __init__(self) -> None:
        self._judged: Counter[tuple[str, str]] = Counter()
        self._asked: Counter[tuple[str, str]] = Counter()

    def add(self, impl: str, format_name: str, check: str, verdict: str, message: str) -> None:
        """Take a result. That of a pair that only writes has nobody to read, and says nothing of either."""
        unsupported = verdict == Verdict.UNSUPPORTED
        if unsupported and check == "cross":
            return
        name = (impl, format_name)
        self._judged[name] += not unsupported
        self._asked[name] += unsupported and check not in OPTIONAL_CHECKS and not message.startswith(NOT_CLAIMED)

    @property
    def impls(self) -> list[str]:
        """Those who were asked."""
        return list(dict.fromkeys(impl for impl, _ in self._judged))

    @property
    def names(self) -> list[str]:
        """``mine``, or ``qstream of mine`` where other formats of it were judged."""
        judged: Counter[str] = Counter()
        for (impl, _), count in self._judged.items():
            judged[impl] += count
        whole = [impl for impl, count in judged.items() if not count]
        parts = [(impl, name) for (impl, name), count in self._judged.items() if not count and self._asked[impl, name]]
        return [*whole, *(f"{name} of {impl}" for impl, name in parts if impl not in whole)]
