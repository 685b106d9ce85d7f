"""A marimo server as its pages see it: the sessions that it has, and the scratchpad of each.

All calls wait for its answer; none is made on the event loop's thread. Source: marimo 0.23 to 0.25,
`_server/api/endpoints/health.py`, `execution.py`, `_server/api/auth.py` and `middleware.py`.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from ...notebook.paths import same_path
from ..errors import KernelDied

ANSWERED_S = 10.0  # for what waits for no kernel
_TOKEN = re.compile(r'"serverToken":\s*("[^"]*")')


class MarimoSession(msgspec.Struct, frozen=True):
    """One kernel of a server's, and what it has to be asked with."""

    id: str
    path: str  # of its notebook; "" where it was never saved
    execute_url: str
    headers: dict[str, str]


def find_session(url: str, token: str | None, wanted: str | None) -> MarimoSession:
    """Return the session `wanted`, an id or a notebook's path; None: the only one. Raises KernelDied.

    `url` may hold the token, as marimo prints it.
    """
    parts = urlsplit(url)
    token = token or next(iter(parse_qs(parts.query).get("access_token", [])), None)
    base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    session_id, path = _pick(_get(f"{base}/api/sessions", headers), base, wanted)
    found = _TOKEN.search(_get(f"{base}/", headers))
    if found is None:
        raise KernelDied(f"the page of marimo at {base} does not say what its server wants to be told")
    headers["Marimo-Server-Token"] = json.loads(found[1])
    headers["Marimo-Session-Id"] = session_id
    return MarimoSession(session_id, path, f"{base}/api/kernel/execute", headers)


def _pick(answer: str, base: str, wanted: str | None) -> tuple[str, str]:
    """Return the id and the path of the session that is meant. Raises KernelDied."""
    try:
        sessions: dict[str, dict[str, Any]] = json.loads(answer)
        paths = {id: str(it.get("path") or "") for id, it in sessions.items()}
    except (ValueError, AttributeError):
        raise KernelDied(f"the server at {base} does not say what sessions it has: it is no marimo") from None
    meant = [id for id, path in paths.items() if wanted in (None, id) or (path and same_path(path, wanted))]
    if len(meant) == 1:
        return meant[0], paths[meant[0]]
    there = ", ".join(f'"{id}" ({path or "not saved"})' for id, path in paths.items())
    if not there:
        raise KernelDied(f"marimo at {base} runs no notebook: open one in its page")
    problem = "it has several sessions" if meant else "it has no such session"
    raise KernelDied(f'{problem}: give "session", one of {there}, or the path of its notebook')


def _get(url: str, headers: dict[str, str]) -> str:
    # Late: HTTP brings TLS along, and no first stop needs it.
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import ProxyHandler, Request, build_opener

    opener = build_opener(ProxyHandler({}))  # none: the server is of this machine
    try:
        with opener.open(Request(url, headers=headers), timeout=ANSWERED_S) as answer:
            return str(answer.read().decode("utf-8", "replace"))
    except HTTPError as error:
        if error.code in (401, 403):
            raise KernelDied(
                "marimo lets nobody in without its token, nor into a notebook that it only shows: "
                'give "token", which is in the URL that `marimo edit` has printed'
            ) from None
        raise KernelDied(
            f"the server at {url} answers with status {error.code}: it is no `marimo edit`"
        ) from None
    except (OSError, HTTPException, ValueError) as error:
        raise KernelDied(f"there is no marimo at {url}: {error}") from None
