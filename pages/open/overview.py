from displays.adverse_events import pooled
from displays.conduct import accrual, baseline, changes, currency, flow
from displays.summary import overview
from pages.parts.place import heading, place, place_numbers
from visit import guard

guard("open")
heading("Overview", "What has changed since the previous meeting, and where does the trial stand?")
place_numbers(overview.what_changed)
place(changes.records_changed)
place(flow.subject_flow)
place(accrual.accrual_over_time)
place(accrual.accrual_by_site)
place(currency.data_currency)
place(baseline.baseline)
place(pooled.adverse_events)
