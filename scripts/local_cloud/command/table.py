"""Rows as a table for people: aligned columns, the last one as wide as it is."""

from collections.abc import Iterable, Sequence


def aligned(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    table = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header) - 1)]
    lines = []
    for index, row in enumerate(table):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
        if index == 0:
            lines.append("  ".join(["-" * width for width in widths] + ["-" * len(header[-1])]))
    return "\n".join(lines)


def size(count: int | None) -> str:
    if count is None:
        return ""
    return f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{count / 1024:.1f} kB"
