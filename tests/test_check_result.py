"""What a learner sees: results, hints and the list of exercises, as text and as HTML."""

import html.parser
import re

import pytest

import helpers
from helpers import check, hint
from helpers.check import hints, registry
from helpers.check.result import Result


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))
    return tmp_path


RESULTS = [
    Result("mse", "passed", "All right.", notes=("Saved in my_helpers.py.",)),
    Result("mse", "failed", "x < 3 & `y <b>`", mistake="sum"),
    Result("mse", "not yet", "Line 3 is still `...`."),
    Result("predict_race", "noted", "You said 'Adam'."),
    Result("predict_beta", "failed", "You said 'a'.", guess=True),
]


class Balanced(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def parsed(text):
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    return parser.text


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_shows_symbol_word_and_message(result):
    shown = parsed(result._repr_html_())
    for part in (
        *repr(result).split("\n")[0].split(": ")[0].split(" "),
        result.message.replace("`", ""),
        *result.notes,
    ):
        assert part in shown


def test_only_right_is_passed_and_markup_is_escaped():
    assert [r.passed for r in RESULTS] == [True, False, False, True, False]
    assert "<code>y &lt;b&gt;</code>" in RESULTS[1]._repr_html_()


def test_a_guess_that_turns_out_otherwise_is_noted_and_no_fault(own_home):
    shown = check.predict_beta("c")
    assert (shown.status, shown.passed) == ("failed", False)
    assert repr(shown).startswith("○ Noted, and it turns out otherwise: predict_beta\nYou said 'c'. ")
    assert "○ Noted, and it turns out otherwise" in shown._repr_html_()
    number = check.predict_price(142.5)  # worked out, not guessed: to be worked out again
    assert repr(number).startswith("✗ Not right yet: predict_price")


@pytest.mark.parametrize(
    ("id", "answer"),
    [("predict_beta", "e"), ("predict_beta", 2), ("predict_price", "12"), ("predict_price", float("nan"))],
)
def test_what_is_none_of_the_answers_is_not_counted_as_a_prediction(own_home, id, answer):
    assert getattr(check, id)(answer).status == "not yet"
    assert not (own_home / ".progress.json").exists()


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("result", RESULTS)
def test_the_edge_is_seen_in_light_and_dark_and_text_takes_the_themes_colour(result):
    page = result._repr_html_()
    (edge,) = re.findall(r"solid (#\w{6})", page)
    for background in ("#ffffff", "#111111"):
        light, dark = sorted([luminance(edge), luminance(background)], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3
    assert "color: inherit" in page


def test_hints_come_one_at_a_time(monkeypatch):
    monkeypatch.setattr(hints, "_given", {})
    given = [hint("mse") for _ in range(4)]
    assert [g.heading for g in given] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "No more hints"]
    assert "Reread" not in given[1]
    assert all(registry.get("mse").reread in g for g in given[2:])
    assert parsed(given[0]._repr_html_()).startswith("Hint 1 of 3")


class Adam:
    pass


class FirstStep:
    pass


def mae(y_true, y_pred):
    return 0.0


@pytest.mark.parametrize(
    ("asked", "id"), [(mae, "mae"), (Adam, "adam"), (FirstStep, "first_step"), (check.mae, "mae"), (" Adam ", "adam")]
)
def test_a_hint_is_found_by_the_function_itself(monkeypatch, asked, id):
    monkeypatch.setattr(hints, "_given", {})
    assert hint(asked) == registry.get(id).hints[0]
    assert hint(id) == registry.get(id).hints[1]  # it is one count


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("mes", "There is no exercise 'mes'. Did you mean mse"),
        (parsed, "There is no exercise 'parsed'."),
        (None, 'hint("mse")'),
        (3, 'hint("mse")'),
        (lambda: 0, "There is no exercise '<lambda>'."),
    ],
)
def test_a_hint_to_nothing_says_so_and_raises_nothing(asked, words):
    shown = hint(asked)
    assert shown.heading == "No hint"
    assert words in shown
    parsed(shown._repr_html_())


@pytest.mark.parametrize(
    ("id", "call"),
    [("mse", "check.mse(mse)"), ("adam", "check.adam(Adam)"), ("predict_beta", "check.predict_beta(choice)")],
)
def test_a_check_without_an_answer_says_what_it_takes(own_home, id, call):
    for given, named in (((), {}), ((mae, 3), {}), ((), {"answer": mae})):
        shown = getattr(check, id)(*given, **named)
        assert shown.status == "not yet"
        assert call in shown.message
        assert "value" not in shown.message
    assert call in repr(getattr(check, id))
    assert not (own_home / ".progress.json").exists()
    assert check.predict_beta(value="b").passed


def test_exercises_lists_every_id_with_what_it_asks_for():
    listing = check.exercises()
    assert list(listing)[:1] and set(listing) == set(registry.EXERCISES)
    assert listing["mse"].lesson == 1
    assert listing["mse"].signature == "(y_true, y_pred) -> float"
    assert "mse" in repr(listing) and "mse" in parsed(listing._repr_html_())
    assert set(listing) <= set(dir(check))


def test_names_are_reached_from_helpers():
    assert helpers.check is check
    assert helpers.hint is hint
    assert callable(helpers.progress)
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = helpers.nothing_here
    with pytest.raises(AttributeError, match="Did you mean"):
        _ = check.binary_crossentropy
    assert "lesson 01" in check.mse.__doc__
