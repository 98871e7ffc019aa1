"""What simplon_v1 refuses to read and to write: each message literal, and what came before the fault is kept."""

from __future__ import annotations

import hashlib
import pickle
from typing import Any

import numpy as np
import pytest
from test_simplon_v1 import FIRST, LAST, PARTS, SECOND, image

from sciwire.formats import simplon_v1
from sciwire.runtime import DecodeError, EncodeError, LimitError, Limits, TruncatedError


def test_a_part_that_is_not_sent_is_not_dropped_in_silence() -> None:
    head = simplon_v1.Dheader(series=1, header_detail="none")
    header = simplon_v1.Header(dheader=head, config=simplon_v1.Config(nimages=1))

    with pytest.raises(EncodeError) as caught:
        simplon_v1.encode(header)

    assert str(caught.value) == (
        "simplon_v1.Header config: this part is sent only when dheader.header_detail is basic or all [SV1-022]"
    )


def test_a_wrong_part_is_none_where_the_rest_is_to_be_kept() -> None:
    message = simplon_v1.decode([*PARTS[:2], PARTS[2][:-1], PARTS[3]], on_error="keep")

    assert isinstance(message, simplon_v1.Image)
    assert message.data is None and message.dconfig is not None
    assert [str(one) for one in message.problems] == [
        "simplon_v1 dimage_d.size at part 2: the blob has 23 bytes, 24 are declared [SV1-032]"
    ]


MISTAKES = {
    "no object": ([b"[1]"], "simplon_v1 at part 1: expected a JSON object, got a list [SV1-003]"),
    "unknown word": (
        [b'{"htype":"x"}'],
        "simplon_v1 htype at part 1: expected 'htype' to be one of dheader-1.0, dimage-1.0, dseries_end-1.0, got 'x' [SV1-002]",
    ),
    "syntax": (
        [FIRST, b'{"a":}'],
        "simplon_v1.Image dimage_d at part 2 byte 5: expected JSON: a value is missing [SV1-003]",
    ),
    "truncated": (PARTS[:3], "simplon_v1.Image dconfig at part 4: the message ends after 3 parts, this one is missing [SV1-005]"),
    "more": ([*PARTS, b"", b""], "simplon_v1 at part 6: the message ends after 5 parts, 1 more follow [SV1-005]"),
    "hash": (
        [FIRST, SECOND + b"\n", *PARTS[2:]],
        "simplon_v1.Image dimage.hash at part 1: the md5 of dimage_d is "
        f"{hashlib.md5(SECOND + bytes([10])).hexdigest()}, '{hashlib.md5(SECOND).hexdigest()}' is stated [SV1-050]",
    ),
    "nan": (
        [b'{"htype":"dseries_end-1.0","series":[NaN]}'],
        "simplon_v1 series[0] at part 1: NaN is no JSON [SV1-007]",
    ),
    "depth": (
        [*PARTS[:3], b"[" * 100],
        "simplon_v1.Image dconfig at part 4: containers are nested deeper than the limit depth, which is 64 [SV1-060]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_an_error_says_part_path_and_rule(name: str) -> None:
    parts, text = MISTAKES[name]

    with pytest.raises(DecodeError) as caught:
        simplon_v1.decode(parts)

    assert str(caught.value) == text
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


def test_a_truncated_message_is_that_and_has_what_came() -> None:
    with pytest.raises(TruncatedError) as caught:
        simplon_v1.decode(PARTS[:3])

    assert caught.value.partial.data.shape == (3, 4)


def test_limits_of_the_caller_hold() -> None:
    with pytest.raises(LimitError, match="total_bytes is 16"):
        simplon_v1.decode([FIRST, SECOND, PARTS[2], LAST], limits=Limits(total_bytes=16))


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


def end(**extra: Any) -> simplon_v1.End:
    return simplon_v1.End(dseries_end=simplon_v1.DseriesEnd(series=1, extra=extra))


ENCODE_MISTAKES = {
    "circle": (end(a=CIRCLE), "simplon_v1.End dseries_end: containers are nested too deep for JSON"),
    "too deep to be read": (end(a=eval("[" * 64 + "]" * 64)), "simplon_v1.End dseries_end: containers are nested deeper than the limit depth, which is 64 [SV1-060]"),
    "digits": (end(a=10**400), "simplon_v1.End dseries_end.a: an integer has at most 400 digits, this has 401 [SV1-007]"),
    "more digits": (end(a=10**5000), "simplon_v1.End dseries_end: an integer has at most 400 digits"),
    "key": (end(a={1: 2}), "simplon_v1.End dseries_end.a: a key of JSON is text, got 1"),
    "array": (end(a=np.arange(3)), "simplon_v1.End dseries_end.a: an array has no form in JSON"),
    "ready-made bytes": (image(data=bytes(11), dimage_d=simplon_v1.DimageD(shape=[3, 2], type="uint16", encoding="<", size=12)), "simplon_v1.Image dimage_d.size: the blob has 11 bytes, 12 are declared [SV1-032]"),
    "config that is something": (simplon_v1.Header(dheader=simplon_v1.Dheader(series=1, header_detail="basic"), config=simplon_v1.Config(extra={"htype": "dimage-1.0"})), "simplon_v1.Header config.htype: this part says nothing of itself, 'dimage-1.0' is what another says [SV1-004]"),
    "frame": (image(dimage=simplon_v1.Dimage(frame="2")), "simplon_v1.Image dimage.frame: expected an unsigned integer"),  # type: ignore[arg-type]
    "dtype": (image(data=np.zeros((2, 2))), "simplon_v1.Image data: expected an array of uint8, uint16, uint32, got one of float64 [SV1-031]"),
    "none": (image(data=None), "simplon_v1.Image data: a value is required, got None [SV1-041]"),
    "encoding": (image(dimage_d=simplon_v1.DimageD(encoding="bs9<")), "simplon_v1.Image dimage_d.encoding: expected one of <, >, lz4<"),
    "nan": (image(dconfig=simplon_v1.Dconfig(extra={"a": float("nan")})), "simplon_v1.Image dconfig.a: expected a finite number, got nan [SV1-007]"),
    "bytes": (image(dconfig=simplon_v1.Dconfig(extra={"a": [b"x"]})), "simplon_v1.Image dconfig.a[0]: a byte string has no form in JSON"),
    "appendix": (image(appendix="text"), "simplon_v1.Image appendix: expected bytes, got a str [SV1-028]"),
    "class": (image(dconfig={"real_time": 1}), "simplon_v1.Image dconfig: expected a Dconfig, got a dict"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODE_MISTAKES)
def test_what_can_not_be_written_is_refused(name: str) -> None:
    message, text = ENCODE_MISTAKES[name]

    with pytest.raises(EncodeError) as caught:
        simplon_v1.encode(message)

    assert str(caught.value).startswith(text)
