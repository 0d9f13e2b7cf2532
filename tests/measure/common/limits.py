"""Limits of processes."""
import resource
import sys


def raise_limit(descriptors):
    """Of open descriptors, to the most that is allowed; ends the program when that is less than so many. All processes inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < descriptors:
        sys.exit(f"{descriptors} descriptors are needed for each process, and ulimit -Hn says {most}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
