// What the page holds becomes what a reader can use; without this script it is a page to read.
for (const block of document.querySelectorAll("script[data-scan]")) {
  const scan = JSON.parse(block.textContent);
  scan.id = block.dataset.scan;
  scan.excludes = (key, i) => scan.columns[key][i] !== null && scan.columns[key][i] < scan.test_size;
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
