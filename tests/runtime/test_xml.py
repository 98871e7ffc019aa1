"""XML that bytes from anywhere may hold: read without DTD, faults named, written so that it reads back."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciwire.runtime import DecodeError, EncodeError, LimitError, Limits
from sciwire.runtime.xml import Element, SchemaProblem, XMLError, XMLLimitError, canonical, parse, validate, write


def test_tree() -> None:
    root = parse(
        b'<?xml version="1.0"?>\n<a z="1&#10;2" b="\xc3\xa9"><!-- no -->x<b/>y<?no no?>z<b k="v">t</b></a>\n \n'
    )
    assert (root.tag, list(root.attributes.items()), root.text, root.line, root.offset) == (
        "a", [("z", "1\n2"), ("b", "é")], "x", 2, 22,
    )  # fmt: skip
    first, second = root.children
    assert (first.tag, first.tail, first.text) == ("b", "yz", "")
    assert (second.get("k"), second.get("q"), second.text) == ("v", None, "t")
    assert root.find("b") is first
    assert list(root.findall("b")) == [first, second]
    assert root.find("c") is None


def test_memoryviews_are_read() -> None:
    assert parse(memoryview(b"..<a/>..")[2:6]) == Element("a")


def test_namespaces_change_no_name() -> None:
    root = parse(b'<a xmlns="urn:u" xmlns:q="urn:r"><q:b q:c="1"/></a>')
    assert (root.tag, root.children[0].tag, root.children[0].attributes) == ("a", "q:b", {"q:c": "1"})
    assert parse(write(root)) == root


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "no-such-thing"])
def test_the_declared_encoding_does_not_matter(encoding: str) -> None:
    assert parse(f'<?xml version="1.0" encoding="{encoding}"?><a b="é"/>'.encode()).attributes == {"b": "é"}


def fault(data: bytes, **options: object) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        parse(data, **options)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("data", "element", "byte"),
    [
        (b"<a><b></a>", "in element b", 8),
        (b"<a>\n<b x=1/></a>", "in element b", 9),
        (b'<a><b l="x < y"/></a>', "in element b", 11),
        (b"<a>&bomb;</a>", "in element a", 3),
        (b"<a> & </a>", "in element a", 5),
        (b'<a b="1" b="2"/>', "in element a", 9),
        (b"<a>&#0;</a>", "in element a", 3),
        (b"<a>&#xd800;</a>", "in element a", 3),
        (b"<a>\xef\xbf\xbf</a>", "in element a", 3),
        (b"<a/>x", "outside all elements", 4),
        (b"<a/><b/>", "outside all elements", 4),
        (b"", "outside all elements", 0),
        (b"   ", "outside all elements", 3),
        (b"<a", "in element a", 0),
        (b"<a><b>", "in element b", 6),
    ],
)
def test_what_is_not_well_formed_names_element_and_byte(data: bytes, element: str, byte: int) -> None:
    error = fault(data, at=14, path="[01]", rule="R-1")
    assert isinstance(error, XMLError)
    assert (error.category, error.reason, error.at, error.path, error.rule) == ("syntax", "syntax", 14, "[01]", "R-1")
    assert f"the XML is not well-formed {element} at its byte {byte} (line " in error.problem


def test_the_whole_message() -> None:
    error = fault(b"<a>\n<b></a>", at=10, path="[01]")
    expected = (
        "[01] at byte 10: the XML is not well-formed in element b at its byte 9 (line 2, column 6): mismatched tag"
    )
    assert str(error) == expected
    assert str(pickle.loads(pickle.dumps(error))) == expected


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xef\xbb\xbf<a/>", "expected XML in UTF-8, got a byte order mark"),
        ("<a/>".encode("utf-16"), "expected XML in UTF-8, got a byte order mark"),
        ("<a/>".encode("utf-16-be"), "expected characters of XML, byte 0 of the XML is NUL"),
        ("<a/>".encode("utf-16-le"), "expected characters of XML, byte 1 of the XML is NUL"),
        (b'<a b="\0"/>', "expected characters of XML, byte 6 of the XML is NUL"),
        (b"<a>\xff</a>", "expected UTF-8, byte 3 of the XML (0xff) is not"),
        (b"<a>\xed\xa0\x80</a>", "expected UTF-8, byte 3 of the XML (0xed) is not"),
        (b"<a>\xc0\x80</a>", "expected UTF-8, byte 3 of the XML (0xc0) is not"),
    ],
)
def test_what_is_not_utf_8(data: bytes, problem: str) -> None:
    error = fault(data)
    assert (error.category, error.problem) == ("syntax", problem)


BOMB = b'<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;">' % (c, c - 1, c - 1, c - 1) for c in range(98, 120))


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a><a/>",
        b"<!DOCTYPE a [" + BOMB + b"]><a>&w;</a>",
        b"<!DOCTYPE a [" + BOMB + b']><a b="&w;"/>',
        b'<?xml version="1.0"?><!-- x --><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://192.0.2.1/x"> %p;]><a/>',
    ],
)
def test_a_doctype_is_refused_at_once(data: bytes) -> None:
    """Before anything in it is acted on: what stands behind its head is not looked at."""
    head = re.match(rb"[^[]*?<!DOCTYPE[^>[]*[>[]", data)
    assert head
    for document in (data, head[0], head[0] + b"<&"):
        error = fault(document)
        assert isinstance(error, XMLError)
        assert (error.category, error.reason) == ("syntax", "doctype")
        assert error.problem.startswith("a DOCTYPE is refused (byte ")


@pytest.mark.parametrize("closing", [b"", b"</a>" * 20_000])
def test_deep_nesting_is_a_limit(closing: bytes) -> None:
    error = fault(b"<a>" * 20_000 + closing, at=3, path="[01]")
    assert isinstance(error, XMLLimitError)
    assert isinstance(error, LimitError)
    assert str(error) == "[01] at byte 3: XML elements are nested deeper than the limit depth of 64"
    assert (error.category, error.reason) == ("limit", "depth")


def test_depth_and_items_are_what_the_caller_allows() -> None:
    nested = b"<a>" * 5 + b"</a>" * 5
    assert parse(nested, limits=Limits(depth=5)).tag == "a"
    assert isinstance(fault(nested, limits=Limits(depth=4)), LimitError)
    assert parse(b'<a b="1"><c/></a>', limits=Limits(items=3)).tag == "a"
    assert fault(b'<a b="1"><c/><d/></a>', limits=Limits(items=3)).category == "limit"


def test_huge_attributes_are_read() -> None:
    assert parse(b'<a b="' + b"x" * 990_000 + b'"/>').attributes == {"b": "x" * 990_000}


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text("<>/a=\"'&;#x! \n?-[]", max_size=40).map(str.encode)))
def test_any_bytes_give_a_tree_or_a_decode_error(data: bytes) -> None:
    try:
        root = parse(data)
    except DecodeError:
        return
    assert parse(write(root)) == root


CHARACTERS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff", min_codepoint=0x20)
    | st.sampled_from("\n\t\r&<>\"'")
)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.\-]{0,8}", fullmatch=True) | st.sampled_from(["é", "q:b", "Ångström"])
ATTRIBUTES = st.dictionaries(NAMES, CHARACTERS, max_size=3)
TREES = st.recursive(
    st.builds(Element, NAMES, ATTRIBUTES, st.just([]), CHARACTERS, CHARACTERS),
    lambda inner: st.builds(Element, NAMES, ATTRIBUTES, st.lists(inner, max_size=3), CHARACTERS, CHARACTERS),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_what_is_written_reads_back(tree: Element) -> None:
    tree.tail = ""
    data = write(tree, declaration=True, end="\n")
    assert parse(data) == tree
    assert data == write(parse(data), declaration=True, end="\n")


@pytest.mark.parametrize("character", ["&", "<", ">", '"', "\n", "\t", "\r", "'", " ", "é", "\U0001f600", "\ud7ff"])
@pytest.mark.parametrize("around", ["{}", "a{}", "{}b", "a{}b"])
def test_each_character_is_read_as_it_was_written(character: str, around: str) -> None:
    text = around.format(character)
    tree = Element("a", {"b": text}, [Element("c", tail=text)], text)

    assert parse(write(tree)) == tree


@pytest.mark.parametrize("character", ["\0", "\x08", "\x0b", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff"])
@pytest.mark.parametrize("where", ["attribute", "text", "tail"])
def test_each_character_that_xml_cannot_hold_is_refused(character: str, where: str) -> None:
    tree = Element("a", children=[Element("c")])
    if where == "attribute":
        tree.attributes["b"] = f"x{character}"
    elif where == "text":
        tree.text = f"x{character}"
    else:
        tree.children[0].tail = f"x{character}"

    with pytest.raises(EncodeError, match="XML can't hold the character"):
        write(tree)


def test_escapes() -> None:
    assert write(Element("a", {"b": "&<>\"'\n\t\r"}, text="&<>\"'\n\t\r")) == (
        b'<a b="&amp;&lt;&gt;&quot;\'&#10;&#9;&#13;">&amp;&lt;&gt;"\'\n\t&#13;</a>'
    )


def test_indented() -> None:
    tree = Element("a", {"x": "1"}, [Element("b", children=[Element("c")], tail="\n"), Element("d", text="t")])
    assert write(tree, indent="  ", end="\n") == b'<a x="1">\n  <b>\n    <c/>\n  </b>\n  <d>t</d>\n</a>\n'
    mixed = Element("a", children=[Element("b")], text="t")
    assert write(mixed, indent="  ") == b"<a>t<b/></a>"


@pytest.mark.parametrize("character", ["\0", "\x1f", "\ud800", "\ufffe"])
def test_characters_that_xml_cannot_hold(character: str) -> None:
    for tree in (Element("a", {"b": f"x{character}"}), Element("a", text=f"x{character}")):
        with pytest.raises(
            EncodeError, match=rf"XML can't hold the character U\+{ord(character):04X} \(character 1 of the text\)"
        ):
            write(tree)


@pytest.mark.parametrize("name", ["", "1a", "a b", "a>", "a\n", "é é", "é/><x", "\ud800", "a=", "é\0"])
def test_names_that_are_none(name: str) -> None:
    for tree in (Element(name), Element("a", {name: ""}), Element("a", children=[Element(name)])):
        with pytest.raises(EncodeError, match="expected an XML name, got"):
            write(tree)


def test_deep_trees_are_written_without_recursion() -> None:
    tree = Element("a")
    for _ in range(5000):
        tree = Element("a", children=[tree])
    assert write(tree).count(b"<a>") == 5000
    assert canonical(tree).count("<a>") == 5001


@pytest.mark.parametrize(
    "data",
    [
        b'<a z="1" b="2&#10;\'&quot;&gt;&#9;&#13;" xmlns="urn:u"><c xmlns="urn:u" xmlns:q="urn:r" q:z="1" a="2" xml:lang="e"/>t&gt;&#13;<d/> x</a>',
        b'<q:a xmlns:q="urn:z" xmlns:p="urn:a" q:b="1" p:c="2" d="3"><q:b xmlns:q="urn:y" xmlns=""/></q:a>',
        b"<a><!-- dropped --><b></b></a>",
    ],
)
def test_canonical_form_is_that_of_libxml2(data: bytes) -> None:
    etree = pytest.importorskip("lxml.etree")
    expected = etree.tostring(etree.fromstring(data), method="c14n", with_comments=False)
    assert canonical(parse(data)).encode() == expected


SCHEMA = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:complexType>
<xs:attribute name="n" type="xs:int" use="required"/></xs:complexType></xs:element></xs:schema>"""


def test_schema(tmp_path: Path) -> None:
    pytest.importorskip("lxml.etree")
    path = tmp_path / "a.xsd"
    path.write_bytes(SCHEMA)
    for schema in (SCHEMA, path, str(path)):
        assert validate(b'<a n="1"/>', schema) == []
    problem = "Element 'a', attribute 'n': 'x' is not a valid value of the atomic type 'xs:int'."
    assert validate(b'\n<a\nn="x"/>', SCHEMA) == [SchemaProblem(3, problem)]
    with pytest.raises(XMLError):
        validate(b"<!DOCTYPE a><a/>", SCHEMA)
    with pytest.raises(ValueError, match="the schema is not an XSD"):
        validate(b"<a/>", b"<a/>")


def test_reading_and_writing_load_no_lxml() -> None:
    code = "import sys; from sciwire.runtime.xml import parse, write; write(parse(b'<a/>')); sys.exit('lxml' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )
