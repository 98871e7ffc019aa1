"""A layout that leaves a choice, narrowed to what one file has chosen: what is appended must fit that.

HDF5 converts numbers to the type of the dataset without a word, and cuts text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .elements import alike
from .layout import Dataset, Element, Layout

__all__ = ["open_choices", "settled", "settled_by"]


def open_choices(layout: Layout) -> bool:
    """Whether a dataset may be of several types, or its text of any length."""
    return any(_open(dataset.element) for dataset in layout.datasets)


def settled(layout: Layout, stored: Callable[[Dataset], Any]) -> Layout:
    """The *layout* with the types that the datasets of a file have; *stored* gives the dtype of one, None where it is absent."""
    if not open_choices(layout):
        return layout
    datasets = []
    for dataset in layout.datasets:
        dtype = stored(dataset) if _open(dataset.element) else None
        element = dataset.element if dtype is None else _narrowed(dataset.element, dtype)
        datasets.append(dataset._replace(element=element))
    return layout._replace(datasets=tuple(datasets))


def settled_by(file: Any, layout: Layout) -> Layout:
    """The *layout* with the types that the datasets of an open *file* of h5py have."""
    return settled(layout, lambda dataset: file[dataset.path].dtype if dataset.path in file else None)


def _open(element: Element) -> bool:
    return element.free or len(element.choices) > 1


def _narrowed(element: Element, dtype: Any) -> Element:
    if element.free:
        return element._replace(length=dtype.itemsize, free=False) if dtype.kind == "S" else element
    chosen = next((one for one in element.dtypes if alike(dtype, one)), element.dtype)
    return element._replace(dtype=chosen, choices=())
