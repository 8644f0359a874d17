// The chart of a scan: points on a canvas; mouse, touch and arrow keys show what is known of one.
const REACH = 40;
const GAP = 14;

function makeChart(scan, table) {
  const root = document.getElementById(scan.id + "-chart");
  if (!root) return;
  const svg = root.querySelector("svg");
  const canvas = root.querySelector("canvas");
  const mark = root.querySelector(".mark");
  const card = root.querySelector(".card");
  const [xs, ys] = scan.places;
  const { kinds, radius } = scan;
  const { width, height } = svg.viewBox.baseVal;
  // Those that are drawn: a point outside of the slice has no place.
  const first = xs.findIndex((x) => x !== null);
  const last = xs.findLastIndex((x) => x !== null);
  let current = -1;
  let pinned = false;

  // Draw all points: full where excluded, hollow where not, crosses without a result, rings in doubt.
  function paint() {
    const box = svg.getBoundingClientRect();
    const pixels = devicePixelRatio || 1;
    canvas.width = Math.round(box.width * pixels);
    canvas.height = Math.round(box.height * pixels);
    const context = canvas.getContext("2d");
    const colors = getComputedStyle(canvas);
    const each = (kind, add) => {
      context.beginPath();
      for (let i = 0; i < xs.length; i++) if (kinds[i] === kind) add(xs[i], ys[i]);
    };
    const disc = (r) => (x, y) => {
      context.moveTo(x + r, y);
      context.arc(x, y, r, 0, 2 * Math.PI);
    };
    const cross = (x, y) => {
      for (const d of [-radius, radius]) {
        context.moveTo(x - d, y - radius);
        context.lineTo(x + d, y + radius);
      }
    };
    context.scale(canvas.width / width, canvas.height / height);
    context.lineWidth = 2;
    context.fillStyle = colors.getPropertyValue("--dot");
    context.strokeStyle = colors.getPropertyValue("--warn");
    for (const kind of "ke") {
      each(kind, disc(radius));
      context.fill();
    }
    context.fillStyle = "#fff";
    each("k", disc(0.6 * radius));
    context.fill();
    each("m", cross);
    context.stroke();
    context.beginPath();
    for (const i of scan.flagged) if (xs[i] !== null) disc(radius + 3)(xs[i], ys[i]);
    context.stroke();
  }

  function nearest(event) {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    let [best, least] = [-1, REACH ** 2];
    for (let i = 0; i < xs.length; i++) {
      if (xs[i] === null) continue;
      const distance = (xs[i] - x) ** 2 + (ys[i] - y) ** 2;
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }

  // The nearest point in a direction, one straight ahead before one aside.
  function towards(dx, dy) {
    let [best, least] = [current, Infinity];
    for (let i = 0; i < xs.length; i++) {
      if (xs[i] === null) continue;
      const [x, y] = [xs[i] - xs[current], ys[i] - ys[current]];
      const ahead = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      const distance = ahead + 3 * aside;
      if (ahead > 0.05 && aside <= 2 * ahead && distance < least) [best, least] = [i, distance];
    }
    return best;
  }

  function show(i) {
    if (i < 0 || xs[i] === null) return hide();
    current = i;
    mark.hidden = false;
    describe(scan, i, card.querySelector(".about"));
    card.hidden = false;
    // Beside the point if there is room, and else below it, or above: never upon it.
    const box = svg.getBoundingClientRect();
    const [x, y] = [(xs[i] / width) * box.width, (ys[i] / height) * box.height];
    mark.style.left = `${x}px`;
    mark.style.top = `${y}px`;
    mark.style.width = mark.style.height = `${Math.max(16, (2 * (radius + 5) * box.width) / width)}px`;
    const [wide, high] = [card.offsetWidth, card.offsetHeight];
    const within = (place, room) => Math.max(0, Math.min(place, room));
    let [left, top] = [x + GAP, within(y - high / 2, box.height - high)];
    if (left + wide > box.width) left = x - GAP - wide;
    if (left < 0) {
      left = within(x - wide / 2, box.width - wide);
      top = y + GAP;
    }
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
  }

  function hide() {
    pinned = false;
    card.hidden = true;
    mark.hidden = true;
  }

  function pin(i) {
    show(i);
    pinned = i >= 0;
    if (pinned) table.select(i);
  }

  new ResizeObserver(paint).observe(svg);
  addEventListener("resize", paint); // another number of pixels
  const steps = {
    ArrowLeft: () => show(towards(-1, 0)),
    ArrowRight: () => show(towards(1, 0)),
    ArrowUp: () => show(towards(0, -1)),
    ArrowDown: () => show(towards(0, 1)),
    Home: () => show(first),
    End: () => show(last),
    Enter: () => pin(current),
    " ": () => pin(current),
    Escape: hide,
  };
  root.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.target !== root || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (current < 0) show(first);
    else step();
  });
  root.addEventListener("focus", () => root.matches(":focus-visible") && show(Math.max(first, current)));
  root.addEventListener("blur", (event) => !pinned && !root.contains(event.relatedTarget) && hide());
  svg.addEventListener("pointermove", (event) => !pinned && show(nearest(event)));
  svg.addEventListener("pointerdown", (event) => show(nearest(event)));
  svg.addEventListener("click", (event) => pin(nearest(event)));
  root.addEventListener("pointerleave", (event) =>
    !pinned && event.pointerType === "mouse" && !root.matches(":focus-visible") && hide());
  card.querySelector("button").addEventListener("click", () => {
    pin(current);
    table.reveal();
  });
}

// By whether a point is excluded, and whether it is expected to be.
const VERDICTS = [
  ["not excluded, as expected", "not excluded, though expected to be"],
  ["excluded, though not expected to be", "excluded, as expected"],
];

// Say what is known of a point: a list of terms, left out where there is no number.
function describe(scan, i, about) {
  const { columns } = scan;
  const list = element("dl");
  const say = (term, text) => list.append(element("dt", term), element("dd", text));
  for (const [key, title] of scan.labels) say(title, labelText(columns[key][i]));
  for (const [title, keys, unit, digits] of scan.card) {
    const [value, ...others] = keys.map((key) => columns[key][i]);
    if (value === null) continue;
    const text = (x, n = digits) => (n ? significant(x, n, scan.lines[keys[0]]) : String(x));
    let band = "";
    if (others.length === 1 && others[0] !== null) band = ` ± ${significant(others[0], 2)}`;
    if (others.length === 2) band = ` (${text(others[0])} to ${text(others[1])})`;
    say(title, text(value) + band + unit);
  }
  const ok = columns.status[i] === "ok";
  const verdict = ok
    ? VERDICTS[Number(scan.excludes("CLs_obs", i))][Number(scan.excludes("CLs_exp_0", i))]
    : words(columns.status[i]);
  about.replaceChildren(element("b", columns.name[i]), element("p", verdict, ok ? "" : "warn"), list);
  if (scan.flagged.includes(i)) about.append(element("p", columns.audit[i], "warn"));
  if (columns.message[i]) about.append(element("p", columns.message[i], "message"));
}
