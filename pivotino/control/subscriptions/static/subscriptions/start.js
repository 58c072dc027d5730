// The clock of this device is the best guess of where somebody works. Only until they choose themselves.
const zone = document.querySelector("#id_zone")
const here = Intl.DateTimeFormat().resolvedOptions().timeZone
const refused = document.querySelector(".form-errors")
if (zone && here !== "UTC" && !refused && [...zone.options].some(({ value }) => value === here) && zone.value !== here) zone.value = here

// The country code follows the country as long as no number was typed.
document.addEventListener("change", ({ target }) => {
  const number = document.querySelector("#id_phone")
  if (target.id === "id_country" && !number.value) document.querySelector("#id_dial").value = target.value
})
