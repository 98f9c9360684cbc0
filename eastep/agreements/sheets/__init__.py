"""The kinds of sheet that an office brings in about its agreements, and how a row becomes a record."""

from eastep.agreements.sheets.kinds import KINDS

__all__ = ["KINDS"]
