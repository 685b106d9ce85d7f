"""What a kernel prints arrives whole, in order, in time, and no faster than it is taken."""

import asyncio
import time

from dap_kernel.agent.wire import messages as wire
from dap_kernel.kernels.printed import Piece

from ..conftest import Start


async def test_marked_output_names_its_line_and_stream(start: Start) -> None:
    it = await start()
    await it.run(
        "agent.mark('a\\n', line=3); agent.mark('b\\n', fd=2, line=4); agent.mark('7', kind='l', line=5)"
    )
    assert it.heard.all == [
        Piece("a\n", "stdout", "f.py", 3),
        Piece("b\n", "stderr", "f.py", 4),
        Piece("7", "log", "f.py", 5),
    ]


async def test_streams_keep_their_order(start: Start) -> None:
    it = await start()
    await it.run("for n in range(20_000): agent.mark(f'{n}\\n', fd=1 + (n % 3 == 0))")
    assert it.heard.text() == "".join(f"{n}\n" for n in range(20_000))


async def test_output_of_c_code_has_no_line(start: Start) -> None:
    it = await start()
    await it.run(
        "import os; agent.mark('a'); os.write(1, b'raw'); agent.mark('b'); os.system('echo child >&2')"
    )
    assert it.heard.text("stdout") == "arawb"
    assert Piece("raw", "stdout") in it.heard.all
    assert Piece("child\n", "stderr") in it.heard.all


async def test_output_comes_before_the_stop(start: Start) -> None:
    it = await start()
    await it.run(
        "for n in range(30_000): agent.mark('0123456789\\n', line=n)\nagent.stopped()\nagent.mark('after')"
    )
    stop = next(at for at, said in enumerate(it.heard.all) if isinstance(said, wire.Stopped))
    assert sum(len(said.text) for said in it.heard.all[:stop] if isinstance(said, Piece)) >= 330_000
    assert it.heard.text().endswith("after")


async def test_other_replies_do_not_wait_for_a_slow_consumer(start: Start) -> None:
    it = await start()
    it.heard.busy = asyncio.get_running_loop().create_future()
    run = asyncio.create_task(it.run("agent.mark('x'); agent.stopped(); agent.receive"))
    await it.heard.until(lambda: it.heard.text() == "x")
    threads = await it.kernel.call(wire.Threads(), list[wire.Thread])
    assert [(thread.id, thread.name) for thread in threads] == [(1, "Main")]
    assert not run.done()
    assert not it.heard.of(wire.Stopped)
    it.heard.busy.set_result(None)
    it.heard.busy = None
    await run
    assert it.heard.of(wire.Stopped)


async def test_a_slow_consumer_holds_up_the_kernel(start: Start) -> None:
    it = await start()
    busy = it.heard.busy = asyncio.get_running_loop().create_future()
    source = """
        import os
        os.set_blocking(1, False)
        size = 0
        try:
            while size < 2**26:
                size += os.write(1, b"x" * 4096)
        except BlockingIOError:
            agent.send(kind="Note", text="full")
            os.set_blocking(1, True)
            os.write(1, b"the end")
    """
    run = asyncio.create_task(it.run("if 1:" + source))
    await it.heard.until(lambda: it.heard.of(wire.Note))
    assert [note.text for note in it.heard.of(wire.Note)] == ["full"]
    it.heard.busy = None
    busy.set_result(None)
    await run
    assert it.heard.text().endswith("the end")


async def test_early_output_follows_hello_and_is_not_lost(start: Start) -> None:
    it = await start("print('early', flush=True)")
    await it.heard.until(lambda: it.heard.text() == "early\n")


async def test_closing_standard_output_is_survived(start: Start) -> None:
    it = await start()
    await it.run("import os; agent.mark('a'); os.close(1); agent.mark('b', fd=2)")
    assert it.heard.text() == "ab"


async def test_many_short_prints_a_second(start: Start) -> None:
    it = await start()
    lines = 200_000
    source = f"""
import os
write, mark = os.write, b"\\x1b_dapk;%d;o;%d;/home/me/notebook.ipynb#cell@1.py\\x1b\\\\"
piece = mark + b"line %d\\n\\x1b_dapk\\x1b\\\\"
for n in range({lines}):
    write(1, piece % (n, n % 50, n))
"""
    began = time.process_time()
    await it.run(source)
    took = time.process_time() - began
    assert it.heard.text().count("\n") == lines
    assert lines / took > 100_000, f"{lines / took:.0f} lines a second of the CPU"
