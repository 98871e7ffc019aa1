"""Seeded volume: cases a second, made, written, read back and compared in this process.

    PYTHONPATH=generator:generated:conformance python benchmarks/volume.py

Target: 30,000 qstream or cbor cases a second (processor time). What a case is: of qstream and bpipe one packet, with
numbers of its own, of a stream whose descriptors are drawn too; of every other format one message, array or file.
Each is drawn, encoded, decoded, and its canonical value compared; streams hold up to 1024 packets of a dataset.
"""

from __future__ import annotations

import time
from pathlib import Path

from _measure import conditions

from sciwire.conformance.fuzz import targets
from sciwire.conformance.harness import Subject
from sciwire.conformance.volume import batches
from sciwire.conformance.volume.check import volume
from sciwire.model import specs_dir

COUNTS = {"qstream": 100_000, "bpipe": 100_000}


def main() -> None:
    """Print a line for every kind of value of every format: cases a second in all, and of the drawing alone."""
    print(conditions())
    specs: Path = specs_dir()
    subject = Subject("sciwire", seconds=600)
    subject.start()
    for name in subject.formats:
        for target in targets(specs, name):
            count = COUNTS.get(name, 100)
            begin = time.process_time()
            finding = volume(subject, target, seed=0, count=count)
            middle = time.process_time()
            drawn = sum(batch.count for batch in batches(target.spec, target.label, 0, count))
            end = time.process_time()
            rates = finding.examples / (middle - begin), drawn / (end - middle)
            print(
                f"  {name:<12} {target.label:<36} {finding.verdict} {rates[0]:>10,.0f} a second (drawn {rates[1]:,.0f})"
            )


if __name__ == "__main__":
    main()
