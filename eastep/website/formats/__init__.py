"""Dates with the time of day on the 24-hour clock, in each language."""
