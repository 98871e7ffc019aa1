"""When two canonical values are the same, and where they first differ.

Equal means: the same kind (5 is not 5.0), floats by their bits (NaN with its payload, -0.0 is not
0.0), arrays by kind, size, shape and elements whatever byte order they were written in, maps in any
order of keys. An expected array may state the ``sha256`` of its data in place of the data.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["difference", "equal"]


def equal(expected: Any, actual: Any, *, any_nan: bool = False, byte_order: bool = False) -> bool:
    """Tell whether two canonical values are the same; the arguments are those of `difference`."""
    return not difference(expected, actual, any_nan=any_nan, byte_order=byte_order)


def difference(expected: Any, actual: Any, *, path: str = "", any_nan: bool = False, byte_order: bool = False) -> str:
    """Return where two canonical values first differ, as ``path: expected …, got …``; empty when they are equal.

    *any_nan* lets every NaN equal every other (text encodings lose the payload); *byte_order* makes the byte order of
    an array part of its value (formats in which the dtype itself is data).
    """
    found = _Comparison(any_nan, byte_order).compare(expected, actual, path)
    return f"{found[0] or 'the value'}: {found[1]}" if found else ""


_Found = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class _Comparison:
    any_nan: bool
    byte_order: bool

    def compare(self, expected: Any, actual: Any, path: str) -> _Found:
        kind, want = _kind(expected)
        other, got = _kind(actual)
        if kind != other:
            return path, f"expected {_show(expected)}, got {_show(actual)}"
        if kind == "map":
            return self._maps(want, got, path)
        if kind in ("list", "strings", "pairs"):
            return self._lists(want, got, path)
        if kind == "tag" and want[0] == got[0]:
            return self.compare(want[1], got[1], f"{path}.value" if path else "value")
        if kind == "array":
            return self._arrays(want, got, path)
        if kind == "float" and self.any_nan and math.isnan(want) and math.isnan(got):
            return None
        if kind == "float":
            want, got = _bits(want), _bits(got)
        return None if want == got else (path, f"expected {_show(expected)}, got {_show(actual)}")

    def _maps(self, want: dict[Any, Any], got: dict[Any, Any], path: str) -> _Found:
        for key, value in want.items():
            place = _joined(path, _named(key))
            if key not in got:
                return place, f"expected {_show(value)}, got nothing"
            if found := self.compare(value, got[key], place):
                return found
        for key, value in got.items():
            if key not in want:
                return _joined(path, _named(key)), f"expected nothing, got {_show(value)}"
        return None

    def _lists(self, want: list[Any], got: list[Any], path: str) -> _Found:
        for index, (left, right) in enumerate(zip(want, got, strict=False)):
            if found := self.compare(left, right, f"{path}[{index}]"):
                return found
        if len(want) != len(got):
            return path, f"expected {len(want)} items, got {len(got)}"
        return None

    def _arrays(self, want: dict[str, Any], got: dict[str, Any], path: str) -> _Found:
        if want == got:
            return None
        if "sha256" in got:
            return path, "expected an array with its data, got one with a sha256"
        dtype, other = np.dtype(want["dtype"]), np.dtype(got["dtype"])
        if (dtype if self.byte_order else dtype.newbyteorder("<")) != (
            other if self.byte_order else other.newbyteorder("<")
        ):
            return path, f"expected the dtype {want['dtype']}, got {got['dtype']}"
        if want["shape"] != got["shape"]:
            return path, f"expected the shape {want['shape']}, got {got['shape']}"
        right = _array(got)
        if "sha256" in want:
            digest = hashlib.sha256(right.astype(dtype).tobytes()).hexdigest()
            same = digest == want["sha256"]
            return None if same else (path, f"expected data of sha256 {want['sha256'][:12]}…, got {digest[:12]}…")
        return self._elements(_array(want), right.astype(dtype), path)

    def _elements(self, want: NDArray[Any], got: NDArray[Any], path: str) -> _Found:
        raw = [array.reshape(-1).view(np.uint8).reshape(-1, want.dtype.itemsize) for array in (want, got)]
        apart = np.any(raw[0] != raw[1], axis=1)
        if self.any_nan and want.dtype.kind in "fc":
            apart &= ~(np.isnan(want) & np.isnan(got)).reshape(-1)
        if not apart.any():
            return None
        first = int(apart.argmax())
        where = ", ".join(str(int(i)) for i in np.unravel_index(first, want.shape))
        shown = [_element(array.reshape(-1)[first : first + 1]) for array in (want, got)]
        count = f"{int(apart.sum())} of {apart.size} elements differ"
        return f"{path}[{where}]", f"expected {shown[0]}, got {shown[1]} ({want.dtype.name}; {count})"


def _kind(obj: Any) -> tuple[str, Any]:
    """The kind of a canonical value and what to compare; what is malformed is its own kind."""
    if isinstance(obj, dict):
        tag = next(iter(obj)) if len(obj) == 1 else ""
        if not isinstance(tag, str) or not tag.startswith("$"):
            return "map", obj
        try:
            return _tagged(tag, obj[tag])
        except (TypeError, ValueError, KeyError, binascii.Error):
            return "malformed", obj
    if obj is None or isinstance(obj, bool):
        return "null" if obj is None else "boolean", obj
    if isinstance(obj, int):
        return "integer", obj
    if isinstance(obj, float):
        return "float", obj
    return ("text", obj) if isinstance(obj, str) else ("list", obj)


def _key(key: Any) -> Any:
    """What stands for a key: the integer 1 and the text 1 are two."""
    if isinstance(key, str):
        return key
    kind, value = _kind(key)
    return kind, json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else repr(value)


def _named(key: Any) -> str:
    return key if isinstance(key, str) else str(key[1])


def _tagged(tag: str, body: Any) -> tuple[str, Any]:
    if tag == "$int":
        return "integer", int(body, 16 if "x" in body else 10)
    if tag == "$float":
        return "float", _float(body)
    if tag == "$map":
        keys = {_key(key): value for key, value in body}
        return ("map", keys) if len(keys) == len(body) else ("pairs", body)
    if tag == "$nd":
        return "array", {**body, "dtype": np.dtype(body["dtype"]).str, "shape": list(body["shape"])}
    if tag == "$bytes":
        return "bytes", base64.b64decode(body, validate=True)
    if tag == "$tag":
        return "tag", (_kind(body[0])[1], body[1])
    if tag == "$ratio":
        return "ratio", [_kind(item)[1] for item in body]
    if tag in ("$date", "$strings", "$simple"):
        return tag[1:], body
    raise ValueError(tag)


def _float(text: str) -> float:
    if text.startswith("nan:"):
        return float(struct.unpack(">d", bytes.fromhex(text[4:]))[0])
    return float.fromhex(text)


def _bits(value: float) -> bytes:
    return struct.pack(">d", value)


def _array(body: dict[str, Any]) -> NDArray[Any]:
    data = base64.b64decode(body["data"])
    return np.frombuffer(data, dtype=np.dtype(body["dtype"])).reshape(body["shape"])


def _element(one: NDArray[Any]) -> str:
    text = str(one[0])
    if one.dtype.kind == "f" and np.isnan(one[0]):
        return f"nan 0x{one.astype(one.dtype.newbyteorder('>')).tobytes().hex()}"
    return repr(one[0].tobytes()) if one.dtype.kind in "SV" else text


def _joined(path: str, key: str) -> str:
    plain = key.replace("_", "a").replace("-", "a").isalnum()
    part = key if plain else f"[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}{'.' if plain and path else ''}{part}"


def _show(obj: Any) -> str:
    """A canonical value in a few words, its kind said where the text alone does not."""
    kind, value = _kind(obj)
    if kind == "array":
        return f"an array {value['dtype']} of shape {value['shape']}"
    if kind == "bytes":
        return f"{len(value)} bytes {value[:12].hex()}{'…' if len(value) > 12 else ''}"
    if kind in ("map", "list", "strings", "pairs"):
        return f"a {kind} of {len(value)} items"
    if kind == "null":
        return "null"
    text = f"{kind} {json.dumps(obj if kind != 'integer' else value, ensure_ascii=False)}"
    return text if len(text) <= 100 else f"{text[:99]}…"
