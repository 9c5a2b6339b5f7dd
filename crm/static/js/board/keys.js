// Arrow keys, and j and k of keys.js, go from card to card and from lane to lane; "m" there opens the form of the card.

const STEPS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
const linksOf = (lane) => [...lane.querySelectorAll("[data-deal] .who a:first-child")];

export function followKeys(board, lanes) {
  board.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!event.target.closest("form") && go(event.target.closest("[data-deal]"), step)) event.preventDefault();
  });

  document.addEventListener("rows:move", (event) => go(document.activeElement.closest("[data-deal]"), [event.detail, 0]));

  function go(card, step) {
    const next = neighbour(card, step);
    next?.focus();
    next?.closest("[data-deal]").scrollIntoView({ block: "nearest", inline: "nearest" });
    return Boolean(next);
  }

  // The next card; beside it, the one at the same height of the next lane that has any. From the board itself: the first.
  function neighbour(card, [down, across]) {
    const filled = lanes.all.map(linksOf).filter((links) => links.length);
    if (!card) return filled[0]?.[0];
    const column = filled.findIndex((links) => links.some((link) => card.contains(link)));
    const row = filled[column].findIndex((link) => card.contains(link));
    const links = filled[column + across];
    return links?.[across ? Math.min(row, links.length - 1) : row + down];
  }
}
