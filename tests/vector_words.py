"""Vectors without the words for what repeats: bytes in hex throughout, values with all that is in them."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

__all__ = ["expanded"]


def expanded(vector: dict[str, Any]) -> dict[str, Any]:
    """*vector* with ``hex`` in place of ``runs``, parts in hex, and a value without ``$repeat`` and ``$fill``."""
    result = {key: _filled(one) if key == "value" else one for key, one in vector.items() if key != "runs"}
    if "runs" in vector:
        result["hex"] = _hex(vector["runs"])
    if "parts" in vector:
        result["parts"] = [part if isinstance(part, str) else _hex(part) for part in vector["parts"]]
    return result


def _hex(runs: list[tuple[str, int]]) -> str:
    return "".join(one * count for one, count in runs)


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [_filled(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"$repeat"}:
        given, count = value["$repeat"]
        return _filled(given) * count
    if set(value) == {"$fill"}:
        body = value["$fill"]
        data = np.full(body["shape"], body["value"], body["dtype"]).tobytes()
        return {"$nd": {"dtype": body["dtype"], "shape": body["shape"], "data": base64.b64encode(data).decode()}}
    return {key: _filled(one) for key, one in value.items()}
