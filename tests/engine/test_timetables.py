"""What an owner may type for times and days, and what is said back to them."""

from datetime import time
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.engine.timetables import DAYS, parse_days, parse_time, say_days, say_time
from bot.errors import UserError

ALL = frozenset(range(7))
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
EVERY_SET = [frozenset(days) for number in range(1, 8) for days in combinations(range(7), number)]
LONGEST_TEXT = 4000  # characters that Discord hands over at most

EVIL = [
    piece * (LONGEST_TEXT // len(piece)) + end
    for piece in (
        "0", "9 ", "9:", " ", "12:30 ", "\N{NO-BREAK SPACE}", "mon ", "mon-", "-", "–", " -", "to ", " to", "and ", ",", "mon,tue/",
        "mon to ", "`", "\x00", "\N{FAMILY}", "e\N{COMBINING ACUTE ACCENT}", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}",
    )
    for end in ("", "!", "x", "pm", "-")
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("09:00", 9, 0),
        ("9:00", 9, 0),
        ("9", 9, 0),
        ("09", 9, 0),
        ("9.30", 9, 30),
        ("0930", 9, 30),
        ("0000", 0, 0),
        ("2359", 23, 59),
        ("9am", 9, 0),
        ("9 AM", 9, 0),
        ("9:30 pm", 21, 30),
        ("9.30Pm", 21, 30),
        ("0930 pm", 21, 30),
        ("12am", 0, 0),
        ("12:01 am", 0, 1),
        ("12 pm", 12, 0),
        ("12:59pm", 12, 59),
        ("11:59 pm", 23, 59),
        ("21h30", 21, 30),
        ("21H30", 21, 30),
        ("9 : 30", 9, 30),
        ("0", 0, 0),
        ("0:00", 0, 0),
        ("23:59", 23, 59),
        ("noon", 12, 0),
        (" Noon ", 12, 0),
        ("MIDNIGHT", 0, 0),
        ("\t 9:30 \n pm ", 21, 30),
        ("9:30\N{NARROW NO-BREAK SPACE}PM", 21, 30),  # as telephones write it
    ],
)
def test_times_that_are_understood(text, hour, minute):
    assert parse_time(text) == time(hour, minute)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "24:00", "24", "2400", "9:60", "0960", "9:5", "9:", ":30", "9:300", "930", "09300", "123", "99",
        "13pm", "13:00 am", "0am", "0:30 pm", "00:30 am", "-9", "-9:00", "+9", "9-30", "9:-30", "9,30", "9 30", "9::30",
        "9:30:00", "9:30 pm am", "9 p m", "pm", "am 9", "9 o'clock", "nine", "at nine", "noonish", "12 noon", "half past nine",
        "now", "tomorrow", "`09:00`", "9²", "９：００", "٠٩:٠٠", "१२:३०", "9:3०", "1e1", "0x9", "9\x00", "9h", "h30",
    ],
)  # fmt: skip
def test_times_that_are_not(text):
    with pytest.raises(UserError, match=r"Write it like `09:00` or `9:30 pm`\.$"):
        parse_time(text)


@given(st.times())
def test_a_time_that_is_said_is_understood(at):
    assert parse_time(say_time(at)) == at.replace(second=0, microsecond=0, fold=0)


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from([":", ".", "h", " : ", ". "]))
def test_both_clocks_say_the_same(hour, minute, mark):
    half = f"{hour % 12 or 12}{mark}{minute:02}{'pm' if hour >= 12 else 'am'}"
    assert parse_time(f"{hour}{mark}{minute:02}") == parse_time(half) == time(hour, minute)


def test_saying_a_time():
    assert [say_time(at) for at in (time(9), time(0), time(21, 5))] == ["09:00", "00:00", "21:05"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (None, ALL),
        ("", ALL),
        (" \n", ALL),
        ("every day", ALL),
        ("Every  Day", ALL),
        ("daily", ALL),
        ("ALL", ALL),
        ("weekdays", {MON, TUE, WED, THU, FRI}),
        ("Workdays", {MON, TUE, WED, THU, FRI}),
        ("weekend", {SAT, SUN}),
        ("weekends", {SAT, SUN}),
        ("Monday", {MON}),
        ("mo", {MON}),
        ("tues", {TUE}),
        ("WEDNES", {WED}),
        ("th, fr", {THU, FRI}),
        ("sa/su", {SAT, SUN}),
        ("su & mo", {SUN, MON}),
        ("su&mo", {SUN, MON}),
        ("Mon, Wed and Fri", {MON, WED, FRI}),
        ("mon, wed, and fri", {MON, WED, FRI}),
        ("mon wed,,fri,", {MON, WED, FRI}),
        ("mon mon", {MON}),
        ("mon-fri", {MON, TUE, WED, THU, FRI}),
        ("mon–fri", {MON, TUE, WED, THU, FRI}),
        ("Mon - Fri", {MON, TUE, WED, THU, FRI}),
        ("Friday to Monday", {FRI, SAT, SUN, MON}),
        ("sun-mon", {SUN, MON}),
        ("tue-mon", ALL),
        ("mon-mon", {MON}),
        ("mon-wed, sat", {MON, TUE, WED, SAT}),
        ("sa to mo and we – th", {SAT, SUN, MON, WED, THU}),
        ("Thursday\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}Saturday", {THU, FRI, SAT}),
    ],
)
def test_days_that_are_understood(text, days):
    assert parse_days(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "m", "t", "s", "mo, t", "mondayy", "moday", "nday", "someday", "never", "none", "0", "1-5", "and", "&", ",", "/", "-", "to",
        "mon-", "-fri", "to fri", "mon to", "mon--fri", "mon-tue-wed", "mon to-fri", "mon, - fri", "mon to, fri", "montofri",
        "monandtue", "mon and-tue", "mon+tue", "mon;tue", "mon.", "mon—fri", "every monday", "montag", "lundi", "everyday?",
        "weekdays-sat", "`mon`", "ⓜⓞⓝ", "mоn",  # the last one has a Cyrillic letter
    ],
)  # fmt: skip
def test_days_that_are_not(text):
    with pytest.raises(UserError, match=r"Write them in English, like `mon-fri` or `Monday and Thursday`\.$"):
        parse_days(text)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (ALL, "every day"),
        ({MON, TUE, WED, THU, FRI}, "Monday to Friday"),
        ({SAT, SUN}, "on weekends"),
        ({THU}, "on Thursdays"),
        ({THU, MON}, "on Mondays and Thursdays"),
        ({MON, TUE}, "on Mondays and Tuesdays"),
        ({FRI, WED, MON}, "on Mondays, Wednesdays and Fridays"),
        ({TUE, WED, THU}, "Tuesday to Thursday"),
        ({FRI, SAT, SUN, MON}, "Friday to Monday"),
        (ALL - {WED}, "Thursday to Tuesday"),
        ({MON, TUE, THU, FRI}, "on Mondays, Tuesdays, Thursdays and Fridays"),
        ({SUN, MON}, "on Mondays and Sundays"),
    ],
)
def test_saying_days(days, said):
    assert say_days(frozenset(days)) == said


def test_days_that_are_said_are_understood():
    assert len(EVERY_SET) == 127
    for days in EVERY_SET:
        said = say_days(days).removeprefix("on ")
        assert [parse_days(text) for text in (said, said.upper(), f" {said} ")] == [days] * 3, said


@given(st.lists(st.integers(0, 6), min_size=1, max_size=9), st.data())
def test_beginnings_of_names_are_enough(days, data):
    text = ""
    for day in days:
        name = DAYS[day][: data.draw(st.integers(2, 9))]
        text += name + data.draw(st.sampled_from([",", " ", "/", " and ", "&", ", ", " & ", ", and "]))
    assert parse_days(text) == set(days)


@pytest.mark.parametrize("parse", [parse_time, parse_days])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("soon", "`soon`"),
        ("  so \n\n soon ", "`so soon`"),
        ("**so** `on`", "`**so** on`"),
        ("x" * 41, f"`{'x' * 40}`"),
        ("`" * 50 + "x" * 40, f"`{'x' * 40}`"),
        ("x\N{RIGHT-TO-LEFT OVERRIDE}y\x00z", "`xyz`"),
        ("a\N{ZERO WIDTH SPACE}\ud800b", "`ab`"),  # half a surrogate pair could not even be sent
    ],
)
def test_an_error_shows_what_was_not_understood(parse, text, shown):
    with pytest.raises(UserError) as refused:
        parse(text)
    assert f" {shown}. Write " in str(refused.value)


@pytest.mark.parametrize(("parse", "text"), [(parse_time, ""), (parse_time, "``"), (parse_days, "``")])
def test_an_error_shows_nothing_where_there_is_nothing_to_show(parse, text):
    with pytest.raises(UserError, match=r"^I do not understand the (time|days)\. Write "):
        parse(text)


# Hostile texts


PIECES = st.sampled_from(
    [*"0129:.h -–,/&`", "am", "pm", "to", "and", "noon", "mon", "fri", "weekend", *"²٣９ſKİß\x00\u2028"]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=40).map("".join)


def check_either(text: str) -> None:
    """Understood, or refused with a sentence that can be sent and holds what was typed inside its backticks."""
    for parse, kind, most in ((parse_time, time, 4), (parse_days, frozenset, 4)):
        try:
            found = parse(text)
        except UserError as error:
            sentence = str(error)
            assert sentence.count("`") <= 2 + most
            assert sentence.count("`") % 2 == 0
            assert len(sentence) < 150
            assert sentence.isprintable()
            sentence.encode()
        else:
            assert isinstance(found, kind)
            assert found != frozenset()
            if isinstance(found, frozenset):
                assert found <= ALL


@settings(deadline=None)
@given(TEXTS)
@example("\ud800")
def test_any_text_is_understood_or_refused(text):
    check_either(text)


@settings(deadline=None)
@given(TEXTS.filter(bool), st.text(max_size=3))
def test_so_is_a_long_one(text, end):
    check_either((text * LONGEST_TEXT)[:LONGEST_TEXT] + end)


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_so_is_one_that_is_meant_to_take_long(text):
    check_either(text)
