"""The volume generator: the same case is the same bytes everywhere, and what is drawn is a value of the format."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sciwire.conformance import strategies
from sciwire.conformance.fuzz import targets
from sciwire.conformance.harness import Subject
from sciwire.conformance.strategies.patterns import text_of
from sciwire.conformance.verdict import Fault, Verdict
from sciwire.conformance.volume import STRATEGY, Source, batches, canonical_bytes, case_value
from sciwire.conformance.volume.check import volume
from sciwire.model import load_spec_or_raise, specs_dir
from sciwire.runtime import plain

SPECS = specs_dir()
FILES = sorted(SPECS.glob("*/*.yaml"))
_DIGEST = """
import hashlib, pathlib, sys
from sciwire.conformance import strategies
from sciwire.conformance.volume import batches, canonical_bytes
from sciwire.model import load_spec_or_raise
digest = hashlib.sha256()
for path in sys.argv[1:]:
    spec = load_spec_or_raise(pathlib.Path(path))
    for label in strategies.labels(spec):
        for batch in batches(spec, label.name, 3, 2):
            digest.update(canonical_bytes(batch.value))
print(digest.hexdigest())
"""


def test_words_are_those_of_the_published_generator() -> None:
    """The five numbers for the seed 1234567 that rosettacode.org gives for SplitMix64."""
    source = Source(1234567)

    words = [source.word() for _ in range(5)]

    assert words == [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
    ]  # fmt: skip


def test_words_at_once_are_the_words_one_by_one() -> None:
    one, many = Source(7), Source(7)

    singles = [one.word() for _ in range(100)]

    assert many.words(100).tolist() == singles
    assert many.word() == one.word()


def test_numbers_stay_within_their_bounds_and_reach_them() -> None:
    source = Source(1)

    found = {source.between(-2, 2) for _ in range(500)}
    large = [source.below(2**80) for _ in range(200)]

    assert found == {-2, -1, 0, 1, 2}
    assert max(large) > 2**79
    assert min(large) < 2**79


def test_the_same_case_is_the_same_bytes_under_any_hash_seed_and_time_zone() -> None:
    digests = set()
    for seed, zone in (("0", "UTC"), ("12345", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", _DIGEST, *map(str, FILES)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        digests.add(done.stdout)

    assert len(digests) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_values_of_every_format_are_canonical_and_unlike(path: Path) -> None:
    spec = load_spec_or_raise(path)

    for label in strategies.labels(spec):
        made = [batch.value for batch in batches(spec, label.name, 0, 12)]
        for value in made[:12]:
            plain.check(value)
        if spec.family != "packets":  # one stream holds many cases
            assert len({canonical_bytes(value) for value in made}) > 6


def test_a_case_can_be_made_alone() -> None:
    spec = load_spec_or_raise(SPECS / "simplon" / "1.8.yaml")

    third = list(batches(spec, "end", 5, 4))[2]

    assert case_value(spec, "end", 5, 2) == third.value
    assert (third.first.strategy, third.first.index) == (STRATEGY, 2)
    assert case_value(spec, "end", 6, 2) != third.value


def test_packets_in_volume_have_numbers_of_their_own() -> None:
    spec = load_spec_or_raise(SPECS / "qstream" / "1.1.yaml")
    columns = [
        plain.from_plain(one["values"])
        for batch in batches(spec, "stream.binary.big_endian", 0, 20_000)
        for one in batch.value["datasets"].values()
        if one["rank"] == 1 and "values" in one
    ]
    longest = max(columns, key=len)

    assert len(longest) > 800
    assert len(np.unique(longest)) > 100  # they may be single bytes


@pytest.mark.parametrize("pattern", ["[a-z]{2,3}", r"(ab|c)\d+", "[^x]", r"\w+-.?", "x*"])
def test_text_of_a_pattern_matches_it(pattern: str) -> None:
    source = Source(2)

    texts = {text_of(source, pattern) for _ in range(50)}

    assert all(re.fullmatch(pattern, text) for text in texts)
    assert len(texts) > 1


def test_our_codecs_give_back_what_the_generator_makes() -> None:
    subject = Subject("sciwire", seconds=30)
    subject.start()

    for name in ("bpipe", "qstream", "pacman", "simplon_v1"):
        for target in targets(SPECS, name):
            finding = volume(subject, target, seed=1, count=30)
            assert finding.verdict is Verdict.PASS, finding.message
            assert finding.examples >= 30


def test_a_codec_that_loses_a_sign_is_found_and_the_case_is_named() -> None:
    subject = Subject("sciwire", _LosesSigns(), seconds=30)
    subject.start()
    target = next(one for one in targets(SPECS, "qstream") if one.label == "stream.binary.little_endian")

    finding = volume(subject, target, seed=0, count=30_000)

    assert (finding.verdict, finding.fault) == (Verdict.FAIL, Fault.VALUE_LOST)
    assert f"/{STRATEGY}/0/stream.binary.little_endian/" in finding.message


class _LosesSigns:
    """Our codec, which writes -0.0 as 0.0 and negative numbers without their sign."""

    def __init__(self) -> None:
        from sciwire.conformance.adapters.resolve import connect

        self._inner = connect("sciwire", seconds=30)

    def start(self) -> Any:
        return self._inner.start()

    def ask(self, request: Any) -> Any:
        answer = self._inner.ask(request)
        if request.cmd != "decode":
            return answer
        for one in answer.value["datasets"].values():
            if "values" in one and one["values"]["$nd"]["dtype"] in ("<f8", "<f4"):
                one["values"] = plain.to_plain(np.abs(plain.from_plain(one["values"])))
        return answer

    def stop(self) -> None:
        self._inner.stop()


def test_bytes_are_json_in_ascii() -> None:
    assert canonical_bytes({"b": "ü", "a": 1}) == b'{"b":"\\u00fc","a":1}'
    assert hashlib.sha256(canonical_bytes([])).hexdigest()[:8] == "4f53cda1"  # of the two bytes []
