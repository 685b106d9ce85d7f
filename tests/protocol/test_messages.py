"""Messages as DAP's schema has them, both ways."""

import importlib
import json
import pkgutil

import msgspec
import pytest

import dap_kernel.protocol as protocol
from dap_kernel.protocol.capabilities import Capabilities, InitializeRequestArguments
from dap_kernel.protocol.execution import StoppedEvent
from dap_kernel.protocol.lifecycle import InitializedEvent, RestartArguments
from dap_kernel.protocol.messages import (
    BadMessage,
    Body,
    Event,
    EventBody,
    Request,
    Response,
    decode,
    encode,
    event,
    request,
)
from dap_kernel.protocol.sources import Source
from dap_kernel.protocol.stack import ScopesArguments
from tests.client.schema import definitions, is_current

OURS = {"EventBody", "SyncedCell"}  # and all of notebook.py
NO_BODY = {"ConfigurationDoneArguments", "LoadedSourcesArguments", "ThreadsArguments", "InitializedEvent"}
LEFT_OUT = {"memoryReference", "instructionReference", "instructionPointerReference", "offset", "asAddress"}
OUR_KEYS = {
    "Capabilities": {"supportsNotebookRequests"},
    "StackFrameFormat": {"hex"},
    "Variable": {"__vscodeVariableMenuContext"},
}


def types():
    for module in pkgutil.iter_modules(protocol.__path__):
        if module.name not in ("notebook", "tables"):
            for it in vars(importlib.import_module(f"{protocol.__name__}.{module.name}")).values():
                if isinstance(it, type) and issubclass(it, Body) and it.__module__.endswith(module.name):
                    yield it


def described(name):
    """The schema's description of what a type of ours holds: of responses and events, the body."""
    definition = definitions()[name]
    if "allOf" in definition:
        definition = definition["allOf"][-1]
    properties = definition.get("properties", {})
    return properties.get("body", definition) if name.endswith(("Response", "Event")) else definition


TYPES = [it for it in types() if it not in (Body, EventBody) and it.__name__ not in OURS | NO_BODY]
current = pytest.mark.skipif(not is_current(), reason="the schema at hand is older than the types")
TYPED = [it for it in TYPES if it is not RestartArguments]  # its arguments are decoded later
EVENTS = [it for it in TYPES if issubclass(it, EventBody)]


@current
@pytest.mark.parametrize("type_", TYPES, ids=lambda it: it.__name__)
def test_a_type_has_the_fields_of_the_specification(type_):
    schema = described(type_.__name__)
    ours = {it.encode_name for it in msgspec.structs.fields(type_)} - OUR_KEYS.get(type_.__name__, set())
    theirs = set(schema.get("properties", {})) - LEFT_OUT
    assert ours == theirs


@current
@pytest.mark.parametrize("type_", TYPES, ids=lambda it: it.__name__)
def test_what_the_specification_requires_is_required_or_sent(type_):
    lenient = {"adapterID", "filters"}  # some clients leave them out
    fields = {it.encode_name: it for it in msgspec.structs.fields(type_)}
    for name in set(described(type_.__name__).get("required", [])) - lenient:
        assert fields[name].required, f"{name} has a default, and defaults are not sent"


@current
@pytest.mark.parametrize("type_", TYPED, ids=lambda it: it.__name__)
def test_a_field_has_the_specified_type(type_):
    (_,), components = msgspec.json.schema_components([type_])
    ours = components[type_.__name__]["properties"]
    for name, theirs in described(type_.__name__).get("properties", {}).items():
        if name in ours and "type" in theirs and not isinstance(theirs["type"], list):
            choices = [it for it in ours[name].get("anyOf", [ours[name]]) if it.get("type") != "null"]
            if choices and choices != [{}]:  # Any, or text that is decoded later
                assert [kind(it) for it in choices] in ([kind(theirs)], [sorted(theirs.get("_enum", []))]), (
                    name
                )


def kind(schema):
    return sorted(schema["enum"]) if "enum" in schema else schema["type"]


@current
@pytest.mark.parametrize(
    "type_", [it for it in TYPES if issubclass(it, EventBody)], ids=lambda it: it.__name__
)
def test_an_event_knows_its_name(type_):
    assert definitions()[type_.__name__]["allOf"][-1]["properties"]["event"]["enum"] == [type_.event]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (event(1, InitializedEvent()), '{"type":"event","seq":1,"event":"initialized"}'),
        (
            event(2, StoppedEvent("step", 1, all_threads_stopped=False)),
            '{"type":"event","seq":2,"event":"stopped",'
            '"body":{"reason":"step","threadId":1,"allThreadsStopped":false}}',
        ),
        (
            Response(3, 1, True, "next"),
            '{"type":"response","seq":3,"request_seq":1,"success":true,"command":"next"}',
        ),
        (
            Response(4, 1, False, "scopes", "notStopped"),
            '{"type":"response","seq":4,"request_seq":1,"success":false,"command":"scopes","message":"notStopped"}',
        ),
        (
            Response(5, 1, True, "initialize", None, Capabilities(supports_ansi_styling=True)),
            '{"type":"response","seq":5,"request_seq":1,"success":true,"command":"initialize",'
            '"body":{"supportsANSIStyling":true}}',
        ),
    ],
)
def test_what_is_sent(message, text):
    assert encode(message).decode() == text


def test_unknown_keys_are_ignored():
    asked = decode(b'{"seq":1,"type":"request","command":"scopes","new":1,"arguments":{"frameId":7,"x":[]}}')
    assert isinstance(asked, Request)
    assert msgspec.json.decode(asked.arguments, type=ScopesArguments).frame_id == 7


@pytest.mark.parametrize("rest", ["", ',"arguments":null', ',"arguments":{}'])
def test_absent_arguments_are_an_empty_object(rest):
    asked = decode(b'{"seq":1,"type":"request","command":"threads"%b}' % rest.encode())
    assert isinstance(asked, Request)
    assert json.loads(bytes(asked.arguments)) == {}


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("adapterID", "adapter_id", "a"),
        ("clientID", "client_id", "c"),
        ("linesStartAt1", "lines_start_at_1", False),
        ("columnsStartAt1", "columns_start_at_1", False),
        ("supportsANSIStyling", "supports_ansi_styling", True),
    ],
)
def test_names_that_camel_case_could_get_wrong(key, field, value):
    told = msgspec.json.decode(json.dumps({key: value}).encode(), type=InitializeRequestArguments)
    assert getattr(told, field) == value


def test_what_one_side_writes_the_other_reads():
    asked = decode(encode(request(1, "scopes", ScopesArguments(7))))
    assert isinstance(asked, Request)
    assert msgspec.json.decode(asked.arguments, type=ScopesArguments) == ScopesArguments(7)
    told = StoppedEvent("step", 1, all_threads_stopped=False)
    came = decode(encode(event(1, told)))
    assert isinstance(came, Event)
    assert msgspec.convert(came.body, StoppedEvent) == told


def test_sources_hold_sources():
    source = msgspec.json.decode(b'{"path":"a","sources":[{"path":"b"}]}', type=Source)
    assert source.sources[0].path == "b"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (r"\ud800", "\ufffd"),
        (r"\uDFff", "\ufffd"),
        (r"a\ud83d", "a\ufffd"),
        (r"\ud83d\ude00", "\U0001f600"),
        (r"\ud83d\ud83d\ude00\ude00", "\ufffd\U0001f600\ufffd"),
        (r"\\ud800", r"\ud800"),
        (r"\u00e4\"\\", 'ä"\\'),
    ],
)
def test_half_a_surrogate_pair_is_read_as_one_strange_character(sent, read):
    asked = decode(b'{"seq":1,"type":"request","command":"x","arguments":{"a":"%b"}}' % sent.encode())
    assert isinstance(asked, Request)
    assert msgspec.json.decode(asked.arguments) == {"a": read}


@pytest.mark.parametrize(
    ("body", "seq", "command"),
    [
        (b"", None, ""),
        (b"[]", None, ""),
        (b"nonsense", None, ""),
        (b'{"seq":7,"type":"request","command":"next","arguments":{', 7, "next"),
        (b'{"seq": 8, "type":"request","command":4}', 8, ""),
        (b'{"seq":"9","type":"request","command":"next"}', None, "next"),
        (b'{"seq":10,"type":"question","command":"next"}', 10, "next"),
        (b'{"seq":11,"command":"next"}', 11, "next"),
        (b'{"seq":12,"type":"request","command":"\xff"}', 12, ""),
        (b'{"seq":14,"type":"request","command":"x","arguments":' + b"[" * 10**5, 14, "x"),
        (b'{"seq":15,"type":"request","command":"x","arguments":NaN}', 15, "x"),
    ],
)
def test_a_bad_message_tells_whom_to_answer(body, seq, command):
    with pytest.raises(BadMessage) as caught:
        decode(body)
    assert (caught.value.seq, caught.value.command) == (seq, command)
    assert len(str(caught.value)) < 300
