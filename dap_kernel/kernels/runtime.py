"""The private runtime folder, and the orphaned kernels that announce themselves in it.

Knows neither the wire nor a live kernel: `attach.py` connects to what is listed here.

An orphan with process id P listens on the Unix stream socket `kernel-P.sock` in the folder (mode 0600), then, and only
then, announces itself by `kernel-P.json` (mode 0600, written as `kernel-P.json.tmp` and renamed), one JSON object:

    {"id": "P", "pid": P, "started": 123456, "notebook": "/home/me/churn.ipynb", "format": "jupyter",
     "executable": "/usr/bin/python3", "version": "3.12.1", "since": 1700000000.0, "until": 1700000600.0}

`started` is field 22 of `/proc/P/stat` (null where there is none), which tells P from a later process of that id; `since`
and `until` are seconds since the epoch: orphaned, and the end unless somebody attaches. On a connection the orphan
checks the peer's uid, takes announcement and socket away (one server at a time), stops draining its output, and sends
one byte, `K`, with its output's two reading ends (stdout's, stderr's) as SCM_RIGHTS. From there on the connection is
the wire: the agent sends Hello first of all, then answers commands (no Start; the server asks Describe and Configure).
"""
