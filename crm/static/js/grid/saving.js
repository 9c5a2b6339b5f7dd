// Sends changed rows and shows what became of each. What could not be sent stays, and is sent again by itself.

import { counted, element, fill, texts } from "./sheet.js";

const RETRY = 15_000;
const CHECK_AFTER = 700;

class SignedOut extends Error {}
class OtherAccount extends Error {}
class Refused extends Error {}

export class Saving {
  constructor(sheet, { news, settled, goTo }) {
    Object.assign(this, { sheet, news, settled, goTo });
    this.unchecked = new Set();
    addEventListener("online", () => this.again?.());
  }

  // --- what is sent

  cellsOf(row) {
    const changed = row.id ? row.changed : this.sheet.columns.flatMap((_, column) => (row.text(column).trim() ? [column] : []));
    return Object.fromEntries(changed.filter((column) => !row.isFixed(column)).map((column) => [this.sheet.columns[column].name, row.text(column)]));
  }

  async post(rows, mode) {
    const sent = new Map(rows.map((row) => [row.key, { row, cells: this.cellsOf(row) }]));
    const body = new URLSearchParams({ mode });
    for (const control of this.sheet.form.querySelectorAll(".sheet-bar input:checked")) body.set(control.name, control.value);
    for (const [key, { row, cells }] of sent) {
      for (const [name, value] of Object.entries({ id: row.id, version: row.version, ...cells })) body.set(`${key}:${name}`, value);
    }
    return { answer: await this.send(body), sent };
  }

  async send(body, isRepeated = false) {
    const token = this.sheet.form.elements.csrf_token;
    body.set("csrf_token", token.value);
    const answer = await fetch(location.href, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.ok && isJson) return answer.json();
    if (answer.type === "opaqueredirect") throw new SignedOut();
    if (answer.status === 400 && !isRepeated) {
      token.value = await this.freshToken();
      return this.send(body, true);
    }
    throw new Refused(answer.status === 413 ? texts.tooLarge : texts.failed);
  }

  // After signing in anew, in another tab, this page's token is an old one.
  async freshToken() {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (!answer.ok) throw new SignedOut();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.body.dataset.actor !== document.body.dataset.actor) throw new OtherAccount();
    return page.querySelector("meta[name=csrf-token]").content;
  }

  // --- saving

  async save(mode) {
    const dirty = this.sheet.dirty;
    const open = dirty.filter((row) => row.conflicts.size);
    const rows = mode === "good" ? dirty.filter((row) => !row.conflicts.size) : dirty;
    if (!rows.length && !open.length) return this.news(texts.nothing);
    if (!rows.length || (mode === "all" && open.length)) return this.needsYou("refused", open.length);
    if (this.isSaving) return;
    this.isSaving = true;
    clearTimeout(this.timer);
    this.again = null;
    this.news(texts.saving);
    try {
      const { answer, sent } = await this.post(rows, mode);
      for (const [key, told] of Object.entries(answer.rows)) this.show(sent.get(key), told);
      this.settled({ saved: answer.saved });
      this.report(answer, open.length);
    } catch (error) {
      this.explain(error, mode, dirty.length);
    } finally {
      this.isSaving = false;
    }
  }

  show({ row, cells }, told) {
    if (told.state === "saved") row.become(told, cells);
    else {
      row.unnoteAll();
      if (told.state === "conflict") this.showConflict(row, told);
      this.showErrors(row, told);
    }
    row.show();
  }

  showErrors(row, { errors, understood }) {
    this.sheet.columns.forEach(({ name }, column) => {
      if (errors[name]) row.note(column, "wrong", errors[name]);
      else if (understood[name] && !row.conflicts.has(column)) row.note(column, "read", fill(texts.understood, { text: understood[name] }));
    });
    if (errors[""]) row.message = errors[""];
  }

  // Somebody else saved the row. What only they changed is taken over and said; what both changed is chosen cell by cell.
  showConflict(row, { version, cells, by, at }) {
    row.version = String(version);
    this.sheet.columns.forEach(({ name }, column) => {
      const theirs = cells[name];
      const base = row.base[column];
      const isMine = row.isChanged(column);
      row.base[column] = theirs;
      if (!isMine) {
        if (base === theirs) return;
        row.controls[column].value = theirs;
        row.note(column, "theirs", fill(texts.nowTheirs, { name: by }));
      } else if (base !== theirs && row.text(column) !== theirs) {
        row.note(column, "conflict", element("span", "", fill(texts.theirs, { name: by, text: theirs || "—" })), ...this.choice(row, column, theirs));
        row.conflicts.add(column);
      }
    });
    row.message = row.conflicts.size ? fill(texts.changedBy, { name: by, time: at }) : fill(texts.lookAgain, { name: by });
  }

  choice(row, column, theirs) {
    const button = (label, take) => {
      const made = element("button", "btn btn-sm btn-plain", label);
      made.type = "button";
      made.addEventListener("click", () => {
        if (take) row.controls[column].value = theirs;
        row.unnote(column);
        if (!row.conflicts.size) row.message = "";
        row.show();
        this.settled({ saved: 0 });
        row.controls[column].focus();
      });
      return made;
    };
    return [button(texts.takeTheirs, true), button(texts.takeMine, false)];
  }

  report({ rows, saved, undo }, open) {
    const wrong = Object.values(rows).filter(({ state }) => state === "wrong" || state === "conflict").length + open;
    if (!saved && wrong) return this.needsYou("refused", wrong);
    const actions = undo ? [{ label: texts.undoSave, run: () => this.undoSave(undo) }] : [];
    if (wrong) actions.push({ label: texts.nextWrong, run: () => this.goTo(".is-wrong, .is-conflict") });
    this.news([counted("savedRows", saved), wrong ? counted("left", wrong) : ""].join(" "), { actions, wrong: wrong > 0 });
  }

  needsYou(name, count) {
    this.news(counted(name, count), { wrong: true, actions: [{ label: texts.nextWrong, run: () => this.goTo(".is-wrong, .is-conflict") }] });
    this.goTo(".is-wrong, .is-conflict");
  }

  undoSave(changes) {
    const { undo, back } = this.sheet.form.dataset;
    const form = element("form");
    Object.assign(form, { method: "post", action: undo, hidden: true });
    for (const [name, value] of Object.entries({ changes, back, csrf_token: this.sheet.form.elements.csrf_token.value })) {
      const input = Object.assign(element("input"), { type: "hidden", name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }

  explain(error, mode, count) {
    const retry = { label: texts.retry, run: () => this.save(mode) };
    if (error instanceof SignedOut) {
      const signIn = { label: texts.signIn, run: () => open("/sign-in", "_blank", "noopener") };
      return this.news(counted("signedOut", count), { wrong: true, actions: [signIn, retry] });
    }
    if (error instanceof OtherAccount) return this.news(texts.otherAccount, { wrong: true });
    if (error instanceof Refused) return this.news(error.message, { wrong: true, actions: [retry] });
    if (!(error instanceof TypeError)) throw error; // fetch says so when there is no connection
    this.again = () => this.save(mode);
    this.timer = setTimeout(() => this.again?.(), RETRY);
    this.news(counted("offline", count), { actions: [retry] });
  }

  // --- how cells are read, soon after they were typed

  checkSoon(rows) {
    rows.forEach((row) => this.unchecked.add(row));
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.check(), CHECK_AFTER);
  }

  async check() {
    const rows = [...this.unchecked].filter((row) => row.isDirty && !row.conflicts.size);
    this.unchecked.clear();
    if (!rows.length || this.isSaving) return;
    try {
      const { answer, sent } = await this.post(rows, "check");
      if (this.isSaving) return;
      for (const [key, told] of Object.entries(answer.rows)) this.showReading(sent.get(key), told);
      this.settled({ saved: 0 });
    } catch {
      // saving will tell
    }
  }

  showReading({ row, cells }, { state, errors, understood }) {
    if (state === "conflict") return;
    this.sheet.columns.forEach(({ name }, column) => {
      if (!(name in cells) || row.text(column) !== cells[name] || !cells[name].trim()) return;
      if (errors[name]) row.note(column, "wrong", errors[name]);
      else if (understood[name]) row.note(column, "read", fill(texts.understood, { text: understood[name] }));
    });
    row.show();
  }
}
