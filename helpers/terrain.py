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
        rows, columns = elevation.shape
        self.bounds = ((0.0, (columns - 1) * spacing[0]), (0.0, (rows - 1) * spacing[1]))
        # For both axes at once, x first: the length of a cell, the last whole one, and the edges.
        self._spacing = np.array(spacing)[:, None]
        self._last = np.array(self.control.shape[::-1])[:, None] - 6
        self._low, self._high = np.array(self.bounds).T[..., None]

    def height(self, x, y):
        inside, outside = self._places(x, y)
        (height,) = self._spline(inside, outside, (0, 0))
        return (height + RISE_OUTSIDE * (outside[0] ** 2 + outside[1] ** 2)).reshape(np.shape(x))

    def gradient(self, x, y):
        inside, outside = self._places(x, y)
        slopes = self._spline(inside, outside, (1, 0), (0, 1)) + 2 * RISE_OUTSIDE * outside
        return slopes.reshape(2, *np.shape(x))

    def hessian(self, x, y):
        inside, outside = self._places(x, y)
        curvatures = self._spline(inside, outside, (2, 0), (1, 1), (0, 2))
        curvatures[::2] += 2 * RISE_OUTSIDE * (outside != 0)
        return curvatures.reshape(3, *np.shape(x))

    def _places(self, x, y):
        """The coordinates in rows, (2, n), moved to the map's edge where they are past it, and how far they were."""
        places = np.array([x, y], dtype=float).reshape(2, -1)
        inside = np.minimum(np.maximum(places, self._low), self._high)
        return inside, places - inside

    def _spline(self, inside, outside, *orders):
        """The spline's derivatives of these orders (by x, by y), 0 where it leaves the map in a direction derived by."""
        cells = inside / self._spacing
        cell = np.minimum(np.maximum(np.nan_to_num(np.floor(cells)), 0), self._last).astype(int)
        column, row = cell + 1  # of the first of the four control points around a place, on each axis
        x_weights, y_weights = {}, {}
        for order in {order for both in orders for order in both}:
            scale = 1 / self._spacing**order
            weights = np.array(_cubic(cells - cell, order)) * (np.where(outside == 0, scale, 0.0) if order else scale)
            x_weights[order], y_weights[order] = weights[:, 0], weights[:, 1]  # (4, n) each
        # The 4 by 4 control points around each place, first the rows. Sums run from the first to the last.
        points = self.control[np.add.outer(_FOUR, row)[:, None], np.add.outer(_FOUR, column)]
        by_x = {order: np.add.reduce(x_weights[order] * points, axis=1) for order in {of_x for of_x, _ in orders}}
        return np.array([np.add.reduce(y_weights[of_y] * by_x[of_x], axis=0) for of_x, of_y in orders])


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
