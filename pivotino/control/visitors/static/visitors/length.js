// For those who agreed to statistics: how many seconds this page was in sight, told to our own address in small pings.
const EVERY = 15_000

class VisitLength extends HTMLElement {
  #stop
  #timer
  #since = null // when it came into sight, or null while it is not
  #held = 0 // milliseconds that were not told yet

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    document.addEventListener("visibilitychange", () => this.#turn(), listen)
    addEventListener("pagehide", () => this.#tell(), listen)
    this.#timer = setInterval(() => this.#tell(), EVERY)
    this.#turn()
  }

  disconnectedCallback() {
    this.#stop.abort()
    clearInterval(this.#timer)
  }

  #turn() {
    if (document.visibilityState === "visible") this.#since ??= performance.now()
    else this.#tell()
  }

  #tell() {
    const now = performance.now()
    if (this.#since !== null) this.#held += now - this.#since
    this.#since = document.visibilityState === "visible" ? now : null
    const seconds = Math.round(this.#held / 1000)
    if (seconds < 1) return
    this.#held -= seconds * 1000
    navigator.sendBeacon(this.dataset.to, new URLSearchParams({ path: this.dataset.page, seconds: Math.min(seconds, 3600) }))
  }
}

customElements.define("pv-visit-length", VisitLength)
