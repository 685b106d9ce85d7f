"""Objects whose children are not what their names say: keys that look alike, getters that lie."""

from collections import deque

from .things import IE, Col, Fl, Sl


class Key:
    def __repr__(self):
        return "key"


class Getter(dict):
    def __getitem__(self, key):
        return "other"

    def values(self):
        return ["other"] * 10


class Lister(list):
    def __getitem__(self, at):
        return "other"


class Setter(set):
    def __iter__(self):
        return iter(["other"])


class Tupler(tuple):
    def __getitem__(self, at):
        return "other"


class Attributed:
    shared = 5
    __mangled = 6

    def __init__(self):
        self.__dict__.update({"class": 1, "__secret": 2, "hidden": 3, "a b": 4, "\ufb01": 5, "plain": 6})

    @property
    def hidden(self):
        return "property"

    @hidden.setter
    def hidden(self, value):
        pass

    def method(self):
        pass

    @classmethod
    def of_class(cls):
        pass

    @staticmethod
    def static():
        pass

    class Inner:
        pass


class Deep(Attributed):
    more = 7

    def method(self):
        pass


class MetaNamed(type):
    @property
    def shadow(cls):
        return "of the metaclass"


class Shadowed(metaclass=MetaNamed):
    shadow = 1


class Asked:
    def __init__(self):
        self.plain = 1

    def __getattribute__(self, name):
        return "other" if name == "plain" else object.__getattribute__(self, name)


MISLEADING = [
    {float("nan"): 1, Key(): 2, Key(): 3, 1: 4, "x": 5, (1, Key()): 6, b"b": 7, None: 8, 1.5: 9},
    Getter(a=1, b=2),
    Getter({Key(): 1}),
    Lister([1, 2]),
    Setter([1, 2]),
    Tupler((1, 2)),
    Attributed(),
    Attributed,
    Deep(),
    Deep,
    Shadowed,
    Shadowed(),
    Asked(),
    Col,
    Fl,
    IE,
    frozenset([1, 2]),
    deque([1, [2]]),
    {1: 2}.keys(),
    {1: [2]}.items(),
    Sl(),
]
