"""The last lines of a terminal, and a cursor in them. Knows who wrote each line, and not why.

Source: ECMA-48 section 8.3.
"""

from unicodedata import category, east_asian_width

from ...agent.wire.filenames import FileLine
from .styles import RESET, Style, sequence, styled

PrintedText = tuple[str, FileLine | None]
FARTHEST = 1000  # that a sequence moves the cursor
_WITHOUT_WIDTH = ("Mn", "Me", "Cf")  # categories of what joins the character before it


class Row:
    """One line: a character for each column, each with its style; "" behind one that takes two."""

    def __init__(self) -> None:
        self.place: FileLine | None = None
        self.characters: list[str] = []
        self.styles: list[Style] = []

    @property
    def plain(self) -> str:
        """The line without colours."""
        return "".join(self.characters).rstrip()

    @property
    def text(self) -> str:
        """The line with its colours."""
        if not any(self.styles):
            return "".join(self.characters)
        parts: list[str] = []
        last: Style = ()
        for character, style in zip(self.characters, self.styles, strict=True):
            if style != last:
                parts += [RESET if last else "", sequence(style)]
                last = style
            parts.append(character)
        return "".join(parts) + (RESET if last else "")

    def write(self, column: int, text: str, style: Style) -> int:
        """Write from `column` on; return the column after it."""
        characters = _in_columns(text)
        end = column + len(characters)
        self.pad(column)
        if self.characters[column : column + 1] == [""]:
            self.characters[column - 1] = " "
        if self.characters[end : end + 1] == [""]:
            self.characters[end] = " "
        self.characters[column:end] = characters
        self.styles[column:end] = [style] * len(characters)
        return end

    def pad(self, column: int) -> None:
        """Fill the line with blanks up to `column`."""
        missing = column - len(self.characters)
        self.characters += " " * missing
        self.styles += [()] * missing

    def cut(self, column: int) -> None:
        """Erase from `column` on."""
        del self.characters[column:], self.styles[column:]


class Screen:
    """Rows of characters with their styles, changed by what is written as a terminal would show it.

    Row 0 is the highest that the cursor can still reach.
    """

    def __init__(self) -> None:
        self.rows = [Row()]
        self.row = 0
        self.column = 0
        self._climbed = 0  # the most rows that the cursor went up at once, until somebody asks
        self._climb = 0  # rows since something was written
        self._style: Style = ()

    @property
    def is_fresh(self) -> bool:
        """Whether the cursor is at the beginning of a new line below all others."""
        return self.column == 0 and self.row == len(self.rows) - 1 and not self.rows[-1].characters

    def pop_climbed(self) -> int:
        """Return the most rows that the cursor went up at once since this was asked last."""
        climbed, self._climbed = self._climbed, 0
        return climbed

    def take_rows(self, count: int) -> list[Row]:
        """Take rows away from the top and return them; the cursor's goes on as a new one."""
        count = min(count, len(self.rows))
        if count <= 0:
            return []
        if self.row < count:
            self.column = 0
        taken, self.rows = self.rows[:count], self.rows[count:] or [Row()]
        self.row = max(self.row - count, 0)
        return taken

    def write(self, text: str, place: FileLine | None) -> list[Row]:
        """Write over what is there, from the cursor on; return the rows that are final by that.

        A program that went up and writes is taken to come no higher: the rows above are final.
        """
        done: list[Row] = []
        if self._climb:
            self._climb = 0
            done = self.take_rows(self.row)
        row = self.rows[self.row]
        self.column = row.write(self.column, text, self._style)
        row.place = place
        return done

    def line_feed(self, place: FileLine | None) -> None:
        """Go to the beginning of the next line; `place` has ended this one."""
        row = self.rows[self.row]
        row.place = row.place or place
        self._climb = 0
        self.row += 1
        self.column = 0
        if self.row == len(self.rows):
            self.rows.append(Row())

    def sequence(self, final: str, parameters: str) -> None:
        """Do what a control sequence says."""
        if final == "m":
            self._style = styled(self._style, parameters)
            return
        first = parameters.partition(";")[0]
        number = min(int(first), FARTHEST) if first.isdecimal() else 0
        count = max(number, 1)
        match final:
            case "A" | "F":
                self._up(count)
            case "B" | "E":
                self.row = min(self.row + count, len(self.rows) - 1)
            case "C":
                self.column = min(self.column + count, FARTHEST)
            case "D":
                self.column = max(self.column - count, 0)
            case "G":
                self.column = count - 1
            case "J":
                self._erase(0)
                del self.rows[self.row + 1 :]
            case "K":
                self._erase(number)
        if final in "EF":
            self.column = 0

    def _up(self, count: int) -> None:
        self._climb += count
        self._climbed = max(self._climbed, self._climb)
        self.row = max(self.row - count, 0)

    def _erase(self, number: int) -> None:
        row = self.rows[self.row]
        if number == 0:
            row.cut(self.column)
        elif number == 1:
            row.write(0, " " * (self.column + 1), ())
        elif number == 2:
            row.cut(0)


def _in_columns(text: str) -> list[str]:
    """Return what stands in each column of a text. Source: Unicode Standard Annex 11."""
    if text.isascii():
        return list(text)
    found: list[str] = []
    for character in text:
        if found and category(character) in _WITHOUT_WIDTH:
            found[-1 if found[-1] else -2] += character
        else:
            found += [character, ""] if east_asian_width(character) in "WF" else [character]
    return found
