"""Our own requests for what is looked at beside stops: the notebook's variables, and tables by page.

A table is any value with rows and columns: a frame, a series, an array, a list of dictionaries. Columns are
named by their position, since names may be there twice. They are no part of DAP: see `notebook.py`.
"""

from typing import Literal

from .messages import Body

TEXT_ROWS = 20  # of a page of text where nobody tells how high a window is
ColumnKind = Literal["number", "text", "boolean", "time", "other"]
FilterOperator = Literal["contains", "=", "!=", "<", "<=", ">", ">=", "missing", "present"]


class TableSort(Body):
    position: int  # of the column, from 0
    descending: bool = False


class TableFilter(Body):
    """Rows stay whose value in the column fits `value`, which is read as the column's type."""

    position: int  # of the column, from 0
    operator: FilterOperator = "contains"
    value: str = ""


class NotebookTableArguments(Body):
    """The value is an expression's, a child of what has children, or that of a page before."""

    expression: str | None = None  # a variable's `evaluateName`, say: it is evaluated each time
    look_up: bool = False  # refuse an expression that is more than names, attributes and items
    table_reference: int = 0  # of a page before; beside an expression: that takes its place
    frame_id: int | None = None  # where it is evaluated; None: at the notebook's level
    variables_reference: int = 0  # 0: there is an expression
    name: str | None = None  # the child's
    start: int = 0  # the first row wanted, in the order asked for
    count: int = 100  # of rows, 1,000 at most
    first_column: int = 0
    column_count: int = 100  # 500 at most
    sort: list[TableSort] = []  # by the first, where that is equal by the second
    filters: list[TableFilter] = []  # all of them
    statistics: bool = False  # of these columns, over the rows that the filters leave
    raw: bool = False  # for copying: whole texts, and "" for what is missing
    text_width: int = 0  # of a terminal, say, for which the page is to be text, too; 0: none


class TableColumn(Body):
    name: str
    type: str  # in the library's words: "int64", "String"
    kind: ColumnKind
    missing: int | None = None  # these four only with `statistics`, and where they are known
    distinct: int | None = None
    min: str | None = None
    max: str | None = None


class NotebookTableResponse(Body):
    kind: Literal["frame", "series", "array", "records", "columns", "list"]
    type: str  # "pandas.DataFrame"
    total_rows: int
    rows: int  # that the filters leave
    total_columns: int
    columns: list[TableColumn]  # of this page
    index: list[str]  # the label of each row of this page
    cells: list[list[str]]  # rows of this page, of texts; fewer than asked for where they would be too long
    missing: list[list[int]] = []  # by row: which of its cells stand for a value that is missing
    index_name: str | None = None
    evaluate_name: str | None = None
    is_cut: bool = False  # there was no time for all statistics, or for all cells
    text: str | None = None  # the page as lines that fit `text_width`
    table_reference: int = 0  # by which other pages of this value are asked for, until something runs
    is_path: bool = False  # the expression is names, attributes and items: `look_up` finds its value anew


class NotebookVariablesArguments(Body):
    all: bool = False  # modules, functions and classes, too


class NotebookVariable(Body):
    name: str
    type: str
    value: str  # in one line
    variables_reference: int  # 0: it has no children; void once something runs
    shape: str | None = None  # "3 × 2"
    length: int | None = None
    is_table: bool = False  # `notebookTable` shows it
    evaluate_name: str | None = None
    named_variables: int | None = None
    indexed_variables: int | None = None


class NotebookVariablesResponse(Body):
    variables: list[NotebookVariable]  # in the order in which they were made
    more: int = 0  # how many there are beside these
