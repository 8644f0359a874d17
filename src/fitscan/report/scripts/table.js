// The table of points: sorted by a column, filtered by a text or a status, drawn a page at a time.
const PAGE = 100;
const MOST_PRINTED = 250;

function makeTable(scan) {
  const root = document.getElementById(scan.id + "-points");
  const body = root.querySelector("tbody");
  const find = root.querySelector("input");
  const status = root.querySelector("select");
  const found = root.querySelector(".found");
  const [previous, next] = root.querySelectorAll(".pager button");
  const count = scan.columns.name.length;
  const texts = scan.columns.name.map((name, i) =>
    [name, scan.columns.message[i], ...scan.labels.map(([key]) => scan.columns[key][i])]
      .join(" ").toLowerCase());
  let order = [...texts.keys()];
  let shown = order;
  let first = 0;
  let selected = -1;

  function fits(i) {
    if (!texts[i].includes(find.value.trim().toLowerCase())) return false;
    const [kind, wanted] = status.value.split(":");
    const ok = scan.columns.status[i] === "ok";
    if (kind === "status") return scan.columns.status[i] === wanted;
    if (kind === "flagged") return scan.flagged.includes(i);
    if (kind === "excluded") return ok && scan.excludes("CLs_obs", i);
    if (kind === "kept") return ok && !scan.excludes("CLs_obs", i);
    return true;
  }

  function cell(key, kind, i, text) {
    if (kind === "name") {
      const head = element("th", text);
      head.scope = "row";
      return head;
    }
    const made = element("td");
    const bold = kind === "CLs" && scan.excludes(key, i);
    if (bold) made.append(element("b", text)); else made.textContent = text;
    if (kind === "status") {
      if (scan.columns.status[i] !== "ok") made.className = "warn";
      if (scan.columns.message[i]) made.append(element("small", scan.columns.message[i]));
    }
    if (kind === "audit" && scan.flagged.includes(i)) made.className = "warn";
    return made;
  }

  function rows(points) {
    const columns = scan.table.map(([key, kind]) => {
      const values = points.map((i) => scan.columns[key][i]);
      if (kind === "name" || kind === "audit") return values;
      if (kind === "status") return values.map(words);
      return aligned(values.map(kind === "label" ? labelText : (v) => significant(v)));
    });
    return points.map((i, n) => {
      const row = element("tr");
      row.append(...scan.table.map(([key, kind], c) => cell(key, kind, i, columns[c][n])));
      if (i === selected) row.setAttribute("aria-current", "true");
      return row;
    });
  }

  function draw() {
    const last = Math.min(first + PAGE, shown.length);
    body.replaceChildren(...rows(shown.slice(first, last)));
    const all = shown.length === count ? "" : ` of ${count}`;
    found.textContent = shown.length > PAGE
      ? `${first + 1}–${last} of ${shown.length} points` + (all && ` (${count} in all)`)
      : `${shown.length}${all} points`;
    previous.disabled = first === 0;
    next.disabled = last === shown.length;
    root.querySelector(".pager").hidden = shown.length <= PAGE;
  }

  function filter() {
    shown = order.filter(fits);
    first = 0;
    draw();
  }

  function sortBy(head, key) {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    root.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const values = scan.columns[key];
    const sign = ascending ? 1 : -1;
    // Equal values keep the order of the grid, missing ones come last either way.
    order = [...texts.keys()].sort((a, b) => {
      const [p, q] = [values[a], values[b]];
      if (p === null || q === null) return (p === null) - (q === null) || a - b;
      if (p === q) return a - b;
      if (typeof p === "number" && typeof q === "number") return sign * (p - q);
      return sign * String(p).localeCompare(String(q), "en", { numeric: true });
    });
    filter();
  }

  function turn(step) {
    first += step * PAGE;
    draw();
    root.querySelector(".frame").scrollTop = 0;
  }

  for (const head of root.querySelectorAll("th[data-key]")) {
    const button = element("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sortBy(head, head.dataset.key));
    head.append(button);
  }
  find.addEventListener("input", filter);
  status.addEventListener("change", filter);
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  addEventListener("beforeprint", () => {
    root.open = count <= MOST_PRINTED || root.open;
    body.replaceChildren(...rows(shown.slice(0, MOST_PRINTED)));
  });
  addEventListener("afterprint", draw);
  root.querySelector(".controls").hidden = false;
  draw();

  return {
    // Mark the row of a point, on the page of the table where it is.
    select(i) {
      selected = i;
      if (!shown.includes(i)) {
        find.value = status.value = "";
        shown = order;
      }
      first = PAGE * Math.floor(shown.indexOf(i) / PAGE);
      root.open = true;
      draw();
      const [row, frame] = [body.querySelector("[aria-current]"), root.querySelector(".frame")];
      frame.scrollTop = row.offsetTop - frame.clientHeight / 2;
    },
    reveal() {
      root.querySelector(".frame").focus({ preventScroll: true });
      body.querySelector("[aria-current]").scrollIntoView({ block: "center" });
    },
  };
}
