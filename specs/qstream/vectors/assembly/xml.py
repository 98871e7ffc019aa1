"""The XML of descriptors: well-formed, UTF-8, without document types, open to the unknown."""

from __future__ import annotations

from .kit import INLINE_X, STREAM, Group, ascii10, cat, descriptor, ds, expect, packet, plane, prop, type_

__all__ = ["groups"]

X = {"x": ds(1, [7.0, 8.0, 9.0])}
NUMBERS = 'values="7.0,8.0,9.0"'
INLINE = '<qdataset id="x" rank="1"><values values="7.0,8.0,9.0"/></qdataset>'


def groups() -> list[Group]:
    group = Group("xml")
    _documents(group)
    _characters(group)
    _open_content(group)
    _malformed(group)
    _hostile(group)
    return [group]


def _documents(group: Group) -> None:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    for name, declaration in (
        ("declaration", head),
        ("declaration-newline", head + "\n"),
        ("declaration-single-quotes", "<?xml version='1.0'?>"),
    ):
        data = cat(descriptor("00", declaration + '<stream dataset_id="y"/>'), INLINE_X)
        group.valid(name, "025", "an XML declaration", data, expect(X))
    crlf = cat(descriptor("00", '<stream\r\n dataset_id="y"\r\n/>\r\n'), INLINE_X)
    group.valid("crlf-inside", "009 025", "CRLF inside the counted XML", crlf, expect(X))
    quotes = cat(descriptor("00", "<stream dataset_id='y'></stream>"), INLINE_X)
    group.valid("single-quotes", "025", "single quotes, and an end tag in place of the short form", quotes, expect(X))
    comment = cat(STREAM, descriptor("02", f"<!-- a --><packet><!-- <b> -->{INLINE}</packet><!-- c -->"))
    group.valid("xml-comments", "025", "XML comments before, in and after the root", comment, expect(X))
    named = '<properties><property name="NAME" type="String" value="n"/></properties>'
    swapped = f'<qdataset id="y" rank="1"><values encoding="ascii10" length=""/>{named}</qdataset>'
    data = cat(STREAM, descriptor("01", f"<packet>{swapped}</packet>"), packet("01", ascii10(1)))
    value = expect({"y": ds(1, [1.0], properties={"NAME": prop("String", "n")})})
    group.valid("values-before-properties", "032", "values stands before properties", data, value)
    spaced = cat(STREAM, descriptor("02", f'<packet xmlns="http://example.org/q">{INLINE}</packet>'))
    group.valid("default-namespace", "031", "a default namespace is ignored", spaced, expect(X), level="SHOULD")


def _characters(group: Group) -> None:
    def titled(text: str, head: str = "") -> bytes:
        inner = f'<properties><property name="TITLE" type="String" value="{text}"/></properties>'
        return cat(STREAM, descriptor("02", f"{head}<packet>{plane('x', 1, NUMBERS, inner)}</packet>"))

    for name, wire, text, rules, doc in (
        ("escaped", "a &lt; b &amp; c &gt; &quot;d&quot;", 'a < b & c > "d"', "029", "markup characters, escaped"),
        ("references", "a&#10;b&#9;c&#xB5;", "a\nb\tcµ", "029", "line feed, tab and micro as character references"),
        ("raw-newline", "a\nb", "a b", "029", "a raw newline in an attribute is a blank"),
        ("apostrophe", "it's", "it's", "029", "an apostrophe stands raw"),
        ("utf8", "µ√ 温度 \U0001f6f0", "µ√ 温度 \U0001f6f0", "026 005", "characters of two, three and four bytes"),
    ):
        value = expect({"x": X["x"] | {"properties": {"TITLE": prop("String", text)}}})
        group.valid(f"text-{name}", rules, doc, titled(wire), value)
    for charset in ("ISO-8859-1", "US-ASCII"):
        head = f'<?xml version="1.0" encoding="{charset}"?>'
        value = expect({"x": X["x"] | {"properties": {"TITLE": prop("String", "µm")}}})
        group.valid(
            f"declared-{charset.lower()}", "026", f"UTF-8 although {charset} is declared", titled("µm", head), value
        )
    latin = titled("@m").replace(b"@", b"\xb5")
    group.invalid("latin-1", "026", "a byte that is no UTF-8", latin, "syntax", at=len(STREAM))
    for name, reference in (("nul", "&#0;"), ("surrogate", "&#xD800;"), ("out-of-range", "&#x110000;")):
        group.invalid(
            f"reference-{name}",
            "025",
            f"the character reference {reference}",
            titled(reference),
            "syntax",
            at=len(STREAM),
        )


def _open_content(group: Group) -> None:
    stream = descriptor(
        "00",
        '<stream dataset_id="y" version="1.1" source="s" localDate="2016-01-01" colour="red">'
        '<properties><a b="c"/></properties></stream>',
    )
    group.valid(
        "stream-extras",
        "040 030",
        "attributes and a child of stream that mean nothing",
        cat(stream, INLINE_X),
        expect(X),
    )
    extras = (
        '<packet note="n"><qdataset id="x" rank="1" colour="red"><extra a="1"><values values="0"/></extra>'
        '<properties since="2016"><hint/></properties><values values="7.0,8.0,9.0" precision="2"/>'
        "</qdataset><extra/></packet>"
    )
    group.valid(
        "packet-extras",
        "030",
        "unknown attributes and elements everywhere in a packet",
        cat(STREAM, descriptor("02", extras)),
        expect(X),
    )


def _malformed(group: Group) -> None:
    for name, xml in (
        ("unclosed", "<packet>"),
        ("unclosed-child", "<packet><qdataset></packet>"),
        ("two-roots", "<packet/><packet/>"),
        ("text-after", "<packet/>x"),
        ("text-only", "packet"),
        ("white-space-only", "   \n"),
        ("attribute-twice", '<packet a="1" a="2"/>'),
        ("attribute-bare", "<packet a=1/>"),
        ("raw-ampersand", '<packet a="B & C"/>'),
        ("raw-less-than", '<packet a="B < C"/>'),
        ("raw-quotes", '<packet a="say "hi""/>'),
        ("control-character", '<packet a="\x01"/>'),
        ("nul", "<packet\x00/>"),
        ("declaration-late", ' <?xml version="1.0"?><packet/>'),
    ):
        data = cat(STREAM, descriptor("01", xml))
        group.invalid(
            f"malformed-{name}",
            "025" if "raw" not in name else "025 029",
            f"not well-formed: {name.replace('-', ' ')}",
            data,
            "syntax",
            at=len(STREAM),
        )
    label = descriptor("xx", '<enumerationUnit name="e" value="1" color="0x0" label="B & C" />\n')
    unit = '<properties><property name="UNITS" type="enumerationUnit" value="e[]"/></properties>'
    data = cat(STREAM, type_("01", plane(inner=unit)), label, packet("01", ascii10(1)))
    group.invalid(
        "label-not-escaped",
        "029 025",
        "a label with a bare ampersand, as old writers made it",
        data,
        "syntax",
        at=data.index(label),
    )


def _hostile(group: Group) -> None:
    where, words = len(STREAM), "syntax unsupported"
    bom = cat(STREAM, descriptor("02", b"\xef\xbb\xbf" + f"<packet>{INLINE}</packet>".encode()))
    group.invalid("bom", "027", "a byte order mark before the XML", bom, "syntax", at=where)
    laughs = (
        '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    )
    for name, head, text in (
        ("doctype", "<!DOCTYPE packet>", "x"),
        ("doctype-internal", '<!DOCTYPE packet [<!ENTITY e "x">]>', "&e;"),
        ("doctype-external", '<!DOCTYPE packet SYSTEM "packet.dtd">', "x"),
        ("doctype-file", '<!DOCTYPE packet [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "&e;"),
        ("doctype-network", '<!DOCTYPE packet [<!ENTITY % e SYSTEM "http://example.org/e.dtd"> %e;]>', "x"),
        ("entity-bomb", laughs, "&c;"),
    ):
        title = f'<properties><property name="TITLE" type="String">{text}</property></properties>'
        titled = plane("x", 0, 'values="1"', title)
        xml = f"{head}<packet>{titled}</packet>"
        group.invalid(name, "028", "a document type declaration", cat(STREAM, descriptor("02", xml)), words, at=where)
    entity = cat(STREAM, descriptor("02", "<packet>&nbsp;</packet>"))
    group.invalid("entity-unknown", "028 025", "an entity that XML does not define", entity, words, at=where)
    deep = "<a>" * 2000 + "</a>" * 2000
    group.invalid(
        "deep-elements",
        "033",
        "2000 unknown elements within each other",
        cat(STREAM, descriptor("01", f"<packet>{deep}</packet>")),
        "limit syntax",
        at=where,
    )
    maps = '<map><entry key="a">' * 1000 + "<map/>" + "</entry></map>" * 1000
    inner = f'<properties><property name="USER_PROPERTIES">{maps}</property></properties>'
    group.invalid(
        "deep-maps",
        "033 100",
        "1000 maps within each other",
        cat(STREAM, type_("01", plane(inner=inner))),
        "limit syntax",
        at=where,
    )
