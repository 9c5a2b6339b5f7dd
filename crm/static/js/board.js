// The board of deals: cards are dragged or moved by a form within the card, and what others move appears by itself.

import { followKeys } from "./board/keys.js";
import { Lanes } from "./board/lanes.js";
import { followMoves } from "./board/moves.js";

const board = document.querySelector("[data-board]");
const lanes = new Lanes(board);

if ("movable" in board.dataset) followMoves(board, lanes);
followKeys(board, lanes);
lanes.watch();
