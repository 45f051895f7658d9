from displays.adverse_events.by_dose import adverse_by_dose, special_interest
from displays.adverse_events.dlts import every_dlt, judged_not_dlt
from displays.adverse_events.late import cumulative_dose, late_events
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.rule.replay import replay
from displays.rule.sensitivity import sensitivity
from displays.stopping.charts import stopping_charts
from displays.stopping.overview import stopping_overview
from pages.parts.place import heading, place
from pages.parts.sections import choose_section
from pages.parts.what_if import choose_cohort
from visit import guard

guard("closed")

SECTIONS = {
    "Where it stands": (rule_now, dlt_by_dose, subject_by_dose, escalation_history),
    "What could follow": (next_outcomes, sensitivity, replay),
    "Events": (every_dlt, judged_not_dlt, late_events, cumulative_dose, special_interest, adverse_by_dose),
    "Stopping rules": (stopping_overview, stopping_charts),
}

heading(
    "Dose escalation", "What does the rule say, how often was each dose too toxic, and what did the DLT window not see?"
)
choose_cohort()
for display in SECTIONS[choose_section("escalation", list(SECTIONS))]:
    place(display)
