"""Objects of many kinds, each of which `repr` shows in its own way; what holds itself."""

# ruff: noqa: E741, E742, F811
import datetime
import decimal
import enum
import fractions
import pathlib
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque
from dataclasses import dataclass, field, make_dataclass
from reprlib import recursive_repr
from types import MappingProxyType, SimpleNamespace
from typing import ClassVar, NamedTuple


class Outer:
    class L(list):
        pass

    class D(dict):
        pass

    class S(set):
        pass

    class Q(deque):
        pass

    class E(Exception):
        pass

    class N(NamedTuple):
        x: int = 1

    class O(OrderedDict):
        pass

    class DD(defaultdict):
        pass

    class C(Counter):
        pass

    class NS(SimpleNamespace):
        pass

    class B(bytearray):
        pass

    class F(frozenset):
        pass

    class I(int):
        pass

    class Str(str):
        pass

    class T(tuple):
        pass


@dataclass
class P:
    x: int = 1
    y: object = None
    c: ClassVar[int] = 4


@dataclass
class Hide:
    x: int = 1
    secret: str = field(default="s", repr=False)


@dataclass(repr=False)
class Sub(P):
    z: int = 3


class Sub2(P):
    pass


@dataclass
class Own:
    secret: str = "s"

    @recursive_repr()
    def __repr__(self):
        return "Own()"


@dataclass
class Own2:
    secret: str = "s"

    def __repr__(self):
        return "Own2()"


@dataclass
class Prop:
    x: int = 1

    @property
    def x(self):
        return 42

    @x.setter
    def x(self, v):
        pass


@dataclass(slots=True)
class Sl:
    x: int = 1


@dataclass(frozen=True)
class Fr:
    x: int = 1


class Rec:
    @recursive_repr("<rec>")
    def __repr__(self):
        return f"Rec({self.me!r})"


r = Rec()
r.me = r


def local():
    @dataclass
    class Loc:
        x: int = 1

    class LE(Exception):
        pass

    return Loc(), LE(1)


M = make_dataclass("M", ["a", "b"])
l = [1]
l.append(l)
d = {}
d["d"] = d
od = OrderedDict()
od[1] = od
dd = defaultdict(int)
dd[1] = dd
q = deque()
q.append(q)
p = P()
p.y = p
ns = SimpleNamespace()
ns.a = ns
t = ([],)
t[0].append(t)
dl = {1: []}
dl[1].append(dl)
us = UserDict()
us[1] = us
e = ValueError([])
e.args[0].append(e)


class Meta(type):
    def __repr__(cls):
        return "meta!"


class WithMeta(metaclass=Meta):
    pass


class Col(enum.Enum):
    A = 1


class Fl(enum.Flag):
    A = 1
    B = 2


class IE(enum.IntEnum):
    A = 1


class SE(enum.StrEnum):
    A = "a"


class RD(dict):
    def __repr__(self):
        return "RD!"


THINGS = [
    P(),
    Hide(),
    Sub(),
    Sub2(),
    Own(),
    Own2(),
    Prop(),
    Sl(),
    Fr(),
    r,
    *local(),
    M(1, 2),
    ChainMap(),
    ChainMap({1: 2}),
    l,
    d,
    od,
    dd,
    q,
    p,
    ns,
    t,
    dl,
    us,
    e,
    Outer.L([1]),
    Outer.D(a=1),
    Outer.S([1]),
    Outer.S(),
    Outer.Q([1]),
    Outer.E(1),
    Outer.N(),
    Outer.O(a=1),
    Outer.O(),
    OrderedDict(),
    Outer.DD(int),
    Outer.DD(int, a=1),
    Outer.C("ab"),
    Counter(),
    Counter("aab"),
    Outer.NS(a=1),
    Outer.B(b"a"),
    Outer.F([1]),
    Outer.F(),
    Outer.I(4),
    Outer.Str("a"),
    Outer.T((1,)),
    WithMeta,
    Col.A,
    Fl.A | Fl.B,
    IE.A,
    SE.A,
    RD(),
    {1: RD()},
    deque([1], maxlen=3),
    defaultdict(None),
    MappingProxyType({1: 2}),
    {}.keys(),
    {1: 2}.values(),
    {1: 2}.items(),
    OrderedDict(a=1).keys(),
    OrderedDict(a=1).items(),
    frozenset(),
    set(),
    (),
    (1,),
    [],
    {},
    UserList([1]),
    UserString("x"),
    True,
    None,
    ...,
    1.5,
    2 + 3j,
    range(3),
    slice(1, 2),
    b"x",
    bytearray(b"x"),
    memoryview(b"a").nbytes,
    ValueError(),
    ValueError("a", 1),
    KeyError("k"),
    OSError(2, "no", "f"),
    ExceptionGroup("g", [ValueError(1)]),
    fractions.Fraction(1, 2),
    decimal.Decimal("1.0"),
    datetime.date(2020, 1, 1),
    pathlib.Path("/a"),
    SimpleNamespace(**{"a b": 1}),
    P,
    int,
    print,
    len,
    Counter({"a": 1, "b": 3, "c": 2}),
    float("nan"),
    -0.0,
    UnicodeDecodeError("utf8", b"a", 0, 1, "r"),
    StopIteration(3),
    SystemExit(3),
]
