"""A picture of the case slow: p99 of each second, a line for each system."""
import math
from xml.sax.saxutils import escape

from .slow import BEGIN, END, LAST

COLOURS = ["#999999", "#6fb1cc", "#0b6e99", "#7f9f5f", "#b0883c", "#8d7ab5", "#c9637a"]
LEFT, TOP, WIDTH, HEIGHT, LEGEND = 70, 50, 620, 320, 200
LEAST, MOST = 10, 30000    # ms; the scale is logarithmic


def x(second):
    return LEFT + WIDTH * second / LAST


def y(ms):
    share = math.log(min(max(ms, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
    return TOP + HEIGHT * (1 - share)


def axes():
    bottom = TOP + HEIGHT
    yield (f'<rect x="{x(BEGIN):.0f}" y="{TOP}" width="{x(END) - x(BEGIN):.0f}" height="{HEIGHT}" fill="#f4e8e0"/>'
           f'<text x="{x(BEGIN) + 6:.0f}" y="{TOP + 14}">one member is slow</text>')
    for ms in (10, 30, 100, 300, 1000, 3000, 10000, 30000):
        yield (f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y(ms):.1f}" y2="{y(ms):.1f}" stroke="#ddd"/>'
               f'<text x="{LEFT - 6}" y="{y(ms) + 4:.1f}" text-anchor="end">{ms:,} ms</text>')
    for second in range(0, LAST + 1, 5):
        yield f'<text x="{x(second):.0f}" y="{bottom + 16}" text-anchor="middle">{second} s</text>'


def line(number, name, by_second):
    colour = COLOURS[number % len(COLOURS)]
    points = " ".join(f"{x(s + 0.5):.1f},{y(ms):.1f}" for s, ms in enumerate(by_second) if ms is not None)
    at = TOP + 10 + 18 * number
    return (f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<rect x="{LEFT + WIDTH + 20}" y="{at - 9}" width="10" height="10" fill="{colour}"/>'
            f'<text x="{LEFT + WIDTH + 36}" y="{at}">{escape(name)}</text>')


def svg(results):
    lines = [(f.system, f.values["by_second"]) for f in results if f.case == "slow"]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + LEGEND}" height="{TOP + HEIGHT + 30}"'
        ' font-family="sans-serif" font-size="11">', '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{LEFT}" y="24" font-size="13">Requests of each second: 99 of 100 were answered within this time</text>',
        *axes(), *(line(n, *named) for n, named in enumerate(lines)), "</svg>\n"])
