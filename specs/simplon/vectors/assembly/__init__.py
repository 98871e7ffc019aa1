"""The parts of `assemble.py`: bytes are put together here by hand; no sciwire, no CBOR library, no compressor."""
