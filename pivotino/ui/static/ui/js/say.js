// Speaks a result to those who listen to the page: document.dispatchEvent(new CustomEvent("pv:say", { detail: { text } }))
document.addEventListener("pv:say", ({ detail }) => {
  const voice = document.getElementById("say")
  if (!voice) return
  voice.textContent = ""
  setTimeout(() => { voice.textContent = detail.text }, 60) // the same words twice are two results
})
