"""Steps that look at a module: its constants, its runs of records, the elements of descriptors; and what is none of these."""

from __future__ import annotations

import base64
from typing import Any

import sciwire.formats.pacman as pacman
import sciwire.formats.qstream as qstream
from sciwire.conformance.adapters.module_steps import ModuleSteps


def answer(module: Any, op: str, **args: Any) -> dict[str, Any]:
    with ModuleSteps(module) as steps:
        return steps.answer({"op": op, "args": args})


def raw(data: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(data).decode()}


def test_a_constant_is_told_and_a_function_or_a_stranger_is_none() -> None:
    assert answer(pacman, "constant", name="MSG_TYPE_REQ") == {"value": raw(b"?")}
    assert answer(pacman, "constant", name="msg_type_table") == {"value": {"REQ": raw(b"?"), "REP": raw(b"!"), "DATA": raw(b"D")}}  # fmt: skip
    assert "unsupported" in answer(pacman, "constant", name="decode")
    assert "unsupported" in answer(pacman, "constant", name="_FORM")


def test_a_run_of_records_is_columns() -> None:
    (columns,) = answer(pacman, "view", data=raw(b"\7" + bytes(14)), record="ERR").values()

    assert columns["code"]["$nd"] == {"dtype": "|u1", "shape": [1], "data": "Bw=="}


def test_elements_are_told_by_the_names_of_the_xml() -> None:
    xml = b'<stream dataset_id="y" byte_order="" colour="red"><other/></stream>'
    told = {
        "class": "StreamElement",
        "dataset_id": "y",
        "byte_order": "",
        "extra": {"colour": "red"},
        "others": ["other"],
    }

    assert answer(qstream, "descriptors", data=raw(b"[00]%06d" % len(xml) + xml)) == {"value": [["00", told]]}


def test_a_descriptor_that_is_refused_is_a_refusal() -> None:
    assert answer(qstream, "descriptors", data=raw(b"[00]000003<a>"))["error"]["category"] == "syntax"
