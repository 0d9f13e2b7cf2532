"""wlmcfg with large files."""
import pathlib
import sys
import tempfile

from bench.table import table
from wlmtest import BUILD

from .bounds import Bound, Case, Result
from .child import used_by
from .files import SHAPES, sizes_to
from .fit import exponent
from .others import imports_of

ROUNDS = 3         # of which the best one counts: what else the machine does makes the larger ones slower than the small ones
EXPONENT, SECONDS, MIB = 1.1, 2, 500
CACHES = 0.1       # more of an exponent of time, since of more less is in the processor's caches
WLMCFG = BUILD / "wlmcfg"


def explained(shape, n):
    """A request that the last route is for."""
    return {"URIs": f"/app{n - 1}/shop/x", "URIs with a star inside": f"/appx/{n - 1}/shop/x",
            "virtual hosts": f"https://www{n - 1}.example/app{n - 1}/x"}.get(shape, "/app/x")


def commands_of(shape, n, folder):
    """Arguments by name. The other file has a tenth of the lines of the first one changed, and as many more."""
    make, old, new = SHAPES[shape][0], folder / "old.xml", folder / "new.xml"
    old.write_text(make(n))
    text = make(n + n // 10)
    new.write_text(text.replace("1/shop/", "1/new/").replace('1" CloneID="m', '1" LoadBalanceWeight="3" CloneID="m')
                   .replace("1.example", "1.example.com"))
    return {"check": ["check", old], "show": ["show", old], "show --json": ["show", "--json", old],
            "explain": ["explain", old, explained(shape, n)], "diff": ["diff", old, new], "merge": ["merge", old, new],
            "fmt": ["fmt", old], "graph --format dot": ["graph", "--format", "dot", old],
            "simulate": ["simulate", old, "--sessions", "10", "--duration", "10s"], **imports_of(shape, n, folder)}


def measure_call(command):
    """Used, or None."""
    rounds = []
    while len(rounds) < ROUNDS and None not in rounds:
        rounds.append(used_by(command, (0, 1)))
    return None if None in rounds else min(rounds, key=lambda used: used.seconds)


def measure_shape(shape):
    """{command: {size: Used}}"""
    used = {}
    for n in sizes_to(SHAPES[shape][1]):
        with tempfile.TemporaryDirectory(prefix="wlm-scale-") as folder:
            for name, arguments in commands_of(shape, n, pathlib.Path(folder)).items():
                earlier = used.setdefault(name, {})
                if None in earlier.values():
                    continue
                earlier[n] = measure_call([WLMCFG, *arguments])
                print(f"tools: {shape}, {n:,}: {name}: {earlier[n]}", file=sys.stderr, flush=True)
    return used


def exponents_of(used):
    """Of time and memory. used: {size: Used}"""
    return exponent({n: u.seconds for n, u in used.items()}), exponent({n: u.mib for n, u in used.items()})


def row(name, used):
    largest = list(used.values())[-1]
    if None in used.values():
        return [name, "", "", "took too long", "", ""]
    middle, (of_time, of_memory) = sorted(used)[-2], exponents_of(used)
    return [name, f"{used[middle].seconds:.2f}", f"{largest.seconds:.2f}", text_of(of_time), f"{largest.mib:.0f}", text_of(of_memory)]


def text_of(value):
    return "-" if value is None else f"{value:.2f}"


def table_of(shape, commands):
    largest = SHAPES[shape][1]
    return table([f"{largest:,} {shape}", f"s, {largest // 10:,}", f"s, {largest:,}", "exponent", f"MiB, {largest:,}", "exponent"],
                 [row(name, used) for name, used in commands.items()])


def bounds_of(shape, name, used):
    """Of an exponent that cannot be told, because too little grows, nothing is bounded."""
    largest = list(used.values())[-1]
    where = f"{name}, {SHAPES[shape][1]:,} {shape}"
    if None in used.values():
        return [Bound(f"{where}: seconds", SECONDS, None, 2)]
    exponents = zip(("time", "memory"), (EXPONENT + CACHES, EXPONENT), exponents_of(used))
    return [Bound(f"{where}: seconds", SECONDS, largest.seconds, 2), Bound(f"{where}: MiB", MIB, largest.mib),
            *(Bound(f"{where}: exponent of {what}", most, value, 2) for what, most, value in exponents if value is not None)]


def measure():
    tables, bounds = [], []
    for shape in SHAPES:
        commands = measure_shape(shape)
        tables.append(table_of(shape, commands))
        bounds += [b for name, used in commands.items() for b in bounds_of(shape, name, used)]
    return Result(tables, bounds)


CASE = Case("tools", "`wlmcfg` with large files; seconds are of the processor, of which it uses one. `diff` and `merge` read a second "
            "file that has a tenth of the first one changed and as much added; `import` reads files with so many mounts or lines, "
            "workers, and hosts. An exponent is not told where a command takes less than a few times what it takes for 10. "
            f"{EXPONENT} is allowed, and {CACHES} more in time, since of more less is in the processor's caches.", measure)
