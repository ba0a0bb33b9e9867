"""A plot with two logarithmic axes as SVG."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, MARGIN = 720, 420, 60
COLOURS = ["#1f6feb", "#d1570f", "#2da44e"]


@dataclass(frozen=True)
class Line:
    """One line of a plot."""

    label: str
    points: list[tuple[float, float]]


def svg(title: str, x_label: str, lines: list[Line]) -> str:
    xs = [math.log10(x) for line in lines for x, _ in line.points]
    ys = [math.log10(y) for line in lines for _, y in line.points]
    left, right = math.floor(min(xs)), math.ceil(max(xs))
    bottom, top = math.floor(min(ys)), math.ceil(max(ys))

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - left) / (right - left) * (WIDTH - 2 * MARGIN)
        up = (y - bottom) / (top - bottom) * (HEIGHT - 2 * MARGIN)
        return MARGIN + across, HEIGHT - MARGIN - up

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        '<g font-family="sans-serif" font-size="12" fill="#24292f">',
        f'<text x="{WIDTH / 2}" y="24" text-anchor="middle" font-size="15">{escape(title)}</text>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(x_label)}</text>',
    ]
    for power in range(left, right + 1):
        x, y = place(power, bottom)
        parts.append(_grid(x, y, x, MARGIN) + _text(x, y + 18, f"{10**power:,}", "middle"))
    for power in range(bottom, top + 1):
        x, y = place(left, power)
        label = f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
        parts.append(_grid(x, y, WIDTH - MARGIN, y) + _text(x - 8, y + 4, label, "end"))
    for number, line in enumerate(lines):
        places = [place(math.log10(x), math.log10(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        colour = COLOURS[number % len(COLOURS)]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = MARGIN + 14, MARGIN + 18 * (number + 1)
        parts.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(x + 16, y, line.label, "start"))
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _grid(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#d0d7de"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
