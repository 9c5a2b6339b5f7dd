// The table as rows of cells. A cell's text is what stands in its control; `base` is what the server said last.

const randomKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const BLANK_ROWS = 5;

export const texts = document.getElementById("sheet-texts").dataset;
export const counted = (name, count, values) => fill((count === 1 && texts[`${name}One`]) || texts[name], { count, ...values });
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

export function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

let notes = 0;

class Row {
  constructor(sheet, tr) {
    this.sheet = sheet;
    this.tr = tr;
    this.key = tr.dataset.row;
    this.id = tr.dataset.id ?? "";
    this.version = tr.dataset.version ?? "";
    this.state = tr.dataset.state ?? "";
    this.controls = [...tr.querySelectorAll("td")].map((td) => td.querySelector("input:not([type=checkbox]), textarea"));
    // A row that came back refused: the server knows best what it changes.
    this.base = this.controls.map((control) => (this.state ? null : control.value));
    this.conflicts = new Set();
    this.message = "";
  }

  text(column) {
    return this.controls[column].value;
  }

  get isBlank() {
    return !this.id && this.controls.every((control) => !control.value.trim());
  }

  isChanged(column) {
    return this.text(column) !== this.base[column];
  }

  get changed() {
    return this.controls.flatMap((_, column) => (this.isChanged(column) ? [column] : []));
  }

  get isDirty() {
    return this.changed.length > 0 && !this.isBlank;
  }

  isFixed(column) {
    const { told, onlyNew } = this.sheet.columns[column];
    return told || (onlyNew && Boolean(this.id));
  }

  get isWrong() {
    return Boolean(this.tr.querySelector(".cell-note.is-wrong, .cell-note.is-conflict")) || Boolean(this.message);
  }

  // What the server said about the row, in its first column; else what the row is.
  show() {
    const dirty = this.isDirty;
    this.controls.forEach((control, column) => control.parentElement.classList.toggle("is-changed", dirty && this.isChanged(column)));
    const state = this.conflicts.size ? "conflict" : this.isWrong && dirty ? "wrong" : dirty ? (this.id ? "changed" : "new") : this.state === "saved" ? "saved" : "";
    this.tr.dataset.state = state;
    this.tr.querySelector(".row-state").textContent = this.message || (state ? texts[state] : "");
  }

  note(column, kind, ...content) {
    this.unnote(column);
    const control = this.controls[column];
    const note = element("div", `cell-note is-${kind}`);
    note.id = `cell-note-${++notes}`;
    note.append(...content);
    control.parentElement.append(note);
    control.setAttribute("aria-describedby", note.id);
    if (kind === "wrong" || kind === "conflict") control.setAttribute("aria-invalid", "true");
  }

  unnote(column) {
    const control = this.controls[column];
    control.parentElement.querySelectorAll(".cell-note").forEach((note) => note.remove());
    control.removeAttribute("aria-describedby");
    control.removeAttribute("aria-invalid");
    this.conflicts.delete(column);
  }

  unnoteAll() {
    this.controls.forEach((_, column) => this.unnote(column));
    this.message = "";
  }

  // The record that the row is now: `cells` by column name.
  become({ id, version, href, cells }, sent) {
    this.key = randomKey();
    this.sheet.columns.forEach(({ name }, column) => {
      const wasSent = sent[name] ?? this.base[column];
      if (this.text(column) === wasSent) this.controls[column].value = cells[name];
      this.base[column] = cells[name];
    });
    this.unnoteAll();
    this.version = String(version);
    this.id = String(id);
    this.sheet.head(this, href);
    this.state = "saved";
  }
}

export class Sheet {
  constructor(form) {
    this.form = form;
    this.table = form.querySelector("table");
    this.body = this.table.tBodies[0];
    this.columns = [...this.table.querySelectorAll("th[data-column]")].map(({ dataset, textContent }) => ({
      name: dataset.column,
      label: textContent.trim(),
      kind: dataset.kind,
      initial: dataset.initial,
      suggests: dataset.suggests,
      told: "told" in dataset,
      onlyNew: "onlyNew" in dataset,
      once: "once" in dataset,
      words: [...(document.getElementById(`words-${dataset.column}`)?.options ?? [])].map((option) => option.value),
    }));
    for (const control of this.body.querySelectorAll("[list]")) control.removeAttribute("list");
    this.rows = [...this.body.rows].map((tr) => new Row(this, tr));
    this.pattern = this.rows.at(-1).tr.cloneNode(true);
    this.rows.forEach((row) => row.show());
  }

  get dirty() {
    return this.rows.filter((row) => row.isDirty);
  }

  place(control) {
    const row = this.rows.findIndex(({ tr }) => tr.contains(control));
    const column = row < 0 ? -1 : this.rows[row].controls.indexOf(control);
    return column < 0 ? null : { row, column };
  }

  rowOf({ key = randomKey(), id = "", version = "", href = "", base = {} } = {}) {
    const tr = this.pattern.cloneNode(true);
    const number = this.rows.length + 1;
    tr.dataset.row = key;
    const row = new Row(this, tr);
    this.columns.forEach(({ name, label }, column) => {
      const control = row.controls[column];
      control.value = row.base[column] = base[name] ?? "";
      control.setAttribute("aria-label", `${label} · ${number}`);
      control.tabIndex = -1;
    });
    Object.assign(row, { id: String(id), version: String(version) });
    this.body.append(tr);
    this.rows.push(row);
    this.head(row, href);
    return row;
  }

  head(row, href) {
    const head = row.tr.cells[0];
    const number = this.rows.indexOf(row) + 1;
    head.querySelector("a, .faint")?.remove();
    const shown = element(row.id ? "a" : "span", row.id ? "" : "faint", String(number));
    if (row.id) {
      Object.assign(shown, { href, target: "_blank", rel: "noopener", tabIndex: -1 });
      shown.setAttribute("aria-label", fill(texts.openRow, { number }));
    }
    head.prepend(shown);
    this.columns.forEach((_, column) => (row.controls[column].readOnly = row.isFixed(column)));
  }

  growTo(count) {
    while (this.rows.length < count) this.rowOf();
  }

  keepBlankRows() {
    const last = this.rows.findLastIndex((row) => !row.isBlank);
    this.growTo(last + 1 + BLANK_ROWS);
  }
}
