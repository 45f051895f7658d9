from session import guard
from pages.parts.place import heading, place
from displays.dose import dlt_by_dose
from displays.dose_adverse import adverse_by_dose, special_interest
from displays.dose_events import every_dlt, judged_not_dlt
from displays.dose_history import escalation_history
from displays.dose_late import cumulative_dose, late_events
from displays.dose_subjects import subject_by_dose

guard("closed")
heading("Dose escalation", "How often was each dose too toxic, who can be judged, and what did the DLT window not see?")
place(dlt_by_dose)
place(subject_by_dose)
place(escalation_history)
place(every_dlt)
place(judged_not_dlt)
place(late_events)
place(cumulative_dose)
place(special_interest)
place(adverse_by_dose)
