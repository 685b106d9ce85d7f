"""What a notebook's code finds around it: `__main__`, paths, arguments, other processes."""

import subprocess

import pytest

from ..kernel import Kernel, Kernels


def value(kernel: Kernel, expression: str) -> str:
    """Return what a cell prints for an expression."""
    kernel.forget_output()
    result = kernel.run(f"print({expression})")
    assert result["state"] == "done", kernel.text()
    return kernel.text().strip()


@pytest.mark.parametrize("format", ["jupyter", "percent", "marimo"])
def test_namespace_is_mains_dictionary(kernels: Kernels, format: str) -> None:
    kernel = kernels.start(format, "book.ipynb" if format == "jupyter" else "book.py", "--size", "3")
    kernel.run("import sys, __main__\nx = 1")
    assert (
        value(kernel, "vars(sys.modules['__main__']) is globals(), __main__.x, __name__") == "True 1 __main__"
    )
    assert value(kernel, "sys.argv[1:], sys.argv[0] == " + repr(kernel.notebook)) == "['--size', '3'] True"
    assert value(kernel, "sys.path[0] == " + repr(str(kernels.folder)) + ", '' in sys.path") == "True False"
    has_file = "'__file__' in globals()"
    assert value(kernel, has_file) == str(format != "jupyter")


def test_script_finds_what_python_gives_it(kernels: Kernels) -> None:
    source = (
        "import sys\nprint({k: type(v).__name__ for k, v in sorted(globals().items())}, __name__, sys.argv)\n"
    )
    kernel = kernels.script(source, "a", "b")
    assert kernel.run(source)["state"] == "done"
    native = subprocess.run(
        [kernels.python, kernel.notebook, "a", "b"], capture_output=True, text=True, check=True
    )
    assert kernel.text() == native.stdout


def test_module_runs_as_python_m_does(kernels: Kernels) -> None:
    package = kernels.folder / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "other.py").write_text("x = 5\n")
    source = (
        "import sys\nfrom .other import x\n"
        "print(x, __package__, __spec__.name, __file__, sys.argv[1:])\nraise SystemExit(4)\n"
    )
    (package / "mod.py").write_text(source)
    kernel = kernels.start("script", "pack/mod.py", "a", module="pack.mod")
    assert kernel.run(source)["exit_code"] == 4
    native = subprocess.run(
        [kernels.python, "-m", "pack.mod", "a"], capture_output=True, text=True, cwd=kernels.folder
    )
    assert kernel.text() == native.stdout


def test_missing_module_is_an_error_in_one_line(kernels: Kernels) -> None:
    kernel = kernels.start("script", "none.py", module="no_such_module")
    result = kernel.run("")
    assert (result["state"], result["exit_code"]) == ("failed", 1)
    assert "no_such_module" in result["error"]


POOL = """
import multiprocessing as mp

def double(x):
    return 2 * x

if __name__ == "__main__":
    with mp.get_context({method!r}).Pool(2) as pool:
        print(pool.map(double, [1, 2, 3]))
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_pool_of_processes(kernels: Kernels, method: str) -> None:
    source = POOL.format(method=method)
    kernel = kernels.script(source)
    assert kernel.run(source)["state"] == "done", kernel.text(1)
    assert "[2, 4, 6]" in kernel.text(0)


def test_pickle_finds_classes_of_cells(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    kernel.run("import pickle\nclass A:\n    n = 3")
    assert value(kernel, "pickle.loads(pickle.dumps(A())).n") == "3"


def test_future_import_holds_for_later_cells(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("from __future__ import annotations")
    kernel.run("def f(x: nowhere): ...")
    assert value(kernel, "f.__annotations__") == "{'x': 'nowhere'}"


def test_source_of_a_cell_survives_checkcache_and_clearcache(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import linecache, inspect\ndef f():\n    return 'found'")
    kernel.run("linecache.checkcache()")
    assert "found" in value(kernel, "inspect.getsource(f)")
    kernel.run("linecache.clearcache()")
    assert "found" in value(kernel, "inspect.getsource(f)")


def test_no_folder_of_ours_on_the_path_and_no_module_by_our_name(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import sys, threading")
    assert (
        value(kernel, "[p for p in sys.path if p.endswith('/agent')], 'dap_kernel' in sys.modules")
        == "[] False"
    )
    assert value(kernel, "len(threading.enumerate())") == "1"
