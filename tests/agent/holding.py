"""An object, and a frame of a method of it: for what is asked of a frame."""

import sys

LEVEL = 3


class Thing:
    def __init__(self):
        self._size = 4
        self.__secret = 5

    def frame(self):
        n, xs = 7, [1, 2, 9]
        assert xs
        if n > 100:
            unset = 1
            print(unset)
        return sys._getframe()
