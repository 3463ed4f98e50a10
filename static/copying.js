// Buttons that copy a field: shown only where the browser can. Without this file one selects and copies.

export async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  button.textContent = button.dataset.done;
}

export const canCopy = () => Boolean(navigator.clipboard);

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !canCopy();
  button.addEventListener("click", () => copy(button, document.getElementById(button.dataset.copy).value));
}
