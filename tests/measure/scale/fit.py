"""How something grows: the k of n^k."""
import math

PART = 2           # what counts is so many times as much as what there is at the smallest size: the start of a program, noise


def slope(points):
    """points: {size: value}. The k by least squares of log value by log size."""
    logs = [(math.log(n), math.log(value)) for n, value in points.items()]
    x, y = (sum(values) / len(logs) for values in zip(*logs))
    return sum((a - x) * (b - y) for a, b in logs) / sum((a - x) ** 2 for a, _ in logs)


def exponent(points):
    """The same without what the smallest size has, which is there at any size: else growth would be hidden by it. None: too little
    grows to tell."""
    base = points[min(points)]
    more = {n: value - base for n, value in points.items() if value > base * (1 + PART)}
    return slope(more) if len(more) > 1 else None
