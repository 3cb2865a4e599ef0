from datetime import date, timedelta

from generations.reports import period
from generations.reports.period import Period
from generations.teams import days
from generations.teams.models import Team


def test_months_go_back_to_the_founding_of_the_team(team: Team) -> None:
    now = days.today(team)
    slugs = [each.slug for each in period.choices(team)]
    assert slugs == [f"{now:%Y-%m}", period.LAST_DAYS]
    Team.objects.filter(pk=team.pk).update(created_at=team.created_at - timedelta(days=800))
    team.refresh_from_db()
    assert len(period.choices(team)) == 13


def test_a_period_reads_like_a_date_in_a_report() -> None:
    assert str(period.month("2026-11")) == "1–30 November 2026"
    assert str(period.month("2026-11").until(date(2026, 11, 19))) == "1–19 November 2026"
    assert str(period.month("2026-11").until(date(2026, 11, 1))) == "1 November 2026"
    assert str(Period(date(2026, 10, 28), date(2026, 11, 10))) == "28 October – 10 November 2026"
    assert str(Period(date(2025, 12, 28), date(2026, 1, 10))) == (
        "28 December 2025 – 10 January 2026"
    )
