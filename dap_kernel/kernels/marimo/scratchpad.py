"""A text is run in the scratchpad of a marimo session, by a process of its own that waits for the end.

marimo interrupts what its kernel runs, a cell of the user's too, when whoever has asked for the scratchpad
hangs up. So who asks outlives us where the kernel is busy, and nobody's cell is interrupted.
"""

import asyncio
import json
import subprocess
import sys

from ..errors import KernelDied
from .marimo_server import MarimoSession

# What it is to ask comes by its input: arguments can be seen by others, and there is a token in it.
ASK = """
import json, sys, urllib.error, urllib.request
asked = json.load(sys.stdin)
request = urllib.request.Request(
    asked["url"], headers=asked["headers"], data=json.dumps({"code": asked["code"]}).encode()
)
try:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answer = opener.open(request).read().decode("utf-8", "replace")
    problem = answer[-2000:] if '"success": false' in answer else None
except urllib.error.HTTPError as error:
    problem = "status %d" % error.code
except OSError as error:
    problem = str(error)
try:
    print(json.dumps(problem), flush=True)
except OSError:
    pass
"""


async def run_in_scratchpad(session: MarimoSession, text: str) -> None:
    """Return once the text has run. Raises KernelDied where it was refused.

    Cancelled, it has the text run all the same, when the kernel comes to it.
    """
    asked = {"url": session.execute_url, "headers": session.headers, "code": text}
    asking = subprocess.Popen(  # asyncio's would be killed once nobody waits for it
        (sys.executable, "-I", "-c", ASK),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert asking.stdin is not None
    with asking.stdin as given:
        given.write(json.dumps(asked).encode())
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), asking.stdout)
    try:
        said = await reader.read()
    finally:
        transport.close()
    asking.wait()  # it has said all, and ends
    problem = json.loads(said) if said else "nobody has asked it"
    if problem is not None:
        raise KernelDied(f"marimo has not let the debugger in: {problem}")
