// Where the cursor stands, which cells are selected with it, and how it moves.

import { fill, texts } from "./sheet.js";

export class Selection {
  constructor(sheet, tell) {
    this.sheet = sheet;
    this.tell = tell;
    this.at = { row: 0, column: 0 }; // the cell that has the focus
    this.to = this.at; // the other corner of the range
    for (const row of sheet.rows) row.controls.forEach((control) => (control.tabIndex = -1));
    this.control.tabIndex = 0;
  }

  get row() {
    return this.sheet.rows[this.at.row];
  }

  get control() {
    return this.row.controls[this.at.column];
  }

  get range() {
    const [top, bottom] = [this.at.row, this.to.row].sort((a, b) => a - b);
    const [left, right] = [this.at.column, this.to.column].sort((a, b) => a - b);
    return { top, bottom, left, right };
  }

  // [[row, column]] of the range, by rows.
  get cells() {
    const { top, bottom, left, right } = this.range;
    return this.sheet.rows.slice(top, bottom + 1).map((row) => Array.from({ length: right - left + 1 }, (_, at) => [row, left + at]));
  }

  get isOne() {
    return this.at.row === this.to.row && this.at.column === this.to.column;
  }

  inside({ row, column }) {
    const clamp = (value, most) => Math.min(Math.max(value, 0), most);
    return { row: clamp(row, this.sheet.rows.length - 1), column: clamp(column, this.sheet.columns.length - 1) };
  }

  go(place, { select = true } = {}) {
    this.control.tabIndex = -1;
    this.at = this.to = this.inside(place);
    this.control.tabIndex = 0;
    this.show();
    this.control.focus();
    if (select) this.control.select();
  }

  extend(place) {
    this.to = this.inside(place);
    this.show();
    this.sheet.rows[this.to.row].tr.cells[this.to.column + 1].scrollIntoView({ block: "nearest", inline: "nearest" });
    const { top, bottom, left, right } = this.range;
    this.tell(fill(texts.selected, { rows: bottom - top + 1, columns: right - left + 1 }), { quiet: true });
  }

  show() {
    for (const td of this.sheet.body.querySelectorAll(".is-selected, .is-active")) td.classList.remove("is-selected", "is-active");
    if (!this.isOne) this.cells.flat().forEach(([row, column]) => row.controls[column].parentElement.classList.add("is-selected"));
    this.control.parentElement.classList.add("is-active");
  }

  step(rows, columns, from = this.at) {
    return { row: from.row + rows, column: from.column + columns };
  }

  // As Ctrl+arrow in Excel: to the end of the filled block, or over the gap to the next one.
  jump(rows, columns, from = this.at) {
    const filled = ({ row, column }) => Boolean(this.sheet.rows[row].text(column));
    const same = (a, b) => a.row === b.row && a.column === b.column;
    let place = from;
    let next = this.inside(this.step(rows, columns, place));
    const over = !filled(place) || !filled(next);
    while (!same(place, next)) {
      if (!over && !filled(next)) break;
      place = next;
      if (over && filled(place)) break;
      next = this.inside(this.step(rows, columns, place));
    }
    return place;
  }
}
