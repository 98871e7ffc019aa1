"""The names of everything that can be wrong with a packet stream, and the category of each.

A specification ties its numbered rules to these names (``checks: [length_digits]``), so that an error
cites the rule it breaks. A name is permanent; what it looks at is written beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..errors import DecodeError, EncodeError, LimitError, TruncatedError

__all__ = ["CHECKS", "Faults"]

CHECKS: dict[str, str] = {
    # framing
    "chunk_start": "framing",  # a byte that begins no chunk
    "chunk_id": "framing",  # characters of an id, or the closing delimiter, that are not what the framing says
    "chunk_cut": "truncated",  # the data end inside a chunk
    "length_digits": "framing",  # a length field with other characters than digits and blanks
    "length_zero": "framing",  # a descriptor of no bytes
    "packet_length": "size",  # a packet's own length differs from what its descriptor gives
    "packet_unbound": "state",  # a packet whose id no descriptor is bound to
    "packet_limit": "limit",  # more bytes a packet than the format allows to be read
    "write_limit": "limit",  # more bytes a packet than the format allows to be written
    "xml_limit": "limit",  # more bytes of XML than the format allows (encode)
    "items_limit": "limit",  # more descriptors or packet types than the caller's limits allow
    # descriptors
    "xml_syntax": "syntax",  # not one well-formed document
    "xml_encoding": "syntax",  # not UTF-8
    "xml_mark": "syntax",  # a byte order mark
    "xml_doctype": "syntax",  # a document type declaration, or an entity of one
    "xml_depth": "limit",  # elements nested too deep
    "root_unknown": "constraint",  # a root element the format does not know
    "root_id": "constraint",  # a root element under an id it must not have
    "wild_packets": "constraint",  # planes in packets, described under the id that nothing can refer to
    "stream_first": "state",  # a packet descriptor before the stream descriptor
    "default_missing": "constraint",  # the stream descriptor names no default dataset
    "byte_order": "constraint",  # a word that names no byte order
    "byte_order_absent": "constraint",  # binary data and no byte order said (a warning)
    # datasets
    "dataset_id": "constraint",  # blank, or added twice (encode)
    "rank_missing": "constraint",
    "rank": "constraint",  # outside the limits
    "rank_type": "type",  # text that is no integer
    "rank_changed": "constraint",  # described again with another rank
    "record_changed": "constraint",  # described again with records of other dimensions
    "units_changed": "constraint",  # described again with another unit: the values could not be told apart
    "widened": "constraint",  # integers that doubles under the same id can't hold
    "values_missing": "constraint",  # a dataset that says nothing about its values
    "encoding": "unsupported",  # a name no encoding has
    "encoding_missing": "constraint",
    "encoding_kept": "constraint",  # an encoding that is written only where a dataset came in it (encode)
    "text_width": "constraint",  # NN outside the limits of the encoding
    "time_units": "constraint",  # text times without a unit of time
    "length_list": "constraint",  # text that is no list of integers
    "length_negative": "size",
    "length_rank": "constraint",  # the number of dimensions does not agree with the rank
    "ragged": "constraint",  # one dimension less than a record has
    "whole_rank": "constraint",  # a whole dataset of several dimensions in one packet
    "mixed": "constraint",  # whole and streaming planes in one packet
    "inline_packets": "state",  # packets for a descriptor whose values are inline
    "inline_number": "type",  # an inline value that is no number
    "inline_count": "constraint",  # as many values as the length says
    "inline_empty": "constraint",  # an empty list that does not say length 0
    "inline_scalar": "constraint",  # a scalar is one value without a length
    "inline_rank": "constraint",  # inline values of more dimensions than can be said
    "inline_index": "constraint",  # rows are numbered 0, 1, 2 in order
    "rank0_packets": "state",  # a scalar has exactly one packet
    "join_unknown": "state",  # a part of a join that is not described
    "bundle_empty": "constraint",  # a bundle that names nothing
    "bundle_unknown": "state",  # a bundle with a column that the stream does not have (a warning), and whose values are asked for
    "bundle_nested": "constraint",  # values of a bundle that is made of itself, or nested too deep
    "join_empty": "constraint",  # a join that names nothing
    # properties and enumerations
    "property_name": "constraint",
    "property_form": "constraint",  # neither a type nor exactly one child
    "property_number": "type",  # text that is no number of the type
    "indexed_properties": "constraint",  # on a dataset that is not rank-2 inline
    "enumeration": "constraint",  # inside a dataset: an attribute that is missing or no number
    "label": "constraint",  # as a chunk: an attribute that is missing or no number
    # producer and encoder
    "exception": "state",  # the producer reports an error
    "not_exact": "constraint",  # a value that the chosen encoding can't hold exactly (encode)
    "not_writable": "type",  # a value that the format has no form for (encode)
}


class Faults:
    """Makes the errors of one format: each cites the rule that the specification ties to its check.

    Parameters
    ----------
    rules : check name -> rule id.
    subject : the format's name, put in front of the message.
    """

    __slots__ = ("_rules", "_subject")

    def __init__(self, rules: Mapping[str, str], subject: str) -> None:
        unknown = sorted(set(rules) - set(CHECKS))
        if unknown:
            raise ValueError(f"no check is called {', '.join(unknown)}")
        self._rules = dict(rules)
        self._subject = subject

    def rule(self, check: str) -> str:
        """The id of the rule that *check* enforces, or an empty text."""
        return self._rules.get(check, "")

    def decode(self, check: str, problem: str, *, path: str = "", at: int | None = None) -> DecodeError:
        """The error of a decoder that found *problem*."""
        category = CHECKS[check]
        kind = LimitError if category == "limit" else DecodeError
        return kind(problem, **self._where(check, category, path, at))

    def truncated(self, problem: str, *, needed: int, path: str = "", at: int | None = None) -> TruncatedError:
        """The error of data that end inside a chunk."""
        return TruncatedError(problem, needed=needed, **self._where("chunk_cut", "truncated", path, at))

    def encode(self, check: str, problem: str, *, path: str = "") -> EncodeError:
        """The error of an encoder that can't write what it was given."""
        return EncodeError(problem, **self._where(check, CHECKS[check], path, None))

    @contextmanager
    def citing(self, check: str, path: str = "") -> Iterator[None]:
        """Name the format, the rule of *check* and *path* in every error of an encoder that leaves the block without."""
        try:
            yield
        except EncodeError as error:
            error.subject = error.subject or self._subject
            error.rule = error.rule or self.rule(check)
            error.path = error.path or path
            raise

    def _where(self, check: str, category: str, path: str, at: int | None) -> dict[str, Any]:
        return {"category": category, "path": path, "at": at, "rule": self.rule(check), "subject": self._subject}
