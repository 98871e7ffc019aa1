"""Every decision about the printed text, made before a template sees it.

A family turns the versions of one format into a `Module`: the template to use and the ready-made
values that it places. Templates loop, test one flag and place text; they decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sciwire.model import Spec

__all__ = ["Module", "Section", "describe", "plan_module"]


@dataclass(frozen=True, slots=True)
class Module:
    """One module to print: its format, its template, and what the template places."""

    format: str
    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the reference: what `sciwire describe` prints."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    doc: str = ""


def plan_module(specs: tuple[Spec, ...]) -> Module:
    """Plan the module that serves all *specs*, the versions of one format, oldest first."""
    planned = _family(specs[-1]).plan(specs)
    assert isinstance(planned, Module)
    return planned


def describe(spec: Spec) -> list[Section]:
    """The layout tables of *spec*, and its rules."""
    sections: list[Section] = list(_family(spec).describe(spec))
    if len(spec.profiles) > 1:
        rows = tuple(
            (profile.name + (" (default)" if profile.default else ""), profile.doc, _settings(profile.settings))
            for profile in spec.profiles
        )
        sections.append(Section("Profiles", ("profile", "meaning", "settings"), rows))
    if spec.limits:
        sections.append(
            Section("Limits", ("limit", "of this format"), tuple((name, str(n)) for name, n in spec.limits.items()))
        )
    rules = tuple((rule.id, rule.level, rule.binds, rule.text, rule.source) for rule in spec.rules)
    if rules:
        sections.append(Section("Rules", ("id", "level", "binds", "text", "source"), rules))
    if spec.sources:
        sections.append(
            Section(
                "Sources",
                ("id", "text"),
                tuple((one.id, " ".join((one.text, one.url)).strip()) for one in spec.sources),
            )
        )
    return sections


def _settings(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items())


def _family(spec: Spec) -> Any:
    return import_module(f"sciwire.generator.families.{spec.family}")
