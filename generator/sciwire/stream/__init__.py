"""Live streams: listen to them, keep them in capture files, send captures again, simulate a detector.

`Listener` receives multipart messages from a ZeroMQ socket, `record` writes them to a `CaptureWriter`;
`CaptureReader` gives them back one at a time, `Replayer` sends them; `Simulator` makes messages of a format with
its own encoder. All work in constant memory. Captures are the format `sciwire.formats.capture`.

pyzmq is loaded when a socket is first needed (extra ``stream``); captures and simulated messages need none.
"""

from __future__ import annotations

from .capture_reading import CaptureReader
from .capture_writing import CaptureWriteError, CaptureWriter
from .kinds import STREAMED, Sight, Streamed, Tally, streamed
from .listening import Listener
from .loading import StreamUnavailable
from .received import Received, Refusal
from .recording import Recorded, record
from .replaying import Replayed, Replayer, send_all
from .sending import NoReceiverError, Sender
from .simulating import Simulator

__all__ = [
    "STREAMED",
    "CaptureReader",
    "CaptureWriteError",
    "CaptureWriter",
    "Listener",
    "NoReceiverError",
    "Received",
    "Recorded",
    "Refusal",
    "Replayed",
    "Replayer",
    "Sender",
    "Sight",
    "Simulator",
    "StreamUnavailable",
    "Streamed",
    "Tally",
    "record",
    "send_all",
    "streamed",
]
