"""The parts of `assemble.py`."""
