"""Write the vectors of Stream V1 that find small slips: numbers and texts of the configuration at their edges.

python assemble_subtle.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROVENANCE = "assembled by hand with assemble_subtle.py (no codec involved)"
HEADER = b'{"header_detail":"basic","htype":"dheader-1.0","series":6}'
FLOATS = {"seventeen-digits": "0.30000000000000004", "next-to-one": "1.0000000000000002", "third": "0.3333333333333333", "smallest": "5e-324", "beyond-32-bits": "1e+39"}  # fmt: skip
NUMBERS = (
    127,
    128,
    32767,
    32768,
    65535,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**53 - 1,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -1,
    -(2**31) - 1,
    -(2**53) - 1,
)
TEXTS = {"blanks-around": "  x ", "quotes": "'", "capitals": "MiXed", "300-letters": "x" * 300}


def right() -> list[dict[str, Any]]:
    given: list[tuple[str, str, Any]] = [(f"float-{name}", text, float(text)) for name, text in FLOATS.items()]
    given += [(f"number-{one}", str(one), one if abs(one) <= 2**53 else {"$int": str(one)}) for one in NUMBERS]
    given += [(f"text-{name}", f'"{one}"', one) for name, one in TEXTS.items()]
    rows: list[dict[str, Any]] = []
    for name, text, expected in given:
        parts = [HEADER.hex(), f'{{"x":{text}}}'.encode().hex()]
        told = {"kind": "header", "dheader": {"series": 6, "header_detail": "basic"}, "config": {"x": expected}}
        row = {"id": f"simplon_v1/subtle/{name}", "kind": "valid", "level": "MUST", "rules": ["SV1-007"]}
        rows.append({**row, "doc": f"A setting: {name.replace('-', ' ')}", "parts": parts, "value": told})
    return rows


def bounded(most: int = 1 << 24) -> list[dict[str, Any]]:
    """JSON of exactly 16 MiB, which blanks make so long, and of a byte more."""
    rows: list[dict[str, Any]] = []
    for name, size in (("right", most), ("wrong", most + 1)):
        parts = [HEADER.hex(), [[b'{"x":1'.hex(), 1], ["20", size - 7], ["7d", 1]]]
        row = {"id": f"simplon_v1/bounded/json-{size}", "level": "SHOULD", "rules": ["SV1-060"], "doc": f"A configuration of {size} bytes", "parts": parts}  # fmt: skip
        told = {"kind": "header", "dheader": {"series": 6, "header_detail": "basic"}, "config": {"x": 1}}
        if name == "right":
            rows.append({**row, "kind": "valid", "value": told, "encode": "a writer writes no blanks"})
        else:
            rows.append({**row, "kind": "invalid", "error": {"category": "limit", "path": "config"}})
    return rows


def main(folder: Path) -> None:
    right_one, wrong_one = bounded()
    for kind, group, vectors in (("valid", "subtle", right()), ("valid", "bounded", [right_one]), ("invalid", "bounded", [wrong_one])):  # fmt: skip
        about = {"format": "simplon_v1", "version": "1.8", "group": group, "provenance": PROVENANCE}
        text = json.dumps({**about, "vectors": vectors}, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{kind}.{group}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
