"""marimo's own objects as one readable line: what they are for a browser is kilobytes of escaped HTML.

Imports nothing of marimo.
"""

import re
from html import unescape

from ...common.errors import described
from ...common.object_access import NOTHING, attribute, mro, type_name

_LONGEST = 200  # characters
_COMPONENT = re.compile(r"<marimo-(?!ui-element)([a-z-]+)([^>]*)>")
_SAID = re.compile(r"data-(?:labels?|value|title)='([^']*)'")
_TAG = re.compile(r"<[^>]*>")
_ESCAPED = re.compile(r"\\+u([0-9a-f]{4})")


def readable(value: object) -> str | None:
    """Return the line for a `mo.ui` element, a layout or other HTML of marimo's; None for anything else."""
    names = [it.__name__ for it in mro(type(value)) if it.__module__.startswith("marimo.")]
    if "Html" not in names or "_md" in names:
        return None
    try:
        if "UIElement" in names:
            held = attribute(value, "_value")  # `value` may not be asked for in the cell that made it
            return _cut(f"mo.ui.{type_name(value)}(value={held!r})" if held is not NOTHING else repr(value))
        text = _text(str(value.text))  # type: ignore[attr-defined]
    except Exception as error:
        return f"<{type_name(value)}: {described(error)}>"
    return _cut(text) or f"<{type_name(value)}>"


def _text(html: str) -> str:
    """Return what can be read in HTML, with its components in brackets."""
    return unescape(_TAG.sub(" ", _COMPONENT.sub(_component, html)))


def _component(found: re.Match[str]) -> str:
    said = [_words(it) for it in _SAID.findall(found[2])]
    return f" [{' '.join(it for it in (found[1], *said) if it not in ('', 'null'))}] "


def _words(attribute: str) -> str:
    """Return the text in an attribute: JSON, and HTML within that, each escaped."""
    plain = _ESCAPED.sub(lambda it: chr(int(it[1], 16)), unescape(attribute))
    return re.sub(r"[<>]", "", _TAG.sub("", plain)).replace("\\", "").strip('"[] ')


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
