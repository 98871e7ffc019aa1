"""The check ``encode/form``: what a writer is bound to beyond what a reader notices.

A reader takes integers of any length, either byte order, any compression and chunk. A writer is told which: by rules
that bind those who encode, and by the options of the request. Each module here looks at written bytes with means of its
own, never with a codec of ours, and yields a sentence with the rule for whatever is not in its form.
"""

from .check import FORMS, encode_form, has_form

__all__ = ["FORMS", "encode_form", "has_form"]
