// "Another" among the choices asks which. Without this script the field is simply there.
class Others extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.#sort(true))
    this.#sort(false)
  }

  #sort(byHand) {
    const other = this.querySelector("[data-other]")
    const chosen = this.querySelector("input[type=radio]:checked")?.value === "others"
    other.hidden = !chosen
    if (chosen && byHand) other.querySelector("input").focus()
  }
}
customElements.define("pv-others", Others)
