"""What is said of each known mistake in Adagrad's and RMSprop's rule; the parts that make it stand in ``adaptive_rules``."""

import numpy as np

from helpers.check.catalogue import adaptive_rules as rules
from helpers.check.catalogue.families import Catalogue, made

_BRACKETS = (
    "Brackets are missing: `1 - self.rho * g * g` is 1 less a product. The share of the new square is `(1 - self.rho)`."
)
_CORRECTED_FOR_GOOD = (
    "The average is divided by 1 − ρᵗ. That correction belongs to Adam, in the next lesson; RMSprop has none. Here it is written "
    "into `v` as well, so that the next step goes on from a corrected value."
)

# {id: (parts that are wrong, what to say)}: in both rules.
_COMMON = {
    "epsilon_on_step": (
        {"step": lambda self, g, lr, d: lr * g / d + self.epsilon, "divisor": lambda self, v, t: np.sqrt(v)},
        "ε is added to the whole step: in `lr * g / np.sqrt(...) + self.epsilon` Python divides first. So it moves "
        "every weight, and keeps no divisor away from 0. Under the root it is added to the memory.",
    ),
    "memory_as_it_was": (
        {"keeps": lambda self, v, new, g, lr: v},
        "The memory stays at what it starts from. Which line takes in the new square? (`*=` cannot where it starts at 0: 0 "
        "times anything is 0.)",
    ),
    "epsilon_outside": (
        {"divisor": lambda self, v, t: np.sqrt(v) + self.epsilon},
        "Here ε stands outside the root, as in PyTorch. Keras adds it inside: the two differ most where the memory is small.",
    ),
    "epsilon_twice": (
        {"divisor": lambda self, v, t: np.sqrt(v + self.epsilon) + self.epsilon},
        "ε is added twice, inside the root and outside it. It belongs inside alone.",
    ),
    "epsilon_in_the_memory": (
        {"divisor": lambda self, v, t: np.sqrt(v), "keeps_epsilon": True},
        "ε goes into the memory itself, at every step, and adds up there. It is added once, under the root.",
    ),
    "epsilon_squared": (
        {"divisor": lambda self, v, t: np.sqrt(v + self.epsilon**2)},
        "ε² is under the root here. Keras adds ε itself.",
    ),
    "larger_of_memory_and_epsilon": (
        {"divisor": lambda self, v, t: np.sqrt(np.maximum(v, self.epsilon))},
        "This takes the larger of the memory and ε. In Keras' rule ε is added, everywhere.",
    ),
    "no_root": (
        {"divisor": lambda self, v, t: v + self.epsilon},
        "The root is missing: the memory has the unit of a squared gradient. What has the unit of a gradient?",
    ),
    "no_epsilon": (
        {"divisor": lambda self, v, t: np.sqrt(v)},
        "ε is missing. Where a weight never had a gradient and the memory starts at 0, this computes 0/0.",
    ),
    "multiplied": (
        {"step": lambda self, g, lr, d: lr * g * d},
        "The step is multiplied by the root of the memory. It is to be divided by it: steep slopes make short steps.",
    ),
    "half_for_root": (
        {"divisor": lambda self, v, t: 2 * (v + self.epsilon)},
        "A power binds more tightly than `/`: `x ** 1 / 2` is (x ** 1) / 2, and `x ** -1 / 2` is 1/x, halved. No root is taken.",
    ),
    "root_of_epsilon": (
        {"divisor": lambda self, v, t: np.sqrt(v) + np.sqrt(self.epsilon)},
        "ε has a root of its own here. Keras adds it to the memory, and takes one root of both.",
    ),
    "memory_above": (
        {"divisor": lambda self, v, t: v, "step": lambda self, g, lr, d: lr * d / np.sqrt(g * g + self.epsilon)},
        "The memory stands above the line, and the gradient below it, under the root: the other way round.",
    ),
    "shared_by_row": (
        {"of": lambda g: np.sum(g * g, axis=-1, keepdims=True)},
        "The squares of a row go into one sum, so that its weights share one rate. Each has its own: `g * g` without a sum keeps "
        "them apart.",
    ),
    "undivided": (
        {"step": lambda self, g, lr, d: lr * g},
        "This is the step of plain descent: what comes of the memory?",
    ),
    "rate_under_the_root": (
        {"keeps": None, "rate_in_memory": True},
        "The memory takes in (αg)². It is to take in the squares of the gradients alone.",
    ),
    "no_gradient": (
        {"step": lambda self, g, lr, d: lr / d},
        "The gradient is missing from the step: α divided by the root is the own rate, and the step is the own rate "
        "times `g`. As it stands, every step lowers the weight, uphill or down.",
    ),
    "gradient_below": (
        {"step": lambda self, g, lr, d: lr / (d * g)},
        "The gradient is below the line, too: a small slope makes a long step then. The own rate is α divided by the root; what "
        "is multiplied by it?",
    ),
    "square_in_the_step": (
        {"step": lambda self, g, lr, d: lr * g * g / d},
        "The step has g² above the line, which has lost its sign. There g stands alone.",
    ),
    "rate_in_the_root": (
        {"step": lambda self, g, lr, d: np.sqrt(lr) * g / d},
        "The learning rate is under the root, too, so that its root counts: with 0.01 the steps are ten times too long. "
        "α stands outside.",
    ),
    "epsilon_times_gradient": (
        {"step": lambda self, g, lr, d: lr / d + self.epsilon * g, "divisor": lambda self, v, t: np.sqrt(v)},
        "Python reads `lr / np.sqrt(...) + self.epsilon * g` as a quotient plus ε · g: the quotient loses its gradient, and ε "
        "keeps no divisor away from 0. ε is added to the memory, within the brackets of `np.sqrt(...)`.",
    ),
    "epsilon_on_own_rate": (
        {"step": lambda self, g, lr, d: (lr / d + self.epsilon) * g, "divisor": lambda self, v, t: np.sqrt(v)},
        "ε is added to the own rate here, so it keeps no divisor away from 0. It is added to the memory, under the root.",
    ),
    "squared_late": (
        {"of": np.array, "divisor": lambda self, v, t: np.sqrt(v**2 + self.epsilon)},
        "The memory takes in the gradients themselves and is squared afterwards, so that slopes of opposite sign cancel. "
        "Square each gradient before it goes in.",
    ),
    "size_squared_late": (
        {"of": np.abs, "divisor": lambda self, v, t: np.sqrt(v**2 + self.epsilon)},
        "The memory takes in the sizes of the gradients and is squared afterwards. The square of a sum is not the sum of the "
        "squares: which comes first?",
    ),
    "sign_only": (
        {"step": lambda self, g, lr, d: lr * np.sign(g) / d},
        "The step has only the sign of g above the line.",
    ),
    "not_squared": (
        {"of": np.array, "divisor": lambda self, v, t: np.sqrt(np.abs(v) + self.epsilon)},
        "The memory takes in the gradients themselves, so that slopes of opposite sign cancel. Square them first.",
    ),
    "signed": (
        {"of": np.array},
        "The memory takes in the gradients with their signs, so it can become negative, and a negative number has "
        "no root: NumPy gives nan. Square them first.",
    ),
    "doubled_not_squared": (
        {"of": lambda g: 2 * g},
        "The memory takes in the gradient doubled, not squared: `g * 2` is g + g. It keeps its sign, and a number below 0 has no "
        "root.",
    ),
    "sum_of_sizes": (
        {"of": np.abs},
        "The memory takes in the sizes of the gradients. Which power of them should it take in?",
    ),
    "sizes_without_root": (
        {"of": np.abs, "divisor": lambda self, v, t: v + self.epsilon},
        "The divisor is made of the sizes of the gradients: the unit is right, the rule another. The divisor is the root of "
        "squares, summed or averaged.",
    ),
    "shared": (
        {"of": lambda g: np.sum(g * g)},
        "The squares of all weights in an array go into one sum, so that they share one rate. Each has its own: "
        "`g * g` without a sum keeps them apart.",
    ),
    "shared_mean": (
        {"of": lambda g: np.mean(g * g)},
        "The mean square of all weights in an array goes in, so that they share one rate. Each has its own: `g * g` without "
        "a mean keeps them apart.",
    ),
    "last_only": (
        {"keeps": lambda self, v, new, g, lr: new},
        "The memory holds the square of the last gradient only. What becomes of those before it?",
    ),
    "largest_square": (
        {"keeps": lambda self, v, new, g, lr: np.maximum(v, new)},
        "The memory holds the largest square so far. Adagrad's is the sum of all squares, RMSprop's an average that forgets.",
    ),
    "clipped": (
        {"of": lambda g: np.clip(g, -1, 1) ** 2, "step": lambda self, g, lr, d: lr * np.clip(g, -1, 1) / d},
        "The gradient is clipped to the range from −1 to 1. The rule takes it as it is.",
    ),
    "memory_late": (
        {"order": "step first"},
        "The step divides by the memory as it was before this gradient. Which of the two lines comes first?",
    ),
    "no_rate": (
        {"step": lambda self, g, lr, d: g / d},
        "The learning rate is missing: it is handed in as `lr`.",
    ),
    "rate_twice": (
        {"step": lambda self, g, lr, d: lr * lr * g / d},
        "The learning rate is multiplied in twice.",
    ),
    "uphill": ({"sign": -1.0}, "The sign is turned: this walks uphill."),
}


def _with(keeps):
    """The common mistakes of a rule whose memory is `keeps`."""
    common = {id: (dict(parts), said) for id, (parts, said) in _COMMON.items()}
    del common["epsilon_in_the_memory"][0]["keeps_epsilon"], common["rate_under_the_root"][0]["rate_in_memory"]
    common["epsilon_in_the_memory"][0]["keeps"] = lambda self, v, new, g, lr: keeps(self, v, new, g, lr) + self.epsilon
    common["rate_under_the_root"][0]["keeps"] = lambda self, v, new, g, lr: keeps(self, v, lr * lr * new, g, lr)
    return common


ADAGRAD = Catalogue(
    rules.Started,
    rules.build,
    {"keeps": rules.summed},
    _with(rules.summed)
    | {
        "doubled": (
            {"keeps": lambda self, v, new, g, lr: v + (v + new)},
            "The memory is added to itself: `a += …` keeps what `a` holds already, so only the new square belongs on "
            "the right.",
        ),
        "forgets": (
            {"keeps": rules.average},
            "This is a moving average, which forgets; that comes later in the lesson. Adagrad's memory is a sum.",
        ),
        "taken_off": (
            {"keeps": lambda self, v, new, g, lr: v - new},
            "The square is taken off the memory, which falls below 0: a negative number has no root.",
        ),
        "starts_anew": (
            {"keeps": lambda self, v, new, g, lr: v + new + self.start},
            "The start value is added at every step. The memory starts at it once; from then on only squares are added.",
        ),
        "product": (
            {"keeps": lambda self, v, new, g, lr: v * new},
            "The memory is multiplied by the new square: a gradient of 0 would empty it. Adagrad adds.",
        ),
        "mean_of_squares": (
            {"divisor": lambda self, v, t: np.sqrt(v / t + self.epsilon)},
            "The sum is divided by the number of steps here: that is a mean of all squares. Adagrad divides by the sum itself.",
        ),
        "rate_over_t": (
            {"step": lambda self, g, lr, d: lr * g / d, "divisor": lambda self, v, t: t * rules.inside(self, v, t)},
            "The step is divided by t as well. The memory alone makes the steps shorter.",
        ),
        "start_under_the_root": (
            {"divisor": lambda self, v, t: np.sqrt(v + self.start + self.epsilon)},
            "The start value comes in twice: the slot starts at it, and it is added once more.",
        ),
    },
    more={
        "starts_at_zero": (
            made(rules.Owner, rules.build(keeps=rules.summed)),
            "The memory starts at 0 here. Where does `initial_accumulator_value` go?",
        ),
        "starts_at_one": (
            made(rules.starting_at(1.0), rules.build(keeps=rules.summed)),
            "The memory starts at 1 here. Where does `initial_accumulator_value` go?",
        ),
    },
)

RMSPROP = Catalogue(
    rules.Owner,
    rules.build,
    {},
    _with(rules.average)
    | {
        "shares_swapped": (
            {"keeps": lambda self, v, new, g, lr: (1 - self.rho) * v + self.rho * new},
            "The two shares have changed places: ρ is the share of the old memory that is kept.",
        ),
        "sum": (
            {"keeps": rules.summed},
            "This adds up all squared gradients: it is Adagrad, starting at 0. What should fade?",
        ),
        "no_share": (
            {"keeps": lambda self, v, new, g, lr: self.rho * v + new},
            "The new squared gradient comes in whole: its share in an average is 1 − ρ. (Or is that share divided out again?)",
        ),
        "keeps_all": (
            {"keeps": lambda self, v, new, g, lr: v + rules.average(self, v, new, g, lr)},
            "The memory grows by what should replace it: `v += ρ v + …` keeps all of the old `v` and adds the share ρ "
            "of it once more.",
        ),
        "no_fading": (
            {"keeps": lambda self, v, new, g, lr: v + (1 - self.rho) * new},
            "The new square has its share 1 − ρ, but the old memory stays whole. What is its share?",
        ),
        "late_fading": (
            {"keeps": lambda self, v, new, g, lr: self.rho * (v + (1 - self.rho) * new)},
            "The new square is multiplied by ρ as well. Let the old memory fade first, then take in the new.",
        ),
        "whole_old_taken_away": (
            {"keeps": lambda self, v, new, g, lr: (1 - self.rho) * new},
            "The memory holds the last square's share only, (1 − ρ) g²: nothing is kept of the old memory. (Two ways to that: "
            "it is set anew, or in `v += (1 - self.rho) * g * g - v` the factor 1 − ρ does not reach the `v`.)",
        ),
        "assigned_instead_of_added": (
            {"keeps": lambda self, v, new, g, lr: (1 - self.rho) * (new - v)},
            "(1 − ρ)(g² − v) is what v changes by, not what it becomes. Is it added?",
        ),
        "square_of_average": (
            {"keeps": lambda self, v, new, g, lr: (self.rho * v + (1 - self.rho) * g) ** 2},
            "The whole average is squared, with g in it as it is. What is averaged are the squares g².",
        ),
        "share_squared": (
            {"keeps": lambda self, v, new, g, lr: self.rho * v + ((1 - self.rho) * g) ** 2},
            "The share 1 − ρ is squared with g. Only g is.",
        ),
        "no_brackets": (
            {"keeps": lambda self, v, new, g, lr: self.rho * v + 1 - self.rho * new},
            _BRACKETS,
        ),
        "no_brackets_no_fading": ({"keeps": lambda self, v, new, g, lr: v + 1 - self.rho * new}, _BRACKETS),
        "corrected": (
            {"divisor": lambda self, v, t: np.sqrt(v / (1 - self.rho**t) + self.epsilon)},
            "The average is divided by 1 − ρᵗ. That correction belongs to Adam, in the next lesson; RMSprop has none.",
        ),
        "corrected_epsilon_outside": (
            {"divisor": lambda self, v, t: np.sqrt(v / (1 - self.rho**t)) + self.epsilon},
            "This divides as Adam does, in the next lesson: by a corrected average, and with ε outside the root. RMSprop corrects "
            "nothing, and Keras adds its ε inside.",
        ),
        "corrected_for_good": (
            {"divisor": lambda self, v, t: np.sqrt(np.divide(v, 1 - self.rho**t, out=v) + self.epsilon)},
            _CORRECTED_FOR_GOOD,
        ),
        "corrected_for_good_epsilon_outside": (
            {"divisor": lambda self, v, t: np.sqrt(np.divide(v, 1 - self.rho**t, out=v)) + self.epsilon},
            f"{_CORRECTED_FOR_GOOD} And Keras adds ε inside the root.",
        ),
        "step_corrected": (
            {"divisor": lambda self, v, t: rules.inside(self, v, t) / (1 - self.rho**t)},
            "The step is multiplied by 1 − ρᵗ. RMSprop corrects nothing for the start at 0: its first steps are long.",
        ),
        "step_corrected_by_root": (
            {"divisor": lambda self, v, t: rules.inside(self, v, t) / np.sqrt(1 - self.rho**t)},
            "The step is multiplied by √(1 − ρᵗ). That correction belongs to Adam, in the next lesson; RMSprop has none.",
        ),
        "moves_away": (
            {"keeps": lambda self, v, new, g, lr: v - (1 - self.rho) * (new - v)},
            "v moves away from g², and falls below 0: its share of the difference g² − v is taken off, where it should be added.",
        ),
        "first_gradient": (
            {"before": rules.first_square},
            "The average starts at the first squared gradient here. RMSprop's starts at 0, and the slot `v` does already.",
        ),
    },
    more={
        f"starts_at_{name}": (
            made(rules.starting_at(value), rules.build()),
            f"The memory starts at {value} here. RMSprop's starts at 0, as a slot does that is named without a value.",
        )
        for name, value in {"one": 1.0, "adagrads_value": 0.1}.items()
    },
)
