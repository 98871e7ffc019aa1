"""Images as a photon-counting detector has them: a faint background, sharp spots, gaps between its modules.

Everything is drawn from a seed: the same seed gives the same pixels, everywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["frame", "gaps"]

_MODULE = (512, 1028)  # pixels of a module, y and x
_GAP = (38, 12)  # pixels between modules
_BACKGROUND = 0.12  # photons a pixel in the middle of the image
_SPOTS = 2e-4  # spots a pixel
_REACH = 4  # pixels from the middle of a spot to its edge


def frame(shape: tuple[int, ...], dtype: str, seed: int, number: int) -> NDArray[Any]:
    """Image *number* of the series with this *seed*: photons, shape *shape*, the last two axes y and x.

    Integers have all bits set in the gaps between modules, as a masked pixel has; floats are 0 there.
    """
    draw = np.random.Generator(np.random.PCG64([seed, number]))
    panels = int(np.prod(shape[:-2], dtype=np.int64))
    height, width = shape[-2:]
    image = np.stack([_panel(draw, height, width) for _ in range(panels)]).reshape(shape)
    kind = np.dtype(dtype)
    masked = gaps(height, width)
    if kind.kind == "f":
        image[..., masked] = 0
        return image.astype(kind)
    most = np.iinfo(kind).max
    pixels = np.minimum(image, min(most - 1, np.iinfo(image.dtype).max)).astype(kind)
    pixels[..., masked] = most
    return pixels


def gaps(height: int, width: int) -> NDArray[np.bool_]:
    """The pixels between modules, shape (height, width)."""
    rows = np.arange(height) % (_MODULE[0] + _GAP[0]) >= _MODULE[0]
    columns = np.arange(width) % (_MODULE[1] + _GAP[1]) >= _MODULE[1]
    return np.asarray(rows[:, None] | columns[None, :])


def _panel(draw: np.random.Generator, height: int, width: int) -> NDArray[np.int64]:
    y, x = np.ogrid[:height, :width]
    reach = max(height, width) / 2
    distance = ((y - height / 2) ** 2 + (x - width / 2) ** 2) / reach**2
    image = draw.poisson(_BACKGROUND * np.exp(-1.5 * distance))
    for _ in range(max(1, round(height * width * _SPOTS / 10))):
        _spot(image, draw)
    return image


def _spot(image: NDArray[np.int64], draw: np.random.Generator) -> None:
    height, width = image.shape
    row, column = draw.uniform(0, height), draw.uniform(0, width)
    photons, spread = draw.exponential(2000.0), draw.uniform(0.6, 1.3)
    low, high = max(int(row) - _REACH, 0), min(int(row) + _REACH + 1, height)
    left, right = max(int(column) - _REACH, 0), min(int(column) + _REACH + 1, width)
    y, x = np.ogrid[low:high, left:right]
    shape = np.exp(-((y - row) ** 2 + (x - column) ** 2) / (2 * spread**2)) / (2 * np.pi * spread**2)
    image[low:high, left:right] += draw.poisson(photons * shape)
