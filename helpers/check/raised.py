"""What kind of exception an answer raised: a short id that is stable, and what it means in the learner's terms."""

import difflib
import re

# (id, exception types, words in its text or "", what to add). The first that fits counts, so the special stand first.
_KINDS = (
    (
        "caret",
        "TypeError",
        r"bitwise_xor|for \^=?:",
        "`^` works on the bits of whole numbers in Python. A power is `**`.",
    ),
    (
        "truth_of_an_array",
        "ValueError",
        "truth value of an array",
        "`if`, `and`, `or`, `max` and `min` ask for one truth value, and a comparison of arrays has one for each entry. "
        "Entry by entry go `np.where`, `np.maximum` and `np.minimum`.",
    ),
    (
        "one_number_function_on_array",
        "TypeError",
        r"only (size-1|length-1|0-dimensional) arrays can be converted",
        "`math.…`, `float` and `int` take one number. Entry by entry go the functions of `np`.",
    ),
    (
        "none_for_a_value",
        "TypeError",
        r"unsupported operand .*NoneType|bad operand .*NoneType",
        "One of the two is None. A function without `return` gives None, and so does what was not computed yet.",
    ),
    (
        "array_for_one_whole_number",
        "TypeError",
        "integer scalar arrays|object cannot be interpreted as an integer",
        "One whole number is asked for there, as `range` and `axis` do. What comes is an array, or a number with a fraction.",
    ),
    ("none_for_a_value", "TypeError", r"'NoneType' object", "The value is None: where should it have been computed?"),
    (
        "several_results",
        "AttributeError|TypeError",
        r"^'(tuple|\w+Result)' object has no attribute|unsupported operand .*'(tuple|\w+Result)'",
        "A tuple holds several things together, as a function with several results hands them back: which of them is wanted here?",
    ),
    (
        "function_for_its_result",
        "TypeError",
        r"unsupported operand .*'(function|method|builtin_function_or_method)'",
        "A function itself stands there, and not what it gives: are its parentheses missing, as in `x.max` for `x.max()`?",
    ),
    ("wrong_kinds_together", "TypeError", r"unsupported operand|bad operand|can only concatenate|can't multiply", ""),
    (
        "no_such_argument",
        "TypeError",
        "unexpected keyword argument|multiple values for argument|no argument named",
        "",
    ),
    (
        "wrong_number_of_arguments",
        "TypeError",
        r"positional argument|required (positional|keyword)|takes (no|exactly|at (most|least)|from) .*argument",
        "A method counts `self` too.",
    ),
    (
        "call_of_what_is_no_function",
        "TypeError",
        "object is not callable",
        "Parentheses after a value call it like a function. Is an operator missing before them, are square brackets "
        "meant, or does one name stand for two things?",
    ),
    ("index_of_one_number", "TypeError|IndexError", "not subscriptable|invalid index to scalar", ""),
    ("index_of_one_number", "IndexError", "too many indices for array: array is 0-dimensional", ""),
    (
        "unhashable",
        "TypeError",
        "unhashable",
        "Lists and arrays can change, so they can be neither in a set nor keys of a dict. `id(…)` gives a number for each "
        "object; a tuple can be a key, too.",
    ),
    ("loop_over_one_number", "TypeError", r"object is not iterable|iteration over a 0-d array|has no len\(\)|unsized", ""),
    (
        "integers_for_fractions",
        "TypeError",
        "Cannot cast ufunc",
        "The array holds whole numbers: a result with a fraction does not go in. Numbers such as 0.0, or `dtype=float`, make "
        "an array that takes it.",
    ),
    ("no_such_axis", "AxisError", "", "Axes are counted from 0: a table has the axes 0 and 1, a row of numbers only 0."),
    (
        "too_many_indices",
        "IndexError",
        "too many indices",
        "Each index in the brackets belongs to one axis: has the array as many?",
    ),
    ("index_not_whole", "IndexError", "must be of integer|only integers, slices", "An index is a whole number."),
    ("index_not_whole", "TypeError", "indices must be integers", "An index is a whole number."),
    (
        "index_out_of_range",
        "IndexError",
        "out of range|out of bounds|from empty list",
        "The first index is 0, so the last is one less than the number of items.",
    ),
    ("no_such_key", "KeyError", "", "There is nothing under this key."),
    ("no_such_module", "ImportError|ModuleNotFoundError", "", ""),
    ("no_such_attribute", "AttributeError", "", ""),
    ("used_before_assigned", "UnboundLocalError", "", ""),
    ("name_not_defined", "NameError", "", ""),
    (
        "singular_matrix",
        "LinAlgError",
        "Singular",
        "The matrix has no inverse: a row of it is made up of the others, or is 0.",
    ),
    ("matrix_not_square", "LinAlgError", "must be square", "As many rows as columns are asked for there."),
    ("no_matrix", "LinAlgError", "-dimensional array given", "A matrix is asked for there: two axes, rows and columns."),
    ("inf_or_nan_goes_in", "LinAlgError", "infs or NaNs|converge", "Is there an inf or a nan in what goes in?"),
    (
        "shapes_do_not_match",
        "ValueError",
        r"broadcast|matmul|not aligned|must match|cannot reshape|mismatch|same number of dimensions",
        "",
    ),
    (
        "unequal_parts",
        "ValueError",
        "equal division",
        "`np.split` takes a number of parts, which must then be equal, or a list of the places to cut at.",
    ),
    ("changes_what_may_only_be_read", "ValueError", "read-only", "This array may only be read: work on a copy."),
    ("many_numbers_for_one_entry", "ValueError", "setting an array element|inhomogeneous", ""),
    ("number_of_names", "ValueError", "values to unpack", "Left and right of `=` stand different numbers of things."),
    ("number_of_names", "TypeError", "cannot unpack", "One thing stands where several are to be taken apart."),
    ("outside_the_domain", "ValueError", "math domain|expected a (positive|nonnegative)", ""),
    ("divides_by_zero", "ZeroDivisionError", "", ""),
    ("overflow", "OverflowError", "", ""),
    ("endless_recursion", "RecursionError", "", ""),
    (
        "backward_twice",
        "RuntimeError",
        "graph was forgotten",
        "In a loop: is the loss computed anew in each round, from the weights as they are then?",
    ),
    ("exits", "SystemExit", "", ""),
    ("too_much_memory", "MemoryError", "", ""),
    ("asks_for_input", "BdbQuit", "", "`breakpoint` waits for somebody who types, and nobody types into a check: take it out."),
    ("asks_for_input", "EOFError", "EOF when reading", "Nobody types into a check: what an answer needs, it gets as arguments."),
    ("stopped_by_itself", "AssertionError|NotImplementedError", "", "This line of yours stops it."),
)  # fmt: skip


def text_of(error, limit=300):
    """Return what an exception says, in one line, "" where its own ``__str__`` fails."""
    try:
        text = " ".join(str(error).split())
    except BaseException:  # an interrupt, too, is more likely the exception's own than the learner's in this moment
        return ""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def in_words(error):
    """Return "ValueError: what it says", for any exception."""
    return ": ".join(filter(None, (type(error).__name__, text_of(error))))


def kind(error, text, line="", names=(), code=""):
    """Return (id, sentence) of an exception with this text; (None, "") where it is of no known kind.

    line: the learner's line that raised it. names: those known there, for a name that is nearly one of them. code: the
    function that the line is of.
    """
    if line.lstrip().startswith(("raise", "assert")):
        return "stopped_by_itself", "This line of yours stops it."
    for look in (_looked_for_by_equality(text, line), _size_written_down(text, code)):
        if look:
            return look
    types = {cls.__name__ for cls in type(error).__mro__}
    for id, wanted, words, said in _KINDS:
        if types & set(wanted.split("|")) and re.search(words, text):
            return id, said or _near(id, error, names)
    return None, ""


def _looked_for_by_equality(text, line):
    """Where an array, or what compares as one, is looked for in a list: (id, what tells such things apart); else None."""
    if "truth value of an array" not in text:
        return None
    rest = re.sub(r"#.*|\bfor\b.*?\bin\b", "", line)  # the `in` of a loop compares nothing
    word = re.search(r"\bin\b|\.(index|remove|count)\(", rest)
    if not word or re.search(r"[<>=!]=|[<>]", rest):
        return None
    asks = "`in`" if word[0] == "in" else f"`.{word[1]}`"
    return (
        "looked_for_by_equality",
        f"{asks} asks each item of a list whether it is `==`, and what holds an array answers entry by entry. To note which have "
        "been met, keep a set of their ids: `seen.add(id(one))`, and later `id(one) in seen`.",
    )


def _size_written_down(text, code):
    """Where shapes differ by the 10 of an `np.eye(10)` in the code: (id, where the size comes from); else None."""
    for call, size in re.findall(r"\b((?:np\.)?(?:eye|identity)\((\d+)\))", code):
        if re.search(rf"broadcast together with shapes .*\(\d+,{size}\)", text):
            return (
                "size_written_down",
                f"`{call}` has {size} columns whatever comes in, and here the number of classes is another. The scores that come "
                "in have one column for each class: `.shape[1]` counts them.",
            )
    return None


def _near(id, error, names):
    """For a misspelt name or argument, the one that was meant, as a question."""
    if id == "name_not_defined" and isinstance(getattr(error, "name", None), str):
        near = difflib.get_close_matches(error.name, names, n=1, cutoff=0.6)
        return f"Is `{near[0]}` meant?" if near else "Where should it get its value?"
    if id == "used_before_assigned":
        return "Your function gives this name a value somewhere, so inside it the name is its own; at this line it has none yet."
    return ""
