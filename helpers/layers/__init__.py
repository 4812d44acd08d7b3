"""Layers: a function with weights. Keras' names, arguments, weight shapes and order.

A layer makes its weights when it first sees an input, in that input's dtype (float32 for whole numbers).
"""

from helpers.layers.activation import ELU, Activation, LeakyReLU, ReLU, Softmax
from helpers.layers.attention import MultiHeadAttention, attend
from helpers.layers.base import Layer
from helpers.layers.base import _input as _input
from helpers.layers.base import _set_weights as _set_weights
from helpers.layers.convolution import Conv2D
from helpers.layers.dense import Dense, affine
from helpers.layers.embedding import Embedding
from helpers.layers.normalization import BatchNormalization, LayerNormalization
from helpers.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from helpers.layers.recurrent import LSTM, SimpleRNN
from helpers.layers.regularization import Dropout
from helpers.layers.shaping import Flatten, Input, Reshape
from helpers.layers.wrappers import Residual, WeightNormalization

__all__ = [
    "ELU",
    "LSTM",
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling2D",
    "Input",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling2D",
    "MultiHeadAttention",
    "ReLU",
    "Reshape",
    "Residual",
    "SimpleRNN",
    "Softmax",
    "WeightNormalization",
    "affine",
    "attend",
]
