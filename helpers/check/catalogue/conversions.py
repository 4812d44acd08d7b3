"""Wrong learning rates in another form of momentum: the known mistakes of `build_convert`."""

from helpers.check.registry import any_of


def own_step(momentum, form):
    """How far the weights go at once for a gradient of 1 and a rate of 1."""
    return 1 - momentum if form == "average" else 1.0


_ALONE = (
    "With `average` as the {} alone the rate is right. But it also changes where `average` is the {} alone, and from `average` to "
    "`average` it stays."
)
_ALONE_WRONG = (
    "Where `average` is the {}, the factor is used the wrong way round: the form that steps less far needs the larger "
    "rate. And where it is the {}, nothing is done."
)
_ONE_WRONG = (
    "Where `average` is the {}, the factor is used the wrong way round: the form that steps less far needs the "
    "larger rate."
)
_ONE_PAIR = "Of the nine pairs only one is changed, from `{}` to `{}`. Which others have `average` at one end alone?"
_ELSE = (
    "Only one end is asked about, and every other pair is changed the other way round, pairs without `average` among them. Between "
    "`inside` and `outside` the rate stays. And is the factor used the right way?"
)
_ALWAYS = (
    "The rate is changed for every pair alike. `inside` and `outside` step equally far at the same rate: between "
    "these two it stays."
)

# Wrong rates in the other form, each with what the learner is told.
CONVERSIONS = {
    "unchanged": (
        lambda a, b, s, t: a,
        "The rate is handed back as it came, for every pair. At the same rate, do all three forms step equally far? If your lines "
        "treat one of them apart: do they spell its name as it is passed in?",
    ),
    "wrong_way": (
        lambda a, b, s, t: a * own_step(b, t) / own_step(b, s),
        "The factor is right and used the wrong way round: the form that steps less far needs the larger rate.",
    ),
    "beta": (
        lambda a, b, s, t: a * (b if s == "average" else 1) / ((b or 1) if t == "average" else 1),
        "The factor of the averaging form is β itself here. With β = 0.9, which share of today's pull does that form take in?",
    ),
    "target_alone": (lambda a, b, s, t: a / own_step(b, t), _ALONE.format("target", "source")),
    "source_alone": (lambda a, b, s, t: a * own_step(b, s), _ALONE.format("source", "target")),
    "target_alone_wrong_way": (lambda a, b, s, t: a * own_step(b, t), _ALONE_WRONG.format("target", "source")),
    "source_alone_wrong_way": (lambda a, b, s, t: a / own_step(b, s), _ALONE_WRONG.format("source", "target")),
    "target_wrong_way": (lambda a, b, s, t: a * own_step(b, s) * own_step(b, t), _ONE_WRONG.format("target")),
    "source_wrong_way": (lambda a, b, s, t: a / own_step(b, s) / own_step(b, t), _ONE_WRONG.format("source")),
    "either": (
        lambda a, b, s, t: a * (1 - b) if s == "average" else a / own_step(b, t),
        "One pair is wrong, from `average` to `average`: there the rate stays as it is.",
    ),
    "either_wrong_way": (
        lambda a, b, s, t: a / (1 - b) if s == "average" else a * own_step(b, t),
        "The form that steps less far needs the larger rate: here it gets the smaller one. And from `average` to "
        "`average` the rate stays as it is.",
    ),
    "one_pair_into": (
        lambda a, b, s, t: a / (1 - b) if (s, t) == ("inside", "average") else a,
        _ONE_PAIR.format("inside", "average"),
    ),
    "one_pair_out_of": (
        lambda a, b, s, t: a * (1 - b) if (s, t) == ("average", "inside") else a,
        _ONE_PAIR.format("average", "inside"),
    ),
    "no_outside": (
        lambda a, b, s, t: a * own_step(b, s) / own_step(b, t) if "outside" not in (s, t) else a,
        "Where `outside` is at one end nothing is changed. It steps as far as `inside`: what holds between `inside` and `average` "
        "holds for it too.",
    ),
    "beta_out_of": (
        lambda a, b, s, t: a * (b if s == "average" else 1) / own_step(b, t),
        "Into the averaging form the rate is right. Out of it, β is the factor here: which share of a pull does that form take?",
    ),
    "beta_always": (
        lambda a, b, s, t: a * b,
        "The rate is multiplied by β for every pair alike. For which pairs do the steps differ in length at all, and by what?",
    ),
    "else_into": (
        lambda a, b, s, t: a * (1 - b) if s == "average" else a / (1 - b),
        _ELSE,
    ),
    "else_into_wrong_way": (lambda a, b, s, t: a / (1 - b) if s == "average" else a * (1 - b), _ELSE),
    "else_out_of": (lambda a, b, s, t: a / (1 - b) if t == "average" else a * (1 - b), _ELSE),
    "else_out_of_wrong_way": (lambda a, b, s, t: a * (1 - b) if t == "average" else a / (1 - b), _ELSE),
    "always": (lambda a, b, s, t: a * (1 - b), _ALWAYS),
    "always_up": (lambda a, b, s, t: a / (1 - b), _ALWAYS),
}

_OUTSIDE = (
    "`outside` is treated like `average` here, or has a factor of its own. `inside` and `outside` step equally far: between "
    "these two the rate stays."
)


def _factors(**factors):
    """A conversion by a table of factors, callables of β; `inside` has 1."""
    table = {"inside": lambda b: 1.0, "outside": lambda b: 1.0, "average": lambda b: 1 - b} | factors
    return lambda a, b, s, t: a * table[s](b) / table[t](b)


def _with_rate(rate, momentum, form):
    return rate if form == "outside" else own_step(momentum, form)


def _unbracketed(into, out_of, same):
    """A conversion that takes 1 − β without its brackets, `a / 1 - b`, into or out of `average`; same: what it is within it."""

    def wrong(a, b, s, t):
        if s == t:
            return same(a, b) if t == "average" else a
        bare = into if t == "average" else out_of
        return a - b if bare and "average" in (s, t) else a * own_step(b, s) / own_step(b, t)

    return wrong


CONVERSIONS |= {
    "brackets": (
        any_of(
            *(
                _unbracketed(into, out_of, same)
                for into, out_of in ((True, True), (True, False), (False, True))
                for same in (
                    lambda a, b: a,
                    lambda a, b: a - b,
                    lambda a, b: a - 2 * b,
                    lambda a, b: a * (1 - b) - b,
                    lambda a, b: a / (1 - b),
                    lambda a, b: a * (1 - b),
                    lambda a, b: (a - b) / (1 - b),
                )
            )
        ),
        "Where `average` comes in, β is taken off the rate: without brackets only the 1 divides or multiplies, and Python reads "
        "`a / 1 - b` as (a/1) − b.",
    ),
    "outside_as_average": (_factors(outside=lambda b: 1 - b), _OUTSIDE),
    "outside_as_beta": (_factors(outside=lambda b: b or 1.0), _OUTSIDE),
    "outside_wrong_way": (_factors(outside=lambda b: 1 / (1 - b)), _OUTSIDE),
    "number": (
        _factors(average=lambda b: 0.1),
        "0.1 stands where 1 − β should: right for β = 0.9 alone. The share is the argument `momentum`.",
    ),
    "outside_has_the_rate": (
        lambda a, b, s, t: a * _with_rate(a, b, s) / _with_rate(a, b, t),
        "The rate itself is the factor of `outside` here, as if its steps were longer or shorter by it. At the same rate, how far "
        "do `inside` and `outside` go for the same g?",
    ),
    "plus_beta": (
        _factors(average=lambda b: 1 + b),
        "This uses 1 + β. The averaging form takes in the share 1 − β of the pull.",
    ),
    "over_plus_beta": (
        _factors(average=lambda b: 1 / (1 + b)),
        "This uses 1/(1 + β). The averaging form takes in the share 1 − β of the pull.",
    ),
    "added": (
        lambda a, b, s, t: a + (1 - b) * ((t == "average") - (s == "average")),
        "1 − β is added to the rate. A step that is to be so many times as long needs a rate that is so many times as large.",
    ),
    "root": (
        _factors(average=lambda b: (1 - b) ** 0.5),
        "This uses the root of 1 − β. Compare the first steps from m = 0, for one gradient: by what do they differ?",
    ),
    "squared": (_factors(average=lambda b: (1 - b) ** 2), "1 − β is multiplied in twice."),
    "target_first": (
        lambda a, b, s, t: a / (1 - b) if t == "average" else a * own_step(b, s),
        "One pair is wrong, from `average` to `average`: there the rate stays as it is.",
    ),
    "target_first_wrong_way": (
        lambda a, b, s, t: a * (1 - b) if t == "average" else a / own_step(b, s),
        "The form that steps less far needs the larger rate: here it gets the smaller one. And from `average` to "
        "`average` the rate stays as it is.",
    ),
    "one_way_for_both": (
        lambda a, b, s, t: a / (1 - b) if "average" in (s, t) else a,
        "The rate is divided by 1 − β wherever `average` occurs, as source or target. Into the averaging form it grows; and out "
        "of it? And from `average` to `average` it stays.",
    ),
    "one_way_down_for_both": (
        lambda a, b, s, t: a * (1 - b) if "average" in (s, t) else a,
        "The rate is multiplied by 1 − β wherever `average` occurs, as source or target. Out of the averaging form it shrinks; "
        "and into it? And from `average` to `average` it stays.",
    ),
    "one_way_unless_equal": (
        lambda a, b, s, t: a / (1 - b) if "average" in (s, t) and s != t else a,
        "Out of the averaging form the rate should change the other way than into it.",
    ),
    "or_without_comparison": (
        lambda a, b, s, t: a / (1 - b) if s == "inside" or t == "average" else a * own_step(b, s),
        "The rate is divided by 1 − β whenever the source is `inside`, and from `average` to `average`. Is there an `or` with a "
        "bare text on one side? A text that is not empty is true: each side of `or` needs a comparison of its own.",
    ),
}
