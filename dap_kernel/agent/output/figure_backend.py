"""The backend that matplotlib draws a notebook's figures with: Agg's pictures, shown by `figures.py`.

matplotlib imports this when the first figure is made. Source: matplotlib's "backend_template".
"""

from typing import Any

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from . import figures


class FigureManager(FigureManagerBase):
    """One of pyplot's figures."""

    def __init__(self, canvas: Any, num: int | str) -> None:
        super().__init__(canvas, num)
        figures.current.made(canvas.figure)

    def show(self) -> None:
        """What `figure.show()` does."""
        figures.current.show(self, is_over=False)

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        figures.current.show_all(goes_on=block is False)


class FigureCanvas(FigureCanvasAgg):
    manager_class = FigureManager
