// Passkeys, with what browsers bring along. Where they do not, the forms stay hidden and codes remain.
const able = Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials)

const options = async (form) => {
  if (form.dataset.options) return JSON.parse(form.dataset.options)
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } })
  return (await answer.json()).request_options
}

const ask = async (form) => {
  const { publicKey } = await options(form)
  if (form.dataset.passkey !== "create") {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })
  }
  if (form.elements.passwordless?.checked) {
    Object.assign(publicKey.authenticatorSelection ??= {}, { residentKey: "required", requireResidentKey: true, userVerification: "required" })
  }
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
}

for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false
  form.closest("[data-passkey-sign-in]")?.removeAttribute("hidden")
  form.querySelector("[autofocus]")?.focus() // what was hidden could not be
  // First in line, so that a form still waiting for the device does not look sent.
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return
    event.preventDefault()
    try {
      form.elements.credential.value = JSON.stringify(await ask(form))
      form.removeAttribute("data-busy")
      form.submit()
    } catch (refusal) {
      if (refusal.name !== "NotAllowedError") console.warn(refusal.name)
    }
  })
}
