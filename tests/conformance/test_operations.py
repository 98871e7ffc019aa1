"""Operations of scenarios: facts of the specifications, that modules have, adapters claim and vectors use."""

from __future__ import annotations

import inspect
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sciwire.conformance.adapters.module_steps import ModuleSteps
from sciwire.conformance.cli import conform
from sciwire.conformance.harness import Subject
from sciwire.conformance.operations import common_steps, operations, unknown_step
from sciwire.conformance.protocol import Results, Unsupported
from sciwire.conformance.strategies import load_specs
from sciwire.conformance.vectors import Step, Vector, formats_with_vectors, load_vectors
from sciwire.conformance.verdict import Level
from sciwire.model import specs_dir

SPECS = specs_dir()
FORMATS = formats_with_vectors(SPECS)


def spec_of(name: str) -> Any:
    return load_specs(SPECS, name)[-1]


def vector(name: str, *steps: Step) -> Vector:
    return Vector(f"{name}/x/y", name, spec_of(name).version, "x", "scenario", Level.MUST, b"", steps=steps)


@pytest.mark.parametrize("name", FORMATS)
def test_scenarios_ask_only_for_operations_that_the_specification_names(name: str) -> None:
    spec = spec_of(name)
    strange = [
        f"{one.id}: {problem}" for one in load_vectors(SPECS, name) for step in one.steps
        if (problem := unknown_step(spec, step.op, step.args))
    ]  # fmt: skip

    assert strange == []


def test_every_operation_of_a_specification_is_in_a_scenario() -> None:
    used = {(name, step.op) for name in FORMATS for one in load_vectors(SPECS, name) for step in one.steps}
    seldom = {("bpipe", name) for name in ("add_header", "field_type", "resize_header")}

    assert {(name, one.name) for name in FORMATS for one in operations(spec_of(name))} - used <= seldom


@pytest.mark.parametrize("name", ["chunks", "pacman", "rawhdf5"])
def test_an_operation_has_the_name_and_arguments_of_the_function(name: str) -> None:
    module = import_module(f"sciwire.formats.{name}")
    named = [one for one in operations(spec_of(name)) if one.name in module.__all__ and one.rule]

    assert len(named) >= 3
    for one in named:
        assert set(one.arguments) <= set(inspect.signature(getattr(module, one.name)).parameters), one


def test_kinds_come_from_the_parts_that_the_specification_names() -> None:
    of_pacman = {one.name: one for one in operations(spec_of("pacman"))}
    of_chunks = {one.name: one for one in operations(spec_of("chunks"))}

    assert of_pacman["to_packets"].arguments == {"msgs": "[bytes]", "io_groups": "[integer]", "version": "text"}
    assert of_pacman["to_packets"].gives == "columns"
    assert of_pacman["raw_to_packets_file"].arguments["new_filename"] == "file"
    assert of_chunks["frombytes"].gives == "array"
    assert [one.name for one in operations(spec_of("hdf5blob"))] == ["serialize", "sent"]
    assert "rank" in operations(spec_of("lclstreamer"))[0].arguments
    assert operations(spec_of("simplon")) == ()
    assert {"put", "encode", "decode"} <= {one.name for one in common_steps(spec_of("simplon"))}


def test_what_is_no_step_is_told_with_what_there_is() -> None:
    spec = spec_of("chunks")

    assert unknown_step(spec, "tobites", {}).startswith("chunks has no operation 'tobites'; it has ")
    assert unknown_step(spec, "tobytes", {"img": 1}) == (
        "tobytes has no argument 'img'; it has image, chunk_size, order, partial"
    )


def test_the_command_lists_them() -> None:
    said = CliRunner().invoke(conform, ["operations", "pacman", "--json"])
    (row,) = map(json.loads, said.output.splitlines())

    assert {one["name"] for one in row["operations"]} >= {"parse_msg", "to_packets", "put", "bytes"}
    text = CliRunner().invoke(conform, ["operations", "pacman"]).output
    assert "parse(msg: bytes, io_group: integer) -> objects  [PAC-031]" in text
    assert CliRunner().invoke(conform, ["operations", "none"]).exit_code == 2


class _Listing:
    """An adapter that lists the operations that it has."""

    def __init__(self, *names: str) -> None:
        self.names, self.asked = list(names), 0

    def start(self) -> dict[str, Any]:
        about = {"can": ["call"], "operations": self.names}
        return {"implementation": {"name": "listing", "version": "1"}, "formats": {"chunks": about}}

    def call(self, request: Any) -> list[dict[str, Any]]:
        self.asked += 1
        return [{"value": None} for _ in request.steps]


def test_what_an_adapter_does_not_list_it_is_not_asked_for() -> None:
    from sciwire.conformance.adapters.inprocess import InProcess

    adapter = _Listing("tobytes")
    subject = Subject("x", InProcess(lambda: adapter))
    subject.start()
    refused = subject.call(vector("chunks", Step("tobytes", {}, {}), Step("frombytes", {}, {})))

    assert refused == Unsupported("does not claim the operation 'frombytes' of chunks")
    assert adapter.asked == 0
    assert isinstance(subject.call(vector("chunks", Step("tobytes", {}, {}))), Results)
    subject.stop()


def test_the_doctor_knows_operations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "listed.py").write_text(
        "class Adapter:\n"
        "    def start(self):\n"
        "        return {'implementation': {'name': 'x', 'version': '1'},\n"
        "                'formats': {'chunks': {'can': ['call'], 'operations': ['tobite']}}}\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    said = CliRunner().invoke(conform, ["doctor", "--impl", "python:listed:Adapter"]).output

    assert "'tobite' under 'operations' is none" in said
    assert "did you mean tobytes?" in said


def test_a_module_of_any_name_takes_part_by_its_own_functions() -> None:
    """Functions, starred arguments, generators, objects and serializers, of a module that no format has."""
    import types

    module = types.ModuleType("invented")

    class Thing:
        def __init__(self, word: bytes = b"") -> None:
            self._word = word

        def bytes(self) -> bytes:
            return self._word

    class CountingSerializer:
        def __init__(self, config: Any) -> None:
            self.step = config["step"]

        def __call__(self, batches: Any) -> Any:
            for batch in batches:
                yield bytes([batch["n"] * self.step])

    def made(prefix: str, *rest: int) -> Any:
        yield from (f"{prefix}{one}" for one in rest)

    Thing.__module__ = "invented"
    module.__dict__.update(Thing=Thing, CountingSerializer=CountingSerializer, made=made, same=lambda thing: thing)
    module.__dict__["__all__"] = ["CountingSerializer", "Thing", "made", "same"]
    word = {"class": "Thing", "word": {"$bytes": "YQ=="}, "mark": 3}
    with ModuleSteps(module) as steps:
        assert steps.answer({"op": "made", "args": {"prefix": "a", "rest": [1, 2]}}) == {"value": ["a1", "a2"]}
        assert steps.answer({"op": "same", "args": {"thing": word}})["value"] == {**word, "_word": {"$bytes": "YQ=="}}
        args = {"config": {"step": 2}, "batches": [{"n": 1}, {"n": 200}]}
        with pytest.raises(ValueError, match="range"):  # no refusal: a crash of the implementation
            steps.answer({"op": "serialize", "args": args})
        assert steps.answer({"op": "sent", "args": {}}) == {"value": [{"$bytes": "Ag=="}]}
        assert steps.answer({"op": "absent", "args": {}}) == {"unsupported": "no operation 'absent'"}


def test_a_name_that_leads_out_of_the_folder_is_not_taken() -> None:
    from sciwire.formats import rawhdf5

    for name in ("../x.h5", {"$path": "../x.h5"}, {"$bytes": "Li4veC5oNQ=="}):
        with ModuleSteps(rawhdf5) as steps:
            answer = steps.answer({"op": "len_rawfile", "args": {"filename": name}})
        assert "leads out of the scenario's folder" in answer["unsupported"]


def test_the_classes_of_an_error_come_through_a_process() -> None:
    command = f"cmd:{sys.executable} -m sciwire.conformance.adapters.serve"
    subject = Subject(f"{command} sciwire.conformance.adapters.sciwire_formats:SciwireAdapter")
    subject.start()
    asked = vector("rawhdf5", Step("to_rawfile", {"filename": "a.h5", "version": "9.0"}, {}))
    answer = subject.call(asked)
    subject.stop()

    assert isinstance(answer, Results)
    assert {"AssertionError", "RuntimeError"} <= set(answer.results[0].catches)  # type: ignore[union-attr]


def test_vectors_and_what_is_sent_of_them_are_as_the_schemas_say() -> None:
    import jsonschema
    from referencing import Registry, Resource

    folder = Path(sys.modules["sciwire.conformance"].__path__[0], "schemas")
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    known: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(one)) for name, one in schemas.items()
    )
    vectors, arguments = (jsonschema.Draft202012Validator({"$ref": f"{name}.schema.json"}, registry=known) for name in ("vectors", "argument"))  # fmt: skip

    for path in SPECS.glob("*/vectors/scen*.json"):
        assert [
            f"{path.name}: {error.json_path}" for error in vectors.iter_errors(json.loads(path.read_text("utf-8")))
        ] == []
    small = [
        (one.id, step.args) for name in ("chunks", "hdf5blob", "rawhdf5") for one in load_vectors(SPECS, name) for step in one.steps
        if len(str(step.args)) < 2000
    ]  # fmt: skip
    assert len(small) > 200
    assert [name for name, args in small if not arguments.is_valid(args)] == []
