"""Objects as MIME bundles, by what they say of themselves: `_repr_html_` and its kin, as in Jupyter.

Runs user code, which may do anything: an error of a method costs that method's part, no more. Knows
neither how a bundle travels nor who shows it. Source: IPython's "Rich display", marimo's `_mime_`.
"""

from base64 import b64encode
from collections.abc import Callable
from json import JSONEncoder

from ..common.errors import described
from ..common.object_access import NOTHING, attribute, type_name
from ..common.text import clean
from ..wire.structs import Struct, field

PLAIN = "text/plain"
_LONGEST_TEXT = 100_000  # characters of the plain text
_METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_latex_": "text/latex",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_pdf_": "application/pdf",
    "_repr_json_": "application/json",
    "_repr_javascript_": "application/javascript",
}
_MOST_STEPS = 10  # of objects that give another one to be shown in their place
_TEXTS = ("text/", "image/svg", "application/json", "application/javascript")
_json = JSONEncoder(allow_nan=False).encode

Complain = Callable[[str], None]


class Bundle(Struct):
    """A value in several forms, by MIME type."""

    data: dict[str, object]
    metadata: dict[str, object] = field(default_factory=dict)


def bundle_of(value: object, complain: Complain) -> Bundle | None:
    """Return all forms of a value; None when it has shown itself. `complain` is told of errors."""
    for _ in range(_MOST_STEPS):
        display = _method(value, "_display_")  # marimo's: something else to be shown
        if display is None:
            break
        found, value = value, _result(value, "_display_", display, complain)
        if value is None or value is found:
            value = found
            break
    own = _method(value, "_ipython_display_")
    if own is not None and _shows_itself(value, own, complain):
        return None
    bundle = Bundle({PLAIN: plain_text(value, complain)})
    for name, mime in _METHODS.items():
        method = _method(value, name)
        if method is not None:
            _add(bundle, mime, _result(value, name, method, complain))
    _add_mime(bundle, value, complain)
    _add_mimebundle(bundle, value, complain)
    return bundle


def plain_text(value: object, complain: Complain) -> str:
    """Return `repr(value)`, or that it has none."""
    try:
        return bounded(repr(value))
    except Exception as error:
        complain(f"repr() of {type_name(value)} failed: {described(error)}")
        return f"<{type_name(value)}: its repr() failed>"


def bounded(text: str) -> str:
    """Return `text`, cut where nobody would read on."""
    if len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[:_LONGEST_TEXT]} … ({len(text)} characters in all)"


def filtered(bundle: Bundle, include: object, exclude: object) -> Bundle:
    """Return a bundle with the types of `include` (None: all) but not of `exclude`; always with its text."""
    wanted = set(bundle.data if include is None else include) - set(exclude or ())  # type: ignore[call-overload]
    data = {mime: it for mime, it in bundle.data.items() if mime in wanted or mime == PLAIN}
    return Bundle(data, bundle.metadata)


def as_json(bundle: Bundle, complain: Complain) -> dict[str, str]:
    """Return a bundle's values as JSON texts: bytes as base64, and what cannot be JSON left out."""
    texts = {}
    for mime, value in bundle.data.items():
        if not isinstance(mime, str) or value is None:
            continue
        if isinstance(value, bytes | bytearray | memoryview):
            raw = bytes(value)
            is_text = mime.startswith(_TEXTS)
            value = raw.decode("utf-8", "replace") if is_text else b64encode(raw).decode()
        try:
            texts[clean(mime)] = _json(_cleaned(value))
        except Exception as error:
            complain(f"{mime} is no JSON: {described(error)}")
    return texts


def _cleaned(value: object) -> object:
    """Return a value without lone surrogates in its texts."""
    match value:
        case str():
            return clean(value)
        case list() | tuple():
            return [_cleaned(it) for it in value]
        case dict():
            return {_cleaned(key): _cleaned(it) for key, it in value.items()}
    return value


def _method(value: object, name: str) -> Callable[..., object] | None:
    """Return a method that an object has: not that of a class for its instances.

    One that only a `__getattr__` would make up is none, and nobody is asked.
    """
    if issubclass(type(value), type) or attribute(value, name) is NOTHING:
        return None
    try:
        found = getattr(value, name, None)
    except Exception:  # a property, which says so
        return None
    return found if callable(found) else None


def _result(value: object, name: str, method: Callable[..., object], complain: Complain) -> object:
    try:
        return method()
    except NotImplementedError:
        return None
    except Exception as error:
        complain(f"{name}() of {type_name(value)} failed: {described(error)}")
        return None


def _shows_itself(value: object, method: Callable[..., object], complain: Complain) -> bool:
    try:
        method()
    except NotImplementedError:
        return False
    except Exception as error:
        complain(f"_ipython_display_() of {type_name(value)} failed: {described(error)}")
        return False
    return True


def _add(bundle: Bundle, mime: str, result: object) -> None:
    """Add what a method has returned: the value, or a pair with its metadata."""
    if isinstance(result, tuple) and len(result) == 2:
        result, metadata = result
        if metadata and result is not None:
            bundle.metadata[mime] = metadata
    if result is not None:
        bundle.data[mime] = result


def _add_mime(bundle: Bundle, value: object, complain: Complain) -> None:
    """Add marimo's form, a pair of type and text."""
    method = _method(value, "_mime_")
    result = _result(value, "_mime_", method, complain) if method is not None else None
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], str) and result[0] != PLAIN:
        bundle.data.setdefault(result[0], result[1])


def _add_mimebundle(bundle: Bundle, value: object, complain: Complain) -> None:
    """Add what the object's own bundle holds; it knows better than the single methods."""
    method = _method(value, "_repr_mimebundle_")
    if method is None:
        return
    result = _result(value, "_repr_mimebundle_", lambda: method(include=None, exclude=None), complain)
    metadata: object = None
    if isinstance(result, tuple) and len(result) == 2:
        result, metadata = result
    if isinstance(result, dict):
        bundle.data.update(result)
    if isinstance(metadata, dict):
        bundle.metadata.update(metadata)
