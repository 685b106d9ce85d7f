"""What of a message may stand in a log. It knows JSON text, and which of DAP's keys hold secrets.

Never shown: tokens, environments, and what is typed into the console, which may answer `getpass`.
"""

import re

MAX_SHOWN = 2000  # characters
MAX_READ = 2**17  # bytes

STRING = r'"(?:[^"\\]|\\.)*+(?:"|$)'  # the text may have been cut
TOKEN = re.compile(rf'("(?:token|password)"\s*:\s*){STRING}')
ENV = re.compile(rf'("env"\s*:\s*)\{{(?:[^{{}}"]|{STRING})*+(?:\}}|$)')
TYPED = re.compile(rf'("expression"\s*:\s*){STRING}')
IS_TYPED = re.compile(r'"command"\s*:\s*"evaluate"')
IS_HARMLESS = re.compile(r'"context"\s*:\s*"(?:watch|hover|variables|clipboard)"')


def shown(body: bytes) -> str:
    """Return a message's body for the log, cut and with `***` for what is secret."""
    text = body[:MAX_READ].decode("utf-8", "replace")
    text = ENV.sub(r'\1"***"', TOKEN.sub(r'\1"***"', text))
    if IS_TYPED.search(text) and not IS_HARMLESS.search(text):
        text = TYPED.sub(r'\1"***"', text)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}... ({len(body)} bytes)"
