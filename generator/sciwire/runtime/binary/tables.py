"""HDF5 files that hold a table of rows: written from records in batches, in constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import EncodeError, VersionError
from ..value import Value
from .gather import newer
from .rows import Rows

if TYPE_CHECKING:
    from ..hdf5 import Layout

__all__ = ["TableFile", "convert"]

_CHUNK = 16384  # rows


class TableFile(Value):
    """A file: where the table and its attributes stand, for each of `versions`.

    attributes : ``/path@name`` -> text, or version -> text from that version on.
    empty : paths of other tables, made without rows -> ``(since, {column: (dtype, shape)})``.
    """

    format: str
    rows: Rows
    at: str
    versions: tuple[str, ...]
    version_at: str
    created_at: str
    modified_at: str
    attributes: Mapping[str, Mapping[str, str]]
    empty: Mapping[str, tuple[str, Mapping[str, tuple[str, tuple[int, ...]]]]]

    def layout(self, version: str) -> Layout:
        """The layout of one version. EncodeError (category ``version``) for one that is not known."""
        from ..hdf5 import Attribute, Column, Dataset, Element, Group, Layout

        if version not in self.versions:
            problem = f"version {version!r} is not known, known: {', '.join(self.versions)}"
            raise EncodeError(problem, category="version", subject=f"{self.format}.File")
        text = Element("text")
        attributes = [Attribute("version", *_split(self.version_at), text)]
        for stamp, place in (("created", self.created_at), ("modified", self.modified_at)):
            if place:
                attributes.append(Attribute(stamp, *_split(place), Element("number", "<f8"), stamp=stamp))  # type: ignore[arg-type]
        for place, texts in self.attributes.items():
            said = [word for since, word in texts.items() if not newer(since, version)]
            if said:
                attributes.append(Attribute(place, *_split(place), text, default=said[-1]))
        dtype = self.rows.dtype(version)
        columns = tuple(Column(name, dtype[name].str.lstrip("|")) for name in dtype.names or ())
        datasets = [Dataset("rows", self.at, Element("compound", columns=columns), chunks=(_CHUNK,), table="rows")]
        for path, (since, others) in self.empty.items():
            if not newer(since, version):
                members = tuple(Column(name, kind, shape) for name, (kind, shape) in others.items())
                element = Element("compound", columns=members)
                datasets.append(Dataset(path, path, element, chunks=(1024,), table=path))
        groups = tuple(dict.fromkeys(one.owner for one in attributes if one.owner not in {d.path for d in datasets}))
        return Layout(f"{self.format}", "File", tuple(map(Group, groups)), tuple(attributes), tuple(datasets))


def convert(
    file: TableFile, batches: Iterable[Any], records: str, given: str, target: Any, version: str, *, stated: str = "",
    known: Sequence[str] = (),
) -> int:  # fmt: skip
    """Make the file *target* from *batches*; return how many rows it has.

    records : the field of a batch with the records. given : the field, or ``field.column``, with their numbers, or "".
    stated : the field with the version of the encoding of the records, of which *known* are read.

    The file must not be there yet. When a record is wrong nothing is left behind.

    Raises
    ------
    FileThereError (a FileExistsError) : *target* is there. VersionError : the records are of another major version. DecodeError : a record is wrong, its number counts from the first batch.
    EncodeError : the version is not known, or the file can't be written.
    """
    from pathlib import Path

    from ..errors import CodecError
    from ..hdf5 import FileThereError, UnwritableFileError, Writer

    layout = file.layout(version)
    path = Path(target)
    if path.exists():
        raise FileThereError(
            f"{path} is there already, a new file is needed", at=str(path), subject=f"{file.format}.File"
        )
    count = first = 0
    try:
        with Writer(path, layout, attributes={"version": version}) as writer:
            for batch in batches:
                _check_stated(_taken(batch, stated), known, f"{file.format}.File", stated)
                found = _taken(batch, records)
                try:
                    rows = file.rows.of(found, _taken(batch, given), version)
                except CodecError as error:
                    if first and error.path.startswith("["):
                        number, _, rest = error.path[1:].partition("]")
                        error.path = f"[{int(number) + first}]{rest}"
                    raise
                first += len(found)
                count += len(rows)
                if len(rows):
                    writer.append_to("rows", {"rows": rows})
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, UnwritableFileError) and error.category == "io":
            error.problem = f"the new file could not be written and is removed: {error.system or error.problem}"
        raise
    return count


def _taken(batch: Any, path: str) -> Any:
    """``field``, or ``field.column`` of a table."""
    name, _, column = path.partition(".")
    value: Any = getattr(batch, name) if name else None
    return value[column] if column else value


def _check_stated(said: Any, known: Sequence[str], subject: str, path: str) -> None:
    """VersionError for a version whose major number is none that is known; one that is not said is taken on trust."""
    if isinstance(said, str) and known and said.partition(".")[0] not in {one.partition(".")[0] for one in known}:
        problem = f"the records are of version {said!r:.40}, known: {', '.join(known)}"
        raise VersionError(problem, path=path, subject=subject)


def _split(place: str) -> tuple[str, str]:
    owner, _, name = place.partition("@")
    return owner, name
