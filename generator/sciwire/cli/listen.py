"""`sciwire listen`: receive a live stream and keep it in a capture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .live import Status, amount, needs_sockets, seconds, sized, stopping

if TYPE_CHECKING:
    from sciwire.stream import CaptureWriter, Listener, Recorded, Tally

__all__ = ["listen"]

_EPILOG = """
\b
Examples:
  sciwire listen tcp://detector:31001 --format simplon
  sciwire listen tcp://detector:31001 --format simplon -o run7.swc --until-end
  sciwire listen "tcp://*:12321" --bind --format lclstreamer --duration 60
  sciwire listen tcp://detector:9999 --format simplon_v1 --count 1000 --look

\b
What can be lost: what has come is given to the operating system before this command waits for more (at most 64 small
messages at a time), so killing it, in any way, leaves a capture that is whole up to the last message in it.
What it was about to write and what ZeroMQ's queue (--high-water-mark) and the network hold at that moment is lost, as
ZeroMQ has no acknowledgement. SIGINT and SIGTERM take all that the queue holds first; what a sender goes on
sending while it ends is lost, and it says so. A crash of the machine loses what was not yet on the disk: see --sync.

\b
What is told: a message above --max-message, or of more than 65535 parts, is received, and the capture has its size in
its place; nothing else is lost with it. A frame that does not fit in half of the memory that was free at the
start, and anything that is no message, makes ZeroMQ cut the connection: what was under way in it is lost, nobody knows
how much, and the capture says so. Either is exit code 1, and makes `inspect` and `replay` of the capture say so, with
exit code 1. What is not told: a message of which a sender that died had sent only a beginning, and what
ZeroMQ drops on the side of the sender. On Windows, where the peers connect (--bind), a connection that was cut can't
be told from a peer that went away; the line that is printed says both.

\b
Memory: up to --high-water-mark messages of each sender where the disk is slower than they are.

\b
Exit codes:
  0  it ended as asked, or by SIGINT or SIGTERM, and everything that arrived was kept; what arrives beyond --count
     is not asked for, and only counted
  1  something was lost or refused: a message was too large, a connection was cut, the disk was full; or it ended without
     what it waited for: --duration before --count or --until-end, or --duration without any sender
  2  the command line is wrong, the endpoint can't be used, or pyzmq is not installed
"""


@click.command(epilog=_EPILOG)
@click.argument("endpoint")
@click.option("--format", "name", required=True, type=click.Choice(["simplon", "simplon_v1", "lclstreamer"]), help="Format of the stream.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The new capture; by default FORMAT-DATE-TIME.swc here.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace a capture that is there.")
@click.option("--bind/--connect", default=False, help="Bind the endpoint, and senders connect; by default connect to a sender.")  # fmt: skip
@click.option("--count", type=click.IntRange(min=1), help="End after so many messages.")
@click.option("--duration", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End after so many seconds.")  # fmt: skip
@click.option("--until-end", is_flag=True, help="End behind the end message of a series that was seen.")
@click.option("--look", is_flag=True, help="Look at each message and count series and images.")
@click.option("--high-water-mark", type=click.IntRange(1, 10**6), default=200, show_default=True, metavar="N", help="Messages that ZeroMQ holds for each sender before it holds the sender back.")  # fmt: skip
@click.option("--max-message", callback=sized, default="1GiB", show_default=True, metavar="SIZE", help="A greater message is not kept, which the capture then says.")  # fmt: skip
@click.option("--sync", type=click.FloatRange(min=0), metavar="SECONDS", help="Bring the capture to the disk (fsync) this often; by default the operating system does when it likes.")  # fmt: skip
@click.option("--disk-wait", type=click.FloatRange(min=0), metavar="SECONDS", help="Wait so long, with the senders held back, when the disk is full; by default until stopped.")  # fmt: skip
@click.option("--overflow", type=click.Path(dir_okay=False, path_type=Path), help="A second capture, on another disk, to go on in when the first can't be written.")  # fmt: skip
@click.option("--note", default="", help="Text for the header of the capture.")
@click.option("-q", "--quiet", is_flag=True, help="No line with the rate while it runs.")
def listen(endpoint: str, name: str, output: Path | None, **options: Any) -> None:
    """Receive the multipart messages of a stream from ENDPOINT (PULL) and keep them in a capture.

    The capture is read by `sciwire inspect`, and sent again by `sciwire replay`.
    """
    from sciwire.stream import Tally

    with needs_sockets():
        listener = _listener(endpoint, name, options)
    status = Status(options["quiet"])
    tally = Tally(name) if options["look"] or options["until_end"] else None
    with listener:
        target = output or Path(_default_name(name))
        with stopping(listener.stop):
            writer = _writer(target, listener, options)
            status.say(f"{name} from {listener.endpoint} into {target}")
            done = _record(listener, writer, tally, options, status)
    sys.exit(_report(done, listener, tally, options, status))


def _listener(endpoint: str, name: str, options: dict[str, Any]) -> Listener:
    from sciwire.stream import Listener

    return Listener(
        endpoint,
        format=name,
        bind=options["bind"],
        high_water_mark=options["high_water_mark"],
        max_message=options["max_message"],
    )


def _writer(target: Path, listener: Listener, options: dict[str, Any]) -> CaptureWriter:
    from sciwire.stream import CaptureWriter

    try:
        return CaptureWriter(
            target,
            listener.format,
            note=options["note"],
            overwrite=options["overwrite"],
            sync=options["sync"],
            started=listener.started,
        )
    except FileExistsError as error:
        raise click.UsageError(f"{target} is there already; --overwrite replaces it") from error
    except OSError as error:
        raise click.UsageError(f"{target}: {error.strerror or error}") from error


def _record(
    listener: Listener, writer: CaptureWriter, tally: Tally | None, options: dict[str, Any], status: Status
) -> Recorded:
    from sciwire.stream import record

    def step(done: Recorded) -> None:
        while listener.notices:
            status.say(listener.notices.pop(0))
        seen = f"  {tally}" if tally is not None else ""
        status.show(done.messages, done.size, f"  {listener.peers} peers{seen}")

    def other() -> CaptureWriter:
        path: Path = options["overflow"]
        try:
            return _writer(path, listener, options)
        except click.UsageError as error:
            raise OSError(error.message) from error

    return record(
        listener,
        writer,
        count=options["count"],
        duration=options["duration"],
        until_end=options["until_end"],
        tally=tally,
        patience=options["disk_wait"],
        overflow=other if options["overflow"] is not None else None,
        on_step=step,
        on_trouble=status.say,
    )


def _report(done: Recorded, listener: Listener, tally: Tally | None, options: dict[str, Any], status: Status) -> int:
    """Say what came of it; the exit code."""
    past = done.writers[-1].elapsed / 1e9
    names = ", ".join(str(writer.path) for writer in done.writers)
    status.say(f"{done.messages:,} messages, {amount(done.size)} in {seconds(past)}, in {names}")
    if tally is not None:
        status.say(f"seen: {tally}")
        if tally.stranger:
            status.say(tally.stranger)
    wanted = options["until_end"] or options["count"] is not None
    nobody = f"nobody {'came to' if options['bind'] else 'answered at'} {listener.endpoint}"
    failures = [
        (done.refused, f"{done.refused} not kept, larger than --max-message"),
        (done.lost, f"{done.lost} lost, they had arrived and could not be written: {done.problem}"),
        (done.problem and not done.lost, f"the capture could not be closed: {done.problem}"),
        (done.cut, f"{done.cut} times a connection was cut, and what was under way in it is lost"),
        (not listener.met and done.reason != "stopped", nobody),
        (done.reason == "duration" and wanted, "--duration ended before what was waited for came"),
    ]
    facts = [
        (not listener.met and done.reason == "stopped", nobody),
        (done.left, f"{done.left} had arrived beyond --count and were not kept"),
        (listener.still_sending, "a sender was still sending at the end"),
    ]
    for told, text in (*failures, *facts):
        if told:
            status.say(text)
    return int(any(told for told, _ in failures))


def _default_name(name: str) -> str:
    from datetime import datetime

    return f"{name}-{datetime.now():%Y%m%d-%H%M%S}.swc"
