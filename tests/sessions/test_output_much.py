"""Much output: complete, in order, quick, and in bounded memory, also when the client is slow."""

import asyncio
from pathlib import Path

from tests.client.fixtures import Debugging, Write
from tests.processes import cpu_s
from tests.sessions.notebooks import at

LINES = 200_000
SLOW_LINES = 40_000


def resident_mb(pid: int) -> float:
    """Return the most memory that a process ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def test_many_lines_come_all_and_quickly(debugging: Debugging, write: Write) -> None:
    text = f"""
        import sys, time
        began = time.process_time()
        for n in range({LINES}):
            print('line', n)
        sys.stdout.flush()
        print(time.process_time() - began, file=sys.stderr)
        """
    async with debugging(write("program.py", text)) as debug:
        await debug.launch()
        before = cpu_s(debug.server.process.pid)
        await debug.terminated()
        assert debug.printed("stdout") == "".join(f"line {n}\n" for n in range(LINES))
        assert resident_mb(debug.server.process.pid) < 100
        took_s = cpu_s(debug.server.process.pid) - before + float(debug.printed("stderr"))
        assert LINES / took_s > 100_000, f"{LINES / took_s:,.0f} lines a second of the CPU"


async def test_every_traceback_of_very_many_tells_the_notebooks_lines(
    debugging: Debugging, write: Write
) -> None:
    program = write(
        "program.py",
        """
        # %% one
        import traceback
        try:
            1 / 0
        except ZeroDivisionError:
            text = traceback.format_exc()
        print(text * 3_000)
        """,
    )
    async with debugging(program) as debug:
        await debug.launch()
        await debug.idle()
        said = debug.printed("stdout")
        assert said.count(f'File "{program}", line 4, in <module>\n') == 3_000
        assert "@1.py" not in said


async def standing(progress: Path) -> int:
    """Wait until what `progress` tells does not change any more; return that."""
    before, now = "", " "
    while before != now or not now.strip():
        before = now
        await asyncio.sleep(0.1)
        now = progress.read_text() if progress.exists() else ""
    return int(now)


async def test_a_client_that_is_slow_to_read_loses_nothing(debugging: Debugging, write: Write) -> None:
    text = """
        from pathlib import Path
        for n in range(LINES):
            print("line", n, "x" * 500)
            if n % 500 == 0:
                Path(__file__ + ".progress").write_text(str(n))
        """
    program = write("program.py", text.replace("LINES", str(SLOW_LINES)))
    async with debugging(program, transport="tcp") as debug:
        await debug.launch(breakpoints={program: [at(program, "print(")]})
        stop = await debug.stopped("breakpoint")
        await debug.break_at(program)
        await stop.continue_()
        debug.connection.hold(True)
        assert await standing(Path(f"{program}.progress")) < SLOW_LINES - 500
        assert resident_mb(debug.server.process.pid) < 100
        debug.connection.hold(False)
        await debug.terminated()
        assert debug.printed("stdout") == "".join(f"line {n} {'x' * 500}\n" for n in range(SLOW_LINES))
        assert resident_mb(debug.server.process.pid) < 100
