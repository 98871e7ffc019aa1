"""The groups of qstream vectors, one file a group; see ../assemble.py."""
