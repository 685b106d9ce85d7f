"""Who may import whom, and what every file keeps to: the table of the architecture, held."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import pythons

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dap_kernel"
MAX_LINES = 400
MAX_FUNCTION_LINES = 40

OURS = {  # folder: what of ours its files may import, beside the folder itself
    "protocol": set(),
    "agent": set(),
    "notebook": {"agent.wire"},
    "kernels": {"agent.wire", "notebook"},
    "server": {"protocol", "notebook", "kernels", "agent.wire"},
    "client": {"protocol"},
    "console": {"client", "protocol", "log_file"},
    "lsp": {"client", "protocol", "notebook", "kernels"},
    "listen": set(),
    "": {"console", "kernels", "listen", "lsp", "server", "log_file", "run_listening"},  # the command line
}
THIRD_PARTY = {  # folder: what its files may import of others; after a dash: only inside a function
    "protocol": {"msgspec"},
    "agent": set(),
    "notebook": {"msgspec"},
    "kernels": {"msgspec", "-jupyter_client", "-marimo", "-zmq"},
    "server": {"msgspec", "-dotenv"},
    "client": {"msgspec"},
    "console": {"msgspec", "prompt_toolkit", "rich", "-prompt_toolkit", "-rich"},
    "lsp": {"msgspec", "pygls", "lsprotocol"},
    "listen": set(),
    "": set(),
}
WITH_THE_USERS_OWN = {  # of the agent, late
    *("ipython.py", "ipython_display.py", "ipython_lines.py", "ipython_start.py", "figure_backend.py")
}
LONG = {  # the one table of all that crosses the wire; one of notebooks
    *("dap_kernel/agent/wire/messages.py", "tests/differential/notebooks.py")
}
IN_THE_USERS_KERNEL = {
    *("IPython", "traitlets", "marimo", "matplotlib", "matplotlib_inline", "numpy", "pandas", "polars"),
    "_typeshed",  # of the type checker
}

FILES = sorted(PACKAGE.rglob("*.py"))
ALL_FILES = FILES + sorted((ROOT / "tests").rglob("*.py"))


def folder(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imports(path: Path) -> Iterator[tuple[str, bool, bool]]:
    """Yield what a file imports, absolute; whether inside a function; whether it was told relatively."""
    package = ("dap_kernel", *path.relative_to(PACKAGE).parts[:-1])

    def walk(node: ast.AST, is_late: bool) -> Iterator[tuple[str, bool, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((it.name, is_late, False) for it in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = package[: len(package) - child.level + 1] if child.level else ()
                module = ".".join([*base, *([child.module] if child.module else [])])
                if is_folder(module):
                    yield from ((f"{module}.{it.name}", is_late, bool(child.level)) for it in child.names)
                else:
                    yield module, is_late, bool(child.level)
            else:
                yield from walk(child, is_late or is_run_later(child))

    return walk(ast.parse(path.read_text("utf-8")), False)


def is_run_later(node: ast.AST) -> bool:
    """Whether what stands inside is not run when the module is loaded."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def is_folder(module: str) -> bool:
    return module.startswith("dap_kernel") and (ROOT / module.replace(".", "/")).is_dir()


@pytest.mark.parametrize("path", FILES, ids=lambda it: str(it.relative_to(ROOT)))
def test_imports_point_inward(path):
    here = folder(path)
    for module, _, is_relative in imports(path):
        if module.startswith("dap_kernel"):
            assert is_relative, f"{module} is imported absolutely"
            there = module.removeprefix("dap_kernel").removeprefix(".")
            allowed = {here, *OURS[here]} if here else OURS[here] | {"cli"}
            assert any(there == it or there.startswith(f"{it}.") for it in allowed), f"{here} imports {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda it: str(it.relative_to(ROOT)))
def test_third_parties_stay_where_they_belong(path):
    here = folder(path)
    for module, is_late, _ in imports(path):
        top = module.partition(".")[0]
        if top == "dap_kernel" or top in sys.stdlib_module_names:
            continue
        if path.name in WITH_THE_USERS_OWN or (here == "agent" and is_late):
            assert top in IN_THE_USERS_KERNEL, f"{path.name} imports {top}"
        else:
            late = {it.removeprefix("-") for it in THIRD_PARTY[here]} if is_late else set()
            assert top in THIRD_PARTY[here] | late, f"{here} imports {top}"


@pytest.mark.parametrize("path", FILES, ids=lambda it: str(it.relative_to(ROOT)))
def test_what_needs_a_library_of_the_user_is_loaded_late(path):
    if path.name in WITH_THE_USERS_OWN:
        return
    for module, is_late, _ in imports(path):
        assert is_late or f"{module.rpartition('.')[2]}.py" not in WITH_THE_USERS_OWN


SERVER = [it for it in FILES if folder(it) == "server" and it.name != "convert.py"]
DAP_TYPES = {
    node.name
    for path in FILES
    if folder(path) == "protocol"
    for node in ast.parse(path.read_text("utf-8")).body
    if isinstance(node, ast.ClassDef)
}
FROM_CLIENTS = {"LineBreakpoint", "FunctionBreakpoint", "ExceptionFilter"}  # of the wire, by what clients ask


@pytest.mark.parametrize("path", SERVER, ids=lambda it: str(it.relative_to(ROOT)))
def test_fields_cross_from_the_wires_types_to_daps_in_one_place(path):
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            of_wire = {it.arg for it in function.args.args if names_wire(it.annotation)}
            for call in ast.walk(function):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Name)
                    and call.func.id in DAP_TYPES
                ):
                    assert not of_wire & fields_read(call), f"line {call.lineno}: see server/convert.py"
                elif isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                    is_of_wire = names_wire(call.func) and call.func.attr in FROM_CLIENTS
                    assert not is_of_wire, f"line {call.lineno}: see server/convert.py"


def names_wire(node: ast.AST | None) -> bool:
    return node is not None and any(isinstance(it, ast.Name) and it.id == "wire" for it in ast.walk(node))


def fields_read(call: ast.Call) -> set[str]:
    """The names whose attributes are read in a call's arguments."""
    inside = (it for argument in ast.walk(call) for it in ast.walk(argument))
    return {it.value.id for it in inside if isinstance(it, ast.Attribute) and isinstance(it.value, ast.Name)}


LOAD_AGENT = """
import importlib, importlib.util, sys
folder = sys.argv[1]
spec = importlib.util.spec_from_file_location(
    "_dap_kernel_agent", f"{folder}/__init__.py", submodule_search_locations=[folder])
package = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = package
spec.loader.exec_module(package)
for name in sys.argv[2:]:
    importlib.import_module(f"_dap_kernel_agent.{name}")
foreign = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
print(sorted(foreign - {"_dap_kernel_agent", "__main__"}))
"""


AGENT = [
    ".".join(it.relative_to(PACKAGE / "agent").with_suffix("").parts)
    for it in FILES
    if folder(it) == "agent" and it.name not in WITH_THE_USERS_OWN and it.name != "__init__.py"
]


@pytest.mark.parametrize("python", [sys.executable, *(it.path for it in pythons.others())])
def test_the_agent_needs_the_standard_library_alone(python):
    shown = subprocess.run(
        [python, "-I", "-S", "-c", LOAD_AGENT, str(PACKAGE / "agent"), *AGENT],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (shown.stdout, shown.stderr) == ("[]\n", "")


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda it: str(it.relative_to(ROOT)))
def test_a_file_is_one_idea(path):
    if str(path.relative_to(ROOT)) not in LONG:
        assert path.read_text("utf-8").count("\n") <= MAX_LINES


@pytest.mark.parametrize("path", FILES, ids=lambda it: str(it.relative_to(ROOT)))
def test_a_function_fits_on_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION_LINES, node.name


def test_nothing_is_there_that_nobody_names():
    texts = {path: path.read_text("utf-8") for path in FILES}
    named = Counter(word for text in texts.values() for word in re.findall(r"\w+", text))
    for path, text in texts.items():
        for it in ast.parse(text).body:
            is_def = isinstance(it, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            is_event = isinstance(it, ast.ClassDef) and "EventBody" in {
                ast.unparse(base) for base in it.bases
            }
            # One that is decorated is registered by that; events are held by the table of stories.
            if is_def and not is_event and not it.decorator_list:
                assert named[it.name] > 1, f"{path.relative_to(ROOT)}: {it.name}"


@pytest.mark.parametrize("path", FILES, ids=lambda it: str(it.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_re_exports_nothing(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    if path.name == "__init__.py" and folder(path) != "listen":  # which is imported for what it does
        assert not any(isinstance(it, ast.ImportFrom) and it.level for it in tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert all(it.name != it.asname and it.name != "*" for it in node.names)


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda it: str(it.relative_to(ROOT)))
def test_no_path_of_this_machine(path):
    private = {it for it in (ROOT, ROOT.parent, Path.home(), Path(sys.base_prefix)) if len(it.parts) > 1}
    text = path.read_text("utf-8")
    for it in private - {Path("/usr"), Path("/tmp"), Path("/home")}:
        assert not re.search(rf"(?<![\w.}}]){re.escape(str(it))}\b", text), f"{it} stands in {path.name}"
