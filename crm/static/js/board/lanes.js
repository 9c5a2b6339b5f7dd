// The lanes as they were read, and their renewal: only those that changed, and none in which somebody is at work.

const POLL = 3000;
const PARTS = ["#board-lede", "#board-stale", "#funnel"];

export class Lanes {
  constructor(board) {
    this.board = board;
    this.dragging = false;
    this.asking = false;
    board.addEventListener("click", (event) => this.onMore(event));
  }

  get all() {
    return [...this.board.querySelectorAll("[data-lane]")];
  }

  card(id) {
    return document.getElementById(`deal-${id}`);
  }

  // What this page has, as the server reads it: stage.number.cards. `wanted`: {stage: cards} to be loaded anew.
  address(options = {}) {
    const address = new URL(this.board.dataset.lanes, location.href);
    const seen = this.all.map(({ dataset: { lane, number, cards } }) => {
      const more = options.wanted?.[lane];
      return more ? `${lane}.0.${more}` : `${lane}.${number}.${cards}`;
    });
    address.searchParams.set("seen", seen.join(","));
    if (options.told) address.searchParams.set("told", "1");
    return address.pathname + address.search;
  }

  async renew(options = {}) {
    const answer = await fetch(this.address(options));
    await this.take(answer);
  }

  // The parts of an answer in the place of those that they renew. Signed out, it is another page: then show that.
  async take(answer) {
    if (answer.status === 204) return;
    const path = new URL(answer.url).pathname;
    if (!answer.ok || path !== new URL(this.board.dataset.lanes, location.href).pathname) return location.reload();
    const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement.closest?.("[data-deal]")?.id;
    for (const fresh of parts.querySelectorAll("[data-lane]")) this.replace(fresh);
    for (const selector of PARTS) {
      const fresh = parts.querySelector(selector);
      if (fresh) document.querySelector(selector)?.replaceWith(fresh);
    }
    for (const toast of parts.querySelectorAll("[data-toast]")) this.tell(toast);
    if (focused && !this.board.contains(document.activeElement)) this.focus(focused);
  }

  replace(fresh) {
    const lane = document.getElementById(fresh.id);
    if (!lane || this.dragging || lane.querySelector("[data-move-form]")) return; // its number stays: the next look brings it
    lane.replaceWith(fresh);
    fresh.dispatchEvent(new CustomEvent("lane:shown", { bubbles: true }));
  }

  tell(toast) {
    const toasts = document.querySelector(".toasts");
    toasts.replaceChildren(toast);
    toast.dispatchEvent(new CustomEvent("toast:shown", { bubbles: true }));
  }

  say(text) {
    const toast = document.createElement("div");
    toast.className = "toast-line";
    toast.dataset.toast = "";
    const words = document.createElement("span");
    words.textContent = text;
    toast.append(words);
    this.tell(toast);
  }

  focus(id) {
    document.querySelector(`#${id} .who a`)?.focus({ preventScroll: true });
  }

  watch() {
    setInterval(() => this.look(), POLL);
    document.addEventListener("visibilitychange", () => this.look());
  }

  async look() {
    if (document.hidden || this.dragging || this.asking) return;
    this.asking = true;
    try {
      await this.renew();
    } catch {
      // not reached: the next look tries again
    } finally {
      this.asking = false;
    }
  }

  async onMore(event) {
    const link = event.target.closest("[data-more]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { lane, cards } = link.closest("[data-lane]").dataset;
    await this.renew({ wanted: { [lane]: link.dataset.more } });
    document.querySelectorAll(`#lane-${lane} .deal .who a:first-child`)[Number(cards)]?.focus();
  }
}
