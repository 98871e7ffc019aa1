"""What can be wrong with the versions and times that a specification of the `hdf5` family has in its files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..check import resolve
from ..context import Context
from ..ir import Spec
from ..nodes import Node
from ..types import Number, Scalar

if TYPE_CHECKING:
    from .hdf5_body import Hdf5Body

__all__ = ["check_versions"]


def check_versions(spec: Spec, body: Hdf5Body, root: Node, context: Context) -> None:
    """Report roles that are there twice, on fields of another type, without a rule, and versions that have no such form."""
    having = [one for one in body.attributes if one.role in ("version", "content_version")]
    for one in having:
        kind = resolve(one.field.type, spec)
        whole = isinstance(kind, Number) and kind.code[0] in "iu" and spec.version_rule.kind == "exact"
        if one.shape or not (kind == Scalar("text") or whole):
            text = (
                f"the version {one.field.name!r} must be one text, or one integer where versions are compared as exact"
            )
            context.problems.add("SPEC106", one.field.place, text)
        elif one.role == "version":
            _check_form(spec, whole, root, context)
    for role in ("version", "created", "modified"):
        for again in [one for one in body.attributes if one.role == role][1:]:
            context.problems.add("SPEC106", again.field.place, f"a second attribute has the role {role!r}")
    for one in body.attributes:
        if one.role in ("created", "modified") and resolve(one.field.type, spec) not in (
            Number("f8", "<"),
            Number("f8", ">"),
            Scalar("float"),
        ):
            context.problems.add("SPEC106", one.field.place, f"{one.field.name!r} holds unix time: a float64")
    if having and not root["versioning"].exists:
        context.problems.add(
            "SPEC106", having[0].field.place, "versions in the file need a rule: `versioning` is missing"
        )


def _check_form(spec: Spec, whole: bool, root: Node, context: Context) -> None:
    """The version of this specification is what its files state, so it must be such a version itself."""
    if whole and not re.fullmatch("[0-9]{1,9}", spec.version):
        problem = f"files state the version as an integer, {spec.version!r} is none"
        context.problems.add("SPEC106", root["version"].place, problem)
    elif (
        not whole
        and spec.version_rule.kind != "exact"
        and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){1,2}", spec.version)
    ):
        problem = f"versions that are compared as numbers are major.minor or major.minor.patch, {spec.version!r} is not"
        context.problems.add("SPEC106", root["version"].place, problem)
