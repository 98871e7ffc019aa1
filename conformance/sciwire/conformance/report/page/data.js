/* The data block -> cases. It is gzip in base64; `pack.py` says what its columns are. */

async function unpack() {
  const packed = atob(byId("data").textContent.trim());
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

const GRAVITY = ["error", "fail", "known", "unsupported", "pass"];

/** Every case as an object, those that went wrong first; the order of the run within a verdict. */
function readCases(data) {
  const { cases: columns, names } = data;
  const vectors = data.vectors.map(([name, format, version, rules, doc, more]) => (
    { name, format, version, rules: rules ? rules.split(" ") : [], doc, ...more }
  ));
  const cases = columns.vector.map((vector, index) => {
    const of = vectors[vector];
    const check = names.check[columns.check[index]];
    const more = columns.more[index] || {};
    return {
      id: more.id ?? `${of.name}@${check}`, of, check, more,
      impl: names.impl[columns.impl[index]],
      level: names.level[columns.level[index]],
      outcome: names.outcome[columns.outcome[index]],
      seconds: columns.seconds[index],
    };
  });
  return cases.sort((one, other) => GRAVITY.indexOf(one.outcome) - GRAVITY.indexOf(other.outcome));
}

const FILTERS = ["text", "outcome", "format", "impl", "level", "check", "rule"];

/** The cases that fit; `wanted` maps names of FILTERS to a text, for `outcome` several with a comma between. */
function filterCases(cases, wanted) {
  const words = (wanted.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const outcomes = wanted.outcome ? wanted.outcome.split(",") : null;
  return cases.filter((one) => (
    (!outcomes || outcomes.includes(one.outcome))
    && (!wanted.format || one.of.format === wanted.format)
    && (!wanted.impl || one.impl === wanted.impl)
    && (!wanted.level || one.level === wanted.level)
    && (!wanted.check || one.check === wanted.check)
    && (!wanted.rule || one.of.rules.includes(wanted.rule))
    && (!words.length || words.every((word) => haystack(one).includes(word)))
  ));
}

function haystack(one) {
  const { fault = "", message = "", expected = "", got = "", known = "" } = one.more;
  one.haystack ??= [one.id, one.of.doc, one.of.rules.join(" "), fault, message, expected, got, known].join("\n").toLowerCase();
  return one.haystack;
}

/** Texts and how often each occurs, in the order in which they come first. */
function tally(texts) {
  const counts = new Map();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
