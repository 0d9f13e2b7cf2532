"""A picture: CPU time for each request, as a ratio to mod_proxy_balancer."""
from xml.sax.saxutils import escape

from .table import Ratio

COLOURS = {"mod_wlm": "#0b6e99", "mod_wlm_threads": "#6fb1cc", "mod_jk": "#b0883c", "nginx": "#7f9f5f", "haproxy": "#8d7ab5", "floor": "#999999"}
LEFT, RIGHT, TOP, BAR, GAP, PER_UNIT, MOST = 260, 70, 60, 13, 10, 380, 1.5


def bar(y, name, ratio):
    """One, with its interval as a line."""
    end, low, high = (LEFT + min(v, MOST) * PER_UNIT for v in (ratio.middle, ratio.low, ratio.high))
    middle = y + BAR / 2
    return [f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR - 2}" fill="{COLOURS[name]}"/>',
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{middle - 1}" y2="{middle - 1}" stroke="#222"/>',
            f'<text x="{max(end, high) + 4:.1f}" y="{middle + 3}">{ratio.middle:.2f}</text>']


def bars_of(cases, results):
    """For each case and point: its title, and the ratios by system."""
    for case in cases:
        for point in case.points:
            ratios = {}
            for result in results.of_case(case):
                base = results.base_of(result)
                if result.point == point and result.idle and base and base is not result:
                    ratios[result.system] = Ratio(result, base, "cpu")
            if ratios:
                yield f"{case.name}{', ' if point else ''}{point}", ratios


def legend():
    parts, x = [], 20
    for name, colour in COLOURS.items():
        parts.append(f'<rect x="{x}" y="30" width="10" height="10" fill="{colour}"/>'
                     f'<text x="{x + 14}" y="39">{name}</text>')
        x += 120
    return parts


def svg(cases, results):
    parts, y = legend(), TOP
    for title, ratios in bars_of(cases, results):
        parts.append(f'<text x="{LEFT - 8}" y="{y + BAR - 3}" text-anchor="end">{escape(title)}</text>')
        for name, ratio in ratios.items():
            parts += bar(y, name, ratio)
            y += BAR
        y += GAP
    one = LEFT + PER_UNIT
    parts.append(f'<line x1="{one}" x2="{one}" y1="{TOP - 8}" y2="{y}" stroke="#c33" stroke-dasharray="4 3"/>')
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + int(MOST * PER_UNIT) + RIGHT}" height="{y + 10}"'
        ' font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="13">CPU time for a request; 1 is mod_proxy_balancer, the line is the interval'
        ' of the rounds</text>', *parts, "</svg>\n"])
