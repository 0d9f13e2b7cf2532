"""Repeats a measurement that could not be set up."""
import sys


def twice_at_most(once, *things):
    """once(*things). That it cannot be set up is no result: a port may be taken by another program between looking for a free
    one and using it. Then once more."""
    try:
        return once(*things)
    except (AssertionError, OSError) as e:
        print(f"once more: {', '.join(t.name for t in things)}: {e}", file=sys.stderr)
        return once(*things)
