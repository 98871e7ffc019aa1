"""Enumeration units: labels from the property, from children and from chunks."""

from __future__ import annotations

from .kit import STREAM, Group, ascii10, cat, descriptor, ds, expect, nd, packet, plane, prop, type_

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("enumerations")
    _property(group)
    _children(group)
    _chunks(group)
    _chunks_again(group)
    _several(group)
    _bad(group)
    return [group]


def _units(text: str) -> str:
    return f'<properties><property name="UNITS" type="enumerationUnit" value="{text}"/></properties>'


def _label(name: str, value: object, label: str, color: str = ' color="0xa0a0a0"') -> bytes:
    return descriptor("xx", f'<enumerationUnit name="{name}"  value="{value}"{color} label="{label}" />\n')


def _ds(numbers: list[float], unit: str, text: str, labels: dict[str, str]) -> dict[str, object]:
    return ds(1, numbers, unit, {"UNITS": prop("enumerationUnit", text)}, labels=labels)


def _property(group: Group) -> None:
    for name, text, unit, labels in (
        ("plain", "default[1:ON::2:OFF]", "default", {"1": "ON", "2": "OFF"}),
        ("semicolons", "default[1:ON; 2:OFF]", "default", {"1": "ON", "2": "OFF"}),
        ("one", "default[1:ON]", "default", {"1": "ON"}),
        ("empty", "default[]", "default", {}),
        ("no-brackets", "default", "default", {}),
        ("colon-in-label", "e[1:10:30::2:a:b]", "e", {"1": "10:30", "2": "a:b"}),
        ("semicolon-in-label", "e[1:a; b::2:c]", "e", {"1": "a; b", "2": "c"}),
        ("bad-pieces", "e[1:A::x:B::::3:C]", "e", {"1": "A", "3": "C"}),
        ("negative", "e[-1:below::0:zero]", "e", {"-1": "below", "0": "zero"}),
        ("blanks-in-label", "e[1:B GSM, X]", "e", {"1": "B GSM, X"}),
        ("escaped", "e[1:a&lt;b &amp; c]", "e", {"1": "a<b & c"}),
    ):
        stream = cat(STREAM, type_("01", plane(inner=_units(text))), packet("01", ascii10(1)), packet("01", ascii10(2)))
        plain = text.replace("&lt;", "<").replace("&amp;", "&")
        group.valid(
            f"property-{name}",
            "110",
            f"the property text {plain!r}",
            stream,
            expect({"y": _ds([1.0, 2.0], unit, plain, labels)}),
        )
    stream = cat(
        STREAM, type_("01", plane(inner=_units("e[1:A]"))), packet("01", ascii10(77)), packet("01", ascii10("NaN"))
    )
    value = expect({"y": _ds([77.0, float("nan")], "e", "e[1:A]", {"1": "A"})})
    group.valid("code-without-label", "113", "a code that no label names, and fill", stream, value)
    head = descriptor("00", '<stream dataset_id="y" byte_order="big_endian"/>')
    stream = cat(
        head,
        type_("01", plane("y", 1, 'encoding="int4" length=""', _units("e[-2:A]"))),
        packet("01", bytes.fromhex("fffffffe")),
    )
    value = expect(
        {"y": ds(1, nd([-2], "<i4"), "e", {"UNITS": prop("enumerationUnit", "e[-2:A]")}, labels={"-2": "A"})}
    )
    group.valid("int4", "110 072", "codes as int4", stream, value)


def _children(group: Group) -> None:
    def inline(*children: str) -> bytes:
        return cat(STREAM, type_("01", plane("y", 1, 'values="13,14"', _units("default[]") + "".join(children))))

    x, y = (
        '<enumerationUnit color="0xa0a0a0" label="X" name="default" value="13"/>',
        '<enumerationUnit color="16711680" label="Y" name="default" value="0x0e"/>',
    )
    value = expect({"y": _ds([13.0, 14.0], "default", "default[]", {"13": "X", "14": "Y"})})
    group.valid("children", "111", "children of an inline dataset, codes decimal and hexadecimal", inline(x, y), value)
    one = expect({"y": _ds([13.0, 14.0], "default", "default[]", {"13": "X"})})
    group.valid("child", "111 113", "a child for one of two codes", inline(x), one)
    escaped = x.replace('"X"', '"&lt;X&gt; &amp; &quot;Y&quot;"')
    group.valid(
        "child-escaped",
        "111 029",
        "a label of markup characters",
        inline(escaped),
        expect({"y": _ds([13.0, 14.0], "default", "default[]", {"13": '<X> & "Y"'})}),
    )
    words = "constraint type syntax"
    at = len(STREAM)
    for name, child in (
        ("no-color", x.replace('color="0xa0a0a0" ', "")),
        ("no-value", x.replace(' value="13"', "")),
        ("value-word", x.replace('"13"', '"X"')),
        ("value-float", x.replace('"13"', '"13.0"')),
        ("color-word", x.replace("0xa0a0a0", "red")),
    ):
        group.invalid(f"child-{name}", "111", f"a child: {name.replace('-', ' ')}", inline(child), words, at=at)


def _chunks(group: Group) -> None:
    head = cat(STREAM, type_("01", plane(inner=_units("default[]"))))
    a, b = packet("01", ascii10(1)), packet("01", ascii10(2))
    both = expect({"y": _ds([1.0, 2.0], "default", "default[]", {"1": "A", "2": "B"})})
    group.valid(
        "chunks",
        "112",
        "a label in front of each first use",
        cat(head, _label("default", 1, "A"), a, _label("default", 2, "B"), b),
        both,
    )
    group.valid(
        "chunks-behind",
        "112",
        "labels behind the packets that use them",
        cat(head, a, b, _label("default", 1, "A"), _label("default", 2, "B")),
        both,
    )
    group.valid(
        "chunk-no-color",
        "112",
        "a label without a colour",
        cat(head, _label("default", 1, "A", ""), a, _label("default", 2, "B", ' color="red"'), b),
        both,
        level="SHOULD",
    )
    group.valid(
        "chunk-value-float",
        "112",
        "codes as decimal numbers",
        cat(head, _label("default", "1.0", "A"), _label("default", "2e0", "B"), a, b),
        both,
    )
    escaped = cat(head, _label("default", 1, "a &lt; b &amp; &quot;c&quot;"), a)
    group.valid(
        "chunk-escaped",
        "112 029",
        "a label of markup characters",
        escaped,
        expect({"y": _ds([1.0], "default", "default[]", {"1": 'a < b & "c"'})}),
    )
    numbered = descriptor("07", '<enumerationUnit name="default" value="1" color="0x0" label="A"/>')
    one = expect({"y": _ds([1.0], "default", "default[]", {"1": "A"})})
    group.valid("chunk-numbered", "112", "a label chunk with a number for its id", cat(head, numbered, a), one)
    group.valid(
        "chunk-number-of-the-type",
        "112",
        "a label chunk with the id of the packet type leaves it bound",
        cat(head, numbered.replace(b"[07]", b"[01]"), a),
        one,
        level="SHOULD",
    )


def _chunks_again(group: Group) -> None:
    head = cat(STREAM, type_("01", plane(inner=_units("default[]"))))
    a, b = packet("01", ascii10(1)), packet("01", ascii10(2))
    later = cat(head, _label("default", 1, "A"), a, _label("default", 1, "Z"))
    group.valid(
        "chunk-again",
        "112",
        "a code that gets a second label",
        later,
        expect({"y": _ds([1.0], "default", "default[]", {"1": "Z"})}),
        level="SHOULD",
    )
    known = cat(STREAM, type_("01", plane(inner=_units("default[1:A]"))), a, _label("default", 2, "B"), b)
    group.valid(
        "chunk-and-property",
        "112 110",
        "one label in the property, one in a chunk",
        known,
        expect({"y": _ds([1.0, 2.0], "default", "default[1:A]", {"1": "A", "2": "B"})}),
    )


def _several(group: Group) -> None:
    planes = plane("a", inner=_units("mode[]")), plane("y", inner=_units("state[]"))
    labels = _label("mode", 1, "M"), _label("state", 1, "S")
    stream = cat(STREAM, type_("01", *planes), *labels, packet("01", ascii10(1, 1)))
    value = expect({"a": _ds([1.0], "mode", "mode[]", {"1": "M"}), "y": _ds([1.0], "state", "state[]", {"1": "S"})})
    group.valid("two-units", "112", "two units share a code", stream, value)
    planes = plane("a", inner=_units("default[]")), plane("y", inner=_units("default[]"))
    stream = cat(STREAM, type_("01", *planes), _label("default", 1, "D"), packet("01", ascii10(1, 1)))
    both = _ds([1.0], "default", "default[]", {"1": "D"})
    group.valid("one-unit-twice", "112", "one unit for two datasets", stream, expect({"a": both, "y": both}))


def _bad(group: Group) -> None:
    head = cat(STREAM, type_("01", plane(inner=_units("default[]"))))
    words = "constraint type syntax"
    for name, xml in (
        ("no-name", '<enumerationUnit value="1" color="0x0" label="A"/>'),
        ("no-value", '<enumerationUnit name="default" color="0x0" label="A"/>'),
        ("value-word", '<enumerationUnit name="default" value="one" color="0x0" label="A"/>'),
    ):
        group.invalid(
            f"chunk-{name}",
            "112",
            f"a label chunk: {name.replace('-', ' ')}",
            cat(head, descriptor("xx", xml)),
            words,
            at=len(head),
        )
    group.either(
        "chunk-undeclared",
        "112",
        "a label for a unit that no dataset has",
        cat(head, _label("other", 1, "A"), packet("01", ascii10(1))),
    )
    group.either(
        "chunk-before-descriptor",
        "112",
        "a label before any packet descriptor",
        cat(STREAM, _label("default", 1, "A"), head[len(STREAM) :]),
    )
    clash = plane("a", inner=_units("default[1:A::2:B]")), plane("y", inner=_units("default[1:C]"))
    group.either(
        "same-name-other-text",
        "110",
        "one name with two texts in one packet",
        cat(STREAM, type_("01", *clash), packet("01", ascii10(1, 1))),
    )
