"""Specifications of the size of a real format, written from the manual alone, through everything that is made of one.

The command generates the modules (and proves them by vectors made by hand), type checkers read them, `conform` judges
them with drawn values; drawn values are damaged here at every byte, and streams of them are cut anywhere.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from made import generated, loaded, run

from sciwire.conformance.strategies import decode_options, drawn, labels, load_specs
from sciwire.conformance.volume.source import Source
from sciwire.runtime import CodecError
from sciwire.runtime.equality import same

SPECS = Path(__file__).with_name("authored_specs")
OLDER = Path(__file__).with_name("authored_versions")
FORMATS = sorted(path.name for path in SPECS.iterdir())
STREAMS = ("hopper", "lynx", "orchard", "rover", "seism", "telemetry")
FEW = 2  # values of each kind


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generated(SPECS, tmp_path_factory.mktemp("authored"))


@pytest.fixture(scope="module")
def modules(folder: Path) -> Iterator[dict[str, ModuleType]]:
    with loaded(folder, FORMATS, "authored") as found:
        yield found


def _values(name: str, module: ModuleType) -> Iterator[tuple[Callable[[Any], Any], Any, dict[str, Any]]]:
    """An encoder with the options of a value, what it makes of the value, and what a decoder must be told."""
    spec = load_specs(SPECS, name)[-1]
    for label in labels(spec):
        for number in range(FEW):
            obj = drawn(spec, label.name).seeded(Source.of(name, label.name, number))
            value = module.from_plain(obj)
            encode = partial(module.encode, **label.options)
            yield encode, encode(value), dict(decode_options(spec, obj))


def test_modules_pass_mypy_strict_and_ruff(folder: Path) -> None:
    pytest.importorskip("mypy")
    files = sorted((folder / "sciwire" / "formats").glob("*.py"))
    typed = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", folder / "cache", *files)
    clean = run("ruff", "check", "--config", "pyproject.toml", *files)

    assert typed.returncode == 0, typed.stdout
    assert clean.returncode == 0, clean.stdout


def test_conform_judges_them(folder: Path) -> None:
    done = run("sciwire.cli", "conform", "--specs", SPECS, "--examples", "8", *FORMATS, first=folder)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


@pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_decoded_twice_or_written_again_is_equal(name: str, modules: dict[str, ModuleType]) -> None:
    module = modules[name]
    for encode, data, options in _values(name, module):
        value = module.decode(data, **options)
        assert same(value, module.decode(data, **options))
        assert same(module.decode(encode(value), **options), value)
        assert module.summary(value)
        assert list(module.spans(data)) or not data


@pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_damage_is_an_error_with_an_offset_or_a_value_that_is_written(
    name: str, modules: dict[str, ModuleType]
) -> None:
    module, chance = modules[name], random.Random(name)
    refused = 0
    for encode, data, options in _values(name, module):
        for damaged in _damages(data, chance):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    value = module.decode(damaged, **options)
                except CodecError as error:
                    refused += 1
                    assert error.at not in (None, ""), error
                    continue
                try:
                    again = encode(value)
                except CodecError:
                    continue  # a decoder may read what no encoder writes
                assert same(module.decode(again, **options), value)
    assert refused


def _damages(data: Any, chance: random.Random) -> Iterator[Any]:
    """*data* cut, with bytes of all ones, and with single bits turned, at many places of each of its parts."""
    parts = list(data) if isinstance(data, (list, tuple)) else [data]
    for index, part in enumerate(map(bytes, parts)):
        for at in range(0, len(part), max(1, len(part) // 40)):
            width = chance.choice((1, 2, 4, 8))
            turned = part[:at] + bytes([part[at] ^ 1 << chance.randrange(8)]) + part[at + 1 :]
            for worse in (part[:at], part[:at] + b"\xff" * width + part[at + width :], turned):
                whole = [*parts[:index], worse, *parts[index + 1 :]]
                yield whole if isinstance(data, (list, tuple)) else worse


@pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")
@pytest.mark.parametrize("name", [name for name in STREAMS if name not in ("hopper", "seism")])
def test_a_stream_may_be_cut_anywhere(name: str, modules: dict[str, ModuleType]) -> None:
    module = modules[name]
    several = [bytes(data) for _, data, _ in _values(name, module)][:4]
    wanted, whole = [module.decode(data) for data in several], b"".join(several)

    for cut in range(0, len(whole), max(1, len(whole) // 120)):
        decoder = module.Decoder()
        assert decoder.feed(whole[:cut]) + decoder.feed(whole[cut:]) == wanted
        decoder.finish()
    decoder = module.Decoder()
    assert [one for byte in whole for one in decoder.feed(bytes([byte]))] == wanted


@pytest.mark.parametrize("path", sorted(SPECS.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_describe_has_tables(path: Path) -> None:
    done = run("sciwire.cli", "describe", path)

    assert done.returncode == 0, done.stderr
    assert path.parent.name in done.stdout


def test_what_a_new_version_breaks_is_told() -> None:
    done = run("sciwire.cli", "diff", OLDER / "lynx" / "1.4.yaml", SPECS / "lynx" / "2.0.yaml")

    assert done.returncode == 1
    assert "types.Trigger  widened: Internal is Internal | External now  (readers)" in done.stdout
    assert "messages.events  added: new  (readers)" in done.stdout
    assert "asks for a new major version; the major version is new: enough" in done.stdout
    done = run("sciwire.cli", "diff", SPECS / "eventfile" / "1.0.yaml", SPECS / "eventfile" / "1.1.yaml")
    assert "datasets.events.columns.weight  narrowed: no constraint is at least 0 now  (writers, files)" in done.stdout
    assert "datasets.polarity  added: new: not required\n" in done.stdout
