// Rows that are not saved outlive a reload or a crash: in this browser, for this account and this grid, for a week.

const WAIT = 250;

function attempt(action) {
  try {
    return action();
  } catch {
    return null; // storage is switched off or full: then nothing is kept, and everything else works
  }
}

export class Draft {
  constructor(sheet, name) {
    this.sheet = sheet;
    this.key = `draft:${document.body.dataset.actor ?? ""}:grid-${name}`; // form.js clears these when somebody signs out
    this.own = new Set();
    this.left = false;
    addEventListener("pagehide", () => this.keep());
    document.addEventListener("submit", (event) => (this.left ||= "forgetDrafts" in event.target.dataset));
  }

  keepSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), WAIT);
  }

  load() {
    return attempt(() => JSON.parse(localStorage.getItem(this.key)));
  }

  // Only this page's rows are written anew: another tab keeps its own.
  keep() {
    if (this.left) return;
    const rows = this.load()?.rows ?? {};
    for (const key of this.own) delete rows[key];
    const dirty = this.sheet.dirty;
    for (const row of dirty) rows[row.key] = this.written(row);
    this.own = new Set(dirty.map(({ key }) => key));
    attempt(() => (Object.keys(rows).length ? localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), rows })) : localStorage.removeItem(this.key)));
  }

  written(row) {
    const texts = (of) => Object.fromEntries(this.sheet.columns.map(({ name }, column) => [name, of(column)]));
    const changed = new Set(row.changed);
    return {
      id: row.id,
      version: row.version,
      href: row.tr.querySelector("th a")?.getAttribute("href") ?? "",
      base: texts((column) => row.base[column] ?? ""),
      cells: Object.fromEntries([...changed].map((column) => [this.sheet.columns[column].name, row.text(column)])),
    };
  }

  // Puts back what was kept; the versions come along, so that the server still sees a conflict.
  restore() {
    const draft = this.load();
    if (!draft?.rows) return null;
    let count = 0;
    for (const [key, kept] of Object.entries(draft.rows)) {
      const row = this.rowFor(key, kept);
      this.sheet.columns.forEach(({ name }, column) => {
        if (!(name in kept.cells)) return;
        if (row.text(column) === kept.cells[name]) return (row.base[column] = row.text(column));
        row.base[column] = kept.base[name];
        row.controls[column].value = kept.cells[name];
      });
      if (row.isDirty) count += 1;
      this.own.add(row.key);
      row.show();
    }
    this.sheet.keepBlankRows();
    this.keep();
    return count ? { count, at: new Date(draft.at) } : null;
  }

  rowFor(key, kept) {
    const there = kept.id && this.sheet.rows.find(({ id }) => id === kept.id);
    const blank = !kept.id && this.sheet.rows.find((row) => row.isBlank);
    const row = there || blank || this.sheet.rowOf(kept);
    row.tr.dataset.row = row.key = key;
    row.version = kept.version;
    return row;
  }
}
