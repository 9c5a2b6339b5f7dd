// Blocks of cells as Excel copies them: tabs between cells, lines between rows, quotes around what holds either.

export function parse(text) {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"(?=[\t\r\n]|$)|[^\t\r\n]*)(\t|\r\n|\n|\r|$)/y;
  while (cell.lastIndex < text.length) {
    const [, written, end] = cell.exec(text);
    rows.at(-1).push(written.startsWith('"') && written.endsWith('"') && written.length > 1 ? written.slice(1, -1).replaceAll('""', '"') : written);
    if (end === "\t" && cell.lastIndex === text.length) rows.at(-1).push("");
    if (end && end !== "\t" && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

const quoted = (text) => (/[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const write = (rows) => rows.map((row) => row.map(quoted).join("\t")).join("\n");
