"""What is said of each known mistake in momentum's and Nesterov's rule; the parts that make it stand in ``momentum_rules``."""

import numpy as np

from helpers.check.catalogue import momentum_rules as rules
from helpers.check.catalogue.families import Catalogue, made

_AVERAGED = (
    "The gradient enters with the factor (1 − β) here, so the steps are 1 − β times as long. That is the averaging form; "
    "which form does the rule of this lesson have?"
)
UPHILL = (
    "The weights go uphill: −αg belongs in the velocity, and the velocity is added to the weights. One sign is the other "
    "way round."
)
_PLAIN = (
    "This is plain gradient descent: no step before this one plays a part. Does `m` keep its new value, and do the weights move "
    "by `m`?"
)

# {id: (parts that are wrong, what to say)}
_VELOCITY = {
    "averaged": ({"velocity": rules.averaged}, _AVERAGED),
    "never_fades": ({"velocity": rules.never_fades}, "The velocity never fades: where does β come in?"),
    "share_squared": (
        {"velocity": rules.share_squared},
        "β² of the old velocity is kept, as if it faded twice in a step.",
    ),
    "beta_on_gradient": (
        {"velocity": rules.share_on_pull},
        "m never fades here: β stands at the gradient, or at m where the weights move. What should it make smaller?",
    ),
    "fades_after": (
        {"velocity": rules.fades_after},
        "The new pull is multiplied by β too, as if w moved by βm: β fades the old velocity, and nothing else.",
    ),
    "adds_to_itself": (
        {"velocity": rules.to_itself},
        "`m += …` adds to all of the old velocity, so the share 1 + β of it is kept. What should become of the old one?",
    ),
    "turned_round": (
        {"velocity": rules.turned_round},
        "The share 1 − β of the old velocity is kept here, the share β is lost. Which of the two is kept?",
    ),
    "power_of_t": (
        {"velocity": rules.power_of_t},
        "The old velocity is multiplied by βᵗ, which soon leaves nothing of it. Each step fades it by β once.",
    ),
    "minus_old": (
        {"velocity": rules.minus_old},
        "The old velocity comes in with a minus: it is turned round at each step. Which sign does βm have?",
    ),
    "clipped": (
        {"gradient": lambda g: np.clip(g, -1, 1)},
        "The gradient is clipped to the range from −1 to 1. The rule takes it as it is.",
    ),
    "one_length": (
        {"gradient": lambda g: g / np.linalg.norm(g)},
        "The gradient is divided by its length. The rule takes it as it is.",
    ),
    "sign_only": (
        {"gradient": np.sign},
        "Only the sign of the gradient comes into the velocity. The rule takes g itself.",
    ),
    "mean_gradient": (
        {"gradient": lambda g: np.full_like(g, np.mean(g))},
        "The mean of all slopes pulls at every weight. Each weight has a slope of its own, and they are in `g` as they are needed.",
    ),
    "first_pull_whole": (
        {"velocity": rules.averaged_late},
        "The first pull enters whole and the later ones with the factor 1 − β. In the rule of this lesson all enter alike.",
    ),
    "squared_gradient": ({"gradient": np.square}, "The gradient is squared, and so has lost its sign."),
    "rate_over_t": ({"rate": lambda lr, t: lr / t}, "The rate is divided by t here. The rule has no need of t."),
    "rate_squared": (
        {"rate": lambda lr, t: lr * lr},
        "The learning rate is multiplied in twice where the pull is made.",
    ),
    "no_learning_rate": (
        {"velocity": rules.no_rate},
        "The learning rate has no part in the velocity: the pull is −αg, and α is `lr`.",
    ),
}

_BALL = _VELOCITY | {
    "rate_outside": (
        {"velocity": rules.outside, "step": lambda b, old, m, pull, lr, t: -lr * m},
        "This is the form with the learning rate outside the velocity. While the rate stays the same it is equal; as soon as "
        "the rate changes it is not, because the rate of today then also scales the pulls of yesterday. Put the rate into m.",
    ),
    "averaged_outside": (
        {"velocity": rules.outside_averaged, "step": lambda b, old, m, pull, lr, t: -lr * m},
        _AVERAGED,
    ),
    "first_step_whole": (
        {"velocity": rules.outside_averaged_late, "step": lambda b, old, m, pull, lr, t: -lr * m},
        "The first gradient enters whole and the others with the factor 1 − β. In the heavy ball all enter alike.",
    ),
    "corrected": (
        {
            "velocity": rules.outside_averaged,
            "step": lambda b, old, m, pull, lr, t: -lr * m / (1 - b**t),
        },
        "This is an average, corrected by 1 − βᵗ for its start at 0. That belongs to Adam; the heavy ball has neither.",
    ),
    "plain": ({"velocity": rules.stays, "step": lambda b, old, m, pull, lr, t: -pull}, _PLAIN),
    "uphill": ({"sign": -1.0}, UPHILL),
    "one_pull_back": (
        {"velocity": rules.forgets, "step": lambda b, old, m, pull, lr, t: b * old - pull},
        "m remembers the last pull alone. What is remembered is the whole step, in which the pulls before have their shares.",
    ),
    "old_velocity": (
        {"step": lambda b, old, m, pull, lr, t: old},
        "The weights move by the velocity of the step before: which of the two lines comes first?",
    ),
    "nesterov": ({"step": rules.ahead}, "This is Nesterov's rule already: the heavy ball moves by m alone."),
    "rate_twice": (
        {"step": lambda b, old, m, pull, lr, t: lr * m},
        "The learning rate is multiplied in twice, once in m and once in w.",
    ),
    "pull_twice": (
        {"step": lambda b, old, m, pull, lr, t: m - pull},
        "The pull of today moves the weights twice: it is in m already.",
    ),
    "old_and_new": (
        {"step": lambda b, old, m, pull, lr, t: m + b * m},
        "The weights move by (1 + β)m here. The heavy ball moves by m.",
    ),
}


def _place_for_slope(in_velocity, in_step=None):
    """`w` where `g` should stand in the first line (a share of it: 0 or 1), and in the second, which is βm − αg; None: w += m."""

    def update(self, w, g, lr, t, m):
        here = w.copy()
        m[...] = self.momentum * m - lr * (here if in_velocity else g)
        w += m if in_step is None else self.momentum * m - lr * (here if in_step else g)

    return made(rules.Owner, update)


_PLACE = "`w` stands {} where the gradient should: a place is no slope. The slope is handed in as `g`."

MOMENTUM = Catalogue(
    rules.Owner,
    rules.build,
    {},
    _BALL,
    more={"place_for_gradient": (_place_for_slope(True), _PLACE.format("in the velocity"))},
)

_LOOKS_AHEAD = _VELOCITY | {
    "averaged": (
        _VELOCITY["averaged"][0],
        "In m the gradient has the factor 1 − β, in the last line it has none. With that factor m is an average; which form does "
        "the rule of this lesson have?",
    ),
    "fades_after": (
        _VELOCITY["fades_after"][0],
        "β comes in once too often: either the new pull in m is multiplied by it too, or m in the last line comes with β². "
        "There, with the new m, which has faded once already, it is β.",
    ),
    "uphill": (
        {"sign": -1.0},
        "The weights go uphill: compare the signs with those of the rule.",
    ),
    "heavy_ball": (
        {"step": rules.by_m},
        "Your weights take the steps of the heavy ball, which moves by the new m. (βm − αg with the m from before "
        "its update is that same step.) Nesterov's is βm − αg with the m that the first line has just made.",
    ),
    "rate_outside": (
        {"velocity": rules.outside, "step": lambda b, old, m, pull, lr, t: -lr * b * m - pull},
        "This is the form with the learning rate outside the velocity: equal while the rate stays the same, different as "
        "soon as it changes. Put the rate into m.",
    ),
    "averaged_everywhere": (
        {"velocity": rules.averaged, "step": lambda b, old, m, pull, lr, t: b * m - (1 - b) * pull},
        _AVERAGED,
    ),
    "averaged_outside": (
        {"velocity": rules.outside_averaged, "step": lambda b, old, m, pull, lr, t: -lr * b * m - (1 - b) * pull},
        _AVERAGED,
    ),
    "heavy_ball_averaged": (
        {"velocity": rules.outside_averaged, "step": lambda b, old, m, pull, lr, t: -lr * m},
        f"This is the heavy ball, which moves by m, and in another form. {_AVERAGED}",
    ),
    "no_pull_outside": (
        {"velocity": rules.outside, "step": lambda b, old, m, pull, lr, t: -lr * b * m},
        "The weights move by βm alone: the pull of today, −αg, is missing in the last line. (And the learning rate stands outside "
        "the velocity: that is another rule as soon as it changes.)",
    ),
    "heavy_ball_outside": (
        {"velocity": rules.outside, "step": lambda b, old, m, pull, lr, t: -lr * m},
        "This is the heavy ball, which moves by m, with the learning rate outside the velocity. Nesterov's step is βm − αg.",
    ),
    "last_pull_without_rate": (
        {"step": lambda b, old, m, pull, lr, t: b * m - pull / lr},
        "In the last line the pull of today has no learning rate: it is −αg there too.",
    ),
    "rate_on_both": (
        {"step": lambda b, old, m, pull, lr, t: lr * b * m - pull},
        "In the last line the learning rate multiplies βm as well. Which of the two, βm and g, has it in itself already?",
    ),
    "no_pull": (
        {"step": lambda b, old, m, pull, lr, t: b * m},
        "The weights move by βm alone: the pull of today, −αg, is missing in the last line.",
    ),
    "both": (
        {"step": lambda b, old, m, pull, lr, t: m + b * m - pull},
        "The weights move twice here: by m, and by βm − αg. The second alone is the step.",
    ),
    "velocity_twice": (
        {"step": lambda b, old, m, pull, lr, t: m + b * m},
        "The weights move by (1 + β)m here, with the new m twice. In the derivation the second part is the new m "
        "less β times the old one, and that is −αg alone.",
    ),
    "old_velocity_added": (
        {"step": lambda b, old, m, pull, lr, t: b * old + (1 + b) * m},
        "The weights move by (1 + β)m plus β times the old velocity. The old one is taken off in this form: −β m_old + (1 + β) m.",
    ),
    "old_velocity_ahead": (
        {"step": lambda b, old, m, pull, lr, t: b * old + m},
        "The weights move by β times the old velocity, and then by the new m. Where they looked ahead they also stay: "
        "Nesterov's step is βm − αg, with the new m.",
    ),
    "old_velocity": (
        {"step": lambda b, old, m, pull, lr, t: old},
        "The weights move by the velocity of the step before.",
    ),
    "no_beta": (
        {"step": lambda b, old, m, pull, lr, t: m - pull},
        "The weights move by m − αg here: in the last line, m comes with a β.",
    ),
    "beta_on_both": (
        {"step": lambda b, old, m, pull, lr, t: b * (m - pull)},
        "In the last line β multiplies the pull of today too: it belongs to m alone, and −αg is added whole.",
    ),
    "last_pull_uphill": (
        {"step": lambda b, old, m, pull, lr, t: b * m + pull},
        "In the last line the pull of today has the wrong sign: it should move the weights downhill.",
    ),
    "velocity_uphill": (
        {"velocity": rules.climbs},
        "The pull of today moves the weights downhill here, and the velocity moves them uphill: a sign is the other "
        "way round.",
    ),
    "rate_twice": (
        {"step": lambda b, old, m, pull, lr, t: lr * (b * m - pull)},
        "The learning rate is multiplied in twice, once in m and once in w.",
    ),
    "plain": ({"velocity": rules.stays, "step": lambda b, old, m, pull, lr, t: -pull}, _PLAIN),
    "forgets": (
        {"velocity": rules.forgets},
        "Each step is 1 + β pulls of today, and nothing of the steps before is kept. Does `m` keep its new value?",
    ),
}


def _place_ahead(self, w, g, lr, t, m):
    m[...] = self.momentum * m - lr * (w + self.momentum * m)
    w += m


def _gradient_times_place(self, w, g, lr, t, m):
    m[...] = self.momentum * m - lr * g * (w + self.momentum * m)
    w += m


def _gradient_ahead(self, w, g, lr, t, m):
    m *= self.momentum
    m -= lr * (g + self.momentum * m)
    w += m


NESTEROV = Catalogue(
    rules.Owner,
    rules.build,
    {"step": rules.ahead},
    _LOOKS_AHEAD,
    more={
        "place_for_gradient": (_place_for_slope(True, True), _PLACE.format("in both lines")),
        "place_in_velocity": (_place_for_slope(True, False), _PLACE.format("in the line of m")),
        "place_in_step": (_place_for_slope(False, True), _PLACE.format("in the last line")),
        "place_ahead": (
            made(rules.Owner, _place_ahead),
            "The place ahead, w + βm, stands in the velocity where its slope should. That slope is handed in already, as `g`: the "
            "weights here *are* the place ahead. And the last line moves them by βm − αg.",
        ),
        "gradient_times_place": (
            made(rules.Owner, _gradient_times_place),
            "`g` is multiplied by the place ahead here. In the formula g(w + βm) is the gradient *at* that place. It is handed in "
            "already, as `g`: the weights here *are* the place ahead. And the last line moves them by βm − αg.",
        ),
        "gradient_ahead": (
            made(rules.Owner, _gradient_ahead),
            "βm is added to the gradient here. It belongs to the place: the gradient that is handed in is that of where the "
            "velocity leads already, and the weights move by βm − αg.",
        ),
    },
)


def _fixed(id):
    parts, said = _BALL[id]
    update = rules.build(**parts)
    return (lambda *arguments: rules.descent(*arguments, update=update)), said


_LOST = "The list comes back with the values that were passed in: does anything reach the arrays in it?"

# The rate of `fix_velocity` stays: there these take the steps of others.
_SAME_HERE = ("plain", "rate_outside", "averaged_outside", "first_pull_whole", "rate_squared")
FIX_VELOCITY = (
    {
        "unchanged": (
            _fixed("plain")[0],
            "This is still the code as it was given: it takes the steps of plain descent, for at every step the velocity is 0 "
            "again. What does the list `velocities` hold after the first step?",
        )
    }
    | {id: _fixed(id) for id in _BALL if id not in _SAME_HERE}
    | {
        "rate_gone": (
            lambda *arguments: rules.descent(
                *arguments, update=rules.build(velocity=rules.outside, step=lambda b, old, m, pull, lr, t: m)
            ),
            "The weights climb, and the learning rate is gone from the velocity: the pull is −αg.",
        ),
        "weights_not_moved": (
            lambda gradient, params, *rest: [w.copy() for w in params],
            f"{_LOST} `w = …` gives the name w to a new array; `w += …` changes the one in the list, if that is no copy. And "
            "`m *= …` from 0 stays 0.",
        ),
        "one_gradient": (
            lambda *arguments: rules.descent(*arguments, once=True),
            "Every step uses the gradient of the start. The slope changes on the way: ask for it at each step.",
        ),
        "asked_midway": (
            rules.asked_midway,
            "The arrays move one after the other, and the slopes of the second are asked for where the first has already moved. A "
            "step takes all slopes at one place: ask for them once in each step, before anything moves.",
        ),
        "one_for_all": (
            rules.one_for_all,
            "With two arrays in the list their velocities mix: is there one velocity for all? `[a] * n` is n times the same array, "
            "and a name outside the list holds one alone. Each array needs its own.",
        ),
        "returned_early": (
            rules.returned_early,
            "There is one step only, however many were asked for: is the `return` inside the loop over the steps?",
        ),
        "returned_at_once": (
            rules.returned_at_once,
            "One parameter has taken one step: is the `return` inside the loops?",
        ),
    }
)
