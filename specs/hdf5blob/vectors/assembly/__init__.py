"""What `assemble.py` is made of: one module a theme."""
