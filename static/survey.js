// Makes a survey page livelier: questions appear as their condition is met, "none of these" clears the
// rest, the link can be copied and shared. Without this file every page works by the next save.

import { evaluate, truth, Unknown } from "./relevance.js";

const DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹";
const western = (typed) => typed.replace(/[٠-٩۰-۹]/g, (digit) => String(DIGITS.indexOf(digit) % 10));

function typedValue(control) {
  if (control.inputMode !== "numeric") return control.value.trim();
  const written = western(control.value).trim();
  return /^-?\d+$/.test(written) ? Number(written) : written;
}

// The answers as the server would read them: what is hidden is disabled, and counts as unanswered.
function values(form, elsewhere) {
  const answers = { ...elsewhere };
  const given = [...form.querySelectorAll("input, select, textarea")].filter(
    (control) => control.name && !control.name.startsWith(":") && !control.matches(":disabled, :not(:checked):is([type=radio], [type=checkbox])"),
  );
  for (const control of given) {
    const [name, part] = control.name.split(":");
    const value = typedValue(control);
    if (value === "" || (part === "other" && control.closest("[data-other-text]").hidden)) continue;
    if (part === "other") answers[control.name] = value;
    else if (part) (answers[name] ??= {})[part] = value;
    else if (control.type !== "checkbox") answers[name] = value;
    else if ("acknowledge" in control.dataset) answers[name] = true;
    else (answers[name] ??= []).push(value);
  }
  return answers;
}

function showQuestions(form, elsewhere) {
  const calculated = form.dataset.calculated.split(" ");
  for (const block of form.querySelectorAll("[data-relevant]")) {
    const answers = values(form, elsewhere);
    const lookup = (name) => {
      if (calculated.includes(name)) throw new Unknown(name);
      return Object.hasOwn(answers, name) ? answers[name] : undefined;
    };
    try {
      const relevant = truth(evaluate(JSON.parse(block.dataset.relevant), lookup));
      block.hidden = !relevant;
      block.disabled = !relevant;
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
    }
  }
  const shown = [...form.querySelectorAll("[data-question]")].filter((block) => !block.hidden);
  form.elements[":shown"].value = shown.map((block) => block.dataset.question).join(" ");
}

function showOtherTexts(form) {
  for (const box of form.querySelectorAll("[data-other]")) {
    const field = form.querySelector(`[data-other-text="${CSS.escape(box.dataset.other)}"]`);
    if (!field) continue;
    field.hidden = !box.checked && !field.querySelector("[aria-invalid]");
    field.querySelector("input").disabled = field.hidden; // what is out of sight is not sent
  }
}

function keepExclusive(box) {
  if (!box.checked || box.type !== "checkbox") return;
  for (const other of box.form.querySelectorAll(`input[name="${CSS.escape(box.name)}"]`)) {
    if (other !== box && (box.hasAttribute("data-exclusive") || other.hasAttribute("data-exclusive"))) other.checked = false;
  }
}

function enhance(form) {
  const elsewhere = JSON.parse(document.getElementById("elsewhere").textContent);
  const refresh = () => {
    showOtherTexts(form);
    showQuestions(form, elsewhere);
  };
  form.addEventListener("input", (event) => {
    keepExclusive(event.target);
    refresh();
  });
  refresh();
}

function offerLink() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.done;
    });
  }
  for (const button of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) continue;
    button.hidden = false;
    button.addEventListener("click", () => navigator.share({ text: button.dataset.share }).catch(() => {}));
  }
}

const form = document.querySelector("form[data-survey]");
if (form) enhance(form);
offerLink();
document.querySelector(".error-summary")?.focus();
