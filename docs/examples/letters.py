# A script. Which words of a text are left without the frequent ones?
#
# "the" is still among them. Watch `words` while it shrinks:
#   dap-kernel debug docs/examples/letters.py -b 18 -- "the cat and the dog saw the the end"

import sys

FREQUENT = {"the", "and", "a", "of", "to"}


def split(text):
    return text.lower().split()


def without_frequent(words):
    for word in words:
        if word in FREQUENT:
            words.remove(word)
    return words


def main(arguments):
    text = " ".join(arguments) or "the cat and the dog saw the the end"
    left = without_frequent(split(text))
    print(" ".join(left))
    return 1 if FREQUENT & set(left) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
