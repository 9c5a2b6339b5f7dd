// Lists whose rows can be ticked: the bar below appears with the first tick, Shift ticks a range, x the row at hand.

const bar = document.querySelector("[data-bulk]");
const texts = document.getElementById("texts")?.dataset ?? {};
const boxes = () => [...document.querySelectorAll("[data-rows] input[name=pick]")];
let last = null;

function show() {
  const all = boxes();
  const ticked = all.filter((box) => box.checked);
  const whole = bar.querySelector("[data-bulk-all]");
  bar.classList.toggle("is-on", ticked.length > 0 || Boolean(whole?.checked));
  bar.querySelector("[data-bulk-count]").textContent = (texts.ticked ?? "{count}").replace("{count}", ticked.length);
  const head = document.querySelector("[data-tick-all]");
  if (!head) return;
  head.checked = all.length > 0 && ticked.length === all.length;
  head.indeterminate = ticked.length > 0 && !head.checked;
}

function tick(box, on, { range = false } = {}) {
  const all = boxes();
  const [from, to] = [all.indexOf(range && last ? last : box), all.indexOf(box)].sort((a, b) => a - b);
  for (const one of all.slice(from, to + 1)) one.checked = on;
  last = box;
  show();
}

function tickAll(on) {
  for (const box of boxes()) box.checked = on;
  const whole = bar.querySelector("[data-bulk-all]");
  if (!on && whole) whole.checked = false;
  show();
}

if (bar) {
  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-rows] input[name=pick]")) tick(event.target, event.target.checked, { range: event.shiftKey });
    else if (event.target.matches("[data-tick-all]")) tickAll(event.target.checked);
    else if (event.target.closest("[data-bulk-none]")) tickAll(false);
    else if (event.target.matches("[data-bulk-all]")) show();
  });
  document.addEventListener("rows:tick", (event) => {
    const box = document.activeElement.closest("[data-rows] tbody tr")?.querySelector("input[name=pick]");
    if (box) tick(box, !box.checked, { range: event.detail.range });
  });
  addEventListener("pageshow", show); // ticks come back with the page
  show();
}
