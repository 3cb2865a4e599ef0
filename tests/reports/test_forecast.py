"""The rule of the forecast, to the credit. 2026-11-19 is a Thursday."""

from datetime import date, timedelta

from generations.reports import forecast
from generations.reports.forecast import Pace

TODAY = date(2026, 11, 19)


def before(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_working_days_and_the_weekend_have_means_of_their_own() -> None:
    spent = {before(n): 10 if before(n).weekday() >= 5 else 100 for n in range(1, 29)}
    assert forecast.pace(spent, TODAY) == Pace(working=100, weekend=10)


def test_a_day_without_spend_counts_and_one_before_the_first_spend_does_not() -> None:
    # Monday to Wednesday of this week; Sunday the 15th is not counted, nor any day before.
    spent = {date(2026, 11, 16): 90, date(2026, 11, 17): 0, date(2026, 11, 18): 60}
    assert forecast.pace(spent, TODAY) is None
    spent[date(2026, 11, 17)] = 30
    assert forecast.pace(spent, TODAY) == Pace(working=60, weekend=0)
    spent[date(2026, 11, 13)] = 60  # a Friday, and the weekend after it without anything
    assert forecast.pace(spent, TODAY) == Pace(working=60, weekend=0)
    del spent[date(2026, 11, 17)]
    assert forecast.pace(spent, TODAY) == Pace(working=53, weekend=0)  # 210 in four days: 52.5


def test_two_days_of_spend_are_no_habit_and_three_are() -> None:
    spent = {before(1): 50, before(2): 50}
    assert forecast.pace(spent, TODAY) is None
    assert forecast.pace({**spent, before(3): 50}, TODAY) is not None


def test_neither_today_nor_what_is_older_than_four_weeks_is_counted() -> None:
    spent = {TODAY: 900, before(1): 50, before(2): 50, before(29): 900}
    assert forecast.pace(spent, TODAY) is None
    assert forecast.pace({**spent, before(3): 50}, TODAY) == Pace(working=50, weekend=0)


def test_today_counts_for_what_it_lacks_and_what_is_over_for_nothing() -> None:
    pace = Pace(working=100, weekend=10)
    days = [TODAY + timedelta(days=n) for n in range(-1, 4)]
    expected = forecast.expected(pace, days, TODAY, spent_today=30)
    assert list(expected.values()) == [70, 100, 10, 10]
    assert forecast.expected(pace, [TODAY], TODAY, spent_today=130) == {TODAY: 0}


def test_the_wallet_runs_out_on_the_day_that_takes_its_last_credit() -> None:
    pace = Pace(working=100, weekend=10)
    assert forecast.runs_out(pace, TODAY, 0, 100) == TODAY
    assert forecast.runs_out(pace, TODAY, 0, 101) == date(2026, 11, 20)
    assert forecast.runs_out(pace, TODAY, 0, 221) == date(2026, 11, 23)
    assert forecast.runs_out(pace, TODAY, 100, 0) == TODAY
    assert forecast.runs_out(pace, TODAY, 0, 10_000_000) is None
    assert forecast.runs_out(Pace(0, 0), TODAY, 0, 1) is None
