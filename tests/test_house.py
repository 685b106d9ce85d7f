"""The rules of the house: no circle, floors in order, one owner for each attribute, one class for each name.

What does not keep to a rule yet is in `house_exceptions.py`; who is there and keeps to the rule fails, too.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house_exceptions import (
    CLIMBS,
    IN_CIRCLES,
    LONG_CLASSES,
    OF_OTHERS,
    SET_FROM_OUTSIDE,
    SHORT,
    TWICE,
    UNSET,
)
from tests.test_layers import FILES, PACKAGE, imports

MAX_CLASS_LINES = 250
MIN_LINES = 40
LONG_FUNCTION = 7
ELSEWHERE = r"See the module|\bDESIGN\b|\bthe design\b"  # neither is to be read where it is named
SAYS_NOTHING = {"let_go", "take", "tell", "forget"}
PARTS = {"session", "agent", "channel", "watcher", "kernel", "shell", "runner"}  # whom nobody completes

FLOORS = {  # folder: its rooms from the ground up; each speaks of those below alone
    "agent": [
        *("wire", "common", "link", "debuggee", "output", "evaluate", "stops", "inspect", "watch"),
        *("dispatch", "run", "hosts", "bootstrap"),
    ],
    "server": [
        *("errors", "tasks", "registry", "serve", "arguments", "port", "phases", "texts", "convert"),
        *("breakpoints", "output", "kernel", "run", "stops", "events", "session", "flows", "dispatcher"),
        *("repl", "companions", "requests", "assembly"),
    ],
}

RACY = r"without a lock|lock-free|lets (no )?(other|another) thread run|one dictionary operation"
ALL_TESTS = "".join(it.read_text("utf-8") for it in sorted(Path(__file__).parent.rglob("test_*.py")))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(it): it for it in FILES}


def imported(path: Path) -> set[str]:
    """Return which of our modules a file imports: also late, and for the type checker alone."""
    found = {it.removeprefix("dap_kernel.") for it, _, _ in imports(path) if it.startswith("dap_kernel.")}
    return {it if it in MODULES else it.rpartition(".")[0] for it in found} - {name_of(path), ""}


GRAPH = {name: imported(path) for name, path in MODULES.items()}


def on_circles(graph: dict[str, set[str]]) -> set[str]:
    """Return who is on a circle: who can be reached from what it imports."""

    def reached(name: str) -> set[str]:
        found: set[str] = set()
        ahead = list(graph[name])
        while ahead:
            if (one := ahead.pop()) not in found:
                found.add(one)
                ahead += graph.get(one, ())
        return found

    return {it for it in graph if it in reached(it)}


def test_no_files_import_each_other_in_a_circle():
    around = on_circles(GRAPH)
    assert around >= IN_CIRCLES, f"on no circle any more, strike: {sorted(IN_CIRCLES - around)}"
    try:
        TopologicalSorter({it: GRAPH[it] - IN_CIRCLES for it in GRAPH}).prepare()
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None
    assert around <= IN_CIRCLES


def climbs() -> Iterator[str]:
    """Yield who imports a room above its own: "importer imports imported"."""
    for name, found in GRAPH.items():
        folder, _, rest = name.partition(".")
        floors = FLOORS.get(folder)
        if floors and rest:
            here = floors.index(rest.partition(".")[0])
            for it in found:
                there, _, inside = it.partition(".")
                if there == folder and inside and floors.index(inside.partition(".")[0]) > here:
                    yield f"{name} imports {it}"


def test_rooms_know_the_floors_below_alone():
    assert sorted(climbs()) == sorted(CLIMBS)


@pytest.mark.parametrize("folder", FLOORS)
def test_tests_stand_in_the_rooms_that_they_test(folder):
    """A folder of tests is a room of the package; beside the folders stands what is about a file there."""
    tests = Path(__file__).parent / folder
    rooms = {it.name for it in (PACKAGE / folder).iterdir() if (it / "__init__.py").exists()}
    assert {it.name for it in tests.iterdir() if (it / "__init__.py").exists()} <= rooms
    files = {it.stem for it in (PACKAGE / folder).glob("*.py")}
    assert {it.stem.removeprefix("test_") for it in tests.glob("test_*.py")} <= files


def own_attributes(node: ast.ClassDef) -> set[str]:
    """Return the attributes that a class declares, or sets of itself."""
    declared = {it.target.id for it in node.body if isinstance(it, ast.AnnAssign) and is_name(it.target)}
    stores = [it for it in ast.walk(node) if isinstance(it, ast.Attribute) and isinstance(it.ctx, ast.Store)]
    return declared | {it.attr for it in stores if is_name(it.value, "self")}


def is_name(node: ast.AST, name: str | None = None) -> bool:
    return isinstance(node, ast.Name) and name in (None, node.id)


def kept_attributes() -> dict[str, set[str]]:
    """Return where the attributes are declared that no record has: of classes that make themselves."""
    kept: dict[str, set[str]] = defaultdict(set)
    of_records: set[str] = set()
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ClassDef):
                continue
            if any(isinstance(it, ast.FunctionDef) and it.name == "__init__" for it in node.body):
                for it in own_attributes(node):
                    kept[it].add(name)
            else:
                of_records |= own_attributes(node)
    return {it: homes for it, homes in kept.items() if it not in of_records}


KEPT = kept_attributes()


def foreign_stores(path: Path) -> Iterator[str]:
    """Yield which attributes of others' a file sets: of an attribute's, or of a class in another file.

    Whose an object is, is known by its name (`PARTS`), or by an attribute that no record has: records may be
    filled by whoever makes them.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            owner = node.value
            is_part = isinstance(owner, ast.Name) and owner.id in PARTS
            homes = KEPT.get(node.attr)
            is_elsewhere = homes is not None and name_of(path) not in homes and not is_name(owner, "self")
            if is_part or isinstance(owner, ast.Attribute) or is_elsewhere:
                yield f"{name_of(path)}: {ast.unparse(node)}"


def test_an_attribute_is_set_by_its_owner():
    found = {text for path in FILES for text in foreign_stores(path)} - OF_OTHERS
    assert sorted(found) == sorted(SET_FROM_OUTSIDE)


@pytest.mark.parametrize("path", FILES, ids=lambda it: name_of(it))
def test_an_attribute_that_is_declared_is_set(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            for it in ast.walk(node):
                if isinstance(it, ast.AnnAssign) and isinstance(it.target, ast.Attribute):
                    assert it.value or f"{name_of(path)}: {ast.unparse(it.target)}" in UNSET


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for name, path in MODULES.items():
        if not name.startswith("protocol."):  # DAP has its own names
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    yield name, node


@pytest.mark.parametrize("path", FILES, ids=lambda it: name_of(it))
def test_what_holds_values_is_no_dataclass(path):
    """Each takes longer to make than most modules to load: see `agent/wire/structs.py`."""
    loaded = {module for module, is_late, _ in imports(path) if not is_late}
    assert "dataclasses" not in loaded


def test_a_class_has_a_name_of_its_own():
    where: dict[str, list[str]] = defaultdict(list)
    for name, node in classes():
        where[node.name].append(name)
    assert {it for it, homes in where.items() if len(homes) > 1} == TWICE


def test_a_class_is_one_idea():
    long = {it.name for _, it in classes() if (it.end_lineno or 0) - it.lineno >= MAX_CLASS_LINES}
    assert long == set(LONG_CLASSES)


def test_a_short_file_has_a_reason():
    short = {
        name
        for name, path in MODULES.items()
        if path.name != "__init__.py" and path.read_text("utf-8").count("\n") < MIN_LINES
    }
    assert short == set(SHORT)


def test_one_file_names_the_kinds_of_kernels():
    """All else goes by their contract."""
    kinds = tuple(f"kernels.{it}." for it in ("own", "process", "jupyter", "guests"))
    outside = {it for it, found in GRAPH.items() if any(one.startswith(kinds) for one in found)}
    outside = {it for it in outside if not it.startswith("kernels.")}
    assert outside == {"server.kernel.kernel_choice"}


def methods(
    found: ast.Module | ast.ClassDef, name: str = ""
) -> Iterator[tuple[str, ast.ClassDef | None, ast.AST]]:
    """Yield name, class and node of the functions that others may call, those of classes among them."""
    for node in found.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from methods(node, f"{name}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield f"{name}{node.name}", found if isinstance(found, ast.ClassDef) else None, node


CLASSES = {node.name: node for _, node in classes()}


def kin(node: ast.ClassDef) -> list[ast.ClassDef]:
    """Return a class and those of ours that it is made from, without the Protocols."""
    above = [CLASSES[it.id] for it in node.bases if isinstance(it, ast.Name) and it.id in CLASSES]
    return [node, *(one for it in above if not is_protocol(it) for one in kin(it))]


def documented(node: ast.ClassDef) -> dict[str, bool]:
    """Return of each public method whether it has a docstring."""
    return {name: bool(ast.get_docstring(it)) for name, _, it in methods(node)}


def is_explained(cls: ast.ClassDef, name: str) -> bool:
    """Whether a method's docstring stands where it is promised.

    That is a class that it is made from, or a Protocol or ABC all of whose methods it has.
    """
    has = {it for one in kin(cls) for it in documented(one)}
    promised = [documented(it) for it in CLASSES.values() if is_contract(it) and it is not cls]
    inherited = [documented(it) for it in kin(cls)[1:]]
    return any(it.get(name, False) for it in [*inherited, *(it for it in promised if it.keys() <= has)])


def undocumented() -> Iterator[str]:
    """Yield the public functions that are to have a docstring, and have none.

    They are the long ones, those of a Protocol or an ABC, and those of a long class.
    """
    for module, path in MODULES.items():
        for name, cls, node in methods(ast.parse(path.read_text("utf-8"))):
            is_due = node.end_lineno - node.lineno + 1 >= LONG_FUNCTION
            is_due = is_due or (cls is not None and (is_contract(cls) or cls.name in LONG_CLASSES))
            is_told = ast.get_docstring(node) or (cls is not None and is_explained(cls, node.name))
            if is_due and not is_told:
                yield f"{module}: {name}"


def is_contract(node: ast.ClassDef) -> bool:
    return is_protocol(node) or "ABC" in {it.id for it in node.bases if isinstance(it, ast.Name)}


def is_protocol(node: ast.ClassDef) -> bool:
    return "Protocol" in {it.id for it in node.bases if isinstance(it, ast.Name)}


def test_a_long_public_function_and_what_a_contract_promises_have_a_docstring():
    assert sorted(undocumented()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda it: name_of(it))
def test_prose_names_no_document_that_is_not_here(path):
    text = path.read_text("utf-8")
    assert re.findall(ELSEWHERE, text) == []
    for it in re.findall(r"\bdocs/[\w/.-]+\.md\b", text):
        assert (PACKAGE.parent / it).exists()


def races() -> Iterator[tuple[Path, str]]:
    """Yield the files of the agent that reach into CPython, or that do without a lock, with their texts.

    They import ctypes, make a `__del__`, or look at all threads' frames; the others say so themselves.
    """
    for path in FILES:
        text = path.read_text("utf-8")
        if path.is_relative_to(PACKAGE / "agent") and (
            reaches_in(path) or re.search(RACY, " ".join(text.split()))
        ):
            yield path, text


def reaches_in(path: Path) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    calls = [ast.unparse(it.func) for it in ast.walk(tree) if isinstance(it, ast.Call)]
    is_finalized = any(getattr(it, "name", "") == "__del__" for it in ast.walk(tree))
    return is_finalized or "sys._current_frames" in calls or any(it == "ctypes" for it, *_ in imports(path))


@pytest.mark.parametrize(
    ("path", "text"), list(races()), ids=lambda it: name_of(it) if isinstance(it, Path) else ""
)
def test_a_race_is_named_and_raced(path, text):
    """The CPython function that it relies on, the versions, what it survives, and tests that exist."""
    assert re.search(r"`_?Py[A-Z]\w+`|`_Py_\w+`", text)
    assert re.search(r"(CPython|checked\s+with)\s+3\.1\d", text)
    assert re.search(r"Survived:|survives|Exceptions out of signal handlers", text)
    _, _, named = text.partition("Racing test")
    tests = re.findall(r"`(test_\w+)`", named.partition('"""')[0])
    assert tests
    assert [it for it in tests if f"def {it}(" not in ALL_TESTS] == []


@pytest.mark.parametrize("path", FILES, ids=lambda it: name_of(it))
def test_a_method_says_what_it_does(path):
    """Where it is called: `send_command`, not `tell`; `release_frames`, not `let_go`."""
    names = [name.rpartition(".")[2] for name, *_ in methods(ast.parse(path.read_text("utf-8")))]
    assert SAYS_NOTHING.isdisjoint(names)


@pytest.mark.parametrize("path", FILES, ids=lambda it: name_of(it))
def test_a_parameter_has_a_name(path):
    """`it` is for comprehensions and lambdas."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert "it" not in {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}, node.name
