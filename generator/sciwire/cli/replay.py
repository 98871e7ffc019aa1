"""`sciwire replay`: send the messages of a capture again."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import click

from .live import Status, amount, needs_sockets, rate_of, seconds, stopping

__all__ = ["replay", "say_what_was_sent"]

_SILENT = 2.5  # seconds of closing without a word

_EPILOG = """
\b
Examples:
  sciwire replay run7.swc "tcp://*:31001"
  sciwire replay run7.swc tcp://127.0.0.1:31001 --rate 500 --loop 10
  sciwire replay run7.swc tcp://receiver:12321 --connect --rate max

\b
Exit codes:
  0  everything was sent, or it was stopped by SIGINT or SIGTERM
  1  no receiver took the messages; or all that the capture has was sent, and that is not what had arrived: it is
     damaged, was cut, or says that messages were lost or refused
  2  the command line is wrong, the file is no capture, the endpoint can't be used, or pyzmq is not installed
"""


@click.command(epilog=_EPILOG)
@click.argument("capture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("endpoint")
@click.option("--rate", callback=rate_of, default="as-recorded", show_default=True, metavar="N|as-recorded|max", help="Messages a second, the distances of the capture, or as fast as the receiver takes them.")  # fmt: skip
@click.option("--bind/--connect", default=True, help="Bind the endpoint as a detector does (default), or connect to a receiver.")  # fmt: skip
@click.option("--loop", type=click.IntRange(min=0), default=1, show_default=True, help="How many times; 0 for ever.")
@click.option("--wait", type=click.FloatRange(min=0), metavar="SECONDS", default=60.0, show_default=True, help="Wait so long for a receiver, or for it to take more; 0 for ever.")  # fmt: skip
@click.option("--high-water-mark", type=click.IntRange(1, 10**6), default=200, show_default=True, metavar="N", help="Messages that ZeroMQ takes before this command is held back.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="No line with the rate while it runs.")
def replay(capture: Path, endpoint: str, rate: Any, bind: bool, loop: int, wait: float, high_water_mark: int, quiet: bool) -> None:  # fmt: skip
    """Send the messages of CAPTURE to ENDPOINT (PUSH); several receivers share them."""
    from sciwire.runtime import CodecError
    from sciwire.stream import CaptureReader, NoReceiverError, Replayed, Replayer, Sender

    try:
        reader = CaptureReader(capture)
    except (CodecError, OSError) as error:
        raise click.UsageError(f"{capture}: {error}") from error
    with needs_sockets():
        sender = Sender(endpoint, bind=bind, high_water_mark=high_water_mark, patience=wait or None)
    status = Status(quiet)
    status.say(f"{reader.format} of {capture} to {sender.endpoint}, rate {rate}")
    done, problem = Replayed(), ""
    with stopping(sender.stop), reader:
        try:
            done = Replayer(reader, sender, rate=rate, loop=loop).run(lambda now: status.show(now.messages, now.size))
        except (NoReceiverError, CodecError) as error:
            problem = str(error)
        problem = problem or ("" if sender.stopped else reader.missing)
        sys.exit(say_what_was_sent(sender, done, rate, problem, status))


def say_what_was_sent(sender: Any, done: Any, rate: Any, problem: str, status: Status) -> int:
    """Close *sender* and report; the exit code."""
    waiting = threading.Timer(_SILENT, status.say, ["waiting for the network to take the last messages"])
    waiting.daemon = True
    waiting.start()
    try:
        taken = sender.close()
    finally:
        waiting.cancel()
    status.say(f"{sender.sent:,} messages, {amount(sender.size)} sent in {seconds(done.seconds)}")
    if sender.held_back > 0.1:
        status.say(f"held back {seconds(sender.held_back)}: the receiver, or the network, took no more")
    if done.late > 0.5 and rate != "max":
        status.say(f"{seconds(done.late)} late at the end: the rate could not be kept")
    if not taken:
        status.say("not everything was taken by the network before the end; the last messages are lost")
    if problem:
        status.say(f"error: {problem}")
    return int(bool(problem) or not (taken or sender.stopped))
