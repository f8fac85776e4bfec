"""Colours as eyes tell them apart: sRGB pixels in CIE L*a*b*."""

import numpy as np
from numpy.typing import NDArray

from models.types import Pixels

_LEVELS = np.arange(256) / 255
# sRGB (IEC 61966-2-1): light for each of the 256 levels, then to XYZ over the white point D65.
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]], dtype=np.float32,
) / np.array([[0.95047], [1.0], [1.08883]], dtype=np.float32)  # fmt: skip
_LINEAR = np.where(_LEVELS > 0.04045, ((_LEVELS + 0.055) / 1.055) ** 2.4, _LEVELS / 12.92).astype(
    np.float32
)


def cielab(pixels: Pixels) -> NDArray[np.float32]:
    """CIE L*a*b* (CIE 15:2004), white point D65.

    Args:
        pixels: (..., 3) uint8, sRGB.
    Returns:
        ndarray of shape (..., 3), float32: L* of 0 to 100, a* and b* about -128 to 128.
    """
    xyz = _LINEAR[pixels] @ _TO_XYZ.T
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    lab = np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])],
        axis=-1,
    )
    return lab.astype(np.float32)
