"""Convolution and pooling: against SciPy's correlation and plain loops, measured slopes over random shapes, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from helpers import layers
from helpers.autodiff import Tensor
from layer_checks import check_gradients

sizes = st.integers(1, 6)
small = st.integers(1, 3)
paddings = st.sampled_from(["valid", "same"])


def window_fits(image, window, padding):
    return padding == "same" or all(k <= n for k, n in zip(window, image, strict=True))


@given(sizes, sizes, small, small, small, small, paddings)
def test_convolution_is_scipys_correlation(height, width, kh, kw, channels, filters, padding):
    if not window_fits((height, width), (kh, kw), padding):
        with pytest.raises(ValueError, match="does not fit into an image"):
            layers.Conv2D(filters, (kh, kw))(np.ones((1, height, width, channels)))
        return
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, height, width, channels))
    layer = layers.Conv2D(filters, (kh, kw), padding=padding, seed=0)
    out = layer(x).data
    kernel = layer.get_weights()[0]
    for n in range(2):
        for f in range(filters):
            full = [correlate2d(x[n, :, :, c], kernel[:, :, c, f], mode="full") for c in range(channels)]
            top, left = (kh // 2, kw // 2) if padding == "same" else (kh - 1, kw - 1)  # the odd row is below
            expected = sum(full)[top : top + out.shape[1], left : left + out.shape[2]]
            np.testing.assert_allclose(out[n, :, :, f], expected, atol=1e-12)


@given(sizes, sizes, small, small, small, small, paddings, st.integers(1, 2), st.booleans(), st.booleans())
def test_convolution_gradients(height, width, kh, kw, sh, sw, padding, groups, use_bias, dilated):
    strides, dilation = ((1, 1), (sh, sw)) if dilated else ((sh, sw), (1, 1))
    reach = [(k - 1) * d + 1 for k, d in zip((kh, kw), dilation, strict=True)]
    if window_fits((height, width), reach, padding):
        layer = layers.Conv2D(
            2, (kh, kw), strides, padding, dilation_rate=dilation, groups=groups, use_bias=use_bias, seed=1
        )
        check_gradients(layer, np.random.default_rng(1).normal(size=(2, height, width, 2)))


@given(sizes, sizes, small, small, small, small, paddings, st.booleans())
def test_pooling_is_a_loop_over_windows(height, width, ph, pw, sh, sw, padding, whole):
    if not window_fits((height, width), (ph, pw), padding):
        return
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2, height, width, 3)) - 1
    if whole:
        x = np.round(x)  # with ties
    options = {"pool_size": (ph, pw), "strides": (sh, sw), "padding": padding}
    largest, mean = layers.MaxPooling2D(**options)(x), layers.AveragePooling2D(**options)(x)
    rows, columns = largest.shape[1:3]
    if padding == "same":
        assert (rows, columns) == (-(-height // sh), -(-width // sw))
    top = max((rows - 1) * sh + ph - height, 0) // 2 if padding == "same" else 0
    left = max((columns - 1) * sw + pw - width, 0) // 2 if padding == "same" else 0
    for i in range(rows):
        for j in range(columns):
            i0, j0 = i * sh - top, j * sw - left
            window = x[:, max(i0, 0) : i0 + ph, max(j0, 0) : j0 + pw]
            np.testing.assert_array_equal(largest[:, i, j], window.max(axis=(1, 2)))
            np.testing.assert_allclose(mean[:, i, j], window.mean(axis=(1, 2)), atol=1e-14)
    if not whole:  # at a tie the slope to the left is not the slope to the right
        check_gradients(layers.MaxPooling2D(**options), x)
    check_gradients(layers.AveragePooling2D(**options), x)


def test_at_a_tie_the_first_is_the_largest():
    x = Tensor(np.zeros((1, 2, 2, 1)))
    layers.MaxPooling2D(2)(x).sum().backward()
    np.testing.assert_array_equal(x.grad[0, :, :, 0], [[1, 0], [0, 0]])


@pytest.mark.parametrize("keepdims", [False, True])
def test_global_average(keepdims):
    x = np.random.default_rng(3).normal(size=(2, 3, 4, 5))
    layer = layers.GlobalAveragePooling2D(keepdims=keepdims)
    np.testing.assert_allclose(layer(x), x.mean(axis=(1, 2), keepdims=keepdims))
    check_gradients(layer, x)


@pytest.mark.parametrize(
    "layer",
    [layers.Conv2D(2, 2, padding="same"), layers.MaxPooling2D(2, padding="same"), layers.AveragePooling2D(2)],
    ids=lambda layer: type(layer).__name__,
)
def test_dtype_and_views(layer):
    x = np.asfortranarray(np.random.default_rng(4).normal(size=(2, 5, 6, 3)).astype(np.float32))
    out = layer(x)
    assert out.dtype == np.float32
    numbers = out.data if isinstance(out, Tensor) else out
    again = layer(np.ascontiguousarray(x))
    np.testing.assert_array_equal(numbers, again.data if isinstance(again, Tensor) else again)
    backwards = layer(x[:, ::-1])
    expected = layer(x[:, ::-1].copy())
    np.testing.assert_array_equal(
        *(out.data if isinstance(out, Tensor) else out for out in (backwards, expected)), strict=True
    )
    none = layer(x[:0])
    assert none.shape == (0, *out.shape[1:])


def test_a_batch_of_data_gets_no_gradient_but_the_weights_do():
    layer = layers.Conv2D(2, 2)
    layer(np.ones((1, 3, 3, 1), np.float32)).sum().backward()
    assert [w.grad.shape for w in layer.trainable_weights] == [(2, 2, 1, 2), (2,)]
    assert {w.grad.dtype for w in layer.trainable_weights} == {np.dtype(np.float32)}


def built():
    layer = layers.Conv2D(2, 2, name="eye")
    layer(np.ones((1, 3, 3, 2)))
    return layer


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: layers.Conv2D(0, 3), ValueError, "filters must be at least 1"),
        (lambda: layers.Conv2D(4, (3, 3, 3)), ValueError, "kernel_size must be one whole number or two"),
        (lambda: layers.Conv2D(4, 2.5), TypeError, "kernel_size must be a whole number"),
        (lambda: layers.Conv2D(4, 3, strides=0), ValueError, "strides must be at least 1"),
        (lambda: layers.Conv2D(4, 3, padding="full"), ValueError, "unknown padding 'full'"),
        (lambda: layers.Conv2D(4, 3, padding=1), ValueError, "unknown padding 1"),
        (lambda: layers.Conv2D(4, 3, data_format="channels_first"), ValueError, "data_format must be 'channels_last'"),
        (lambda: layers.Conv2D(4, 3, groups=3), ValueError, "filters must be a multiple of groups 3"),
        (lambda: layers.Conv2D(4, 3, strides=2, dilation_rate=2), ValueError, "one of them must be 1"),
        (lambda: layers.Conv2D(4, 3, use_bias="yes"), TypeError, "use_bias must be True or False"),
        (lambda: layers.Conv2D(4, 3, activation="rellu"), ValueError, "did you mean 'relu'"),
        (lambda: layers.Conv2D(4, 3, kernel_initializer="x"), ValueError, "unknown kernel_initializer"),
        (lambda: layers.Conv2D(4, 3)(np.ones((3, 3, 1))), ValueError, r"x must be \(batch, height, width, channels\)"),
        (lambda: layers.Conv2D(4, 3, groups=2)(np.ones((1, 3, 3, 3))), ValueError, "a multiple of 2 channels"),
        (lambda: layers.Conv2D(4, 3)(np.ones((1, 2, 5, 3))), ValueError, r"a window of \(3, 3\) does not fit"),
        (lambda: built()(np.ones((1, 3, 3, 3))), ValueError, "x must have 2 channels, as when layer eye was built"),
        (
            lambda: built()(np.ones((1, 3, 3))),
            ValueError,
            r"x must be \(batch, height, width, channels\) for layer eye",
        ),
        (lambda: layers.MaxPooling2D(0), ValueError, "pool_size must be at least 1"),
        (lambda: layers.MaxPooling2D(2, strides=(1, 0)), ValueError, "strides must be at least 1"),
        (lambda: layers.AveragePooling2D(3)(np.ones((1, 2, 2, 1))), ValueError, "does not fit"),
        (lambda: layers.AveragePooling2D(3)(np.ones((1, 2, 2))), ValueError, "for layer AveragePooling2D, got shape"),
        (lambda: layers.GlobalAveragePooling2D()(np.ones((2, 3))), ValueError, "x must be"),
        (lambda: layers.GlobalAveragePooling2D()(np.ones((2, 0, 3, 1))), ValueError, "at least one pixel"),
        (lambda: layers.GlobalAveragePooling2D(keepdims=2), TypeError, "keepdims must be True or False"),
    ],
)
def test_bad_input_is_named(call, error, text):
    with pytest.raises(error, match=text):
        call()
