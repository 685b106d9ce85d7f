"""Tables by page: what is one, its cells, its order, its filters, its figures. Libraries are the oracles."""

import array
import collections
import datetime
import decimal
import math
import subprocess
import sys
import time
import types

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError
from dap_kernel.agent.wire import messages as wire

from ..inspecting import Look, at
from ..paging import LIBRARIES, Rude, Tensor, column, library, page

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

FRAME = {"n": [3, 1, 2], "t": ["x", None, "z"]}
Point = collections.namedtuple("Point", "x y")


class Evil(list):
    """A list whose own methods are not to be called."""

    def __len__(self):
        raise AssertionError

    __iter__ = __getitem__ = __len__  # type: ignore[assignment]


class EvilDict(dict):
    def items(self):
        raise AssertionError

    __iter__ = __getitem__ = get = keys = items  # type: ignore[assignment]


class EvilFrame(pd.DataFrame):
    @property
    def shape(self):
        raise AssertionError

    iloc = columns = shape  # type: ignore[assignment]


class EvilArray(np.ndarray):
    def __getitem__(self, key):
        raise AssertionError

    tolist = __len__ = __getitem__  # type: ignore[assignment]


X, Y = "x", "y"
TABLES = [
    (pd.DataFrame(FRAME), "frame pandas.DataFrame n:int64:number t:str:text", "3 x|1 nan|2 z"),
    (pd.DataFrame({"o": [1, "a"]}, dtype=object), "frame pandas.DataFrame o:object:other", "1|a"),
    (pd.DataFrame(FRAME).n, "series pandas.Series n:int64:number", "3|1|2"),
    (pd.Series([True]), "series pandas.Series value:bool:boolean", "True"),
    (pd.Index([5]), "series pandas.Index value:int64:number", "5"),
    (pd.DataFrame([[1, 2]], columns=[X, X]), "frame pandas.DataFrame x:int64:number x:int64:number", "1 2"),
    (pl.DataFrame(FRAME), "frame polars.DataFrame n:Int64:number t:String:text", "3 x|1 None|2 z"),
    (pl.Series("s", [1.5]), "series polars.Series s:Float64:number", "1.5"),
    (np.arange(2), "array numpy.ndarray value:int64:number", "0|1"),
    (np.eye(2), "array numpy.ndarray 0:float64:number 1:float64:number", "1.0 0.0|0.0 1.0"),
    (np.array([("a", 2)], [(X, "U1"), (Y, "i4")]), "array numpy.ndarray x:<U1:text y:int32:number", "a 2"),
    (
        np.array(["2020-01-31", "NaT"], "M8[D]"),
        "array numpy.ndarray value:datetime64[D]:time",
        "2020-01-31|None",
    ),
    (np.ma.masked_array([1, 2], [0, 1]), "array numpy.ma.MaskedArray value:int64:number", "1|None"),
    (np.array([[1, 2], [3, 4]]).view(EvilArray), "array EvilArray 0:int64:number 1:int64:number", "1 2|3 4"),
    ([{X: 1, Y: 2}, {X: 3}], "records list x:int:number y:int:number", "1 2|3 None"),
    ([{X: np.int64(1)}, {X: np.float64("nan")}], "records list x:int64:number", "1|nan"),
    ({"p": {X: 1}, "q": {Y: 2}}, "records dict x:int:number y:int:number", "1 None|None 2"),
    ({X: [1, 2], Y: ("a",)}, "columns dict x:int:number y:str:text", "1 a|2 None"),
    ({X: np.arange(2), Y: pd.Series([5, 6])}, "columns dict x:int64:number y:int64:number", "0 5|1 6"),
    ([[1, "a"], (2,)], "records list 0:int:number 1:str:text", "1 a|2 None"),
    ([Point(1, 2)], "records list x:int:number y:int:number", "1 2"),
    ([1, "a", None], "list list value:int | str:other", "1|a|None"),
    ((1, True), "list tuple value:int | bool:number", "1|True"),
    ({"a": 1, "b": [2]}, "list dict value:int | list:other", "1|[2]"),
    (collections.deque([1]), "list collections.deque value:int:number", "1"),
    (range(2), "list range value:int:number", "0|1"),
    (array.array("i", [1, 2]), "list array.array value:int:number", "1|2"),
    (Tensor([1.5, 2.5]), "array torch.Tensor value:float32:number", "1.5|2.5"),
    (Tensor([[1, 2]]), "array torch.Tensor 0:float32:number 1:float32:number", "1 2"),
    ([], "list list value::other", ""),
    (pd.DataFrame(), "frame pandas.DataFrame", ""),
    (Evil([{X: 1}]), "records Evil x:int:number", "1"),
    (EvilDict({X: Evil([1, 2])}), "columns EvilDict x:int:number", "1|2"),
    ([EvilDict({X: 1})], "records list x:int:number", "1"),
    ([Rude()], "list list value:Rude:other", "<Rude: repr() raised ValueError: no>"),
    ([decimal.Decimal("1.50")], "list list value:Decimal:number", "1.50"),
    ([datetime.date(2020, 1, 31)], "list list value:date:time", "2020-01-31"),
    (["a\ud800"], "list list value:str:text", "a\\ud800"),
]


@pytest.mark.parametrize(("value", "told", "cells"), TABLES, ids=[it[1] for it in TABLES])
def test_what_is_a_table(value, told, cells):
    if pd.__version__ < "3" and "str:text" in told and "pandas" in told:
        told = told.replace("t:str:text", "t:object:text")
    shown = page(value)
    columns = [f"{it.name}:{it.type}:{it.kind}" for it in shown.columns]
    assert (
        " ".join([shown.kind, shown.type.removeprefix("tests.agent.inspect.test_grids."), *columns]) == told
    )
    assert "|".join(" ".join(it) for it in shown.cells) in (cells, cells.replace("nan", "None"))
    assert (shown.total_rows, shown.rows, shown.is_cut) == (len(shown.cells), len(shown.cells), False)


def test_the_tables_of_pyarrow():
    table = library("pyarrow", FRAME)
    for value in (table, table.to_batches()[0]):
        shown = page(value)
        columns = [(it.name, it.type, it.kind) for it in shown.columns]
        assert columns == [("n", "int64", "number"), ("t", "string", "text")]
        assert (shown.kind, shown.type) == ("frame", f"pyarrow.{type(value).__name__}")
        assert shown.cells == [["3", "x"], ["1", "None"], ["2", "z"]]
    cut = table.slice(1)
    assert column(cut, sort=[0]) == ["1", "2"]
    assert column(cut, filters=[(0, ">", "1")]) == ["2"]


def test_a_subclass_of_a_frame_is_read_as_a_frame():
    frame = EvilFrame({"n": [2, 1]})
    assert column(frame, sort=[0]) == ["1", "2"]


NO_TABLES = [
    (5, "a int is no table: frames, series, arrays, lists and dictionaries are"),
    (np.zeros((2, 2, 2)), "an array of 3 dimensions is no table: look at a part of it, as in x[0]"),
    (np.array(3), "an array of 0 dimensions is no table: it is one number"),
    (pl.LazyFrame(FRAME), "a LazyFrame has no rows yet"),
    (Rude(), "a Rude is no table"),
    (types.ModuleType("pandas"), "a module is no table"),
]


@pytest.mark.parametrize(("value", "why"), NO_TABLES, ids=[it[1] for it in NO_TABLES])
def test_what_is_none(value, why):
    with pytest.raises(InspectionError, match=why.replace("(", r"\(").replace("[", r"\[")):
        page(value)


def test_labels_are_those_of_the_index():
    series = pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["p", "q"]))
    shown = page(series, sort=[(0, True)])
    assert (shown.index, shown.index_name) == (["b, 2", "a, 1"], "p, q")
    assert page({"p": {"x": 1}, "q": {"x": 0}}, sort=[0]).index == ["q", "p"]
    assert page(pl.DataFrame(FRAME), sort=[0]).index == ["1", "2", "0"]


def test_a_part_of_rows_and_columns():
    frame = pd.DataFrame({f"c{it}": range(it, it + 50) for it in range(20)})
    shown = page(frame, start=10, count=2, first_column=5, column_count=3)
    assert (shown.total_rows, shown.total_columns, shown.index) == (50, 20, ["10", "11"])
    assert [it.name for it in shown.columns] == ["c5", "c6", "c7"]
    assert shown.cells == [["15", "16", "17"], ["16", "17", "18"]]
    assert page(frame, start=48, count=1_000).index == ["48", "49"]
    assert page(frame, start=500, count=-3, first_column=-1, column_count=10**9).cells == []


def test_no_page_is_too_long():
    frame = pd.DataFrame({str(it): ["x" * 40_000] * 500 for it in range(10)})
    shown = page(frame, count=1_000, raw=True)
    assert sum(len(cell) for row in shown.cells for cell in row) < 5 * 2**20
    assert len(shown.cells) == len(shown.index) > 1
    assert len(shown.cells[0][0]) == 32_767
    assert len(page(frame).cells[0][0]) == 200


def test_raw_cells_are_for_copying():
    values = [None, float("nan"), pd.NaT, "a\tb", 0.1 + 0.2]
    assert column(values, raw=True) == ["", "", "", "a\tb", "0.30000000000000004"]
    assert page(values).missing == [[0], [0], [0], [], []]


# A child of something.


def test_a_child_by_its_name():
    look = at({"frames": [pd.DataFrame(FRAME), 5], "n": 1})
    top = look.evaluate("it")
    inner = look.child(top, "'frames'")
    shown = look.answer(wire.Table(0, reference=inner.reference, name="0"))
    assert (shown.total_rows, shown.evaluate_name) == (3, "it['frames'][0]")
    with pytest.raises(InspectionError, match="a int is no table"):
        look.answer(wire.Table(0, reference=inner.reference, name="1"))
    with pytest.raises(InspectionError, match="there is no 7 in it any more"):
        look.answer(wire.Table(0, reference=inner.reference, name="7"))
    scope = look.scope()
    assert look.answer(wire.Table(0, reference=scope.reference, name="it")).total_rows == 2


# What it costs.


@pytest.mark.parametrize("which", LIBRARIES)
def test_a_page_of_a_million_rows_costs_what_one_of_a_thousand_does(which):
    def table(rows):
        return library(which, {"n": list(range(rows)), "t": ["x"] * rows})

    def cost(value, rows):
        look = at(value)
        ask = wire.Table(look.id, "it", start=rows // 2, sort=[])
        look.answer(ask)
        best = 1.0
        for _ in range(5):
            begun = time.process_time()
            for _ in range(10):
                look.answer(ask)
            best = min(best, time.process_time() - begun)
        return best

    small, large = cost(table(1_000), 1_000), cost(table(1_000_000), 1_000_000)
    assert large < 3 * small + 0.005


def test_nothing_is_imported():
    code = (
        "import sys; from tests.agent.inspecting import at;"
        "from dap_kernel.agent.wire import messages as wire;"
        "before = set(sys.modules); look = at([{'a': 1, 'b': object()}]);"
        "look.answer(wire.Table(0, 'it', sort=[wire.TableSort(0)], statistics=True,"
        " filters=[wire.TableFilter(0, '=', '1')])); look.answer(wire.NotebookVariables(0));"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# The notebook's variables.


def test_the_notebooks_variables():
    names = {
        "frame": pd.DataFrame(FRAME),
        "array": np.zeros((4, 5)),
        "cube": np.zeros((1, 2, 3)),
        "rows": [{"a": 1}],
        "numbers": [1, 2, 3],
        "text": "abc",
        "rude": Rude(),
        "math": math,
        "f": lambda: 0,
        "C": Rude,
        "__name__": "__main__",
    }
    look = Look(None, names)
    told = {it.variable.name: it for it in look.answer(wire.NotebookVariables(0)).variables}
    assert list(told) == list(names)[:7]
    assert [(it.shape, it.length, it.is_table) for it in told.values()] == [
        ("3 × 2", None, True),
        ("4 × 5", None, True),
        ("1 × 2 × 3", None, False),
        (None, 1, True),
        (None, 3, False),
        (None, 3, False),
        (None, None, False),
    ]
    assert told["rude"].variable.value == "<Rude: repr() raised ValueError: no>"
    assert told["frame"].variable.evaluate_name == "frame"
    assert look.child(told["numbers"].variable, "2").value == "3"
    every = look.answer(wire.NotebookVariables(0, True))
    assert [it.variable.name for it in every.variables] == list(names)[:10]


def test_a_thousand_names_at_most():
    look = Look(None, {f"n{it}": it for it in range(1_200)})
    found = look.answer(wire.NotebookVariables(0))
    assert (len(found.variables), found.more) == (1_000, 200)
