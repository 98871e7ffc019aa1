"""What somebody at a beamline reads when the endpoint or the format is not the right one."""

from __future__ import annotations

import pytest

from sciwire.stream import Sender, Simulator
from sciwire.stream.kinds import Tally

pytest.importorskip("zmq", reason="pyzmq is the extra stream")

ENDPOINTS = [
    ("nonsense", True, "expected an endpoint such as tcp://detector:31001"),
    ("", False, "expected an endpoint such as tcp://detector:31001"),
    ("tcp://127.0.0.1", True, "the port is missing, as in tcp://detector:31001"),
    ("tcp://127.0.0.1", False, "the port is missing, as in tcp://detector:31001"),
    ("tcp://*:5000", False, "* stands for every address of this computer and can only be bound"),
    ("tcp://192.0.2.1:5000", True, "this computer has no such address to bind"),
    ("udp://127.0.0.1:5000", False, "there is no such transport here"),
    ("other://127.0.0.1:5000", True, "there is no such transport here"),
]


@pytest.mark.parametrize(("endpoint", "bind", "words"), ENDPOINTS)
def test_an_endpoint_that_can_not_be_used_says_why(endpoint: str, bind: bool, words: str) -> None:
    with pytest.raises(OSError) as caught:
        Sender(endpoint, bind=bind)
    assert str(caught.value.strerror).startswith(f"{endpoint}: {words}")


@pytest.mark.parametrize("said", ["simplon", "simplon_v1", "lclstreamer"])
@pytest.mark.parametrize("sent", ["simplon", "simplon_v1", "lclstreamer"])
def test_messages_of_another_format_are_told_as_such(said: str, sent: str) -> None:
    tally = Tally(said)
    for parts in Simulator(sent, images=2, shape=(8, 8)):
        tally.see(parts)
    if said == sent:
        assert tally.stranger == "" and tally.images == 2
    else:
        assert tally.stranger == f"none of the messages is of {said}; they look like {sent}"


def test_messages_of_no_format_are_told_as_such() -> None:
    tally = Tally("simplon")
    assert tally.stranger == ""
    tally.see([b"\xff" * 10])
    assert tally.stranger == "none of the messages is of simplon"
    tally.see(next(iter(Simulator("simplon", images=1, shape=(8, 8)))))
    assert tally.stranger == ""
