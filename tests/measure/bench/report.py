"""docs/performance.md and its picture."""
import os
import platform
import re
import subprocess
import time

from common.output import write_into
from common.systems import httpd_version
from wlmtest import ROOT

from . import goals, micro, plot, table, work
from .cases import CASES

DOCS = ROOT / "docs"


def machine():
    with open("/proc/cpuinfo", encoding="ascii") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.M).group(1)
    gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2 ** 30
    return f"{os.cpu_count()} cores of {model}, {gib:.0f} GiB, Linux {platform.release()}"


def package_version(package):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True,
                          check=True).stdout


def versions():
    packages = (("mod_jk", "libapache2-mod-jk"), ("nginx", "nginx"), ("haproxy", "haproxy"), ("Tomcat", "tomcat10-common"),
                ("wrk", "wrk"), ("h2load", "nghttp2-client"))
    return ", ".join([httpd_version(), *(f"{what} {package_version(package)}" for what, package in packages)])


def revision():
    return subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True,
                          check=False).stdout.strip()


def about(chosen, minutes):
    return (f"{time.strftime('%Y-%m-%d')}, revision {revision()}, {machine()}. {versions()}. {chosen.rounds} rounds of "
            f"{chosen.seconds} s, {minutes:.0f} minutes in all.\n")


def write(results, calls, works, chosen, minutes):
    run = about(chosen, minutes)  # before anything is changed
    (DOCS / "performance.svg").write_text(plot.svg(CASES, results), encoding="utf-8")
    write_into(DOCS / "performance.md", {
        "about": run, "goals": goals.of_goals(results, calls),
        "cases": "\n".join(table.of_case(c, results) for c in CASES), "micro": micro.of_calls(calls),
        "work": work.of_works(works)})
