"""Lines of source for the screen: numbers, marks of breakpoints, the arrow, colours on a terminal."""

from ..protocol.stack import StackFrame
from .listing import LineSpan, ListedText, Paint, highlighter, plain_lines
from .session import ConsoleSession
from .terminal_text import clip

_painters: dict[bool, Paint] = {}


def source_lines(session: ConsoleSession, frame: StackFrame, text: ListedText, span: LineSpan) -> list[str]:
    """Return the lines of `span`, with what a frame and the breakpoints mark of them."""
    screen = session.screen
    digits = max(len(str(span.last)), 4)
    room = screen.width - digits - 6
    code = _painter(screen.has_colours)([clip(it, room) for it in text.part(span)])
    path = frame.source.path if frame.source is not None and not frame.source.source_reference else None
    lines = []
    for line, shown in zip(range(span.first, span.last + 1), code, strict=True):
        is_here = line == frame.line
        points = session.breakpoints.on_line(path, line)
        mark = ("B" if any(it.is_enabled for it in points) else "b") if points else " "
        number = screen.paint(f"{line:>{digits}}", "here" if is_here else "dim")
        arrow = screen.paint("->", "here") if is_here else "  "
        lines.append(f"{number} {screen.paint(mark, 'error') if points else mark}{arrow} {shown}".rstrip())
    return lines


def _painter(has_colours: bool) -> Paint:
    if has_colours not in _painters:
        _painters[has_colours] = highlighter() if has_colours else plain_lines
    return _painters[has_colours]
