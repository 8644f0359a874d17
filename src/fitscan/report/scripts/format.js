"use strict";

// Numbers as fitscan.formats writes them.
const MISSING = "–";
const FIGURE_SPACE = "\u2007";

// A number that is beside a line, such as the test size, is not rounded to it or across it.
function significant(value, digits = 3, line = undefined) {
  if (value === null) return MISSING;
  if (value === 0) return "0";
  if (line !== undefined) {
    const side = (x) => Math.sign(x - line);
    while (digits < 17 && side(Number(value.toPrecision(digits))) !== side(value)) digits += 1;
  }
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  const small = exponent < -4 || exponent >= digits;
  const text = small ? mantissa : value.toFixed(digits - 1 - exponent);
  const raised = [...String(exponent)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("");
  return (text + (small ? "×10" + raised : "")).replace("-", "−");
}

function aligned(texts) {
  const heads = texts.map((text) => text.split(/[.×]/)[0].length);
  const widest = Math.max(0, ...heads);
  return texts.map((text, i) => FIGURE_SPACE.repeat(widest - heads[i]) + text);
}

function labelText(value) {
  return String(value).replace(/^-/, "−");
}

function words(status) {
  return status.replaceAll("_", " ");
}

// An element with text in it; what comes from files is never anything but text.
function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
