"""FY2564: six indicators of the Office of the Permanent Secretary, on the days of its report."""

import csv
from collections.abc import Callable
from datetime import date

from commands.replay import fy2564_agreed as agreed
from commands.replay import fy2564_reported as reported
from commands.replay.story import EXAMPLES, Story

# What happens before a row of the timeline, on a day that the report does not name.
BEFORE: dict[str, Callable[[Story], None]] = {
    "2021-10-05": reported.closing_soon,
    "2021-10-22": reported.late_report,
}
TELLINGS: dict[str, Callable[[Story], None]] = {
    "2020-09-09": agreed.briefing,
    "2020-10-15": agreed.working_group,
    "2020-10-20": agreed.committee,
    "2020-10-30": agreed.submission,
    "2020-12-31": agreed.approval,
    "2021-02-01": agreed.confirmation,
    "2021-07-05": reported.nine_months,
    "2021-07-20": reported.cabinet,
    "2021-08-01": reported.window_opens,
    "2021-10-05": reported.units_report,
    "2021-10-15": reported.window_closes,
    "2021-10-22": reported.departments,
}


def tell(story: Story) -> None:
    """Go through the timeline, day by day; each of its rows has a telling above."""
    rounds = 0
    for row in _timeline():
        if row["date"] in BEFORE:
            BEFORE[row["date"]](story)
        story.at(date.fromisoformat(row["date"]))
        if row["kind"] == "information_request":
            rounds += 1
            agreed.information_round(story, rounds)
        else:
            TELLINGS[row["date"]](story)
    reported.next_working_day(story)


def _timeline() -> list[dict[str, str]]:
    with (EXAMPLES / "fy2564_timeline.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
