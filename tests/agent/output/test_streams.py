"""What the kernel prints, and the marks that say where from."""

import pytest

from ..kernel import Kernels


def test_every_line_names_the_line_that_printed_it(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import sys\ndef f():\n    print('f')\nprint('a')\nf()\nprint('e', file=sys.stderr)")
    assert [(it.kind, it.line, it.text) for it in kernel.printed] == [
        ("o", 4, "a\n"),
        ("o", 3, "f\n"),
        ("e", 6, "e\n"),
    ]
    assert kernel.raw[0].count(b"\x1b_dapk;") == 2


def test_library_prints_on_behalf_of_its_caller(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import pprint\npprint.pprint({'a': 1})")
    assert {it.line for it in kernel.printed} == {2}


def test_order_over_both_streams(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import sys\nfor n in range(200):\n    print(n, file=(sys.stdout, sys.stderr)[n % 2])")
    assert [it.sequence for it in kernel.printed] == list(range(200))
    assert kernel.text().split() == [str(n) for n in range(200)]


def test_unfinished_line_comes_before_the_error_after_it(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import sys\nprint('out', end='')\nprint('err', file=sys.stderr)\nprint('end', end='')")
    assert kernel.text() == "outerr\nend"
    assert kernel.printed[-1].line == 4


def test_unfinished_line_shows_while_the_cell_runs(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("import time\nprint('...', end='')\ntime.sleep(60)")
    kernel.wait(lambda: "..." in kernel.text())
    assert cell not in kernel.replies


def test_large_text_in_whole_characters(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("print('ä€😀' * 100_000)")
    assert kernel.reply(cell)["state"] == "done"
    assert kernel.text() == "ä€😀" * 100_000 + "\n"
    assert all(len(it.text.encode()) <= 4096 for it in kernel.printed)


def test_lone_surrogates_and_bytes(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run(
        "import sys\nprint('\\ud800')\nsys.stdout.buffer.write(b'bytes\\n');\nsys.stdout.buffer.flush()"
    )
    assert kernel.text() == "\\ud800\nbytes\n"


@pytest.mark.parametrize(
    "harm",
    [
        "import os; os.close(1); os.close(2)",
        "import sys; sys.stdout.close(); sys.stderr.close()",
        "import sys, io; sys.stdout = io.StringIO()\nsys.stdout = sys.__stdout__",
        "import os; null = os.open('/dev/null', os.O_WRONLY); os.dup2(null, 1); os.dup2(null, 2)",
        "import os; os.set_blocking(1, False)",
        "import sys; sys.stdout.reconfigure(line_buffering=False)",
        "import sys; del sys.stdout; sys.stdout = sys.__stdout__",
    ],
)
def test_next_cell_prints_after(kernels: Kernels, harm: str) -> None:
    kernel = kernels.percent()
    kernel.run(harm)
    kernel.forget_output()
    assert kernel.run("print('still')\n1/0")["state"] == "failed"
    assert kernel.printed[0].text == "still\n"
    assert "ZeroDivisionError" in kernel.text(1)


def test_what_a_stream_says_of_itself(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run(
        "import sys\nfor it in (sys.stdout, sys.stderr, sys.stdin):\n"
        "    print(it.fileno(), it.isatty(), it.name, it.encoding, it.mode)"
    )
    assert kernel.text().splitlines() == [
        "1 False <stdout> utf-8 w",
        "2 False <stderr> utf-8 w",
        "0 False <stdin> utf-8 r",
    ]


def test_threads_and_signal_handlers_print(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run(
        "import signal, threading, time\n"
        "signal.signal(signal.SIGALRM, lambda *_: print('signal'))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n"
        "def work(n):\n    for i in range(2000): print(f'{n}-{i}')\n"
        "threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]\n"
        "for it in threads: it.start()\nfor it in threads: it.join()\n"
        "signal.setitimer(signal.ITIMER_REAL, 0);"
    )
    lines = [it for it in kernel.text().split("\n") if it and it != "signal"]
    assert sorted(lines) == sorted(f"{n}-{i}" for n in range(4) for i in range(2000))


def test_crash_names_its_cell(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.begin("import ctypes\nprint('before', end='\\n')\nctypes.string_at(0)")
    assert kernel.ended() == -11
    assert "before" in kernel.text(0)
    assert f'"{kernel.notebook}#c1@1.py", line 3' in kernel.text(1)


def test_children_print_and_read_nothing(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import subprocess\nsubprocess.run('echo child; wc -c', shell=True);")
    kernel.wait(lambda: "0" in kernel.text(0))
    assert kernel.text(0).split() == ["child", "0"]


def test_printing_is_quick(kernels: Kernels) -> None:
    kernel = kernels.percent()
    result = kernel.run(
        "from time import process_time\nbegan = process_time()\n"
        "for n in range(100_000): print('x')\nassert process_time() - began < 2"
    )
    assert result["state"] == "done"
    assert len(kernel.printed) == 100_000
