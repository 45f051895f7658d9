"""Names and numbers of visits, and the days on which blood is taken."""

from __future__ import annotations

from .story import Subject

COUNT_DAYS = (1, 4, 8, 11, 15, 18, 22, 25, 29, 36)
CHEMISTRY_DAYS = (1, 8, 15, 29)
LYSIS_DAYS = (2, 3, 5)
MONTH_DAYS = 30.4375


def screening() -> tuple[float, str]:
    return 1.0, "SCREENING"


def course_day(course: int, day: int) -> tuple[float, str]:
    return float(100 * course + day), f"COURSE {course} DAY {day}"


def course_end(course: int) -> tuple[float, str]:
    return float(100 * course + 90), f"COURSE {course} END"


def month(number: int) -> tuple[float, str]:
    return float(1000 + number), f"MONTH {number}"


def unscheduled(subject: Subject, day: int) -> tuple[float, str]:
    course = sum(start <= day for start in subject.courses)
    within = day - subject.courses[course - 1] + 1
    number = 100 * course + min(within, 95) + 0.1
    return number, "UNSCHEDULED"


def at_response(subject: Subject, day: int) -> tuple[float, str]:
    """The visit of a response assessment: the end of the course, later the month."""
    course = sum(start < day for start in subject.courses)
    if day - subject.courses[course - 1] <= 55:
        return course_end(course)
    return month(round(day / MONTH_DAYS))


def blood_visits(subject: Subject) -> list[tuple[int, tuple[float, str], bool]]:
    """Study day, visit and whether chemistry is taken too, for every planned blood sample."""
    visits = []
    for course, start in enumerate(subject.courses, 1):
        until = subject.courses[course] if course < len(subject.courses) else 10_000
        visits += [
            (start + day - 1, course_day(course, day), day in CHEMISTRY_DAYS)
            for day in COUNT_DAYS
            if start + day - 1 < until
        ]
    after = subject.courses[-1] + 40
    visits += [(round(n * MONTH_DAYS) + 1, month(n), True) for n in range(2, 14) if n * MONTH_DAYS > after]
    return [visit for visit in visits if visit[0] <= subject.last_day]
