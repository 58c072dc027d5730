// Files on their way to a record. The line outlives the sheet it was begun in: one after the other, and again where the
// network fails. It lies in this page's memory only, so leaving, and signing out, empties it.
const PAUSES = [1_000, 3_000, 8_000, 20_000]
const AT_ONCE = 20

const line = [] // { id, to, file, sent, why, xhr }
const looking = new Set() // elements that show it
let sending = null
let tries = 0
let waiting = 0

const draw = () => looking.forEach((one) => one.draw())

const add = (to, files, largest) => {
  const fresh = [...files].slice(0, AT_ONCE).map((file) => ({ id: newId(), to, file, sent: 0, why: "" }))
  for (const one of fresh) {
    if (one.file.size > largest) one.why = `This file is larger than ${Math.floor(largest / 1_048_576)} MB. Make it smaller, or send a link to it instead.`
    else if (!one.file.size) one.why = "This file is empty. Look whether it was saved, and choose it again."
  }
  line.push(...fresh)
  draw()
  next()
}

const next = () => {
  clearTimeout(waiting)
  if (sending) return
  const one = line.find((each) => !each.why)
  if (!one) return
  sending = one
  const xhr = (one.xhr = new XMLHttpRequest())
  xhr.open("POST", one.to)
  xhr.setRequestHeader("HX-Request", "true")
  if (one.keep) xhr.setRequestHeader("Pv-Keep", one.keep)
  xhr.upload.onprogress = ({ loaded, total }) => { one.sent = total ? loaded / total : 0; draw() }
  xhr.onload = () => answered(one, xhr)
  xhr.onerror = xhr.ontimeout = () => again(one)
  const form = new FormData()
  form.append("id", one.id)
  form.append("file", one.file, one.file.name || "picture.png")
  xhr.send(form)
}

const answered = (one, xhr) => {
  const elsewhere = xhr.getResponseHeader("HX-Redirect")
  if (elsewhere) return location.assign(elsewhere)
  if (xhr.status === 502 || xhr.status === 503 || xhr.status === 504) return again(one)
  sending = null
  tries = 0
  if (xhr.status >= 200 && xhr.status < 300) {
    line.splice(line.indexOf(one), 1)
    document.body.dispatchEvent(new CustomEvent("pv:filed", { bubbles: true, detail: { to: one.to } }))
    say(`Added ${one.file.name}. ${xhr.responseText}`)
  } else {
    one.ask = xhr.getResponseHeader("Pv-Keep") // the door asks whether it may be kept all the same
    one.why = one.ask ? decodeURIComponent(xhr.getResponseHeader("Pv-Said") ?? "") : told(xhr)
    say(`${one.file.name} was not added. ${one.why}`)
  }
  draw()
  next()
}

const told = (xhr) => {
  if (xhr.status === 422) return xhr.responseText
  if (xhr.status === 413) return "This file is larger than we can take."
  if (xhr.status === 507) return "There is no room left on the server, so this was not saved."
  if (xhr.status === 423 || xhr.status === 409) return "This database may only be read at present."
  if (xhr.status === 404) return "What it was for is not there any more."
  return "We could not save that. Try again."
}

// No connection: it stays in line, and goes when there is one.
const again = (one) => {
  sending = null
  one.sent = 0
  draw()
  waiting = setTimeout(next, PAUSES[Math.min(tries++, PAUSES.length - 1)])
}

const keep = (one) => {
  Object.assign(one, { keep: one.ask, ask: "", why: "" })
  draw()
  next()
}

const drop = (one) => {
  if (sending === one) {
    one.xhr.onload = one.xhr.onerror = null
    one.xhr.abort()
    sending = null
  }
  line.splice(line.indexOf(one), 1)
  draw()
  next()
}

const say = (text) => document.dispatchEvent(new CustomEvent("pv:say", { detail: { text } }))

const newId = () => {
  // Version 7: the time first, so that newer files stand above.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  let at = Date.now()
  for (let place = 5; place >= 0; place--) { bytes[place] = at % 256; at = Math.floor(at / 256) }
  bytes[6] = (bytes[6] & 15) | 112
  bytes[8] = (bytes[8] & 63) | 128
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

// While something is chosen the page takes no hand: the next touch or key says that it is over, where the browser does not.
const over = () => { for (const one of document.querySelectorAll("[data-choosing]")) delete one.dataset.choosing }
for (const hand of ["pointerdown", "keydown"]) addEventListener(hand, over, true)

addEventListener("online", () => { tries = 0; next() })
addEventListener("beforeunload", (event) => { if (line.some((one) => !one.why)) event.preventDefault() })

class Files extends HTMLElement {
  #stop

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    const section = this.closest(".files") ?? this
    // What is chosen is taken even where this was put anew meanwhile: a camera may take its time.
    this.addEventListener("change", this.#chosen)
    this.addEventListener("click", ({ target }) => { if (target.matches("input[type=file]")) target.dataset.choosing = "" }, listen)
    this.addEventListener("cancel", ({ target }) => { delete target.dataset.choosing }, listen)
    this.addEventListener("input", (event) => event.stopPropagation(), listen) // nothing here is typed and could be lost
    const lit = (is) => section.classList.toggle("files--over", is)
    section.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); lit(true) } }, listen)
    section.addEventListener("dragleave", (event) => { if (!section.contains(event.relatedTarget)) lit(false) }, listen)
    section.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return
      event.preventDefault()
      lit(false)
      this.#take(event.dataTransfer.files)
    }, listen)
    document.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length || event.defaultPrevented) return
      event.preventDefault()
      this.#take(event.clipboardData.files)
    }, listen)
    looking.add(this)
    this.draw()
  }

  disconnectedCallback() {
    this.#stop.abort()
    looking.delete(this)
  }

  #chosen = ({ target }) => {
    if (!target.matches("input[type=file]")) return
    delete target.dataset.choosing
    this.#take(target.files)
    target.value = ""
  }

  #take(files) { if (files.length) add(this.dataset.to, files, Number(this.dataset.largest)) }

  draw() {
    const list = this.querySelector(".files__queue")
    const mine = line.filter((one) => one.to === this.dataset.to)
    list.hidden = !mine.length
    const rows = new Map([...list.children].map((row) => [row.dataset.id, row]))
    for (const one of mine) {
      const row = rows.get(one.id) ?? list.appendChild(this.#row(one))
      rows.delete(one.id)
      const bar = row.querySelector("progress")
      bar.hidden = Boolean(one.why)
      if (one === sending) bar.value = one.sent
      else bar.removeAttribute("value")
      const why = row.querySelector(".files__why")
      why.textContent = one.why || (one === sending ? "" : navigator.onLine ? "Waits for its turn." : "Waits for a connection.")
      why.classList.toggle("faint", !one.why)
      row.querySelector("[data-keep]").hidden = !one.ask
    }
    rows.forEach((row) => row.remove())
  }

  #row(one) {
    const row = document.createElement("li")
    row.className = "files__going"
    row.dataset.id = one.id
    const name = Object.assign(document.createElement("bdi"), { className: "files__name", textContent: one.file.name || "picture.png" })
    const off = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet button--small", textContent: "Take off" })
    off.setAttribute("aria-label", `Take off ${one.file.name}`)
    off.addEventListener("click", () => drop(one))
    const kept = Object.assign(document.createElement("button"), { type: "button", className: "button button--small", textContent: "Keep it" })
    kept.dataset.keep = ""
    kept.addEventListener("click", () => keep(one))
    row.append(name, kept, off, Object.assign(document.createElement("progress"), { max: 1 }), Object.assign(document.createElement("p"), { className: "files__why" }))
    return row
  }
}

customElements.define("pv-files", Files)
