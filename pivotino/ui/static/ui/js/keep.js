// Something that looks sensitive is kept only after one press more. The server answers 422 with Pv-Keep; the same request
// goes again with that header once somebody said yes. Others ask by an event: "pv:keep" { says, done }.
const ask = (says, done) => {
  const dialog = document.getElementById("keep")
  dialog.querySelector(".dialog__text").textContent = says
  dialog.querySelector("[data-keeps]").onclick = () => dialog.close("keep")
  dialog.onclose = () => done(dialog.returnValue === "keep")
  dialog.returnValue = ""
  dialog.showModal()
}

document.addEventListener("pv:keep", ({ detail }) => ask(detail.says, detail.done))

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const marks = detail.xhr?.getResponseHeader("Pv-Keep")
  if (!marks) return
  const { verb, path, elt, target } = detail.requestConfig
  const values = {}
  for (const name of new Set(detail.requestConfig.formData.keys())) values[name] = detail.requestConfig.formData.getAll(name)
  ask(decodeURIComponent(detail.xhr.getResponseHeader("Pv-Said")), (yes) => {
    if (yes) htmx.ajax(verb, path, { source: elt, target, values, headers: { "Pv-Keep": marks } })
  })
})
