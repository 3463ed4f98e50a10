// Remembers a checklist's ticks on this device, counts them, and makes a link that carries them. Without this
// file the list prints and its form keeps the ticks in the address.

import { canCopy, copy } from "./copying.js";

// Browsers may refuse to keep anything; the list then works as long as it is open.
function remembered(key) {
  try {
    const ids = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(ids) ? ids : [];
  } catch {
    return [];
  }
}

function remember(key, ids) {
  try {
    if (ids.length) localStorage.setItem(key, JSON.stringify(ids));
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

function enhance(form) {
  const key = `checklist:${form.dataset.checklist}`;
  const boxes = [...form.querySelectorAll("input[name=done]")];
  const field = form.querySelector("#ticks-link");
  const part = (name) => form.querySelector(`[data-${name}]`);
  const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const own = () => remembered(key).filter((id) => boxes.some((box) => box.value === id));
  const same = (one, other) => [...one].sort().join(".") === [...other].sort().join(".");
  const bare = new URL(form.action, location.href);
  let carried = "carried" in form.dataset; // the ticks shown are the address's; the device's wait

  const show = (ids) => boxes.forEach((box) => (box.checked = ids.includes(box.value)));
  const linked = (ids) => `${bare.href}?done=${ids.join(".")}`;

  function refresh() {
    const ids = ticked();
    const written = form.dataset.pattern.replace("{done}", ids.length).replace("{total}", boxes.length);
    if (part("progress").textContent !== written) part("progress").textContent = written;
    field.value = linked(ids);
    part("other-ticks").hidden = !carried || !own().length || same(own(), ids);
  }

  function changed() {
    if (carried && !own().length) settle();
    else if (carried) history.replaceState(null, "", linked(ticked()));
    else remember(key, ticked());
    refresh();
  }

  function settle() { // from here on the ticks shown are this device's
    carried = false;
    remember(key, ticked());
    history.replaceState(null, "", bare.href);
  }

  form.addEventListener("change", (event) => event.target.name === "done" && changed());
  part("keep").addEventListener("click", () => { settle(); refresh(); boxes[0].focus(); });
  part("own").addEventListener("click", () => { show(own()); settle(); refresh(); boxes[0].focus(); });
  part("clear").addEventListener("click", (event) => { event.preventDefault(); show([]); changed(); });
  part("plain").hidden = true;
  part("link").hidden = false;
  part("copy-link").hidden = !canCopy();
  part("copy-link").addEventListener("click", (event) => copy(event.currentTarget, field.value));
  if (!carried) show(own());
  const keeps = remember(`${key}:asked`, ["yes"]);
  remember(`${key}:asked`, []);
  document.querySelector("[data-without]").hidden = keeps;
  document.querySelector("[data-with]").hidden = !keeps;
  refresh();
}

const form = document.querySelector("form[data-checklist]");
if (form) enhance(form);
document.querySelector(".error-summary")?.focus();
