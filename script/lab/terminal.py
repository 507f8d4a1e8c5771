"""Calm output for a person: headings, tables and soft colours; plain text when nobody is watching."""
import os
import shutil
import sys

WATCHED = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
COLOURS = {"individual": "36", "aggregate": "34", "untracked": "32", "plaintext": "33", "suppressed": "35",
           "bold": "1", "soft": "2", "good": "32", "bad": "31"}


def paint(text, colour):
    return f"\033[{COLOURS[colour]}m{text}\033[0m" if WATCHED and colour in COLOURS else text


def width():
    return min(shutil.get_terminal_size((110, 24)).columns, 130)


def heading(number, text):
    print(f"\n{paint(f' {number} ', 'soft')} {paint(text, 'bold')}\n")


def say(text="", colour=None):
    print(f"    {paint(text, colour) if colour else text}" if text else "", flush=True)


def pair(name, text, colour=None):
    print(f"    {paint(f'{name:<11}', 'soft')} {paint(text, colour) if colour else text}", flush=True)


def shortened(text, room):
    return text if len(text) <= room else text[:max(room - 1, 1)] + "…"


def table(names, rows, colour_of=None):
    """Columns as wide as their widest cell; the last one takes what is left and is wrapped."""
    widths = [max(len(str(row[i])) for row in [names, *rows]) for i in range(len(names) - 1)]
    room = max(width() - 4 - sum(widths) - 2 * len(widths), 24)
    def line(cells, colour=None):
        head = "".join(f"{paint(cell, colour) if colour and i == 2 else cell}{' ' * (w - len(cell) + 2)}"
                       for i, (cell, w) in enumerate(zip(cells, widths)))
        lines = wrapped(cells[-1], room)
        print(f"    {head}{lines[0]}")
        for more in lines[1:]:
            print(" " * (4 + sum(widths) + 2 * len(widths)) + more)
    print(paint("    " + "".join(f"{name:<{w + 2}}" for name, w in zip(names, widths)) + names[-1], "soft"))
    for row in rows:
        line([str(cell) for cell in row], colour_of(row) if colour_of else None)


def wrapped(text, room):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
