"""The conformance suite: it judges any implementation of a format, in any language, by the format's specification.

=================  ============================================================================================
`vectors`          bytes with the value or the error that they must give, as files that need none of our code
`strategies`       values drawn from a specification, a module for each family
`checks`           what is done with a vector; `feeding`, `scenario` and `fuzz` are checks of their own
`harness`          an implementation under test; `adapters` holds the ways to one, `protocol` the messages, `answers` what is one
`cases`, `runner`  the plan of a run with permanent ids, and the run
`verdict`          the closed vocabulary: verdicts, levels, checks, faults
`report`           terminal, JSON lines, JUnit; `known` the failures that are expected
`session`, `cli`   ``sciwire conform``
`schemas`          JSON Schemas of messages, values, vectors, reports and known failures
=================  ============================================================================================

Nothing is imported here: ``sciwire conform --help`` loads click and no more.
"""
