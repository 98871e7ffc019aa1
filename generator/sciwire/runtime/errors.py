"""What goes wrong, said in one form: where, what was expected, what was found, and which rule says so.

Every error names a `path` (``data.threshold_1``), a place `at` (a byte offset, or the path of an
HDF5 object), the `problem`, its `category` (one of `CATEGORIES`) and the numbered `rule` of the
specification. Each class also inherits the builtin that a caller would already catch.
"""

from __future__ import annotations

from typing import Any, Self

__all__ = [
    "CATEGORIES",
    "CodecError",
    "CodecWarning",
    "DecodeError",
    "EncodeError",
    "FilterUnavailable",
    "LimitError",
    "SpecError",
    "TruncatedError",
    "VersionError",
    "about",
    "printable",
]

CATEGORIES = (
    "truncated",
    "framing",
    "syntax",
    "type",
    "constraint",
    "size",
    "checksum",
    "compression",
    "unsupported",
    "version",
    "limit",
    "state",
    "io",
)

_SHOWN = 1000  # characters of a path in the text of an error


class CodecError(Exception):
    """The root of all errors of encoding and decoding.

    Parameters
    ----------
    problem : what was expected and what was found, one sentence without a full stop.
    category : one of `CATEGORIES`.
    path : the field at fault, as ``data.threshold_1`` or ``channels[2]``; empty for the whole.
    at : byte offset in the caller's data, or the path of an HDF5 object; None where neither applies.
    rule : id of the requirement that is broken, ``SV2-021``.
    subject : format and record, ``camera.Frame``; filled in by the codec.
    partial : what was decoded before the error, where the caller may want it.

    As text it is one line, in which control characters (names in data may hold any) are escaped, and of a path
    1000 characters are shown (a key may be as long as the data).
    `check` is the word for what was looked at, where the format's table of rules has one finer than the category.
    """

    default_category = "constraint"
    check: str = ""

    def __init__(
        self,
        problem: str,
        *,
        category: str = "",
        path: str = "",
        at: int | str | None = None,
        rule: str = "",
        subject: str = "",
        partial: Any = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.category = category or self.default_category
        self.path = path
        self.at = at
        self.rule = rule
        self.subject = subject
        self.partial = partial

    def __str__(self) -> str:
        place = ""
        if isinstance(self.at, int):
            place = f"at byte {self.at}"
        elif self.at:
            place = f"at {self.at[:_SHOWN]}{'…' if len(self.at) > _SHOWN else ''}"
        path = self.path if len(self.path) <= _SHOWN else self.path[:_SHOWN] + "…"
        where = " ".join(part for part in (self.subject, path, place) if part)
        rule = f" [{self.rule}]" if self.rule else ""
        return printable(f"{where}: {self.problem}{rule}" if where else f"{self.problem}{rule}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(self.__dict__))

    def within(self, path: str) -> Self:
        """Put *path* in front of the error's own path, as the error rises through a container."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        self.path = f"{path}{joint}{self.path}" if path else self.path
        return self


def printable(text: str) -> str:
    """*text* with escapes in place of control characters, line ends and lone surrogates."""
    if text.isprintable():
        return text
    import unicodedata

    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else repr(char)[1:-1] for char in text
    )


def _restore(kind: type[CodecError], state: dict[str, Any]) -> CodecError:
    error = kind(state["problem"])
    error.__dict__.update(state)
    return error


class DecodeError(CodecError, ValueError):
    """The data are not what the specification says."""


class TruncatedError(DecodeError, EOFError):
    """The data end too early; `needed` is how many more bytes are known to be missing (at least 1)."""

    default_category = "truncated"

    def __init__(self, problem: str, *, needed: int = 1, **where: Any) -> None:
        super().__init__(problem, **where)
        self.needed = needed


class EncodeError(CodecError, ValueError, TypeError):
    """What the caller gave can't be used, and nothing has been written with it.

    A value that can't be written as the specification demands, or an array that can't receive what is decoded (`out`
    of another shape). Never a word about the bytes that are read: those may be good.
    """


class VersionError(DecodeError, AssertionError, RuntimeError):
    """The version in the data and the version asked for do not go together."""

    default_category = "version"


class LimitError(DecodeError):
    """The data ask for more than the caller's `Limits` allow."""

    default_category = "limit"


class FilterUnavailable(DecodeError, OSError):  # noqa: N818 - the name is part of the interface
    """A compression that this installation has no library for; the message has the pip line."""

    default_category = "unsupported"


class SpecError(Exception):
    """A specification that says something wrong; one line a problem, each with file, line and column."""


class CodecWarning(UserWarning):
    """Something that the reader tolerates and the writer should mend."""


class about:  # noqa: N801 - a context manager, and without the machinery of a generator in every call
    """Name the *subject* (``camera.Frame``) in every `CodecError` that leaves the block without one."""

    __slots__ = ("_subject",)

    def __init__(self, subject: str) -> None:
        self._subject = subject

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, CodecError):
            error.subject = error.subject or self._subject
