// A column of which most points have the same: see table.py.
function whole(column, count) {
  if (Array.isArray(column)) return column;
  const values = new Array(count).fill(column.most);
  for (const [i, value] of Object.entries(column.others)) values[i] = value;
  return values;
}

// What the page holds becomes what a reader can use; without this script it is a page to read.
for (const block of document.querySelectorAll("script[data-scan]")) {
  const scan = JSON.parse(block.textContent);
  scan.id = block.dataset.scan;
  for (const [key, column] of Object.entries(scan.columns)) scan.columns[key] = whole(column, scan.points);
  scan.excludes = (key, i) => scan.columns.status[i] === "ok"
    && scan.columns[key][i] !== null && scan.columns[key][i] < scan.test_size;
  makeChart(scan, makeTable(scan));
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  button.hidden = false;
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(source);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Selected: press Ctrl+C";
    }
  });
}
document.documentElement.classList.add("live");
