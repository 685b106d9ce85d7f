"""Files of environment variables, as editors know them. Pure."""

import re
from collections.abc import Mapping

LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*\Z")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def parse_env(text: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that `text` sets. `${NAME}` stands for an earlier one, or one of `environ`."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if match is None or line.lstrip().startswith("#"):
            continue
        name, value = match[1], match[2]
        quote = value[:1] if value[:1] in ("'", '"') and value[:1] == value[-1:] and len(value) > 1 else ""
        value = value[1:-1] if quote else value.partition(" #")[0].rstrip()
        if quote == '"':
            value = value.replace("\\n", "\n")
        if quote != "'":
            value = VARIABLE.sub(lambda it: found.get(it[1], environ.get(it[1], "")), value)
        found[name] = value
    return found
