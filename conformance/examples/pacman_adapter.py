"""PACMAN messages for `sciwire conform pacman --impl "cmd:python3 pacman_adapter.py"`: the standard library alone."""

# fmt: off
import base64, json, struct, sys  # noqa: E401, I001 - forty lines are the point

TYPES = {68: "DATA", 63: "REQ", 33: "REP"}  # D ? !
TX, RW, NONE = ("TX", "<xB6x8s", "io_channel packet"), ("<x3xL4xL", "register value"), ("<16x", "")
WORDS = {"REQP": ("PING", *NONE), "REPP": ("PONG", *NONE), "REQD": TX, "REPD": TX, "REPE": ("ERR", "<xB14s", "code text"),
         "REQW": ("WRITE", *RW), "REPW": ("WRITE", *RW), "REQR": ("READ", *RW), "REPR": ("READ", *RW),
         "DATAD": ("DATA", "<xBLxx8s", "io_channel receipt_timestamp packet"),
         "DATAT": ("TRIG", "<x1sxxL8x", "trigger_type timestamp"),
         "DATAS": ("SYNC", "<x1sBxL8x", "sync_type clk_source timestamp")}
FORMATS = {"pacman": {"versions": ["0.0"], "can": ["decode"], "reports": ["category"]}}
HELLO = {"ok": True, "implementation": {"name": "example-python", "version": "1"}, "formats": FORMATS}

def decode(data):
    kind = TYPES.get(data[0]) if len(data) >= 8 else ""
    size, at = 8 + 16 * int.from_bytes(data[6:8], "little"), range(8, len(data), 16)
    if kind is None:
        return {"error": {"category": "constraint"}}
    if not kind or len(data) != size:
        return {"error": {"category": "truncated" if len(data) < size else "size"}}
    if any(kind + chr(data[i]) not in WORDS for i in at):
        return {"error": {"category": "constraint"}}
    words = [{"word": name, **dict(zip(fields.split(), map(plain, struct.unpack(layout, data[i : i + 16])), strict=True))}
             for i in at for name, layout, fields in [WORDS[kind + chr(data[i])]]]
    return {"value": {"type": kind, "timestamp": struct.unpack_from("<L", data, 1)[0], "words": words}}

def plain(value):
    return {"$bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value

for m in map(json.loads, sys.stdin):
    if m["cmd"] == "stop":
        break
    known = m["cmd"] == "decode" and m["format"] == "pacman" and not m["options"]
    body = decode(base64.b64decode(m["data"])) if known else {"unsupported": "reads pacman, no options"}
    print(json.dumps(HELLO if m["cmd"] == "start" else {"id": m["id"], **body}), flush=True)
