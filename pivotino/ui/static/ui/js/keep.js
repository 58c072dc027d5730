// Something that looks sensitive is kept only after one press more. The server answers 422 with Pv-Keep (what it is known by),
// Pv-Said and Pv-Field. One line beside the field says so; sending the same form again, or its button, keeps it. Nothing typed
// moves, and typing on takes the line away. Where there is no such field, a dialog asks. Others ask by "pv:keep" { says, done }.
const NAME = "keep-anyway"

const ask = (says, done) => {
  const dialog = document.getElementById("keep")
  dialog.querySelector(".dialog__text").textContent = says
  dialog.querySelector("[data-keeps]").onclick = () => dialog.close("keep")
  dialog.onclose = () => done(dialog.returnValue === "keep")
  dialog.returnValue = ""
  dialog.showModal()
}

const beside = (field, says, marks, again) => {
  const { form } = field
  form.querySelector(".field__ask")?.remove()
  const line = document.createElement("p")
  line.className = "field__ask"
  line.setAttribute("role", "alert")
  const keep = Object.assign(document.createElement("button"), { type: "button", className: "button button--small", textContent: "Keep it" })
  keep.addEventListener("click", again)
  const text = document.createElement("span")
  text.textContent = field.matches("textarea") ? says : `${says} Enter keeps it.`
  line.append(text, keep, Object.assign(document.createElement("input"), { type: "hidden", name: NAME, value: marks }))
  const box = field.closest(".field")
  if (box) box.append(line)
  else field.after(line)
  form.addEventListener("input", () => line.remove(), { once: true })
  form.addEventListener("reset", () => line.remove(), { once: true })
}

document.addEventListener("pv:keep", ({ detail }) => ask(detail.says, detail.done))

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const marks = detail.xhr?.getResponseHeader("Pv-Keep")
  const { verb, path, elt, target, formData } = detail.requestConfig ?? {}
  const form = elt?.form ?? elt?.closest?.("form")
  if (!marks) {
    if (detail.successful) form?.querySelector(".field__ask")?.remove()
    return
  }
  const values = {}
  for (const name of new Set(formData.keys())) values[name] = formData.getAll(name)
  const again = () => htmx.ajax(verb, path, { source: elt, target, values, headers: { "Pv-Keep": marks } })
  const says = decodeURIComponent(detail.xhr.getResponseHeader("Pv-Said"))
  const field = form?.elements[detail.xhr.getResponseHeader("Pv-Field")]
  if (field?.checkVisibility?.()) beside(field, says, marks, () => (elt === form ? form.requestSubmit() : again()))
  else ask(says, (yes) => { if (yes) again() })
})
