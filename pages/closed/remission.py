from displays.remission import assessments as response_table
from displays.remission import best_response as response
from displays.remission import rates as remission
from displays.remission import survival, swimmer
from pages.parts.place import heading, place
from visit import guard

guard("closed")
heading("Remission", "Who reached remission, how long it lasts, and how long subjects live")
place(remission.remission_rate)
place(remission.remission_difference)
place(remission.remission_by_dose)
place(response.best_response)
place(response.marrow_blasts)
place(swimmer.swimmer)
place(survival.duration_of_remission)
place(survival.relapse_incidence)
place(survival.overall_survival)
place(response_table.response_assessments)
