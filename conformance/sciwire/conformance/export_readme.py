"""The README of an exported archive: all that somebody needs who has nothing of ours."""

from __future__ import annotations

__all__ = ["README"]

README = """# Conformance vectors

Bytes of scientific stream and file formats, each with the value that they mean or the refusal that they deserve. None
of them was written by the codecs that they are to test: they were assembled by hand or by third-party programs, as the
`provenance` of each file says. You need a JSON parser and nothing else; licence: BSD-3-Clause.

{table}

## What is where

* `FORMAT/README.md`: what the format is, from which sources, what its canonical value looks like (section *Canonical value*) and
  which options there are. The specification and the scripts that it names stand where sciwire is developed.
* `FORMAT/vectors/*.json`: groups of vectors; other files beside them are named by a vector's `file`.
* `FORMAT/manifest.VERSION.json`: every vector of a version with its rules, how often each rule is exercised, and the
  sha256 of every file.
* `FORMAT/rules.json`: the numbered requirements (`id`, `level`, `binds`, `text`, `source`).
* `schemas/`: JSON Schemas of vectors, canonical values, and of the protocol that a runner can speak with an adapter.

## A vector

`id` is permanent: `format/group/what-is-special`. The bytes stand in one of `hex` (blanks mean nothing), `text` (UTF-8),
`file` (beside the JSON file), `runs` (pairs of hex and how often that stands there, one behind the other) or `parts` (a list
of hex or runs, for formats whose messages have several parts). In a `value`, `{{"$repeat": [text or list, count]}}` is that text, or
a list of those items, so often; `{{"$fill": {{"dtype", "shape", "value"}}}}` is an array of one number.

* `kind: valid`: the bytes decode to `value`. With `canonical: true`, encoding that value gives the same bytes again;
  with `encode` it need not be written again, for the reason that stands there. `kept` are the paths of the fields that
  are of another type than specified: a reader keeps them as they came, and tells. `options.after` are messages in base64
  that a reader has seen before, `recognised` says whether the bytes look like a message of the format at all.
* `kind: invalid`: the bytes must be refused, and `error` says how: `category` (one, or several that fit), and where it
  is settled `path` (the field) and `at` (byte offset, or the path of an HDF5 object).
* `kind: either`: both are right: the value, or a refusal of that category.
* `kind: encode`: encoding `value` with `encode_options` gives exactly the bytes, or, with `error`, must be refused.
* `kind: scenario`: `steps` (`op`, `args`) in a fresh folder, and in `expect` the answer to each: a `value`; an `error`; `same` as that
  of an earlier step; `includes` (a map with at least these entries); `like` (the same, lists item by item, with places that are free:
  `$now`, `$hex`, `$text`, `$hdf5`, as `schemas/vectors.schema.json` says); `either` of several; or `any`. The operations of a format, with
  the kinds of their arguments and results, stand in its manifest. In arguments `$fill` and `$repeat` stand for long ones.
* `level` (MUST, SHOULD, MAY; MUST if not given) and `rules` say what it rests on. `profile` and `options` are what a
  decoder is told, `encode_options` an encoder; `nan: any` means that any NaN is as good.

Categories: truncated framing syntax type constraint size checksum compression unsupported version limit state io.

## Canonical values

Plain JSON where JSON is exact; else an object with one key that begins with `$`:

* `{{"$int": "18446744073709551615"}}` for integers outside plus or minus 2^53
* `{{"$float": "nan" | "inf" | "-inf" | "-0.0" | "0x1.8p+1"}}` for floats that decimal JSON would lose
* `{{"$bytes": "base64"}}`, `{{"$date": "RFC 3339 text"}}`, `{{"$ratio": [num, den]}}`, `{{"$tag": [number, value]}}`
* `{{"$nd": {{"dtype": "<u2", "shape": [2, 3], "data": "base64 of C order"}}}}`, or `sha256` of the same bytes in place of `data`
* `{{"$strings": [...]}}` for arrays of strings, `{{"$map": [[key, value], ...]}}` for maps with other keys than strings

Two values are equal when dtype (byte order apart, but for `chunks` and `hdf5blob`), shape and every element are; NaN
equals NaN of the same payload.

## Judging with it

Read each vector, decode, compare; refuse what is to be refused, and hold the category against the vector's. Count what
you do not support, with the reason, and say how much it is. To have it done for you: `pip install sciwire[conformance]`
and `sciwire conform --impl "cmd:./my_adapter"`, which speaks `schemas/protocol.schema.json` with a program of yours.
"""
