"""Write the vectors of BPX-1 that find small slips: where a fault is when it is far in.

python assemble_subtle.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from assembly.kit import stream

HERE = Path(__file__).parent
PROVENANCE = "assembled by hand with assemble_subtle.py (no codec involved)"


def wrong() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def row(name: str, rule: str, doc: str, data: bytes, category: str | list[str], path: str, at: int) -> None:
        error = {"category": category, "path": path, "at": at}
        rows.append({"id": name, "rules": [rule], "doc": doc, "hex": data.hex(), "error": error})

    for count in (3, 10, 30):
        names = [f"int field_{number:02}" for number in range(count)]
        at = 48 + sum(len(name) + 1 for name in names)
        whole = stream([], [*names, "nothing x"], size=4 * count + 4)
        row(
            f"type-of-{count}",
            "BP-014",
            f"Field {count} has a type that is none",
            whole,
            "type",
            f"fields[{count}]",
            at,
        )
        start = 48 + -(-(at - 48) // 8) * 8
        for packets in (2, 20):
            good = stream([], names, size=4 * count, packets=bytes(4 * count) * packets)
            cut = start + 4 * count * packets
            told = f"Packet {packets} of {count} fields is cut"
            row(f"packet-{packets}-of-{count}", "BP-020", told, good + b"\0", "truncated", f"packets[{packets}]", cut)
    return [{**row, "id": f"bpipe/subtle/{row['id']}", "kind": "invalid", "level": "MUST"} for row in rows]


def main(folder: Path) -> None:
    content = {"format": "bpipe", "version": "1.0", "group": "subtle", "provenance": PROVENANCE, "vectors": wrong()}
    (folder / "invalid.subtle.json").write_text(
        json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
