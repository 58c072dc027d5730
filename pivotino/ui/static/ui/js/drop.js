// A file field that a file may be dropped on. The field itself does the rest.
class Drop extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input[type=file]")
    const over = (is) => this.classList.toggle("drop--over", is)
    this.addEventListener("dragover", (event) => { event.preventDefault(); over(true) })
    this.addEventListener("dragleave", () => over(false))
    this.addEventListener("drop", (event) => {
      event.preventDefault()
      over(false)
      if (input.disabled || !event.dataTransfer.files.length) return
      input.files = event.dataTransfer.files
      input.dispatchEvent(new Event("change", { bubbles: true }))
    })
  }
}
customElements.define("pv-drop", Drop)
