// Passkeys: asks the browser for one, and sends its answer with the form that carries the question.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

function readable(options) {
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  const asked = { ...options, challenge: bytes(options.challenge) };
  if (options.user) asked.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) asked.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) asked.allowCredentials = known(options.allowCredentials);
  return asked;
}

function sendable(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = text(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    answer.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: answer,
    extensions: JSON.stringify(credential.getClientExtensionResults()),
  });
}

async function ask(form) {
  const again = form.querySelector("[data-passkey-again]");
  const status = form.querySelector("[data-passkey-status]");
  again.hidden = true;
  try {
    const publicKey = readable(JSON.parse(form.dataset.options));
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.credential.value = sendable(credential);
    form.submit();
  } catch {
    status.textContent = form.dataset.failed;
    again.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.querySelector("[data-passkey-again]").addEventListener("click", () => ask(form));
  ask(form);
}
