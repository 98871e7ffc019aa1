"""`sciwire simulate`: a detector for people who have none at hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .live import Status, amount, needs_sockets, rate_of, stopping
from .replay import say_what_was_sent

__all__ = ["simulate"]

_EPILOG = """
\b
Examples:
  sciwire simulate simplon --images 1000 --shape 512,1028 --rate 100
  sciwire simulate simplon_v1 "tcp://*:9999" --images 50 --compression lz4 --dtype uint32
  sciwire simulate lclstreamer tcp://127.0.0.1:12321 --connect --shape 32,512,1024 --rate 120
  sciwire simulate simplon --images 10 --output ten.swc

\b
Exit codes:
  0  everything was sent or written, or it was stopped by SIGINT or SIGTERM
  1  no receiver took the messages, or the capture could not be written
  2  the command line is wrong, the endpoint can't be used, or pyzmq is not installed
"""


def _shape(_: click.Context, __: click.Parameter, said: str) -> tuple[int, ...]:
    try:
        shape = tuple(int(one) for one in said.replace("x", ",").split(","))
    except ValueError:
        raise click.BadParameter(f"{said!r} is no shape such as 512,1028") from None
    pixels = 1
    for one in shape:
        pixels *= one
    if min(shape) < 1 or pixels > 2**28:
        raise click.BadParameter(f"{said!r} is not between 1 and {2**28} pixels")
    return shape


@click.command(epilog=_EPILOG)
@click.argument("name", metavar="FORMAT", type=click.Choice(["simplon", "simplon_v1", "lclstreamer"]))
@click.argument("endpoint", required=False)
@click.option("--images", type=click.IntRange(min=0), default=100, show_default=True, help="Images of the series.")
@click.option("--shape", callback=_shape, default="512,1028", show_default=True, metavar="H,W", help="Pixels, y and x; for lclstreamer also P,H,W.")  # fmt: skip
@click.option("--rate", callback=rate_of, default="100", show_default=True, metavar="N|max", help="Images a second, or as fast as the receiver takes them.")  # fmt: skip
@click.option("--dtype", help="Of the pixels; uint16, or float64 for lclstreamer, by default.")
@click.option("--compression", help="bslz4 (default), lz4 or none; lclstreamer has bslz4 only.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Of the pixels; the same seed gives the same bytes.")  # fmt: skip
@click.option("--frames", type=click.IntRange(min=1), default=16, show_default=True, help="Different images that are made ahead and used in turn.")  # fmt: skip
@click.option("--series", type=click.IntRange(0, 10**9), default=1, show_default=True, help="Number of the series.")
@click.option("--bind/--connect", default=True, help="Bind the endpoint as a detector does (default), or connect to a receiver.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write a capture in place of sending.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace a capture that is there.")
@click.option("--wait", type=click.FloatRange(min=0), metavar="SECONDS", default=60.0, show_default=True, help="Wait so long for a receiver, or for it to take more; 0 for ever.")  # fmt: skip
@click.option("--high-water-mark", type=click.IntRange(1, 10**6), default=200, show_default=True, metavar="N", help="Messages that ZeroMQ takes before this command is held back.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="No line with the rate while it runs.")
def simulate(name: str, endpoint: str | None, images: int, shape: tuple[int, ...], rate: Any, **options: Any) -> None:
    """Send a series of FORMAT to ENDPOINT (PUSH): a start message, images with photons, an end message.

    The endpoint is tcp://127.0.0.1 with the usual port of the format by default. It waits for a receiver.
    """
    from sciwire.stream import Simulator

    if rate == "as-recorded":
        raise click.UsageError("--rate as-recorded is for replay; say a number or max")
    stated = 100.0 if rate == "max" else rate
    chosen = {key: options[key] for key in ("dtype", "compression", "seed", "frames", "series")}
    try:
        simulator = Simulator(name, images=images, shape=shape, rate=stated, **chosen)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    status = Status(options["quiet"])
    if options["output"] is not None:
        if endpoint is not None:
            raise click.UsageError("say an ENDPOINT to send to, or --output, not both")
        sys.exit(_write(simulator, options["output"], options["overwrite"], status))
    sys.exit(_send(simulator, endpoint, rate, options, status))


def _write(simulator: Any, target: Path, overwrite: bool, status: Status) -> int:
    """A capture whose times are those that the rate gives: the same parameters give the same file."""
    from sciwire.stream import CaptureWriteError, CaptureWriter

    step = round(1e9 / simulator.rate)
    elapsed = 0
    try:
        writer = CaptureWriter(target, simulator.format, overwrite=overwrite, note="simulated", started=simulator.EPOCH)
    except FileExistsError as error:
        raise click.UsageError(f"{target} is there already; --overwrite replaces it") from error
    except OSError as error:
        raise click.UsageError(f"{target}: {error.strerror or error}") from error
    try:
        for number, parts in enumerate(simulator):
            elapsed = number * step
            writer.write(parts, elapsed)
            status.show(writer.messages, writer.size)
        writer.close("simulated", elapsed)
    except CaptureWriteError as error:
        status.say(f"error: {error}")
        return 1
    status.say(f"{writer.messages:,} messages, {amount(writer.size)} in {target}")
    return 0


def _send(simulator: Any, endpoint: str | None, rate: Any, options: dict[str, Any], status: Status) -> int:
    from sciwire.stream import NoReceiverError, Replayed, Sender, send_all, streamed

    endpoint = endpoint or f"tcp://127.0.0.1:{streamed(simulator.format).port}"
    with needs_sockets():
        sender = Sender(
            endpoint,
            bind=options["bind"],
            high_water_mark=options["high_water_mark"],
            patience=options["wait"] or None,
        )
    status.say(f"{simulator.images:,} images of {simulator.format} to {sender.endpoint}, rate {rate}")
    done, problem = Replayed(), ""
    with stopping(sender.stop):
        try:
            send_all(sender, iter(simulator), rate, done, lambda: status.show(done.messages, done.size))
        except NoReceiverError as error:
            problem = str(error)
        return say_what_was_sent(sender, done, rate, problem, status)
