// The bell: a menu with the newest notices instead of the way to their page, and a badge that keeps up while the tab is
// looked at. Without this script it is a link.

const POLL = 30_000;
const link = document.querySelector("[data-bell]");
const badge = link.querySelector("[data-badge]");
const { count, latest } = link.dataset;
const menu = document.createElement("details");
const summary = document.createElement("summary");
const list = document.createElement("div");
let asked = Date.now();

menu.className = "menu";
summary.className = link.className;
summary.setAttribute("aria-label", link.getAttribute("aria-label"));
summary.append(...link.childNodes);
list.className = "menu-list notice-menu is-right";
menu.append(summary, list);
link.replaceWith(menu);

// The answer; null where there is none: no network, or signed out in the meantime, which the next click will tell.
async function ask(address, accept) {
  const answer = await fetch(address, { headers: { Accept: accept } }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer : null;
}

menu.addEventListener("toggle", async () => {
  if (!menu.open) return list.replaceChildren(); // what is replaced under a click on it takes the click along
  const answer = await ask(latest, "text/html");
  if (!answer) return location.assign(link.href);
  list.innerHTML = await answer.text(); // a part of a page of ours, escaped by its template
});

async function refresh() {
  if (document.visibilityState !== "visible" || Date.now() - asked < POLL) return;
  asked = Date.now();
  const told = await (await ask(count, "application/json"))?.json();
  if (!told) return;
  badge.textContent = told.badge;
  badge.hidden = !told.badge;
  summary.setAttribute("aria-label", told.label);
}

setInterval(refresh, POLL);
document.addEventListener("visibilitychange", refresh);
