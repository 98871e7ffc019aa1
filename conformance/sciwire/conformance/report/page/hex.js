/* Bytes in hex, coloured by the field that they belong to, with the fault marked. */

function decodeBytes(text) {
  const packed = atob(text);
  return Uint8Array.from(packed, (mark) => mark.charCodeAt(0));
}

/** The section about the bytes of a vector, or null where it has none. `marks` maps offsets to what is there. */
function hexSection(of, marks) {
  if (!of.data) return null;
  const bytes = decodeBytes(of.data);
  const first = of.first ?? 0;
  const spans = of.spans ?? [];
  const hex = make("div", { class: "hex", tabindex: "0", role: "group", "aria-label": "the bytes in hex" });
  const width = window.matchMedia("(max-width: 48rem)").matches ? 8 : 16;
  const fields = fieldAt(spans, first, bytes.length);
  for (let row = 0; row < bytes.length; row += width) hex.append(hexRow(bytes, row, width, first, fields, marks));
  const last = first + bytes.length;
  const kept = last - first < of.size ? `Bytes ${number(first)} to ${number(last)} of ${number(of.size)}` : `${number(of.size)} bytes`;
  const parts = of.parts ? ` in ${of.parts.length} parts of ${of.parts.join(", ")}` : "";
  const notes = [...marks].map(([at, what]) => make("p", { class: "fail" }, `byte ${number(at)}: ${what}`));
  return make("section", {}, make("h3", {}, `${kept}${parts}`), notes, hex, fieldTable(spans, hex));
}

/** For every byte the number of its field, or -1. */
function fieldAt(spans, first, size) {
  const fields = new Int16Array(size).fill(-1);
  spans.forEach(([start, stop], index) => fields.fill(index, Math.max(0, start - first), Math.max(0, stop - first)));
  return fields;
}

function hexRow(bytes, row, width, first, fields, marks) {
  const line = make("div", {}, make("span", { class: "offset" }, `${(first + row).toString(16).padStart(6, "0")}  `));
  const last = Math.min(row + width, bytes.length);
  let ascii = "";
  for (let at = row; at < last;) {
    let end = at + 1;
    const marked = marks.has(first + at);
    while (!marked && end < last && fields[end] === fields[at] && !marks.has(first + end)) end += 1;
    const run = [...bytes.subarray(at, end)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const classes = [fields[at] >= 0 ? `f${fields[at] % 6}` : "", marked ? "at" : ""].filter(Boolean).join(" ");
    line.append(make("span", { class: classes || undefined, "data-field": fields[at] }, run), end < last ? " " : "");
    at = end;
  }
  for (let at = row; at < last; at += 1) ascii += bytes[at] >= 32 && bytes[at] < 127 ? String.fromCharCode(bytes[at]) : ".";
  line.append(make("span", { class: "ascii" }, `${"   ".repeat(row + width - last)}  ${ascii}`));
  return line;
}

/** The fields by name; each lights up its bytes. */
function fieldTable(spans, hex) {
  if (!spans.length) return null;
  const rows = spans.map(([start, stop, path, kind, text], index) => {
    const button = make("button", { type: "button", class: `f${index % 6}`, "aria-pressed": "false" }, `${start}–${stop}`);
    button.addEventListener("click", () => light(hex, button, index));
    return make("tr", {}, make("td", {}, button), make("td", {}, path), make("td", { class: "quiet" }, kind), make("td", { class: "quiet" }, text));
  });
  const table = make("table", { class: "fields" }, make("tbody", {}, rows));
  const title = `${spans.length} field${spans.length > 1 ? "s" : ""}`;
  return make("details", { open: spans.length <= 24 }, make("summary", {}, title), make("div", { class: "wide" }, table));
}

function light(hex, button, index) {
  const lit = button.getAttribute("aria-pressed") !== "true";
  for (const other of button.closest("table").querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", String(lit));
  for (const run of hex.querySelectorAll("[data-field]")) {
    run.classList.toggle("lit", lit && run.dataset.field === String(index));
  }
  const found = hex.querySelector(".lit");
  if (found) hex.scrollTop += found.getBoundingClientRect().top - hex.getBoundingClientRect().top - 40;
}
