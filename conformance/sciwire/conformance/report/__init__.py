"""Reports of a run: terminal, JSON lines, JUnit; each takes results one by one and never holds up the run."""
