"""Every error survives a trip to another process, and is caught by who would catch its builtin already."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from sciwire.runtime import errors
from sciwire.runtime.errors import CATEGORIES, CodecError, DecodeError, EncodeError, TruncatedError

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, CodecError)]
PARENTS = {
    "CodecError": (Exception,),
    "DecodeError": (CodecError, ValueError),
    "TruncatedError": (DecodeError, EOFError, ValueError),
    "EncodeError": (CodecError, ValueError, TypeError),
    "VersionError": (DecodeError, AssertionError, RuntimeError),
    "LimitError": (DecodeError, ValueError),
    "FilterUnavailable": (DecodeError, OSError),
}
FIELDS = {
    "category": "size", "path": "data.threshold_1", "at": 143, "rule": "XX-021", "subject": "demo.Frame", "partial": {"a": [1]},
}  # fmt: skip


def test_the_table_knows_every_class() -> None:
    assert {kind.__name__ for kind in CLASSES} == set(PARENTS)


@pytest.mark.parametrize("kind", CLASSES)
def test_it_inherits_what_a_caller_already_catches(kind: type[CodecError]) -> None:
    for parent in PARENTS[kind.__name__]:
        assert issubclass(kind, parent)
        with pytest.raises(parent):
            raise kind("expected a, got b")


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_pickles_with_all_its_fields(kind: type[CodecError], protocol: int) -> None:
    more = {"needed": 17} if kind is TruncatedError else {}
    error = kind("expected a, got b", **FIELDS, **more)

    for again in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))
        assert {name: getattr(again, name) for name in FIELDS} == FIELDS
    assert getattr(pickle.loads(pickle.dumps(error)), "needed", 17) == 17


@pytest.mark.parametrize("kind", CLASSES)
def test_the_message_names_subject_path_place_problem_and_rule(kind: type[CodecError]) -> None:
    expected = "demo.Frame data.threshold_1 at byte 143: expected a, got b [XX-021]"
    assert str(kind("expected a, got b", **FIELDS)) == expected
    assert str(kind("expected a, got b")) == "expected a, got b"
    assert str(kind("expected a, got b", at="/msgs")) == "at /msgs: expected a, got b"
    assert str(kind("expected a, got b", at=0)) == "at byte 0: expected a, got b"


@pytest.mark.parametrize("kind", CLASSES)
def test_it_has_a_category_of_the_list_without_being_told(kind: type[CodecError]) -> None:
    assert kind("problem").category in CATEGORIES


def test_the_path_grows_as_the_error_rises() -> None:
    error = DecodeError("problem", path="[2]").within("channels").within("start")
    assert error.path == "start.channels[2]"
    assert EncodeError("problem").within("a").path == "a"
    assert EncodeError("problem", path="b").within("").path == "b"


def test_names_in_the_data_do_not_break_the_line_of_a_message() -> None:
    error = DecodeError("expected a,\r\n got \x1b[31mb", path="key\nerror: none\u2028\ud800\u00a0\u00e9", at="/a\0b")

    expected = "key\\nerror: none\\u2028\\ud800\u00a0\u00e9 at /a\\x00b: expected a,\\r\\n got \\x1b[31mb"
    assert str(error) == expected
    assert error.path.startswith("key\n")
