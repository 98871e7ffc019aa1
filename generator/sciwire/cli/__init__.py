"""The command line: `sciwire formats | describe | inspect | check | diff | generate | publish | conform | listen
| replay | simulate`.

Exit codes, the same for all commands: 0 all is well; 1 the data, the specification, the generated code or
an implementation is wrong (the output says how); 2 the command line itself is; 141 the output was closed (``| head``).
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

__all__ = ["main"]


#: what brings a package that a command needs; looking at data needs the first alone
_EXTRAS = {
    "click": "cli",
    **dict.fromkeys(("yaml", "jsonschema", "jinja2", "lxml", "rich", "ruff"), "generate"),
    "zmq": "stream",
    "hypothesis": "conformance",
}


def main() -> None:
    """The entry point of the `sciwire` command."""
    try:
        _run()
    except ImportError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        sys.stderr.write(f"sciwire: {error.name} is missing: pip install 'sciwire[{extra}]'\n")
        sys.exit(2)


def _run() -> None:
    from .app import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a unit such as µ must not end a report
    app(prog_name="sciwire")
