// The table of points: sorted by a column, filtered by a text or a status. Of a long table only the
// rows in sight are in the page, and some more above and below.
const WHOLE = 150;
const AROUND = 10;
const MOST_PRINTED = 250;

const collator = new Intl.Collator("en", { numeric: true });

function makeTable(scan) {
  const root = document.getElementById(scan.id + "-points");
  const frame = root.querySelector(".frame");
  const space = frame.firstElementChild; // as high as all rows would be
  const table = frame.querySelector("table");
  const body = table.tBodies[0];
  const find = root.querySelector("input");
  const status = root.querySelector("select");
  const found = root.querySelector(".found");
  const count = scan.columns.name.length;
  const flagged = new Set(scan.flagged);
  const sought = scan.columns.name.map((name, i) =>
    [name, scan.columns.message[i], ...scan.labels.map(([key]) => scan.columns[key][i])]
      .join(" ").toLowerCase());
  // Heights of rows that were drawn, by point, in pixels; all others are as high as most that have
  // no message, or that have one.
  const heights = new Float64Array(count);
  const usual = [29, 46];
  const withMessage = (i) => Number(scan.columns.message[i] !== "");
  let order = [...sought.keys()];
  let shown = order;
  let [first, last] = [0, 0]; // the part of ``shown`` that is in the page
  let selected = -1;
  let texts = null;
  let printing = false;

  function fits(i) {
    if (!sought[i].includes(find.value.trim().toLowerCase())) return false;
    const [kind, wanted] = status.value.split(":");
    const ok = scan.columns.status[i] === "ok";
    if (kind === "status") return scan.columns.status[i] === wanted;
    if (kind === "flagged") return flagged.has(i);
    if (kind === "excluded") return scan.excludes("CLs_obs", i);
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
    if (kind === "audit" && flagged.has(i)) made.className = "warn";
    return made;
  }

  function rowOf(i, position) {
    const row = element("tr");
    row.append(...scan.table.map(([key, kind], c) => cell(key, kind, i, texts[c][i])));
    row.setAttribute("aria-rowindex", position + table.tHead.rows.length + 1);
    if (i === selected) row.setAttribute("aria-current", "true");
    return row;
  }

  // What all cells say; and a row that nobody sees, with the longest cell of each column, so that
  // columns are as wide whichever rows are in the page.
  function write() {
    texts = scan.table.map(([key, kind]) => {
      const values = scan.columns[key];
      if (kind === "name" || kind === "audit") return values;
      if (kind === "status") return values.map(words);
      return aligned(values.map(kind === "label" ? labelText : (v) => significant(v, 3, scan.lines[key])));
    });
    const longest = (all) => all.reduce((a, text) => (text.length > a.length ? text : a), "");
    const widest = element("tr");
    for (const [c, [, kind]] of scan.table.entries()) {
      const made = element("td");
      made.append(element(kind === "CLs" ? "b" : "span", longest(texts[c])));
      if (kind === "status") made.append(element("small", longest(scan.columns.message)));
      widest.append(made);
    }
    table.createTFoot().append(widest);
  }

  // Where the rows that are shown begin, below the head of the table, and where the last one ends.
  function places() {
    const tops = new Float64Array(shown.length + 1);
    shown.forEach((i, n) => { tops[n + 1] = tops[n] + (heights[i] || usual[withMessage(i)]); });
    return tops;
  }

  function pad(tops) {
    space.style.paddingTop = `${tops[first]}px`;
    space.style.paddingBottom = `${tops[shown.length] - tops[last]}px`;
  }

  function put(from, to, tops) {
    [first, last] = [from, to];
    pad(tops);
    body.replaceChildren(...shown.slice(first, last).map((i, n) => rowOf(i, first + n)));
  }

  // Put the rows in the page that are in sight, if they are not there already.
  function draw(anew = true) {
    if (!root.open || printing) return;
    if (!texts) write();
    const tops = places();
    const head = body.offsetTop;
    const [above, below] = [frame.scrollTop - head, frame.scrollTop + frame.clientHeight - head];
    let from = tops.findIndex((top, n) => n === shown.length || tops[n + 1] > above);
    let to = tops.findIndex((top, n) => n === shown.length || top >= below);
    if (!anew && first <= from && to <= last) return;
    // An even number of rows is left out, so that stripes stay where they are.
    from = Math.max(0, from - AROUND) & ~1;
    to = Math.min(shown.length, to + AROUND);
    if (shown.length <= WHOLE) [from, to] = [0, shown.length];
    const atEnd = frame.scrollTop > 0 && below >= tops[shown.length] - 2;
    put(from, to, tops);
    measure();
    // What is in sight stays there, however high rows above are now known to be.
    const known = places();
    pad(known);
    if (known[first] !== tops[first]) frame.scrollTop += known[first] - tops[first];
    if (atEnd) frame.scrollTop = frame.scrollHeight;
  }

  // Learn how high rows are that were just drawn.
  function measure() {
    const of = [[], []];
    for (const [n, row] of [...body.rows].entries()) {
      const i = shown[first + n];
      heights[i] = row.getBoundingClientRect().height;
      of[withMessage(i)].push(heights[i]);
    }
    of.forEach((some, kind) => {
      if (some.length) usual[kind] = some.sort((a, b) => a - b)[some.length >> 1];
    });
  }

  function filter() {
    shown = order.filter(fits);
    frame.scrollTop = 0;
    found.textContent = `${shown.length}${shown.length === count ? "" : ` of ${count}`} points`;
    table.setAttribute("aria-rowcount", shown.length + table.tHead.rows.length);
    draw();
  }

  function sortBy(head, key) {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    root.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const values = scan.columns[key];
    const sign = ascending ? 1 : -1;
    // Equal values keep the order of the grid, missing ones come last either way.
    order = [...sought.keys()].sort((a, b) => {
      const [p, q] = [values[a], values[b]];
      if (p === null || q === null) return (p === null) - (q === null) || a - b;
      if (p === q) return a - b;
      if (typeof p === "number" && typeof q === "number") return sign * (p - q);
      return sign * collator.compare(p, q);
    });
    filter();
  }

  for (const head of root.querySelectorAll("th[data-key]")) {
    const button = element("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sortBy(head, head.dataset.key));
    head.append(button);
  }
  [...table.tHead.rows].forEach((row, n) => row.setAttribute("aria-rowindex", n + 1));
  find.addEventListener("input", filter);
  status.addEventListener("change", filter);
  frame.addEventListener("scroll", () => draw(false));
  root.addEventListener("toggle", () => draw());
  addEventListener("resize", () => {
    heights.fill(0);
    draw();
  });
  addEventListener("beforeprint", () => {
    root.open = count <= MOST_PRINTED || root.open;
    printing = true;
    if (!texts) write();
    put(0, Math.min(MOST_PRINTED, shown.length), new Float64Array(shown.length + 1));
  });
  addEventListener("afterprint", () => {
    printing = false;
    draw();
  });
  root.querySelector(".controls").hidden = false;
  filter();

  return {
    // Mark the row of a point, in the middle of the table.
    select(i) {
      selected = i;
      root.open = true;
      if (!shown.includes(i)) {
        find.value = status.value = "";
        filter();
      }
      const middle = () => {
        const [tops, n] = [places(), shown.indexOf(i)];
        frame.scrollTop = body.offsetTop + (tops[n] + tops[n + 1] - frame.clientHeight) / 2;
        draw();
      };
      draw();
      middle();
      middle(); // since heights around it are known by now
    },
    reveal() {
      frame.focus({ preventScroll: true });
      body.querySelector("[aria-current]").scrollIntoView({ block: "center" });
    },
  };
}
