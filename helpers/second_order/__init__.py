"""Methods that look at curvature: Newton's, BFGS and L-BFGS, with the line search and the products they stand on.

Unlike the optimizers, they need the whole loss: a function and its exact gradient, without noise. Each returns a
`Minimum`.
"""

from helpers.second_order.curvature import hessian, hessian_vector_product
from helpers.second_order.line_search import wolfe
from helpers.second_order.minimum import Minimum
from helpers.second_order.newton import newton
from helpers.second_order.quasi_newton import bfgs, lbfgs

__all__ = ["Minimum", "bfgs", "hessian", "hessian_vector_product", "lbfgs", "newton", "wolfe"]
