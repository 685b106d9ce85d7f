"""What an ipykernel is to run on its control channel, beside the cell that runs.

It is one expression, of names that Python has: nothing stays among the user's names, nor in the history.
Knows no channel. Source: Jupyter messaging protocol 5.3; `do_execute` of ipykernel 6.29 and 7.4.
"""

# IPython tells `post_execute` of silent code, too. Whoever listens would take it for the end of the cell that
# runs: matplotlib's inline plots would show, and close, the figure that it is still drawing. So that event is
# not told this once. The running cell's `input()` is put right: the request has replaced what it goes by.
CALM = """
def calm():
    import threading
    from IPython import get_ipython
    shell = get_ipython()
    kernel, events, me = shell.kernel, shell.events, threading.get_ident()
    if threading.current_thread() is threading.main_thread():
        return
    trigger = events.trigger
    def trigger_of_others(event, *args, **kwargs):
        if threading.get_ident() != me:
            return trigger(event, *args, **kwargs)
        if event == "post_execute":
            del events.trigger
    events.trigger = trigger_of_others
    try:
        kernel._allow_stdin = kernel.get_parent("shell")["content"].get("allow_stdin", False)
    except (AttributeError, KeyError, TypeError):
        pass
calm()
"""


def run_beside(text: str) -> dict[str, object]:
    """Return the content of an `execute_request` that runs `text`, a statement, on the control channel."""
    inner = f"{CALM}\n{text}"
    names = '{"__name__": "<dap_kernel>"}'
    code = f'(lambda text: exec(compile(text, "<dap_kernel>", "exec"), {names}))({inner!r})'
    return {
        "code": code,
        "silent": True,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": True,
        "stop_on_error": False,
    }
