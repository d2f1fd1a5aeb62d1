#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws the figures of wait_bench: usage: wait_picture.py FIGURES.csv PICTURE.svg

    ./dev bench wait --csv build/wait.csv && benchmarks/wait_picture.py build/wait.csv docs/images/wait.svg
"""

import csv
import math
import sys
from pathlib import Path

PANELS = {
    "one": "One member ready: a wait and its read",
    "all": "All members ready: per member",
    "busy": "Another processor wrote while this one computed",
    "asleep": "Another processor wrote while the wait slept",
}
# Colour, dashes, marker. The colours can be told apart by people who see few of them; the markers by all.
STYLES = {
    "bare epoll": ("#000000", "6 3", "circle"),
    "epoll with objects": ("#7f7f7f", "6 3", "circle"),
    "bare io_uring": ("#d55e00", "6 3", "diamond"),
    "bare poll": ("#8c6d1f", "6 3", "square"),
    "bare select": ("#5c5c8a", "6 3", "triangle"),
    "usocket epoll": ("#000000", "", "circle"),
    "usocket io_uring": ("#d55e00", "", "diamond"),
    "usocket poll": ("#8c6d1f", "", "square"),
    "usocket select": ("#5c5c8a", "", "triangle"),
    "libuv uv_poll_t": ("#0072b2", "2 2", "square"),
    "Asio async_wait": ("#009e73", "2 2", "triangle"),
    "POCO PollSet": ("#aa3377", "2 2", "diamond"),
}
WIDTH, HEIGHT = 560, 470  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 62, 150, 44, 46
LABEL = 13  # the least distance of two labels


def marker(shape, x, y, colour):
    corners = {
        "square": [(-3, -3), (3, -3), (3, 3), (-3, 3)],
        "diamond": [(0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)],
        "triangle": [(0, -4.5), (4, 3.5), (-4, 3.5)],
    }.get(shape)
    if corners is None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{colour}"/>'
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'


def spread(places, lowest, highest):
    """Moves places apart, in their order, so that labels do not lie on each other."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, after in zip(order, order[1:]):
        moved[after] = max(moved[after], moved[before] + LABEL)
    limit = highest
    for at in reversed(order):
        moved[at] = max(min(moved[at], limit), lowest)
        limit = moved[at] - LABEL
    return moved


def text(x, y, words, anchor="start", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{words}</text>'


def duration(nanoseconds):
    for unit, size in (("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:g} {unit}"
    return f"{nanoseconds:g} ns"


def panel(title, curves):
    """One diagram, both axes logarithmic; `curves` are lists of (sockets, nanoseconds) by name."""
    columns = sorted({n for points in curves.values() for n, _ in points})
    values = [ns for points in curves.values() for _, ns in points]
    low, high = math.log10(min(values)) - 0.08, math.log10(max(values)) + 0.08
    first, last = math.log10(columns[0]), math.log10(columns[-1])
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x_of(n):
        return LEFT + (math.log10(n) - first) / ((last - first) or 1) * (right - LEFT)

    def y_of(ns):
        return bottom - (math.log10(ns) - low) / (high - low) * (bottom - TOP)

    out = [text(LEFT, 22, title, more='font-weight="bold" font-size="14"')]
    for decade in range(math.floor(low), math.ceil(high) + 1):
        for step in (1, 2, 5):
            ns = step * 10.0**decade
            if low <= math.log10(ns) <= high and (step == 1 or high - low < 2.5):
                out.append(f'<path d="M{LEFT} {y_of(ns):.1f}H{right}" stroke="#ddd"/>')
                out.append(text(LEFT - 6, y_of(ns) + 4, duration(ns), "end"))
    for n in columns:
        out.append(f'<path d="M{x_of(n):.1f} {TOP}V{bottom}" stroke="#ddd"/>')
        out.append(text(x_of(n), bottom + 16, f"{n:,}", "middle"))
    out.append(text((LEFT + right) / 2, bottom + 34, "registered sockets", "middle"))

    names = list(curves)
    ends = [y_of(curves[name][-1][1]) for name in names]
    for name, end, label in zip(names, ends, spread(ends, TOP, bottom)):
        colour, dashes, shape = STYLES.get(name, ("#444444", "1 3", "circle"))
        places = [(x_of(n), y_of(ns)) for n, ns in curves[name]]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        wide = 2.4 if name.startswith("usocket") else 1.5
        out.append(f'<path d="M{line}" stroke="{colour}" stroke-width="{wide}" stroke-dasharray="{dashes}"/>')
        out.extend(marker(shape, x, y, colour) for x, y in places)
        out.append(f'<path d="M{places[-1][0] + 5:.1f} {end:.1f}L{right + 22} {label:.1f}" stroke="{colour}" '
                   'stroke-width="0.6"/>')
        bold = 'font-weight="bold"' if name.startswith("usocket") else ""
        out.append(text(right + 26, label + 4, name, more=f'fill="{colour}" {bold}'))
    return out


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    panels = {name: {} for name in PANELS}
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["scenario"] in panels and float(row["ns"]) > 0:
                curve = panels[row["scenario"]].setdefault(row["contender"], [])
                curve.append((int(row["sockets"]), float(row["ns"])))
    drawn = {name: curves for name, curves in panels.items() if curves}
    if not drawn:
        sys.exit(f"{sys.argv[1]} has no figures to draw")
    height = HEIGHT * math.ceil(len(drawn) / 2)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {height}" '
           'font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222">',
           "<title>Nanoseconds per wait over the number of registered sockets</title>",
           '<rect width="100%" height="100%" fill="#fff"/>']
    for place, (name, curves) in enumerate(drawn.items()):
        shift = f"translate({place % 2 * WIDTH} {place // 2 * HEIGHT})"
        for points in curves.values():
            points.sort()
        lines = "\n".join(panel(PANELS[name], curves)).replace("<path ", '<path fill="none" ')
        out.append(f'<g transform="{shift}">\n{lines}\n</g>')
    out.append("</svg>")
    path = Path(sys.argv[2])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
