"""Colours and the like: what a run of SGR sequences comes to. Pure.

Source: ECMA-48 section 8.3.117, and xterm's 90-107 and 38;5;N.
"""

_EXTENDED = {"38": "colour", "48": "background", "58": "line colour"}
_OFF = {"22": "weight", "23": "slant", "24": "line", "25": "blink", "27": "inverse", "28": "hidden"}
_OFF |= {"29": "strike", "39": "colour", "49": "background", "54": "frame", "55": "over", "59": "line colour"}
_ON = {"1": "weight", "2": "weight", "3": "slant", "4": "line", "5": "blink", "6": "blink", "7": "inverse"}
_ON |= {"8": "hidden", "9": "strike", "21": "line", "51": "frame", "52": "frame", "53": "over"}
_ON |= {str(it): "colour" for it in (*range(30, 38), *range(90, 98))}
_ON |= {str(it): "background" for it in (*range(40, 48), *range(100, 108))}
RESET = "\x1b[0m"

Style = tuple[tuple[str, str], ...]  # what is set, and the parameters that set it; () is plain


def styled(style: Style, parameters: str) -> Style:
    """Return what `style` becomes by the SGR sequence with these parameters."""
    found = dict(style)
    parts = iter(parameters.split(";"))
    for part in parts:
        code = part.partition(":")[0].lstrip("0")
        if not code:
            found.clear()
        elif code in _OFF:
            found.pop(_OFF[code], None)
        elif code in _EXTENDED:
            if ":" not in part:
                kind = next(parts, "")
                part = ";".join(
                    [part, kind, *(next(parts, "") for _ in range({"5": 1, "2": 3}.get(kind, 0)))]
                )
            found[_EXTENDED[code]] = part
        elif code in _ON:
            found[_ON[code]] = part
    return tuple(found.items())


def sequence(style: Style) -> str:
    """Return the SGR sequence that turns plain text into this."""
    return f"\x1b[{';'.join(it for _, it in style)}m" if style else ""
