// What saves work where there is JavaScript. Every page works without it.
"use strict";

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// The person's menu closes with Escape and with a click elsewhere.

const closeMenu = () => {
  const menu = find(".person[open]");
  if (menu?.contains(document.activeElement)) find("summary", menu).focus();
  menu?.removeAttribute("open");
};
document.addEventListener("click", (event) => {
  if (!event.target.closest(".person")) closeMenu();
});

// Keys in lists. Letters can be switched off (WCAG 2.1.4), and never act where somebody types.

const LETTERS = { KeyJ: "j", KeyK: "k", KeyX: "x", KeyN: "n", KeyP: "p", Slash: "/" }; // where they are on a keyboard set to hangul or kana
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const storedOff = () => {
  try {
    return localStorage.getItem("keys") === "off";
  } catch {
    return false; // storage is forbidden here
  }
};
let off = storedOff();

const target = (row) => find("th a, td a", row) ?? find("input[type=checkbox]", row);
const rows = () => all("#rows tbody tr").filter(target);

const move = (by) => {
  const known = rows();
  const here = known.findIndex((row) => row.contains(document.activeElement));
  const next = known[here < 0 ? (by > 0 ? 0 : known.length - 1) : here + by];
  if (!next) return false;
  target(next).focus();
  return true;
};

const showKeys = () => {
  const dialog = find("dialog.keys");
  if (!dialog) return false;
  find("[data-keys-on]", dialog).checked = !off;
  dialog.showModal();
  return true;
};

const press = (selector) => {
  const found = find(selector);
  found?.click();
  return Boolean(found);
};

const KEYS = {
  "/": () => {
    const field = find("[role=search] input, .filters input:not([type=hidden]), .filters select");
    field?.focus();
    return Boolean(field);
  },
  j: () => move(1),
  k: () => move(-1),
  x: () => {
    const box = find("[name=row]", document.activeElement.closest("#rows tr") ?? document.createElement("tr"));
    box?.click();
    return Boolean(box);
  },
  n: () => press("#rows a[rel=next]"),
  p: () => press("#rows a[rel=prev]"),
  "?": showKeys,
};
const IN_LIST = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: ({ target: box }) => {
    const link = box.matches("[name=row]") && find("th a, td a", box.closest("tr"));
    link?.click?.();
    return Boolean(link);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenu();
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (event.target.closest(TYPING) || find("dialog[open]")) return;
  const inList = event.target.closest("#rows tbody tr");
  const key = /^[ -~]$/.test(event.key) ? event.key : LETTERS[event.code];
  const action = (inList && IN_LIST[event.key]) || (!off && KEYS[key]);
  if (action && action(event)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) showKeys();
  if (event.target.closest("[data-print]")) print();
});

// Rows that are chosen: a box for the page, and how many are ticked.

const boxes = () => all("input[name=row][form=bulk]");

const count = () => {
  const ticked = boxes().filter((box) => box.checked);
  const page = find("[data-tick-all]");
  const option = find("#bulk option[value=ticked]");
  if (page) {
    page.checked = ticked.length > 0 && ticked.length === boxes().length;
    page.indeterminate = ticked.length > 0 && !page.checked;
  }
  if (!option) return;
  option.textContent = option.dataset.text.replace("{count}", ticked.length);
  find("#bulk [role=status]").textContent = ticked.length ? option.textContent : "";
  find("#bulk select").setCustomValidity("");
};

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches("[data-keys-on]")) {
    off = !field.checked;
    try {
      localStorage.setItem("keys", off ? "off" : "on");
    } catch {
      // it holds until the page is left
    }
  }
  if (field.matches("[data-tick-all]")) for (const box of boxes()) box.checked = field.checked;
  if (field.matches("[data-tick-all], [name=row], #id_which")) count();
  if (field.matches(".drop input[type=file]")) showFiles(field);
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("#bulk button")?.form;
  if (!form) return;
  const which = find("select", form);
  const none = which.value === "ticked" && !boxes().some((box) => box.checked);
  which.setCustomValidity(none ? form.dataset.nothing : ""); // the browser says it beside the field
});

// Files that are dropped: their names and sizes, and what is too large before it is sent.

const size = (bytes) => {
  const [unit, number] = bytes < 2 ** 20 ? ["kilobyte", Math.ceil(bytes / 2 ** 10)] : ["megabyte", bytes / 2 ** 20];
  return number.toLocaleString(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 });
};

const showFiles = (input) => {
  const list = find(".files", input.closest(".drop"));
  if (!list) return;
  const { largest, tooLarge, most, tooMany } = input.dataset;
  const files = [...input.files];
  const problems = files
    .filter((file) => file.size > Number(largest))
    .map((file) => tooLarge.replace("{name}", file.name));
  if (most && files.length > Number(most)) problems.push(tooMany);
  const line = (text, kind = "") => Object.assign(document.createElement("p"), { textContent: text, className: kind });
  list.replaceChildren(
    ...files.map((file) => line(`${file.name} · ${size(file.size)}`)),
    ...problems.map((problem) => line(problem, "wrong")),
  );
  input.setCustomValidity(problems.join(" "));
};

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.(".drop");
    if (!zone) return;
    const input = find("input[type=file]", zone);
    zone.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind === "dragleave") return;
    event.preventDefault();
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const dropped = new DataTransfer();
    for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) dropped.items.add(file);
    input.files = dropped.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

addEventListener("pageshow", () => {
  count();
  for (const input of all(".drop input[type=file]")) if (input.files.length) showFiles(input);
});
