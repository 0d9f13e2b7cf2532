"""Where a request's work is done: instructions by library (callgrind) and system calls by name (strace). Counted, not timed, so a
busy machine does not change it."""
import collections
import contextlib
import dataclasses
import http.client
import re
import subprocess

from wlmtest import temporary_folder

from .cost import calls_by_name
from .member import nginx_members
from .systems import Setup
from .table import table

FEW, MANY = 200, 2200  # requests of two runs: the difference is without the cost of start and stop
VALGRIND_TIMEOUT = 300 # seconds; under valgrind everything lasts 50 times as long
COUNTED = 2000         # requests whose system calls are counted
CALLS_SHOWN = 0.05     # of a request, at least
FUNCTIONS_SHOWN = 12
KINDS = (("mod_wlm", r"/mod_wlm\.so"), ("mod_proxy", r"/mod_(proxy|lbmethod)\w*\.so"), ("APR", r"/libapr"),
         ("libc", r"/(libc|ld-linux|vgpreload)"), ("httpd", r"/(apache2|httpd|mod_\w+\.so)"), ("others", ""))


@dataclasses.dataclass(frozen=True)
class Work:
    """Of a request."""
    system: str
    functions: list        # (kind of library, name, instructions), those with the most first
    calls: dict            # system calls by name


def send(base, number):
    """Requests on one connection, each after the response to the one before."""
    with contextlib.closing(http.client.HTTPConnection(base.removeprefix("http://"), timeout=VALGRIND_TIMEOUT)) as connection:
        for _ in range(number):
            connection.request("GET", "/app/small")
            response = connection.getresponse()
            assert response.status == 200 and response.read()


def kind_of(library):
    return next(kind for kind, pattern in KINDS if re.search(pattern, library))


def read_callgrind(path):
    """{(kind of library, function): instructions}"""
    output = subprocess.run(["callgrind_annotate", "--threshold=100", "--show-percs=no", "--auto=no", path], capture_output=True,
                          text=True, check=True).stdout
    counts = collections.Counter()
    for number, function, library in re.findall(r"^ *([\d,]+) +\S*?:(\S+) \[(\S+)\]$", output, re.M):
        counts[kind_of(library), function.split("'")[0]] += int(number.replace(",", ""))
    return counts


def count_instructions(system, members, number):
    """Of all processes from start to end, with so many requests."""
    with temporary_folder() as folder:
        out = folder / "callgrind"
        out.mkdir()
        out.chmod(0o777)
        setup = Setup(children=1, timeout=VALGRIND_TIMEOUT, under=("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}/%p"))
        with system.running(folder, setup, members, None) as server:
            send(server.base, number)
        return sum(map(read_callgrind, out.iterdir()), collections.Counter())


def count_calls(system, members):
    with temporary_folder() as folder, system.running(folder, Setup(children=1), members, None) as server:
        send(server.base, FEW)
        calls = calls_by_name(server.root, lambda: send(server.base, COUNTED))
    return {name: number / COUNTED for name, number in calls.items()}


def measure_work(systems):
    works = []
    with temporary_folder() as folder, nginx_members(folder, 2) as members:
        for system in systems:
            few, many = (count_instructions(system, members, number) for number in (FEW, MANY))
            functions = [(*key, (many[key] - few[key]) / (MANY - FEW)) for key in many]
            works.append(Work(system.name, sorted(functions, key=lambda f: -f[2]), count_calls(system, members)))
    return works


def sum_of(work, kind):
    return sum(number for k, _, number in work.functions if kind in (k, None))


def of_libraries(works):
    rows = [["**all**", *(f"{sum_of(w, None):.0f}" for w in works)]]
    for kind, _ in KINDS:
        sums = [sum_of(w, kind) for w in works]
        rows.append([kind, *(f"{s:.0f}" if s >= 1 else "" for s in sums)])
    return "**instructions** in user space for a small GET, by library\n\n" + table(["", *(w.system for w in works)], rows)


def of_functions(works):
    rows = []
    for place in range(FUNCTIONS_SHOWN):
        cells = []
        for kind, name, number in (w.functions[place] for w in works):
            cells.append(f"{number:.0f} {name} ({kind})")
        rows.append([str(place + 1), *cells])
    return "**functions** with the most of them\n\n" + table(["", *(w.system for w in works)], rows)


def of_calls(works):
    sums = collections.Counter()
    for work in works:
        sums.update(work.calls)
    names = [name for name, _ in sums.most_common() if max(w.calls.get(name, 0) for w in works) >= CALLS_SHOWN]
    rows = [[name, *(f"{w.calls[name]:.2f}" if w.calls.get(name, 0) >= CALLS_SHOWN else "" for w in works)] for name in names]
    return "**system calls** for the same, one client\n\n" + table(["", *(w.system for w in works)], rows)


def of_works(works):
    return "\n".join(part(works) for part in (of_libraries, of_functions, of_calls))
