"""The base of records of descriptors: one class an element, its fields annotated, none of them computed.

`dataclasses` would do the same at a hundred times the cost of importing a generated module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

if TYPE_CHECKING:
    from ..xml import Element

__all__ = ["ElementRecord"]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class ElementRecord:
    """One element of a descriptor as it stands in the bytes: a field an attribute (text) and a kind of child (tuple).

    Attributes
    ----------
    ATTRIBUTES, CHILDREN : name in the XML -> field.
    text : what stands inside the element.
    extra, others : attributes and children that the schema does not know.
    """

    ATTRIBUTES: ClassVar[Mapping[str, str]] = {}
    CHILDREN: ClassVar[Mapping[str, str]] = {}

    text: str = ""
    extra: Mapping[str, str] = {}
    others: tuple[Element, ...] = ()

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            if name not in self._fields():
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
            self.__dict__[name] = value

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} can't be changed")

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        return (*cls.ATTRIBUTES.values(), *cls.CHILDREN.values(), "text", "extra", "others")

    def _told(self) -> Iterator[tuple[str, Any]]:
        """The fields that say something."""
        return ((name, value) for name in self._fields() if (value := getattr(self, name)) not in (None, "", (), {}))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ElementRecord) or type(self) is not type(other):
            return False
        return dict(self._told()) == dict(other._told())

    def __hash__(self) -> int:
        return hash(
            (type(self), tuple((name, value) for name, value in self._told() if name not in ("extra", "others")))
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._told())})"
