"""Plan of the functions that stand in for those of another program: signatures and bodies from a specification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sciwire.model.families.hdf5 import Hdf5Body, Operation
from sciwire.model.families.hdf5_operation_checks import PARTS

from ..text import literal, sentence

__all__ = ["PlannedOperation", "mapping", "plan_operations"]

_ROLES = {
    "file": ("Any", None, "path of the file (str, bytes, os.PathLike), or a binary file object"),
    "start": ("Any", "None", "first row, as of a slice of a list; taken as int() takes it"),
    "stop": ("Any", "None", "row behind the last, as of a slice of a list"),
    "mask": ("Any", "None", "boolean array, one for each row of the file; takes precedence over the bounds"),
    "attempts": (
        "int",
        "1",
        "looks at datasets of unequal length before giving up; 0: not compared, below 0: for ever",
    ),
}


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """One function as the template places it; exactly one of the three flags is set."""

    name: str
    doc: str
    signature: tuple[str, ...]
    returns: str
    table: str
    layout: str
    file: str
    attempts: str
    rows: str
    leave: str
    columns: str
    datasets: str
    attributes: str
    versions: tuple[tuple[str, str, str], ...]
    gives: tuple[tuple[str, str], ...]
    names: dict[str, str]
    appends: bool
    counts: bool
    reads: bool


def plan_operations(body: Hdf5Body) -> tuple[PlannedOperation, ...]:
    """Every operation of *body*, ready to be placed."""
    return tuple(_operation(body, one) for one in body.operations)


def mapping(pairs: Iterable[tuple[str, str]]) -> str:
    """A dict as text: keys are literals, values are expressions."""
    return "{" + ", ".join(f"{literal(key)}: {value}" for key, value in pairs) + "}"


def _operation(body: Hdf5Body, one: Operation) -> PlannedOperation:
    own = PARTS[
        one.does
    ]  # words that mean something to this operation; elsewhere they may be names of places or fields
    parts = {part: name for name, part in one.arguments if part in own}
    places = {part: name for name, part in one.arguments if part not in own}
    table = one.table or body.tables[0]
    datasets = {dataset.field.label: dataset for dataset in body.datasets}
    roles = {attribute.field.label: attribute.role for attribute in body.attributes}
    arguments = {name for name, _ in one.arguments}
    variables = {
        one.field.label: _free(f"found_{one.field.name}", arguments)
        for one in body.attributes
        if one.role in ("version", "content_version")
    }
    columns = tuple(
        (part, name) for part, name in places.items() if part in datasets and body.table_of(datasets[part]) == table
    )
    loose = tuple(
        (part, name) for part, name in places.items() if part in datasets and not body.table_of(datasets[part])
    )
    attributes = tuple((part, name) for part, name in places.items() if part in roles)
    leaves = [(name, part.removeprefix("without ")) for name, part in one.arguments if part.startswith("without ")]
    names = {word: _free(word, arguments) for word in ("rows", "build", "f", "columns")}
    chosen = [f"{key}={parts[key]}" for key in ("start", "stop", "mask") if key in parts]
    returns = {"append": "None", "count": "int", "read": "dict[str, Any]"}[one.does]
    return PlannedOperation(
        name=one.name,
        doc=_doc(body, one),
        signature=tuple(_parameter(body, name, part, own) for name, part in one.arguments),
        returns=returns,
        table=table,
        layout=_layout(body, places),
        file=parts["file"],
        attempts=parts.get("attempts", "1"),
        rows=f"hdf5.chosen(_LAYOUT, {', '.join(chosen)})" if chosen else "None",
        leave=" + ".join(f"(({literal(field)},) if {name} else ())" for name, field in leaves) or "()",
        columns=mapping(columns),
        datasets=mapping(loose) if loose else "",
        attributes=mapping(attributes),
        versions=tuple(
            (f"{variables[field]} = " if field in one.gives else "", field, dict(attributes).get(field, "None"))
            for field in variables
        ),
        gives=tuple((field, _gives(body, field, variables, names)) for field in one.gives),
        names=names,
        appends=one.does == "append",
        counts=one.does == "count",
        reads=one.does == "read",
    )


def _free(name: str, taken: set[str]) -> str:
    """*name* for a variable, changed where an argument has it."""
    while name in taken:
        name += "_"
    return name


def _layout(body: Hdf5Body, parts: dict[str, str]) -> str:
    """The layout with its paths filled in, by arguments or by defaults."""
    places = mapping((place.name, parts.get(place.name, literal(place.default))) for place in body.places)
    return f"_LAYOUT.placed({places})" if body.places else "_LAYOUT"


def _doc(body: Hdf5Body, one: Operation) -> str:
    table = one.table or body.tables[0]
    does = {
        "append": f"Make the file where there is none, else append rows to its table `{table}`; all or nothing.",
        "count": f"The number of rows of the table `{table}` in a file.",
        "read": f"Read a file, or the rows of its table `{table}` that are asked for; tables as lists.",
    }
    lines = [sentence(one.doc) or does[one.does], ""]
    own = PARTS[one.does]
    return "\n".join([*lines, *(f"`{name}`: {_meaning(body, part, own)}" for name, part in one.arguments), ""])


def _parameter(body: Hdf5Body, name: str, part: str, own: tuple[str, ...]) -> str:
    if part.startswith("without "):
        return f"{name}: bool = False"
    place = next((place for place in body.places if place.name == part), None)
    if place is not None and part not in own:
        return f"{name}: str = {literal(place.default)}"
    annotation, default, _ = _ROLES[part] if part in own else ("Any", "None", "")
    return f"{name}: {annotation}" + ("" if default is None else f" = {default}")


def _meaning(body: Hdf5Body, part: str, own: tuple[str, ...]) -> str:
    if part in own:
        return _ROLES[part][2]
    if part.startswith("without "):
        return f"leave out {part.removeprefix('without ')}"
    for one in (*body.attributes,):
        if one.field.label == part and one.role in ("version", "content_version"):
            return "version asked for; " + (" ".join(one.field.doc.split()) or part)
    place = next((one for one in body.places if one.name == part), None)
    if place is not None:
        return " ".join(place.doc.split()) or "part of the paths"
    docs = {field.label: field.doc for field in body.fields}
    return " ".join((docs.get(part) or part).split())


def _gives(body: Hdf5Body, field: str, variables: dict[str, str], names: dict[str, str]) -> str:
    if field in variables:
        return variables[field]
    f, columns = names["f"], names["columns"]
    if field in {one.field.label for one in body.attributes}:
        return f"{f}.attribute({literal(field)})"
    tables = {dataset.field.label: body.table_of(dataset) for dataset in body.datasets}
    return f"hdf5.as_lists({columns}[{literal(field)}])" if tables[field] else f"{f}.dataset({literal(field)})"
