/* Every rule of the specifications with the cases that exercised it; a table is made when it is opened. */

function showRules(place, data, cases, coverage) {
  place.className = "rules";
  const byRule = new Map();
  for (const one of cases) {
    for (const rule of one.of.rules) {
      const key = `${one.of.format} ${rule}`;
      if (!byRule.has(key)) byRule.set(key, []);
      byRule.get(key).push(one);
    }
  }
  const several = data.names.impl.length > 1;
  for (const [format, rules] of Object.entries(data.rules)) {
    if (!rules.length) continue;
    const counts = coverage.filter((row) => row[0] === format).map(([, level, all, covered]) => `${level} ${covered}/${all}`);
    const fold = make("details", {}, make("summary", {}, make("strong", {}, format), ` ${counts.join(" · ")} exercised`));
    fold.addEventListener("toggle", () => {
      if (fold.open && !fold.querySelector("table")) {
        fold.append(make("div", { class: "wide" }, ruleTable(format, rules, byRule, several ? data.names.impl : [""])));
      }
    });
    place.append(fold);
  }
  if (!place.childElementCount) place.append(make("p", { class: "quiet" }, "No rules are known for the formats of this run."));
}

function ruleTable(format, rules, byRule, impls) {
  const head = ["rule", "requirement", ...impls.map((impl) => impl || "cases")];
  const rows = rules.map(([id, level, text, source]) => {
    const cases = byRule.get(`${format} ${id}`) ?? [];
    const open = !cases.some((one) => one.outcome !== "unsupported");
    const cells = impls.map((impl) => make("td", {}, ruleCounts(cases.filter((one) => !impl || one.impl === impl))));
    const link = cases.length ? make("a", { href: stateLink({ format, rule: id }) }, id) : id;
    return make("tr", { class: open ? "open" : undefined }, make("td", {}, link, make("small", {}, level)), make("td", {}, text, make("small", {}, source)), cells);
  });
  return make("table", {}, make("thead", {}, make("tr", {}, head.map((name) => make("th", { scope: "col" }, name)))), make("tbody", {}, rows));
}

function ruleCounts(cases) {
  if (!cases.length) return make("span", { class: "quiet" }, "no case");
  const counts = tally(cases.map((one) => one.outcome));
  return GRAVITY.filter((name) => counts.has(name)).map((name) => make("div", { class: name }, `${counts.get(name)} ${name}`));
}
