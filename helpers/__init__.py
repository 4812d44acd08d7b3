"""The module that the lessons build: losses, gradients, backpropagation, layers and optimizers, in NumPy.

Import the part you want: ``from helpers import losses``. Nothing heavy is loaded until it is used.
"""

__version__ = "0.1.0"
