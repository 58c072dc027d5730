// <pv-countdown seconds="30">: counts down aloud for the eye only, then shows its form. Without it the page reloads itself.
class Countdown extends HTMLElement {
  connectedCallback() {
    this.end = Date.now() + Number(this.getAttribute("seconds")) * 1000
    this.timer = setInterval(() => this.#tick(), 250)
    this.#tick()
  }

  disconnectedCallback() { clearInterval(this.timer) }

  #tick() {
    const left = Math.ceil((this.end - Date.now()) / 1000)
    const seconds = this.querySelector("[data-seconds]")
    if (left > 0) { if (seconds) seconds.textContent = left; return }
    clearInterval(this.timer)
    this.querySelector("form").hidden = false
    this.querySelector("[data-wait]")?.remove()
  }
}
customElements.define("pv-countdown", Countdown)
