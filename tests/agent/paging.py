"""Pages of tables, and the same table in each library. No kernel."""

import importlib

import pytest

from dap_kernel.agent.wire import messages as wire

from .inspecting import at


class Tensor:
    """Has what torch's has, as far as anybody looks."""

    dtype = "torch.float32"
    device = "cpu"

    def __init__(self, data):
        self._data = _numpy().asarray(data)
        self.shape = self._data.shape

    def __getitem__(self, key):
        return Tensor(self._data[key])

    def __setitem__(self, key, value):
        self._data[key] = value

    def tolist(self):
        return self._data.tolist()

    def __repr__(self):
        raise AssertionError


Tensor.__module__ = "torch"


def _numpy():
    return importlib.import_module("numpy")


class Rude:
    def __repr__(self):
        raise ValueError("no")

    def __getattr__(self, name):
        raise AssertionError(name)

    def __eq__(self, other):
        raise AssertionError

    __lt__ = __hash__ = __eq__  # type: ignore[assignment]


def page(value, sort=(), filters=(), **asked) -> wire.TablePage:
    made = [wire.TableSort(*it) if isinstance(it, tuple) else wire.TableSort(it) for it in sort]
    look = at(value)
    wanted = [wire.TableFilter(*it) for it in filters]
    return look.answer(wire.Table(look.id, "it", sort=made, filters=wanted, **asked))


def column(value, position=0, **asked) -> list[str]:
    return [it[position] for it in page(value, **asked).cells]


LIBRARIES = ["pandas", "polars", "pyarrow", "records", "columns"]


def library(which, data):
    """Return a table of a library, or of Python's own; the test is skipped where there is no such library."""
    match which:
        case "pandas" | "polars":
            return pytest.importorskip(which).DataFrame(data)
        case "pyarrow":
            return pytest.importorskip(which).table(data)
        case "records":
            return [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]
        case _:
            return data
