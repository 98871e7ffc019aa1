/* The list of cases: rows are made as they come into sight, the focus stays on the list (aria-activedescendant). */

const BATCH = 100;

class CaseList {
  constructor(element, { onOpen, onMove }) {
    this.element = element;
    this.onOpen = onOpen;
    this.onMove = onMove;
    this.cases = [];
    this.made = 0;
    this.active = -1;
    this.watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.makeUpTo(this.made + BATCH),
      { root: element, rootMargin: "600px" },
    );
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("click", (event) => {
      const row = event.target.closest("li[data-index]");
      if (row) this.choose(Number(row.dataset.index), true);
    });
  }

  show(cases) {
    this.cases = cases;
    this.made = 0;
    this.active = -1;
    this.element.replaceChildren();
    this.element.removeAttribute("aria-activedescendant");
    this.element.scrollTop = 0;
    if (!cases.length) this.element.append(make("li", { class: "none" }, "No case fits these filters."));
    this.makeUpTo(BATCH);
  }

  makeUpTo(count) {
    const last = Math.min(count, this.cases.length);
    const rows = document.createDocumentFragment();
    for (; this.made < last; this.made += 1) rows.append(this.row(this.cases[this.made], this.made));
    this.element.append(rows);
    this.watcher.disconnect();
    if (this.made < this.cases.length) this.watcher.observe(this.element.lastElementChild);
  }

  row(one, index) {
    const why = one.more.known || one.more.message || (one.outcome === "pass" ? "" : one.of.doc);
    return make("li", {
      id: `row-${index}`, role: "option", "data-index": index, "aria-selected": "false",
      "aria-posinset": index + 1, "aria-setsize": this.cases.length,
    },
    make("span", { class: one.outcome, title: one.outcome }, make("span", { class: "dot" }), make("span", {}, one.outcome)),
    make("span", { class: "id" }, one.id),
    make("span", { class: "of" }, `${one.level} · ${one.impl}`),
    why && make("span", { class: "why" }, why.split("\n", 1)[0]));
  }

  /** Make a row the chosen one, bring it into sight and, where asked, open it. */
  choose(index, open = false) {
    if (!this.cases.length) return;
    const next = Math.max(0, Math.min(index, this.cases.length - 1));
    if (next >= this.made) this.makeUpTo(next + BATCH);
    this.mark(this.active, false);
    this.active = next;
    const row = this.mark(next, true);
    this.element.setAttribute("aria-activedescendant", row.id);
    this.bringIntoSight(row);
    if (open) this.onOpen(this.cases[next]);
    else this.onMove(this.cases[next]);
  }

  /** Scroll the list as little as will do; a row that is far away comes to the middle. */
  bringIntoSight(row) {
    const sight = this.element.getBoundingClientRect();
    const place = row.getBoundingClientRect();
    const above = place.top - sight.top - 8;
    const below = place.bottom - sight.bottom + 8;
    if (above < -sight.height || below > sight.height) this.element.scrollTop += place.top - sight.top - sight.height / 3;
    else if (above < 0) this.element.scrollTop += above;
    else if (below > 0) this.element.scrollTop += below;
  }

  mark(index, chosen) {
    const row = byId(`row-${index}`);
    row?.setAttribute("aria-selected", String(chosen));
    return row;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / 50));
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    if (event.key in steps) this.choose(this.active < 0 ? 0 : this.active + steps[event.key]);
    else if (event.key === "Home") this.choose(0);
    else if (event.key === "End") this.choose(this.cases.length - 1);
    else if (event.key === "Enter" || event.key === " ") this.choose(Math.max(0, this.active), true);
    else return;
    event.preventDefault();
  }
}
