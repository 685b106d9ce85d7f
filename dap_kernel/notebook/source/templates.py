"""f-strings and t-strings that only newer Pythons can read, as f-strings that 3.11 reads, on the same lines.

What is in replacement fields stays; what is between them, and strings within them, go. Source: PEP 701 and
PEP 750.
"""

import re

from .text import STRING_BODIES

STRING = re.compile(r"""([rbuftRBUFT]{0,2})(\"{3}|'{3}|"|')""")
_ENDS = {quote: re.compile(f"{body}{quote}", re.DOTALL) for quote, body in STRING_BODIES.items()}
_COMMENT = re.compile(r"#[^\n]*")
_BY_DEPTH = ('"""', "'''", '"', "'")  # quotes of templates within templates
_OLD = str.maketrans("tT", "fF")


class NotRewritable(Exception):
    """The text is no Python of any version, or none that is worth the trouble."""


def older_string(source: str, string: re.Match[str]) -> tuple[str, int]:
    """Return the string that begins with `string`, a match of STRING, as older Pythons read it, and its end.

    Raises Unreadable where it has no end.
    """
    prefix, quote = string.groups()
    start = string.end()
    if not _is_template(prefix):
        end = _end(source, quote, start)
        return prefix + quote + source[start:end], end
    text, end, is_new = _template(source, quote, start, 0)
    return (text if is_new else prefix.translate(_OLD) + quote + source[start:end]), end


def _is_template(prefix: str) -> bool:
    return not set("ftFT").isdisjoint(prefix)


def _end(source: str, quote: str, start: int) -> int:
    found = _ENDS[quote].match(source, start)
    if found is None:
        raise NotRewritable
    return found.end()


def _template(source: str, quote: str, at: int, depth: int) -> tuple[str, int, bool]:
    """Return a template as an f-string of its fields alone, its end, and whether it has to be written so."""
    if depth == len(_BY_DEPTH):
        raise NotRewritable
    made, is_new, is_short = [], False, len(quote) == 1
    while not source.startswith(quote, at):
        sign = source[at : at + 1]
        if not sign or (sign == "\n" and is_short):
            raise NotRewritable
        if sign == "{" and source[at + 1 : at + 2] != "{":
            text, end = _field(source, at + 1, depth)
            raw = source[at:end]
            is_new = is_new or any(it in raw for it in (quote[0], "\\", "#", "\n" if is_short else "\\"))
            made.append(text)
            at = end
            continue
        size = 2 if sign == "\\" or source[at : at + 2] in ("{{", "}}") else 1
        made += ["\n"] * source.count("\n", at, at + size)
        at += size
    own = _BY_DEPTH[depth]
    return f"f{own}{''.join(made)}{own}", at + len(quote), is_new


def _field(source: str, at: int, depth: int) -> tuple[str, int]:
    """Return a replacement field, with its braces, and where it ends. `at` is behind its first brace."""
    made, brackets, is_after_string = ["{"], 0, False
    while brackets or source[at : at + 1] not in ("}", ":"):
        string = None if made[-1].isidentifier() else STRING.match(source, at)
        comment = _COMMENT.match(source, at)
        if string is not None:
            text, at = _within(source, string, depth)
            made += ["+"] * is_after_string + [text, " "]
            is_after_string = True
        elif comment is not None:
            at = comment.end()
        elif at == len(source) or source[at] == "\\":
            raise NotRewritable
        else:
            sign = source[at]
            brackets += (sign in "([{") - (sign in ")]}")
            is_after_string = is_after_string and sign.isspace()
            made.append(sign)
            at += 1
    if source[at] == ":":
        made.append(":")
        at += 1
        while source[at : at + 1] != "}":
            if at == len(source):
                raise NotRewritable
            text, at = _field(source, at + 1, depth) if source[at] == "{" else (source[at], at + 1)
            made += [text] * (text[0] in "{\n")
    return "".join(made) + "}", at + 1


def _within(source: str, string: re.Match[str], depth: int) -> tuple[str, int]:
    """Return a string within a field, and where it ends: an empty tuple, or a template with its fields."""
    prefix, quote = string.groups()
    if _is_template(prefix):
        text, end, _ = _template(source, quote, string.end(), depth + 1)
        return text, end
    end = _end(source, quote, string.end())
    return "()" + "\n" * source.count("\n", string.end(), end), end
