"""The formats whose writers are bound to a form, and the finding about what one of them wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module

from ..checks import PASS, Finding, has_hash, no_bytes
from ..harness import Subject
from ..protocol import Encoded
from ..vectors import Vector
from ..verdict import Fault, Verdict

__all__ = ["FORMS", "encode_form", "has_form"]

Look = Callable[[bytes, Vector], Iterator[str]]

#: The module that knows the form of a format's bytes.
FORMS = {
    "simplon": "cbor",
    "lclstreamer": "cbor",
    "qstream": "packets",
    "bpipe": "packets",
    "hdf5blob": "hdf5",
    "rawhdf5": "hdf5",
}
#: What the options of a request may be, for formats whose vectors are mostly written with others or none.
_CHOICES: dict[str, tuple[dict[str, str], ...]] = {"simplon": ({}, {"compression": "lz4"}, {"compression": "none"})}


def has_form(vector: Vector) -> bool:
    """Whether a vector's value is to be written, and its form is looked at."""
    return vector.format in FORMS and vector.kind == "valid" and not vector.encode and not has_hash(vector.value)


def encode_form(subject: Subject, vector: Vector, reference: Subject) -> Finding:
    """Write the vector's value, with each choice of options, and look at the bytes."""
    look: Look = import_module(f"{__package__}.{FORMS[vector.format]}").look
    choices = _CHOICES.get(vector.format, (dict(vector.encode_options),))
    unsupported: Finding | None = None
    for options in choices:
        asked = replace(vector, encode_options=options)
        encoded = subject.encode(asked, vector.value)
        stop = no_bytes(encoded)
        if stop is not None and stop.verdict is Verdict.UNSUPPORTED:
            unsupported = unsupported or stop
        elif stop is not None and stop.verdict is Verdict.FAIL:  # encode/reference asks for the same, and says so
            unsupported = unsupported or Finding(Verdict.UNSUPPORTED, message="what is not written has no form")
        elif stop is not None or not isinstance(encoded, Encoded) or not isinstance(encoded.data, bytes):
            return stop or PASS
        elif wrong := next(look(encoded.data, asked), ""):
            told = f" (written with {options})" if options else ""
            return Finding(Verdict.FAIL, Fault.WRONG_FORM, f"{wrong}{told}", got=encoded.data[:64].hex(" "))
    return unsupported or PASS
