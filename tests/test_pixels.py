"""A picture written fast is the picture: Pillow reads it back."""

import io

import numpy as np
import pytest
from PIL import Image

from helpers.plots.pixels import fast_png


@pytest.mark.parametrize("shape", [(1, 1, 3), (7, 5, 3), (40, 64, 4)])
def test_pillow_reads_the_same_pixels(rng, shape):
    pixels = rng.integers(0, 256, shape, dtype=np.uint8)
    read = Image.open(io.BytesIO(fast_png(pixels)))
    read.verify()  # the checksums
    read = Image.open(io.BytesIO(fast_png(pixels)))
    assert read.format == "PNG" and read.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(read), pixels[:, :, :3])
