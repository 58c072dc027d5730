// What happened, and Undo. Ten seconds, paused while touched, three at most; a refusal stays until it is closed.
// Shows every "pv:toast" event: { text, undo, bad }. Ctrl+Z takes back the newest.
class Toasts extends HTMLElement {
  static STAY = 10_000
  static MOST = 3
  #stop
  #underway = 0 // changes that are not answered yet
  #wanted = null // Ctrl+Z was pressed meanwhile: it means the change under way, never an older one

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    document.addEventListener("pv:toast", ({ detail }) => this.show(detail), listen)
    document.addEventListener("pv:sending", () => { this.#underway++ }, listen)
    document.addEventListener("pv:answered", () => this.#answered(), listen)
    document.addEventListener("htmx:beforeSend", ({ detail }) => { if (detail.requestConfig.verb !== "get") this.#underway++ }, listen)
    document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.requestConfig?.verb !== "get") this.#answered() }, listen)
    document.addEventListener("htmx:responseError", ({ detail }) => this.#apologise(detail.xhr), listen)
    for (const lost of ["htmx:sendError", "htmx:timeout"]) {
      document.addEventListener(lost, () => this.show({ text: "We could not reach the server. Your text is still here; try again.", bad: true }), listen)
    }
    document.addEventListener("keydown", (event) => this.#takeBackByKey(event), listen)
    document.addEventListener("close", ({ target }) => { if (target.contains(this)) this.#float(document.body) }, { ...listen, capture: true })
  }

  disconnectedCallback() { this.#stop.abort() }

  show({ text, undo, bad = false }) {
    const toast = this.querySelector(bad ? "template[data-bad]" : "template[data-good]").content.firstElementChild.cloneNode(true)
    toast.querySelector(".toast__text").textContent = text
    toast.querySelector(".toast__close").addEventListener("click", () => this.#leave(toast))
    if (undo) this.#offer(toast, undo)
    this.querySelector(bad ? ".toasts__bad" : ".toasts__good").append(toast)
    this.#makeRoom()
    if (!bad) this.#wait(toast)
    this.#float()
  }

  #offer(toast, undo) {
    const button = toast.querySelector(".toast__undo")
    button.hidden = false
    toast.undo = () => {
      this.#leave(toast)
      htmx.ajax("POST", undo, { source: document.body, swap: "none" })
    }
    button.addEventListener("click", toast.undo)
  }

  // The clock runs only while nobody is at the toasts.
  #wait(toast) {
    let left = Toasts.STAY
    const beat = setInterval(() => {
      if (this.matches(":hover, :focus-within")) return
      left -= 250
      if (left <= 0) this.#leave(toast)
      if (!toast.isConnected) clearInterval(beat)
    }, 250)
  }

  #makeRoom() {
    for (const toast of [...this.querySelectorAll(".toast:not(.toast--leaves)")].slice(0, -Toasts.MOST)) toast.remove()
  }

  #leave(toast) {
    if (toast.contains(document.activeElement)) document.activeElement.blur()
    toast.classList.add("toast--leaves")
    setTimeout(() => toast.remove(), 90)
  }

  // An open dialog lies on top of the page; the toasts move into it so that they are seen and can be touched.
  #float(home = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body) {
    this.popover = "manual"
    if (this.matches(":popover-open")) this.hidePopover()
    if (this.parentElement !== home) home.append(this)
    this.showPopover()
  }

  #apologise(xhr) {
    if (xhr.getResponseHeader("HX-Trigger")?.includes("pv:toast")) return
    const text = xhr.status >= 500 ? "We could not save that. Your text is still here; try again."
      : xhr.status === 403 ? "That is not yours to change. Nothing was changed."
      : xhr.status === 404 ? "That is no longer there. Someone may have removed it."
      : xhr.status === 429 ? "That was a lot at once. Wait a minute, then try again."
      : "That did not work. Your text is still here; try again."
    this.show({ text, bad: true })
  }

  #takeBackByKey(event) {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return
    if (this.#underway) {
      event.preventDefault()
      this.#wanted = { after: this.#newest }
      return
    }
    if (!this.#newest) return
    event.preventDefault()
    this.#newest.undo()
  }

  get #newest() { return [...this.querySelectorAll(".toast:not(.toast--leaves)")].filter((toast) => toast.undo).at(-1) }

  #answered() {
    this.#underway = Math.max(0, this.#underway - 1)
    if (this.#underway || !this.#wanted) return
    const { after } = this.#wanted
    this.#wanted = null
    if (this.#newest && this.#newest !== after) this.#newest.undo()
  }
}
customElements.define("pv-toasts", Toasts)
