"""An implementation that loses every list: it is in a module of its own so that workers of a cluster can import it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sciwire.conformance.adapters.base import Request

__all__ = ["Forgets"]


class Forgets:
    """Writes canonical JSON, with empty lists."""

    def start(self) -> Mapping[str, Any]:
        return {"implementation": {"name": "forgets"}, "formats": {"note": {"can": ["decode", "encode"]}}}

    def encode(self, request: Request) -> bytes:
        return json.dumps({**request.value, "items": []}).encode()

    def decode(self, request: Request) -> Any:
        assert isinstance(request.data, bytes)
        return json.loads(request.data)
