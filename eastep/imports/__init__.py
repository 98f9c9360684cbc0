"""Sheets as people write them, read into typed rows, and every problem told with its place and its remedy."""

from eastep.imports.cells import Unreadable
from eastep.imports.layout import Layout
from eastep.imports.problems import Problem, Problems
from eastep.imports.reading import read_table
from eastep.imports.table import Column, Row, Table

__all__ = ["Column", "Layout", "Problem", "Problems", "Row", "Table", "Unreadable", "read_table"]
