/* The page: its state stands in the address (#format=…&outcome=…&case=…), so that every view can be linked to. */

function stateLink(state) {
  const pairs = Object.entries(state).filter(([, value]) => value);
  const encode = (text) => encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%40", "@").replaceAll("%2C", ",");
  return `#${pairs.map(([key, value]) => `${key}=${encode(value)}`).join("&")}`;
}

const caseLink = (one) => stateLink({ case: one.id, impl: one.impl });

/** The state in the address; what cannot be read is as if it were not there. */
function readState() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

class Page {
  constructor(data) {
    this.data = data;
    this.all = readCases(data);
    this.rules = new Map(Object.entries(data.rules).map(([format, rules]) => (
      [format, new Map(rules.map(([id, ...rest]) => [id, rest]))]
    )));
    this.form = byId("filters");
    this.panel = byId("panel");
    this.wanted = {};
    this.open = null;
    this.list = new CaseList(byId("list"), {
      onOpen: (one) => this.openCase(one, true),
      onMove: (one) => this.open && this.openCase(one, false),
    });
    this.fillForm();
    showRules(byId("rules"), data, this.all, data.coverage);
    this.listen();
    this.follow();
  }

  fillForm() {
    const outcomes = tally(this.all.map((one) => one.outcome));
    for (const name of GRAVITY.filter((one) => outcomes.has(one))) {
      const button = make("button", { type: "button", "data-outcome": name, "aria-pressed": "false" },
        make("span", { class: `dot ${name}` }), `${name} ${number(outcomes.get(name))}`);
      byId("outcomes").append(button);
    }
    const options = {
      format: tally(this.all.map((one) => one.of.format)),
      impl: tally(this.all.map((one) => one.impl)),
      level: tally(this.all.map((one) => one.level)),
      check: tally(this.all.map((one) => one.check)),
      rule: new Map([...tally(this.all.flatMap((one) => one.of.rules))].sort()),
    };
    for (const [name, counts] of Object.entries(options)) {
      for (const [text, count] of counts) {
        this.form.elements[name].append(make("option", { value: text }, `${text} (${number(count)})`));
      }
    }
  }

  listen() {
    this.form.addEventListener("input", () => this.filter(this.fromForm()));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", () => this.filter({}));
    byId("outcomes").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      this.filter(this.fromForm());
    });
    window.addEventListener("hashchange", () => (location.hash.includes("=") || !location.hash) && this.follow());
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("beforeprint", () => this.list.makeUpTo(1000));
  }

  key(event) {
    const typing = event.target.matches("input, select, textarea");
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    if (event.key === "/" && !typing && plain) {
      this.form.elements.text.focus();
      this.form.elements.text.select();
    } else if (event.key === "ArrowDown" && event.target === this.form.elements.text) {
      this.list.element.focus();
      this.list.choose(Math.max(0, this.list.active));
    } else if (event.key === "Enter" && event.target === this.form.elements.text) {
      this.list.choose(0, true);
    } else if (event.key === "Escape" && this.open) {
      this.closeCase();
    } else if (event.key === "Escape" && event.target === this.form.elements.text) {
      this.form.elements.text.value = "";
      this.filter(this.fromForm());
    } else return;
    event.preventDefault();
  }

  fromForm() {
    const wanted = Object.fromEntries(new FormData(this.form));
    const pressed = [...byId("outcomes").querySelectorAll("[aria-pressed=true]")].map((button) => button.dataset.outcome);
    return { ...wanted, outcome: pressed.join(",") };
  }

  toForm(wanted) {
    for (const name of ["text", "format", "impl", "level", "check", "rule"]) this.form.elements[name].value = wanted[name] ?? "";
    const outcomes = (wanted.outcome ?? "").split(",");
    for (const button of byId("outcomes").children) {
      if (button.dataset.outcome) button.setAttribute("aria-pressed", String(outcomes.includes(button.dataset.outcome)));
    }
  }

  /** Show the cases that fit and say so in the address; an open case stays open. */
  filter(wanted, remember = true) {
    this.wanted = Object.fromEntries(FILTERS.filter((name) => wanted[name]).map((name) => [name, wanted[name]]));
    this.toForm(this.wanted);
    const cases = filterCases(this.all, this.wanted);
    byId("count").textContent = `${number(cases.length)} of ${number(this.all.length)} cases`;
    this.list.show(cases);
    if (remember) this.remember();
  }

  remember() {
    const open = this.open ? { case: this.open.id, impl: this.open.impl } : {};
    history.replaceState(null, "", stateLink({ ...this.wanted, ...open }));
  }

  /** What the address says: filters, and the case to open. */
  follow() {
    const state = readState();
    const one = state.case && this.find(state.case, state.impl);
    const filters = { ...state };
    if (one) delete filters.impl;
    this.filter(filters, false);
    if (one) {
      const index = this.list.cases.indexOf(one);
      this.openCase(one, true);
      if (index >= 0) this.list.choose(index);
    } else if (this.open) this.closeCase();
    if (state.case && !one) byId("count").textContent = `There is no case ${visible(state.case)} in this report.`;
    if (location.hash.includes("=")) byId("cases").scrollIntoView();
  }

  /** The case of that id: of this implementation, else of the first that was judged, else any. */
  find(id, impl) {
    const found = this.all.filter((one) => one.id === id);
    return found.find((one) => one.impl === impl) ?? found.find((one) => one.outcome !== "unsupported") ?? found[0];
  }

  openCase(one, focus) {
    this.open = one;
    byId("split").classList.add("open");
    const title = showCase(this.panel, one, {
      all: this.all, rules: this.rules, commands: this.data.commands,
      onClose: () => this.closeCase(), onOpen: (other) => this.openCase(other, true),
    });
    if (focus) title.focus();
    this.remember();
  }

  closeCase() {
    this.open = null;
    this.panel.hidden = true;
    byId("split").classList.remove("open");
    this.list.element.focus();
    this.remember();
  }
}

unpack().then((data) => { new Page(data); }).catch((error) => {
  byId("count").textContent = `The cases cannot be shown: ${error.message}. A browser of 2023 or later is needed.`;
});
