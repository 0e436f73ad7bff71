"use strict";
// Sorting, filtering and paging of the table of studies. Without it the table is whole.
(() => {
  const PAGE = 200;
  const table = document.getElementById("studies");
  const body = table.tBodies[0];
  const controls = document.getElementById("controls");
  const [words, status, count, back, on] = ["words", "status", "count", "back", "on"].map(
    (id) => document.getElementById(id));
  const rows = Array.from(body.rows, (row, place) => ({
    row, place, status: row.dataset.status, text: row.textContent.toLowerCase(),
    values: Array.from(row.cells, (cell) => cell.dataset.v ?? ""),
  }));
  const headings = Array.from(table.tHead.rows[0].cells);
  let found = rows;
  let page = 0;

  const show = () => {
    const pages = Math.max(Math.ceil(found.length / PAGE), 1);
    page = Math.min(Math.max(page, 0), pages - 1);
    const seen = new Set(found.slice(page * PAGE, (page + 1) * PAGE));
    for (const each of rows) each.row.hidden = !seen.has(each);
    const first = found.length ? page * PAGE + 1 : 0;
    const range = pages > 1 ? `${first} to ${page * PAGE + seen.size} of ` : "";
    count.textContent = `${range}${found.length} of ${rows.length} studies`;
    back.hidden = on.hidden = pages === 1;
    back.disabled = page === 0;
    on.disabled = page === pages - 1;
  };

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = rows.filter((each) => (!status.value || each.status === status.value)
      && wanted.every((word) => each.text.includes(word)));
    page = 0;
    show();
  };

  const compare = (column, isNumber, turn) => (one, other) => {
    const [a, b] = [one.values[column] ?? "", other.values[column] ?? ""];
    if ((a === "") !== (b === "")) return a === "" ? 1 : -1;  // what is absent comes last
    const order = isNumber ? a - b : a < b ? -1 : a > b ? 1 : 0;
    return turn * order || one.place - other.place;
  };

  const sort = (column) => {
    const heading = headings[column];
    const turn = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const each of headings) {
      if (each.dataset.kind) each.setAttribute("aria-sort", "none");
    }
    heading.setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
    rows.sort(compare(column, heading.dataset.kind === "number", turn));
    body.append(...rows.map((each) => each.row));
    filter();
  };

  headings.forEach((heading, column) => {
    if (!heading.dataset.kind) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(column));
    heading.append(button);
    heading.setAttribute("aria-sort", "none");
  });
  words.addEventListener("input", filter);
  status.addEventListener("change", filter);
  back.addEventListener("click", () => { page -= 1; show(); });
  on.addEventListener("click", () => { page += 1; show(); });
  window.addEventListener("beforeprint", () => { for (const each of found) each.row.hidden = false; });
  window.addEventListener("afterprint", show);
  controls.hidden = false;
  filter();
})();
