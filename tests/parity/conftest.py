"""Keras as the oracle: its backend is chosen and silenced before anything imports it."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import pytest

from helpers import keras_bridge


@pytest.fixture
def float64():
    """Keras computes in float64 during the test, and as before after it."""
    pytest.importorskip("keras")
    with keras_bridge.float64() as keras:
        yield keras
