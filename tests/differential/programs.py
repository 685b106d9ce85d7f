"""Random programs: small, sure to end, full of what makes stepping hard. The same seed, the same program."""

from random import Random

_PRELUDE = """\
class Context:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return True


class Thing:
    def __init__(self, n):
        self.n = n

    @property
    def double(self):
        return self.n * 2

    def __add__(self, other):
        return Thing(
            self.n + 1,
        )


def deco(function):
    def wrapper(*args):
        return function(*args)

    return wrapper


def one_line(n): return n + 1


def down(n):
    if n <= 0:
        return 0
    return down(n - 1) + 1


def fail(n):
    if n % 2:
        raise ValueError(n)
    return n


def count(n):
    for i in range(n):
        yield i


def nested(n):
    yield from count(n)
    yield n


"""


class _Writer:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._functions: list[str] = []  # that later ones may call
        self.lines: list[str] = []

    def function(self, name: str) -> None:
        if self._random.random() < 0.2:
            self.lines.append("@deco")
        self.lines.append(f"def {name}(n):")
        self.lines.append("    x = n")
        is_generator = self._random.random() < 0.3
        for _ in range(self._random.randint(2, 4)):
            self._statement(1, 2, is_generator)
        self.lines.append("    return x")
        self.lines += ["", ""]
        self._functions.append(f"sum({name}(2))" if is_generator and self._yields(name) else f"{name}(2)")

    def body(self, count: int) -> None:
        self.lines.append("x = 0")
        for _ in range(count):
            self._statement(0, 2, False)
        self.lines.append("done = x")

    def _yields(self, name: str) -> bool:
        start = max(n for n, line in enumerate(self.lines) if line.startswith(f"def {name}("))
        return any("yield" in line for line in self.lines[start:])

    def _add(self, depth: int, *lines: str) -> None:
        self.lines += [f"{'    ' * depth}{line}" for line in lines]

    def _value(self) -> str:
        return self._random.choice(
            [
                "x + 1",
                "one_line(x)",
                "down(2)",
                "sum(count(2))",
                "list(nested(1))[-1]",
                "Thing(1).double",
                "(Thing(1) + 2).n",
                "sum([i for i in range(2)])",
                "sum(one_line(i) for i in range(2))",
                "len({i: one_line(i) for i in count(2)})",
                "sorted([3, 1], key=lambda it: -it)[0]",
                "max(map(one_line, [1, 2]))",
                "one_line(one_line(1)) + down(1)",
                "fail(2)",
                *self._functions,
                *self._functions,
            ]
        )

    def _statement(self, depth: int, levels: int, may_yield: bool) -> None:
        kinds = [self._assign, self._call]
        if levels:
            kinds += [self._if, self._for, self._while, self._try, self._finally, self._with, self._class]
        if may_yield:
            kinds += [self._yield, self._yield]
        self._random.choice(kinds)(depth, levels - 1, may_yield)

    def _block(self, depth: int, levels: int, may_yield: bool) -> None:
        for _ in range(self._random.randint(1, 2)):
            self._statement(depth, levels, may_yield)

    def _assign(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, f"x = {self._value()}")

    def _call(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, "x = max(", f"    {self._value()},", f"    {self._value()},", ")")

    def _yield(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, self._random.choice(["yield 1", "yield one_line(1)", "yield from count(2)"]))

    def _if(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, self._random.choice(["if x > 1:", "if one_line(x) > 3:"]))
        self._block(depth + 1, levels, may_yield)
        if self._random.random() < 0.5:
            self._add(depth, "else:")
            self._block(depth + 1, levels, may_yield)

    def _for(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, f"for i{depth} in {self._random.choice(['range(2)', 'count(2)', 'nested(1)'])}:")
        self._block(depth + 1, levels, may_yield)
        if self._random.random() < 0.3:
            self._add(depth + 1, self._random.choice(["break", "continue"]))

    def _while(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, f"w{depth} = 2", f"while w{depth}:", f"    w{depth} -= 1")
        self._block(depth + 1, levels, may_yield)

    def _try(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, "try:")
        self._block(depth + 1, levels, may_yield)
        self._add(
            depth + 1,
            self._random.choice(["x = fail(1)", "raise ValueError(x)", "x = [fail(i) for i in (0, 1)]"]),
        )
        self._add(depth, "except ValueError as error:")
        self._block(depth + 1, levels, False)

    def _finally(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, "try:")
        self._block(depth + 1, levels, may_yield)
        self._add(depth, "finally:", "    x = 1")

    def _with(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, "with Context():")
        self._block(depth + 1, levels, may_yield)
        if self._random.random() < 0.3:
            self._add(depth + 1, "fail(1)")

    def _class(self, depth: int, levels: int, may_yield: bool) -> None:
        self._add(depth, "class Local:", "    a = 1", "    b = one_line(a)", "x = Local.b")


def program(seed: int) -> str:
    """Return the program of `seed`."""
    writer = _Writer(Random(seed))
    for n in range(3):
        writer.function(f"f{n}")
    writer.body(4)
    return _PRELUDE + "\n".join(writer.lines) + "\n"
