"""The groups of vectors, one module each."""
