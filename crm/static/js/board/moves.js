// Moving a card: by dragging it, or by the form that opens within it. A refused move puts the card back and says why.

const token = () => document.querySelector('meta[name="csrf-token"]').content;

export function followMoves(board, lanes) {
  const addressOf = (id) => board.dataset.move.replace("/0/", `/${id}/`);

  async function send(id, data) {
    data.set("back", lanes.address({ told: true }));
    const answer = await fetch(addressOf(id), { method: "POST", body: data, headers: { "X-CSRFToken": token() } });
    if (answer.ok) {
      await lanes.take(answer);
      return "";
    }
    const text = await answer.text();
    if (answer.status === 409) await lanes.renew();
    if (![409, 422].includes(answer.status) || !text.includes("data-move-form")) throw new Error(text);
    return text;
  }

  // --- the form within the card

  function close(card) {
    card.querySelector("[data-move-form]")?.remove();
    card.classList.remove("is-moving");
  }

  function show(id, html) {
    const card = lanes.card(id);
    if (!card) return lanes.say(board.dataset.gone);
    for (const other of board.querySelectorAll(".is-moving")) close(other);
    card.insertAdjacentHTML("beforeend", html);
    card.classList.add("is-moving");
    const form = card.querySelector("form");
    (form.querySelector("[aria-invalid=true]") ?? form.elements.stage).focus();
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  async function open(id) {
    const answer = await fetch(addressOf(id));
    if (answer.redirected || !answer.ok) return location.reload();
    show(id, await answer.text());
  }

  async function submit(form) {
    const card = form.closest("[data-deal]");
    const data = new FormData(form);
    const id = card.dataset.deal;
    card.classList.remove("is-moving");
    form.remove(); // so that its lane may be renewed
    try {
      const refused = await send(id, data);
      if (refused) show(id, refused);
      else (lanes.card(id)?.querySelector(".who a") ?? document.getElementById(`lane-${data.get("stage")}-name`))?.focus();
    } catch {
      card.classList.add("is-moving");
      card.append(form);
      lanes.say(board.dataset.failed);
    }
  }

  board.addEventListener("click", (event) => {
    const link = event.target.closest(".move");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open(link.closest("[data-deal]").dataset.deal);
    } else if (event.target.closest("[data-cancel]")) {
      leave(event.target.closest("[data-deal]"));
    }
  });

  function leave(card) {
    close(card);
    lanes.focus(card.id);
  }

  board.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-move-form]");
    if (!form || event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") leave(form.closest("[data-deal]"));
    else if (event.key === "Enter" && event.target.matches("select")) form.requestSubmit();
    else return;
    event.preventDefault();
  });

  board.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-move-form]")) return;
    event.preventDefault();
    submit(event.target);
  });

  document.addEventListener("board:move", () => {
    const card = document.activeElement.closest("[data-deal]");
    if (card) open(card.dataset.deal);
  });

  // --- taking it back

  document.querySelector(".toasts").addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    data.set("back", lanes.address({ told: true }));
    await lanes.take(await fetch(event.target.action, { method: "POST", body: data }));
  });

  // --- dragging

  async function drop({ item, from, to, oldIndex }) {
    lanes.dragging = false;
    const stage = to.closest("[data-lane]").dataset.lane;
    const back = () => from.insertBefore(item, from.children[oldIndex] ?? null);
    if (to === from) return;
    const data = new FormData();
    const told = { stage, status: item.dataset.status, happened_on: board.dataset.today, version: item.dataset.version };
    for (const [name, value] of Object.entries(told)) data.set(name, value);
    item.classList.add("is-saving");
    try {
      const refused = await send(item.dataset.deal, data);
      if (!refused) return;
      if (item.isConnected) back();
      show(item.dataset.deal, refused);
    } catch {
      back();
      lanes.say(board.dataset.failed);
    } finally {
      item.classList.remove("is-saving");
    }
  }

  function draggable(lane) {
    new Sortable(lane.querySelector("ol"), {
      group: "deals",
      sort: false,
      draggable: "[data-deal]",
      filter: "form, .move",
      preventOnFilter: false,
      delay: 250,
      delayOnTouchOnly: true,
      animation: 120,
      forceAutoScrollFallback: true,
      scrollSensitivity: 80,
      scrollSpeed: 16,
      onStart: () => (lanes.dragging = true),
      onEnd: drop,
    });
  }

  addEventListener("DOMContentLoaded", () => lanes.all.forEach(draggable));
  if (globalThis.Sortable) lanes.all.forEach(draggable);
  board.addEventListener("lane:shown", (event) => draggable(event.target));
}
