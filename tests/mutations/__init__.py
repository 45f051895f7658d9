"""Damage as real deliveries have it: 500 mutated deliveries of the sample trial, drawn from a seed.

draft.py: a delivery as text that can be damaged. headers.py, values.py, files.py, records.py: the kinds of damage.
outcome.py: what the project makes of one. `python -m tests.mutated` runs many and prints the figures.
"""
