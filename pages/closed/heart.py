"""The heart: dysfunction by dose, LVEF and shortening fraction over time, markers, QTc, cardiac events, overdue echos."""

from displays.heart import change as heart_change
from displays.heart import dysfunction as heart
from displays.heart import ecg
from displays.heart import events as heart_events
from displays.heart import markers as heart_markers
from displays.heart import over_time as heart_time
from pages.parts.place import heading, place
from visit import guard, view

guard("closed")
heading("Heart", f"Does {view().trial.drug} spare the heart, and whose heart does it not spare?")
place(heart.dysfunction_by_dose)
place(heart_time.lvef_over_time)
place(heart.heart_by_subject)
place(heart_events.cardiac_events)
place(heart_events.overdue_echos)
place(heart_change.lvef_worst_change)
place(heart_change.lvef_against_dose)
place(heart_time.shortening_fraction_over_time)
place(heart_markers.markers_over_time)
place(ecg.qtc_by_dose)
place(ecg.qtc_longest)
place(heart_events.heart_left_out)
