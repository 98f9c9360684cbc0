"""What every reference asks of a market."""

from itertools import pairwise

from eastep.placement.market import Market


def option_needs(market: Market) -> list[list[tuple[int, int]]]:
    """`Market.needs` as lists of (node, places)."""
    ptr, node, places = (column.tolist() for column in market.needs)
    return [list(zip(node[start:end], places[start:end], strict=True)) for start, end in pairwise(ptr)]
