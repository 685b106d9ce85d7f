"""Arrays, frames, series and tensors: shapes, kinds, rows."""

import array
import csv
import io
import subprocess
import sys
import time
import types

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError
from dap_kernel.agent.wire import messages as wire

from ..inspecting import at
from ..paging import Tensor

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

FRAME = {"a": [1, 2, 3], "b": ["x", "y", "z"]}


SHOWN = [
    (np.arange(3), "ndarray (3,) int64 [0, 1, 2]"),
    (np.arange(20.0), "ndarray (20,) float64 [0.0, 1.0, 2.0"),
    (np.zeros((2, 2)), "ndarray (2, 2) float64 [[0.0, 0.0], [0.0, 0.0]]"),
    (np.array(7), "ndarray () int64 7"),
    (np.float64(2.5), "2.5"),
    (np.array([], dtype=bool), "ndarray (0,) bool []"),
    (np.array([object], dtype=object), "ndarray (1,) object [<class 'object'>]"),
    (pd.DataFrame(FRAME), "DataFrame 3 rows × 2 columns [a: int64, b: "),
    (pd.DataFrame(), "DataFrame 0 rows × 0 columns []"),
    (pd.Series([1, 2], name="s"), "Series 's' (2,) int64 [1, 2]"),
    (pd.Index([1, 2]), "Index (2,) int64 [1, 2]"),
    (pl.DataFrame(FRAME), "DataFrame 3 rows × 2 columns [a: Int64, b: String]"),
    (pl.Series("s", [1, 2]), "Series 's' (2,) Int64 [1, 2]"),
    (Tensor([1.0, 2.0]), "Tensor (2,) float32 [1.0, 2.0]"),
    (array.array("i", [1, 2]), "array('i', [1, 2])"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN, ids=[it[1][:30] for it in SHOWN])
def test_shown(value, text):
    assert at(value).value("it").startswith(text)


def test_an_array_by_page():
    look = at(np.arange(10**6).reshape(-1, 2))
    shown = look.evaluate("it")
    assert shown.indexed == 500_000
    begun = time.process_time()
    page = look.children(shown, filter="indexed", start=250_000, count=100)
    assert time.process_time() - begun < 0.1
    assert page[0].value == "ndarray (2,) int64 [500000, 500001]"
    assert page[0].evaluate_name == "it[250000]"
    inner = look.children(page[0], filter="indexed")
    assert [(it.name, it.value, it.evaluate_name) for it in inner] == [
        ("0", "500000", "it[250000][0]"),
        ("1", "500001", "it[250000][1]"),
    ]
    facts = {it.name: it.value for it in look.children(shown, filter="named")}
    assert facts["shape"] == "(500000, 2)"
    look.assign(page[0], "1", "-5")
    assert look.value("int(it[250000, 1])") == "-5"


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_a_frame_by_row_and_column(make):
    look = at(make(FRAME))
    shown = look.evaluate("it")
    assert shown.indexed == 3
    rows = look.children(shown, filter="indexed", start=1, count=1)
    assert rows[0].value == "a=2, b='y'"
    assert [(it.name, it.value) for it in look.children(rows[0])] == [("a", "2"), ("b", "'y'")]
    named = {it.name: it for it in look.children(shown, filter="named")}
    assert shown.named == len(named)
    assert named["shape"].value == "(3, 2)"
    assert named["dtypes"].value.lower().startswith("a: int64, b: ")
    assert look.value(named["dtypes"].evaluate_name)
    assert (named["columns"].value, named["columns"].indexed) == ("2 columns", 2)
    assert ("index" in named) is (make is pd.DataFrame)
    columns = look.children(named["columns"])
    assert [it.evaluate_name for it in columns] == ["it['a']", "it['b']"]
    assert columns[0].value.startswith("Series 'a' (3,)")
    assert look.children(columns[0], filter="indexed")[2].value == "3"
    look.assign(rows[0], "a", "20")
    assert look.value("int(it['a'][1])") == "20"
    assert look.value("it", "clipboard").splitlines()[-1].split("\t")[-2:] == ["3", "z"]


def test_columns_by_page_whatever_they_are_called():
    names = [f"c{it}" for it in range(2_000)]
    look = at(pd.DataFrame([range(2_000)], columns=names))
    group = look.child(look.evaluate("it"), "columns")
    part = look.children(group, filter="indexed", start=1_500, count=2)
    assert [(it.name, it.evaluate_name) for it in part] == [
        ("c1500", "it['c1500']"),
        ("c1501", "it['c1501']"),
    ]
    odd = at(pd.DataFrame([[1, 2, 3]], columns=["x", "x", ("a", 1)]))
    shown = odd.children(odd.child(odd.evaluate("it"), "columns"))
    assert [it.name for it in shown] == ["x", "x (2)", "('a', 1)"]
    group = odd.child(odd.evaluate("it"), "columns")
    second = odd.answer(wire.Table(0, reference=group.reference, name="x (2)"))
    assert (second.cells, second.evaluate_name) == ([["2"]], "it.iloc[:, 1]")
    for child, number in zip(shown, "123", strict=True):
        assert odd.value(f"int({child.evaluate_name}.iloc[0])") == number
    array = at(np.arange(6).reshape(2, 3))
    second = array.children(array.child(array.evaluate("it"), "columns"))[1]
    assert (second.value, second.evaluate_name) == ("ndarray (2,) int64 [1, 4]", "it[:, 1]")
    fields = at(np.array([(1, 2.5)], [("n", "i4"), ("x", "f8")]))
    told = fields.children(fields.child(fields.evaluate("it"), "columns"))
    assert [(it.name, it.evaluate_name) for it in told] == [("n", "it['n']"), ("x", "it['x']")]


def test_a_table_of_pyarrow():
    pa = pytest.importorskip("pyarrow")
    look = at(pa.table(FRAME))
    shown = look.evaluate("it")
    assert shown.value == "Table 3 rows × 2 columns [a: int64, b: string]"
    rows = look.children(shown, filter="indexed", start=1, count=1)
    assert (rows[0].value, rows[0].evaluate_name) == ("a=2, b='y'", "it.slice(1, 1)")
    with pytest.raises(InspectionError, match="a table of pyarrow cannot be changed"):
        look.assign(rows[0], "a", "5")
    named = {it.name: it for it in look.children(shown, filter="named")}
    assert named["schema"].value == "a: int64, b: string"
    column = look.children(named["columns"])[0]
    assert (column.value, column.evaluate_name) == ("ChunkedArray (3,) int64 [1, 2, 3]", "it.column(0)")
    assert [it.value for it in look.children(column, filter="indexed")] == ["1", "2", "3"]


def test_a_subclass_whose_shape_raises_is_shown_by_its_attributes():
    class Odd(pd.DataFrame):
        @property
        def dtypes(self):
            raise ValueError("no")

    look = at([Odd(FRAME)])
    assert look.children(look.evaluate("it"))[0].type.endswith("Odd")


def test_a_row_that_is_called_as_what_is_told():
    look = at(pd.DataFrame({"a": [1, 2, 3]}, index=["shape", "columns", "x"]))
    shown = look.evaluate("it")
    names = [it.name for it in look.children(shown)]
    assert (names[:3], len(names)) == (["shape (2)", "columns (2)", "x"], len(set(names)))
    row = look.answer(wire.Table(0, reference=shown.reference, name="columns (2)"))
    assert row.cells == [["2"]]
    look.assign(look.child(shown, "columns (2)"), "a", "9")
    assert look.value("it.a.iloc[1]") == "9"


def test_a_series_by_its_labels():
    look = at(pd.Series([1, 2], index=["p", "q"]))
    page = look.children(look.evaluate("it"), filter="indexed")
    assert [(it.name, it.value, it.evaluate_name) for it in page] == [
        ("p", "1", "it.iloc[0]"),
        ("q", "2", "it.iloc[1]"),
    ]
    shown = look.evaluate("it")
    look.children(shown)
    look.assign(shown, "q", "9")
    assert look.value("int(it['q'])") == "9"


def test_a_tensor_by_page():
    look = at(Tensor(list(range(300))))
    page = look.children(look.evaluate("it"), filter="indexed", start=200, count=2)
    assert [it.value for it in page] == ["Tensor () float32 200", "Tensor () float32 201"]
    facts = {it.name: it.value for it in look.children(look.evaluate("it"), filter="named")}
    assert facts["device"] == "'cpu'"


def copied(value) -> str:
    return at(value).value("it", "clipboard")


LARGE = {
    "pandas": (pd.DataFrame({"n": np.arange(10**6)}), "\tn\n0\t0\n", 1),
    "series": (pd.Series(["x" * 50] * 10**6, name="s"), "\ts\n0\txxx", 1),
    "polars": (pl.DataFrame({"n": range(10**6), "m": range(10**6)}), "n\tm\n0\t0\n", 1),
    "array": (np.ones((10**5, 30)), "1.0\t1.0", 0),
    "index": (pd.Index(range(10**6)), "0\n1\n", 0),
    "tensor": (Tensor(np.ones((10**5, 30))), "1.0\t1.0", 0),
}


@pytest.mark.parametrize(("value", "begin", "header"), LARGE.values(), ids=LARGE)
def test_a_large_table_is_copied_in_whole_rows_and_says_what_is_missing(value, begin, header):
    text = copied(value)
    assert 500_000 < len(text) <= 1_000_000
    assert text.startswith(begin)
    *rows, last = text.split("\n")
    assert len({it.count("\t") for it in rows}) == 1
    shown, height = len(rows) - header, len(value) if hasattr(value, "__len__") else value.shape[0]
    assert last == f"… {height - shown:,} more rows of {height:,}"


def test_what_fits_is_copied_whole_as_spreadsheets_read_it():
    texts = pd.DataFrame({"t": ["a\tb", 'say "x"', "two\nlines", None], "x": [1.5, float("nan"), 2, 3]})
    text = copied(texts)
    assert text == '\tt\tx\n0\t"a\tb"\t1.5\n1\t"say ""x"""\t\n2\t"two\nlines"\t2.0\n3\t\t3.0'
    assert list(csv.reader(io.StringIO(text), delimiter="\t")) == list(
        csv.reader(io.StringIO(texts.to_csv(sep="\t")), delimiter="\t")
    )
    assert copied(pd.DataFrame()) == ""
    assert copied(pd.DataFrame({"n": ["x" * 2_000_000]})).endswith(
        "… no row fits: there are 1, each too long to copy"
    )
    assert copied(np.array([(1, 2.5)], [("n", "i4"), ("x", "f8")])) == "n\tx\n1\t2.5"
    assert copied(np.arange(3)) == "array([0, 1, 2])"
    assert copied([{"a": 1}]) == "[{'a': 1}]"


def test_console_shows_what_the_library_prints():
    frame = pd.DataFrame(FRAME)
    assert at(frame).value("it", "repl") == repr(frame)


def test_a_module_that_only_looks_like_one():
    fake = types.ModuleType("pandas")
    look = at(fake)
    look.children(look.evaluate("it"))
    masked = np.ma.masked_array([1, 2], mask=[0, 1])
    assert at(masked).value("it")


def test_nothing_is_imported():
    code = (
        "import sys; from tests.agent.inspecting import at; before = set(sys.modules); "
        "look = at([1, {'a': object()}]); look.children(look.evaluate('it')); look.complete('it.'); "
        "heavy = {'numpy', 'pandas', 'asyncio'} & set(sys.modules); "
        "print(sorted(set(sys.modules) - before), heavy)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[] set()"


def test_rows_and_columns_that_are_called_the_same_are_told_apart():
    frame = pd.DataFrame(
        [[1, 2, 3], [4, 5, 6], [7, 8, 9]], columns=["x", "x", "x (2)"], index=["a", "a", "a (2)"]
    )
    look = at(frame)
    top = look.evaluate("it")
    rows = look.children(top, filter="indexed")
    assert [it.name for it in rows] == ["a", "a (2)", "a (2) (2)"]
    assert [it.name for it in look.children(rows[1])] == ["x", "x (3)", "x (2)"]
    shown = look.answer(wire.Table(0, reference=top.reference, name="a (2)"))
    assert (shown.index, [it[0] for it in shown.cells]) == (["x", "x", "x (2)"], ["4", "5", "6"])
    look.assign(rows[1], "x (3)", "50")
    look.assign(rows[1], "x (2)", "60")
    assert frame.to_numpy().tolist() == [[1, 2, 3], [4, 50, 60], [7, 8, 9]]
    columns = look.child(top, "columns")
    assert [it.name for it in look.children(columns)] == ["x", "x (3)", "x (2)"]
    for name, cells in (("x", ["1", "4", "7"]), ("x (3)", ["2", "50", "8"]), ("x (2)", ["3", "60", "9"])):
        shown = look.answer(wire.Table(0, reference=columns.reference, name=name))
        assert [it[0] for it in shown.cells] == cells


def test_equal_labels_on_other_pages_keep_their_names():
    series = pd.Series(range(1_000), index=[0] * 1_000)
    look = at(series)
    top = look.evaluate("it")
    for start in (500, 0, 500):
        named = {it.name: it.value for it in look.children(top, filter="indexed", start=start, count=100)}
        assert list(named.values()) == [str(it) for it in range(start, start + 100)]
    assert list(named)[:2] == ["0", "0 (2)"]
    look.assign(top, "0 (2)", "-1")
    assert series.iloc[501] == -1
    assert series.iloc[1] == 1
