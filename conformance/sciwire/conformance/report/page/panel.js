/* One case: what it was about, what was expected, what came, which rule says so, and how to run it again. */

/** Fill `panel` with a case. `all` are the cases of every implementation, `rules` the rules by format and id. */
function showCase(panel, one, { all, rules, commands, onClose, onOpen }) {
  const title = make("h2", { tabindex: "-1", id: "case-title" }, one.id);
  const close = make("button", { type: "button", "aria-label": "Close (Escape)" }, "✕");
  close.addEventListener("click", onClose);
  const { of, more } = one;
  panel.replaceChildren(
    make("header", {}, title, close),
    badges(one),
    of.doc ? make("p", { class: "doc" }, of.doc) : "",
    explanation(one),
    comparison(one),
    of.steps ? block("Steps", of.steps) : "",
    ruleSection(one, rules),
    hexSection(of, marksOf(one)) ?? "",
    replaySection(one, commands),
    more.stderr ? block("What the implementation wrote to stderr", more.stderr) : "",
    siblings(one, all, onOpen),
    of.provenance ? make("p", { class: "quiet" }, `Provenance: ${of.provenance}`) : "",
  );
  panel.setAttribute("aria-labelledby", "case-title");
  panel.hidden = false;
  panel.scrollTop = 0;
  return title;
}

function badges(one) {
  const { more } = one;
  const verdict = make("strong", { class: one.outcome }, make("span", { class: "dot" }), one.outcome, more.verdict ? ` (${more.verdict})` : "");
  const fault = more.fault ? make("span", {}, more.fault) : "";
  const rest = [one.level, one.impl, one.of.format, `version ${one.of.version}`, one.check, duration(one.seconds)];
  return make("div", { class: "badges" }, verdict, fault, rest.map((text) => make("span", { class: "quiet" }, text)));
}

function duration(seconds) {
  return seconds >= 1 ? `${seconds} s` : `${Number((1000 * seconds).toPrecision(2))} ms`;
}

function explanation(one) {
  const { known, message, examples, aspects } = one.more;
  const judged = Object.entries(aspects ?? {}).map(([name, verdict]) => (
    make("span", { class: verdict }, make("span", { class: "dot" }), `${name}: ${verdict}`)
  ));
  return make("div", {},
    known ? make("p", { class: "note" }, `A known failure: ${known}`) : "",
    message ? [make("h3", {}, one.outcome === "unsupported" ? "Why it was not judged" : "What is wrong"), make("p", { class: "text" }, message)] : "",
    examples ? make("p", {}, `${number(examples)} generated values passed.`) : "",
    judged.length ? make("div", { class: "badges", "aria-label": "What the refusal was judged by" }, judged) : "");
}

function comparison(one) {
  const expected = one.more.expected || one.of.expected;
  const got = one.more.got || (one.outcome === "pass" && expected ? "as expected" : "");
  const sides = [["Expected", expected], ["Got", got]].filter(([, text]) => text);
  return sides.length ? make("div", { class: "pair" }, sides.map(([name, text]) => block(name, text))) : "";
}

function block(name, text) {
  return make("section", {}, make("h3", {}, name), make("div", { class: "text", tabindex: "0", role: "group", "aria-label": name }, text));
}

function ruleSection(one, rules) {
  if (!one.of.rules.length) return "";
  const items = one.of.rules.map((id) => {
    const [level, text, source] = rules.get(one.of.format)?.get(id) ?? ["", "", ""];
    const link = make("a", { href: stateLink({ format: one.of.format, rule: id }) }, id);
    return make("p", { class: "rule" }, link, level ? ` ${level}: ` : " ", make("q", {}, text), source ? make("small", {}, `Source: ${source}`) : "");
  });
  return make("section", {}, make("h3", {}, items.length > 1 ? "Rules" : "Rule"), items);
}

/** Offsets of bytes with a word about each: where the fault is, where it was seen. */
function marksOf(one) {
  const marks = new Map();
  const differs = /\bdiffer first at byte (\d+)(?! of part)/.exec(one.more.message ?? "");
  if (differs) marks.set(Number(differs[1]), "the first byte that differs");
  const seen = one.outcome !== "pass" && /^[\w ]+?(?: path \S+)? at (\d+):/.exec(one.more.got ?? "");
  if (seen) marks.set(Number(seen[1]), "where the implementation saw the fault");
  if (one.of.at !== undefined) marks.set(one.of.at, one.of.at >= one.of.size ? "the end, where the fault is" : "the fault");
  return marks;
}

function replaySection(one, commands) {
  const command = one.more.replay ?? (
    commands[one.impl] && `sciwire conform ${one.of.format} ${commands[one.impl]} --only ${quote(one.id)}`
  );
  if (!command) return "";
  const copy = make("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(copy.previousElementSibling);
      copy.textContent = "Selected";
    }
  });
  return make("section", {}, make("h3", {}, "Run it again"), make("div", { class: "command" }, make("code", { class: "text", id: "replay" }, command), copy));
}

function quote(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\"'\"'")}'`;
}

function siblings(one, all, onOpen) {
  const others = all.filter((other) => other !== one && (other.id === one.id || (other.of === one.of && other.impl === one.impl)));
  if (!others.length) return "";
  const links = others.map((other) => {
    const link = make("a", { href: caseLink(other) }, other.impl === one.impl ? other.check : other.impl);
    link.addEventListener("click", (event) => { event.preventDefault(); onOpen(other); });
    return make("span", { class: other.outcome, title: other.outcome }, make("span", { class: "dot" }), link);
  });
  return make("section", {}, make("h3", {}, "The same bytes elsewhere"), make("div", { class: "badges" }, links));
}
