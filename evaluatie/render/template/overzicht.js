// Search and sort in the list of reports. The only script of this suite; without it the list is complete and in order.
(() => {
  "use strict";
  const table = document.querySelector("table.sorteerbaar");
  const box = document.querySelector(".zoeken");
  const field = box.querySelector("input");
  const count = box.querySelector("output");
  const rows = [...table.tBodies[0].rows];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const search = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => plain(row.textContent).includes(word));
      shown += !row.hidden;
    }
    count.textContent = words.length ? `${shown} van ${rows.length} gevonden` : "";
  };

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.waarde === undefined ? cell.textContent.trim() : cell.dataset.waarde;
  };
  const numeric = (column) => rows.some((row) => row.cells[column].dataset.waarde !== undefined);

  const sort = (head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const compare = numeric(column)
      ? (a, b) => Number(a) - Number(b)
      : (a, b) => a.localeCompare(b, "nl", { numeric: true });
    const ordered = [...rows].sort((one, other) => {
      const a = key(one, column), b = key(other, column);
      if (a === "" || b === "") return (a === "") - (b === ""); // what is unknown stands last, both ways
      return down ? compare(b, a) : compare(a, b);
    });
    table.tBodies[0].append(...ordered);
  };

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });
  field.addEventListener("input", search);
  box.hidden = false;
})();
