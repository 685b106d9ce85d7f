"""Jupyter's connection files: where a kernel of this machine listens, and which notebook it is for.

Source: jupyter_client's documentation, "Making kernels for Jupyter"; `jupyter_session` is what Jupyter Server
says of a kernel that it starts for a notebook. They are found in Jupyter's runtime folder. Opens no channel.
"""

import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ..errors import KernelDied

CONNECTED_S = 1.0  # for a port of this machine to say whether anybody listens
MOST_FILES = 2000  # looked at, the newest
IDS_TOLD = 8


class KernelConnection(msgspec.Struct, frozen=True):
    """What one connection file says."""

    file: Path
    transport: str
    ip: str
    control_port: int
    shell_port: int
    iopub_port: int
    key: str
    signature_scheme: str
    notebook: str = ""  # "": not said
    server_key: str = ""  # of CurveZMQ; "": nothing is encrypted

    @property
    def kernel_id(self) -> str:
        return self.file.stem.removeprefix("kernel-")

    def address(self, port: int) -> str:
        """Return where ZeroMQ finds a channel."""
        separator = "-" if self.transport == "ipc" else ":"
        return f"{self.transport}://{self.ip}{separator}{port}"

    def is_alive(self) -> bool:
        """Whether anybody listens there: kernels that were killed leave their files."""
        if self.transport == "ipc":
            return os.path.exists(f"{self.ip}-{self.control_port}")
        try:
            with socket.create_connection((self.ip, self.control_port), CONNECTED_S):
                return True
        except OSError:
            return False


def read_connection(file: Path) -> KernelConnection:
    """Return what a connection file says. Raises KernelDied when it is none."""
    try:
        said = json.loads(file.read_text("utf-8"))
        return KernelConnection(
            file,
            str(said.get("transport", "tcp")),
            str(said["ip"]),
            int(said["control_port"]),
            int(said["shell_port"]),
            int(said["iopub_port"]),
            str(said.get("key", "")),
            str(said.get("signature_scheme", "hmac-sha256")),
            str(said.get("jupyter_session") or ""),
            str(said.get("curve_publickey") or ""),
        )
    except OSError as error:
        raise KernelDied(f"the connection file {file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KernelDied(f"{file} is no connection file of Jupyter's") from None


def find_connection(wanted: str) -> KernelConnection:
    """Return the kernel of this machine with that id, or of the notebook at that path.

    Raises KernelDied, which names those that there are.
    """
    alive: list[KernelConnection] = []
    for connection in _connections():
        is_it = wanted == connection.kernel_id or _is_notebook(wanted, connection)
        if (is_it or not alive or len(alive) < IDS_TOLD) and connection.is_alive():
            if is_it:
                return connection
            alive.append(connection)
    listed = "; ".join(f"{it.kernel_id}{f' ({it.notebook})' if it.notebook else ''}" for it in alive)
    where = f"no kernel of Jupyter's runs here for {wanted!r}"
    raise KernelDied(
        f"{where}. Those that run, the newest first: {listed or 'none'}. Give the id of one as "
        '"kernel", or the path of its connection file, which %connect_info shows, as "connectionFile"'
    )


def _is_notebook(wanted: str, connection: KernelConnection) -> bool:
    return bool(connection.notebook) and os.path.realpath(wanted) == os.path.realpath(connection.notebook)


def _connections() -> Iterator[KernelConnection]:
    """Yield what the runtime folder has, the newest first."""
    try:
        files = sorted(runtime_folder().glob("kernel-*.json"), key=os.path.getmtime, reverse=True)
    except OSError:
        return
    for file in files[:MOST_FILES]:
        try:
            yield read_connection(file)
        except KernelDied:
            continue


def runtime_folder() -> Path:
    """Return where Jupyter keeps the connection files of kernels that run. Source: `jupyter_core.paths`."""
    if folder := os.environ.get("JUPYTER_RUNTIME_DIR"):
        return Path(folder)
    if folder := os.environ.get("JUPYTER_DATA_DIR"):
        return Path(folder, "runtime")
    if sys.platform == "darwin":
        return Path.home() / "Library/Jupyter/runtime"
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(data, "jupyter/runtime")
