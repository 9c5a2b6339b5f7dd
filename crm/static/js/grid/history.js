// What was typed and is not saved yet, step by step, to take back and to do again.

export class History {
  constructor(sheet, changed) {
    this.sheet = sheet;
    this.changed = changed;
    this.done = [];
    this.undone = [];
  }

  // Write texts into cells, [[row, column, text]], as one step. A blank row that begins gets what a new row begins with.
  write(cells) {
    const wanted = cells.filter(([row, column]) => !row.isFixed(column));
    const begun = new Set(wanted.filter(([row, , text]) => row.isBlank && text.trim()).map(([row]) => row));
    for (const row of begun) {
      this.sheet.columns.forEach(({ initial }, column) => {
        if (initial && !wanted.some(([one, at]) => one === row && at === column)) wanted.push([row, column, initial]);
      });
    }
    this.keep(wanted.map(([row, column, text]) => ({ row, column, before: row.text(column), after: this.fitting(row, column, text) })));
    return cells.length - cells.filter(([row, column]) => !row.isFixed(column)).length;
  }

  // A step that has happened in the cell itself.
  keep(step) {
    const changes = step.filter(({ before, after }) => before !== after);
    if (!changes.length) return;
    this.done.push(changes);
    this.undone = [];
    this.apply(changes, "after");
  }

  fitting(row, column, text) {
    const plain = text.replace(/\r\n?/g, "\n");
    return row.controls[column].matches("textarea") ? plain : plain.replace(/\s*\n\s*/g, " ");
  }

  apply(changes, side) {
    for (const change of changes) {
      change.row.controls[change.column].value = change[side];
      change.row.unnote(change.column);
      change.row.message = "";
    }
    this.sheet.keepBlankRows();
    const rows = [...new Set(changes.map(({ row }) => row))];
    rows.forEach((row) => row.show());
    this.changed(rows);
  }

  undo() {
    return this.step(this.done, this.undone, "before");
  }

  redo() {
    return this.step(this.undone, this.done, "after");
  }

  step(from, to, side) {
    const changes = from.pop();
    if (!changes) return null;
    to.push(changes);
    this.apply(changes, side);
    return changes;
  }

  forget() {
    this.done = [];
    this.undone = [];
  }
}
