"""A smooth surface through a table of elevations: the mountain of `landscapes`."""

import functools

import numpy as np

RISE_OUTSIDE = 500.0  # metres per square kilometre, past the edge of the map
_FOUR = np.arange(4)
KM_PER_DEGREE = 111.32  # along a meridian; along a parallel times the cosine of the latitude


@functools.cache
def load_terrain(smoothing):
    """The Jacksboro Fault elevations that ship with Matplotlib, blurred over ``smoothing`` km, as a `Terrain`."""
    from matplotlib import cbook  # heavy, and only this loader needs it

    with cbook.get_sample_data("jacksboro_fault_dem.npz") as data:
        elevation = data["elevation"][::-1].astype(float)  # the file's first row is the north
        latitude = np.radians((data["ymin"] + data["ymax"]) / 2)
        spacing = (float(data["dx"]) * KM_PER_DEGREE * np.cos(latitude), float(data["dy"]) * KM_PER_DEGREE)
    for axis, cell in ((0, spacing[1]), (1, spacing[0])):
        elevation = _blur(elevation, smoothing / cell, axis)
    return Terrain(elevation, spacing)


class Terrain:
    """The uniform cubic B-spline over ``elevation`` (rows north, columns east), ``spacing`` = (east, north) km a cell.

    The table is mirrored at its edges, so the slope across an edge is 0 there and the rise outside joins smoothly.
    """

    def __init__(self, elevation, spacing):
        self.control = np.pad(elevation, 2, mode="reflect")
        self.spacing = spacing
        rows, columns = elevation.shape
        self.bounds = ((0.0, (columns - 1) * spacing[0]), (0.0, (rows - 1) * spacing[1]))

    def height(self, x, y):
        (height,) = self._spline(x, y, (0, 0))
        return height + RISE_OUTSIDE * (self._outside(x, 0) ** 2 + self._outside(y, 1) ** 2)

    def gradient(self, x, y):
        east, north = self._spline(x, y, (1, 0), (0, 1))
        return (
            east + 2 * RISE_OUTSIDE * self._outside(x, 0),
            north + 2 * RISE_OUTSIDE * self._outside(y, 1),
        )

    def hessian(self, x, y):
        east, mixed, north = self._spline(x, y, (2, 0), (1, 1), (0, 2))
        return (
            east + 2 * RISE_OUTSIDE * (self._outside(x, 0) != 0),
            mixed,
            north + 2 * RISE_OUTSIDE * (self._outside(y, 1) != 0),
        )

    def _inside(self, w, axis):
        low, high = self.bounds[axis]
        return np.minimum(np.maximum(w, low), high)

    def _outside(self, w, axis):
        return w - self._inside(w, axis)

    def _spline(self, x, y, *orders):
        """The spline's derivatives of these orders (by x, by y), 0 where it leaves the map in a direction derived by."""
        column, x_weights = self._weights(x, 0, {of_x for of_x, _ in orders})
        row, y_weights = self._weights(y, 1, {of_y for _, of_y in orders})
        # The 4 by 4 control points around each place, first the rows.
        points = self.control[np.add.outer(_FOUR, row)[:, None], np.add.outer(_FOUR, column)]
        by_x = {order: np.add.reduce(weights * points, axis=1) for order, weights in x_weights.items()}
        return [np.add.reduce(y_weights[of_y] * by_x[of_x], axis=0) for of_x, of_y in orders]

    def _weights(self, w, axis, orders):
        """Index of the first of the four control points around w, and for each order their weights (4, ...)."""
        inside = self._inside(w, axis)
        cells = inside / self.spacing[axis]
        last = self.control.shape[1 - axis] - 6  # the last whole cell
        cell = np.minimum(np.maximum(np.nan_to_num(np.floor(cells)), 0), last).astype(int)
        t = cells - cell
        weights = {}
        for order in orders:
            scale = 1 / self.spacing[axis] ** order
            weights[order] = np.array(_cubic(t, order)) * (np.where(w == inside, scale, 0.0) if order else scale)
        return cell + 1, weights


def _cubic(t, order):
    """The four pieces of the uniform cubic B-spline at t in [0, 1], or their first or second derivative."""
    if order == 0:
        return (1 - t) ** 3 / 6, (4 - 6 * t**2 + 3 * t**3) / 6, (1 + 3 * (t + t**2 - t**3)) / 6, t**3 / 6
    if order == 1:
        return -((1 - t) ** 2) / 2, (3 * t**2 - 4 * t) / 2, (1 + 2 * t - 3 * t**2) / 2, t**2 / 2
    return 1 - t, 3 * t - 2, 1 - 3 * t, t


def _blur(table, width, axis):
    """A Gaussian blur along one axis, ``width`` in cells, the table mirrored at its edges."""
    reach = int(np.ceil(3 * width))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    kernel /= kernel.sum()
    padding = [(0, 0), (0, 0)]
    padding[axis] = (reach, reach)
    padded = np.pad(table, padding, mode="reflect")
    return np.apply_along_axis(np.convolve, axis, padded, kernel, mode="valid")
