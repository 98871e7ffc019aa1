"""Formats of which several versions are read: each has a layout, and the data, or the caller, say which.

A layout is the module of one version; that of the format hands on to them. Nothing is tried out: the value that stands
at one `Place` decides, so that what is wrong with data of one version is never hidden by the layout of another.
"""

from __future__ import annotations

from .layouts import Versions
from .places import Fixed, Key, Member, Place
from .streams import Decoder, Encoder, Session

__all__ = ["Decoder", "Encoder", "Fixed", "Key", "Member", "Place", "Session", "Versions"]
