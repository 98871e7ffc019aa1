"""What a writer must do that no reader notices: lengths, byte order, digits, encodings, and streams that are too large."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from .kit import STREAM, Group, cat, packet, plane, type_

__all__ = ["groups"]

_HARD = [0.1, 1 / 3, -2.5, 5e-324, 1.7976931348623157e308, 2.0**53 + 2, 123456789.01234567, 1.0000000000000002, -0.0]


def groups() -> list[Group]:
    group = Group("writing")
    _forms(group)
    _digits(group)
    _sizes(group)
    _messages(group)
    return [group]


def _array(values: Any, dtype: str = "<f8") -> dict[str, Any]:
    array = np.array(values, dtype)
    data = base64.b64encode(array.tobytes()).decode()
    return {"$nd": {"dtype": dtype, "shape": list(array.shape), "data": data}}


def _stream(**arrays: Any) -> dict[str, Any]:
    """The canonical value of datasets by name."""
    datasets = {}
    for name, array in arrays.items():
        (body,) = array.values()
        datasets[name] = {"rank": len(body["shape"]), "units": None, "properties": {}, "values": array}
    return {"dataset_id": next(iter(arrays)), "datasets": datasets, "comments": [], "exception": None}


def _encoded(value: Any, **options: Any) -> dict[str, Any]:
    return {"op": "encode", "args": {"value": value, **({"options": options} if options else {})}}


def _fits(expression: str) -> dict[str, Any]:
    return {"like": {"$text": expression}}


def _forms(group: Group) -> None:
    short, long = (
        _stream(y=_array([1.5, -2.0])),
        _stream(**{f"dataset_{number}": _array([1.0] * (number + 1)) for number in range(30)}),
    )
    six = r"\[00\]\d{6}<.*?\[01\]\d{6}<.*"
    group.scenario(
        "six-digits",
        "006",
        "the length of a descriptor in six digits",
        [(_encoded(short), _fits(six)), (_encoded(long), _fits(six))],
    )
    group.scenario(
        "six-digits-throughout", "006", "no descriptor has fewer or other characters there",
        [(_encoded(long, encoding="binary"), _fits(r"(?!.*\[\d\d\](?!\d{6}<)).*"))],
    )  # fmt: skip
    order = r'\[00\]\d{{6}}(?:<\?xml[^>]*>\s*)?<stream\b[^>]*\bbyte_order="{}".*'
    either = order.format("(?:big|little)_endian")
    group.scenario(
        "byte-order", "036", "the byte order stands in the head wherever numbers are binary",
        [
            (_encoded(short, encoding="binary"), _fits(either)),
            (_encoded(short, encoding="binary", byte_order="big_endian"), _fits(order.format("big_endian"))),
            (_encoded(short, encoding="binary", byte_order="little_endian"), _fits(order.format("little_endian"))),
            (_encoded(_stream(y=_array([1, -2], "<i4"))), _fits(either)),
        ],
    )  # fmt: skip
    none = _fits(r'(?!.*encoding="hex).*')
    numbers = _stream(y=_array([255.0, 16.0, 1.0]))
    group.scenario(
        "no-hexadecimal", "090", "numbers that did not come in hexadecimal do not become it",
        [(_encoded(numbers), none), (_encoded(numbers, encoding="ascii"), none), (_encoded(numbers, encoding="binary"), none)],
    )  # fmt: skip


def _digits(group: Group) -> None:
    """Numbers that need 17 digits, asked for in text: what is read from what was written is what was given."""
    fields = "".join(f"{number!r:>24}\n" for number in _HARD)
    described = type_("01", plane(values='encoding="ascii25" length=""'))
    data = cat(STREAM, described, *(packet("01", fields[at : at + 25]) for at in range(0, len(fields), 25)))
    group.valid(
        "ascii-digits", "082", "doubles that need all their digits", data, _stream(y=_array(_HARD)), encode_options={"encoding": "ascii"},
    )  # fmt: skip


def _messages(group: Group) -> None:
    """Comments and exceptions are chunks of their own, with what was told in them."""
    told = _stream(y=_array([1.5]))
    told["comments"] = [{"type": "log", "message": "half <done>"}, {"type": "log", "message": "two"}]
    told["exception"] = {"type": "NoData", "message": 'it "broke"'}
    comments = r'.*<comment\b[^>]*message="half &lt;done(?:>|&gt;)".*<comment\b[^>]*message="two".*'
    failed = r""".*<exception\b[^>]*message=(?:"it &quot;broke&quot;"|'it "broke"').*"""
    group.scenario(
        "messages", "029 119 120", "comments in their order, and the exception, are written with what they say",
        [(_encoded(told), _fits(comments)), (_encoded(told), _fits(failed)), (_encoded(told), _fits(r'.*<exception\b[^>]*type="NoData".*'))],
    )  # fmt: skip


def _sizes(group: Group) -> None:
    def zeros(shape: list[int], dtype: str = "<f8") -> dict[str, Any]:
        return {"$fill": {"dtype": dtype, "shape": shape, "value": 0}}

    group.scenario(
        "packet-too-long", "121", "a record of a million bytes is refused, one of 999 992 is written",
        [
            (_encoded(_stream(y=zeros([1, 124_999])), encoding="binary"), _fits(r"\[00\].*:01:.{999992}")),
            (_encoded(_stream(y=zeros([1, 125_000])), encoding="binary"), {"error": {"category": ["limit", "size"], "path": "y"}}),
        ],
    )  # fmt: skip
    titled = _stream(y=_array([1.0]))
    titled["datasets"]["y"]["properties"] = {"TITLE": {"type": "String", "value": {"$repeat": ["x", 1_000_000]}}}
    group.scenario(
        "descriptor-too-long", "121", "a description that six digits cannot count is refused",
        [(_encoded(titled), {"error": {"category": ["limit", "size"]}})],
    )  # fmt: skip
    counted = r"\[00\].*?\[01\](?:[0-8]\d{5}|9[0-8]\d{4}|99[0-8]\d{3}|999[0-8]\d\d|9999[0-8]\d|999990)<.*"
    steps = []
    for size in (999_736, 999_737, 999_738, 999_739):  # what stands around them is the writer's own affair
        titled = _stream(y=_array([1.0]))
        titled["datasets"]["y"]["properties"] = {"TITLE": {"type": "String", "value": {"$repeat": ["x", size]}}}
        steps.append((_encoded(titled), {"either": [_fits(counted), {"error": {"category": ["limit", "size"]}}]}))
    group.scenario("descriptor-about-too-long", "121", "no description has more than 999 990 bytes", steps)
    many = _stream(**{f"y{number}": zeros([number + 1]) for number in range(150)})
    group.scenario(
        "types-150", "024", "150 datasets of different lengths: ids of two digits, bound anew, or a refusal",
        [(_encoded(many, encoding="binary"), {"either": [_fits(r"(?!.*\[\d{3,}\]\d{6}<)\[00\].*"), {"error": {"category": ["limit", "size"]}}]})],
    )  # fmt: skip
