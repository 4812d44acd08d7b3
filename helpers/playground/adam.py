"""The controls of the lesson on Adam."""

from __future__ import annotations

import numpy as np

from helpers import landscapes
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.adam import anatomy_ground, anatomy_top

STEPS = 40


def record_adam(landscape, steps: int, rate: float, beta_1: float, beta_2: float, corrected: bool = True) -> list:
    """Every quantity of every step of the paper's Adam: a list of (w, g, m, m_hat, v, v_hat, step)."""
    w = np.array([-3.2, 2.4])
    m, v = np.zeros_like(w), np.zeros_like(w)
    record = []
    for t in range(1, steps + 1):
        g = landscape.gradient(w)
        m, v = m + (1 - beta_1) * (g - m), v + (1 - beta_2) * (g * g - v)
        m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
        direction, size = (m_hat, v_hat) if corrected else (m, v)
        step = -rate * direction / (np.sqrt(size) + 1e-7)
        record.append((w, g, m, m_hat, v, v_hat, step))
        w = w + step
    return record


def take_adam_apart(landscape=None, rate: float = 0.4):
    """Return controls for the step, both betas and the correction, over the picture of Adam's parts."""
    landscape = landscapes.ravine(20) if landscape is None else landscape
    known: dict = {}

    def draw(fig, t, beta_1, beta_2, corrected):
        key = (beta_1, beta_2, corrected)
        if key not in known:
            known.clear()
            known[key] = record_adam(landscape, STEPS, rate, *key)
        share = anatomy_top(*fig.axes, known[key], t, corrected)
        parts = [
            f"{rate:g} × {round(100 * part):+d} % = {round(rate * part, 3) + 0.0:+.3f} in {w}"
            for part, w in zip(share, ("w₁", "w₂"), strict=True)
        ]
        said = f"Step {t} = α × arrow / box: {parts[0]}, {parts[1]}."
        said += " It starts off the map." if np.abs(known[key][t - 1][0]).max() >= 4 else ""
        return said.replace("-", "−")

    return explore(
        draw,
        "Left: a map with Adam's path, the downhill direction and the step, drawn three times as "
        "long. Right: for each direction a box that reaches the root of v to either side of 0, and in it the arrow of "
        "minus m; the step is the learning rate times the part of the box that the arrow fills. Controls: the step, both "
        "betas, and the bias correction.",
        ncols=2,
        size=(8.0, 4.1),
        ground=lambda fig, corrected: anatomy_ground(*fig.axes, landscape, 101, corrected),
        t=slider("step t", 1, STEPS, 1),
        beta_1=slider("β₁ (memory of m)", 0.0, 0.98, 0.9, 0.02),
        beta_2=choice("β₂ (memory of v)", [0.5, 0.9, 0.99, 0.999], 0.999),
        corrected=choice("bias correction", {"on": True, "off": False}),
    )
