"""How long a check looks for the name of a mistake: a slow answer is told its first difference before its time runs out.

An answer has ten seconds (`client.SECONDS`). The search begins only where judging took at most `TO_BEGIN` of them, and
goes on from one known mistake to the next until `TO_END`; a single comparison may then still take as long as judging did.
"""

import time

TO_BEGIN, TO_END = 2.5, 5.0  # seconds by the clock since judging began
_began = float("inf")  # nobody is in a hurry yet


def start() -> None:
    """Judging of an answer begins now."""
    global _began
    _began = time.monotonic()


def begins() -> bool:
    """Whether there is time to begin the search."""
    return time.monotonic() - _began < TO_BEGIN


def lasts() -> bool:
    """Whether there is time to look at one mistake more."""
    return time.monotonic() - _began < TO_END
