// Remembers the chosen deelgemeente in this browser, and nowhere else. Without it the choice lasts one page.

const KEY = "spreekt-deelgemeente";
const form = document.querySelector("[data-near]");

if (form) {
  const choice = form.elements.namedItem("deelgemeente");
  const asked = new URLSearchParams(location.search).has("deelgemeente");
  try {
    if (asked) {
      localStorage.setItem(KEY, choice.value);
    } else {
      const kept = localStorage.getItem(KEY);
      if (kept && [...choice.options].some((option) => option.value === kept)) {
        location.replace(`/?deelgemeente=${encodeURIComponent(kept)}`);
      }
    }
  } catch {
    // A browser that keeps nothing still shows everything.
  }
}
