"""The kinds of mistake that a specification can hold; `sciwire check` prints them, the manual lists them."""

from __future__ import annotations

__all__ = ["CODES", "WARNINGS"]

CODES: dict[str, str] = {
    # reading the file
    "SPEC001": "the file can't be read",
    "SPEC002": "the file is not YAML",
    "SPEC003": "a key stands twice",
    "SPEC004": "an unknown key",
    "SPEC005": "a key is missing",
    "SPEC006": "a value of the wrong kind",
    "SPEC007": "a value outside the allowed ones",
    "SPEC008": "a key that is not text",
    "SPEC009": "a YAML feature that specifications do not use",
    # the head of the specification
    "SPEC010": "an unknown version of the specification language",
    "SPEC011": "an unknown family",
    # types
    "SPEC012": "an unknown type",
    "SPEC013": "a type expression that can't be read",
    "SPEC014": "a type that takes other arguments",
    "SPEC015": "a type that is defined in terms of itself",
    "SPEC016": "a named type that nothing uses",
    "SPEC017": "a named type that hides a built-in one",
    "SPEC018": "a byte order is missing or has no meaning here",
    "SPEC019": "a type that this family can't carry",
    # names
    "SPEC020": "a name that is no identifier",
    "SPEC021": "a name that is reserved",
    "SPEC022": "two names that become the same identifier",
    "SPEC023": "the file stands where its format or version does not belong",
    # fields
    "SPEC030": "two fields share a wire key",
    "SPEC031": "a constraint that does not fit the type",
    "SPEC032": "a range that holds nothing",
    "SPEC033": "a pattern that is no regular expression",
    "SPEC034": "a default that breaks the field's own type or constraints",
    "SPEC035": "presence depends on something that is not there",
    "SPEC036": "more than one field wants to be last",
    "SPEC037": "a constant that is not of the field's type",
    "SPEC038": "a default on a field that must be given",
    "SPEC039": "axes that are named twice",
    # rules, sources, profiles, limits
    "SPEC040": "two rules share an id",
    "SPEC041": "a source that is not listed",
    "SPEC042": "a rule that is not listed",
    "SPEC043": "two sources share an id",
    "SPEC044": "not exactly one default profile",
    "SPEC045": "an unknown limit",
    "SPEC046": "a source that no rule cites",
    "SPEC047": "a profile sets something that the format does not offer",
    # messages
    "SPEC050": "two messages share a discriminator value",
    "SPEC051": "several messages without a discriminator",
    "SPEC052": "a field that repeats the discriminator",
    "SPEC053": "a compression that the kernel does not know",
    "SPEC054": "a tag that is used twice",
    "SPEC055": "a value to write that is not among those allowed",
    # published versions
    "SPEC060": "a published version that has changed",
    "SPEC061": "two files state the same version",
    # hdf5
    "SPEC100": "an HDF5 path that can't be",
    "SPEC101": "two objects share an HDF5 path",
    "SPEC102": "chunks, shape and axes disagree",
    "SPEC103": "a filter that the kernel does not know, or with impossible settings",
    "SPEC104": "an axis that is not there, or that can't grow where it stands",
    "SPEC105": "an operation names a table, argument or field that is not there",
    "SPEC106": "versions or times that the file can't hold so",
    "SPEC107": "an HDF5 object whose type or shape is said twice or not at all",
    "SPEC108": "bounds of the HDF5 library that can't be",
    "SPEC120": "datasets and a collection, or neither",
    "SPEC121": "a compression of a collection that can't be",
    "SPEC122": "names of a collection that can't be",
    "SPEC123": "a check that the kernel does not know",
    # packets
    "SPEC150": "a framing that can't be told apart or read",
    "SPEC151": "a descriptor has an unknown role, or a role is missing",
    "SPEC152": "ids that can't be",
    "SPEC153": "an encoding that can't be carried",
    "SPEC154": "a unit of time that can't be computed",
    "SPEC155": "a schema file that is missing or no XSD",
    "SPEC156": "a profile switch that the family does not know",
    "SPEC157": "a property type that the family does not know",
    "SPEC158": "a check that the kernel does not know",
    "SPEC159": "an element, attribute or word that the schema does not declare",
    "SPEC160": "bounds that can't be",
    "SPEC161": "two words that mean different things",
    "SPEC162": "a pattern for numbered names that can't be",
    # packets with descriptors in text
    "SPEC170": "a prefix that can't be read or recognised",
    "SPEC171": "lines that can't be told apart",
    "SPEC172": "a type of fields that can't be",
    "SPEC173": "a name of the original that the kernel has nothing for",
    # struct
    "SPEC300": "a field whose size or count is missing, said twice, or has no meaning",
    "SPEC301": "a path that leads to no field, or to one that can't say it",
    "SPEC302": "bits outside their word, or used twice",
    "SPEC303": "a union whose tags and members do not go together",
    "SPEC304": "an enumeration that can't be told apart",
    "SPEC305": "a sum that the kernel does not know, or over fields that are not there",
    "SPEC306": "a constant, default or bound that its field can't hold",
    "SPEC307": "a record that has no end, or that contains itself",
    "SPEC308": "a row, object or operation that names something that is not there",
    # grid
    "SPEC350": "an array that can't be: its types, axes or extents",
    "SPEC351": "cutouts that can't be",
    "SPEC352": "a header field that can't say what it is to say",
    "SPEC353": "a compression that the kernel does not know, or a level that it does not have",
    "SPEC354": "an operation that lacks, or has no use for, an argument",
    "SPEC355": "a check that the kernel does not know",
    "SPEC356": "two names that are the same",
    # multipart
    "SPEC250": "an encoding, or a dtype of a blob, that can't be",
    "SPEC251": "a key that JSON can't have",
    "SPEC252": "a part that is two things, or nothing",
    "SPEC253": "a part or a field of a part that is not there",
    "SPEC254": "a checksum that the kernel does not know",
    "SPEC255": "a checksum that depends on itself",
    "SPEC256": "a message that can't be told by its first part",
    # words of the cbor family for streams of its kind
    "SPEC260": "other keys for a field in a family that looks for one only",
    "SPEC261": "a prefix that is no single byte, or begins a map",
    "SPEC262": "a payload that can't be opened so",
    "SPEC263": "a serializer that fills what is not there, or from nowhere",
    "SPEC264": "a key of a kind that messages can't have",
    "SPEC265": "alternatives that can't be told apart",
}

#: what an author should look at, and what does not stop the work
WARNINGS = frozenset({"SPEC016", "SPEC046"})
