// Runs before the first paint: the remembered choice, else what the system says.
(function () {
  "use strict";
  var root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // Storage can be forbidden; the system's wish is then all we know.
    }
  }
  function paint() {
    root.setAttribute("data-bs-theme", chosen() || (system.matches ? "dark" : "light"));
  }
  function change() {
    var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Without storage the choice holds for this page.
    }
    root.setAttribute("data-bs-theme", next);
    tell();
  }
  function tell() {
    document.querySelectorAll("[data-theme-switch]").forEach(function (button) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(root.getAttribute("data-bs-theme") === "dark"));
    });
  }
  paint();
  system.addEventListener("change", paint);
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-theme-switch]")) change();
  });
  document.addEventListener("DOMContentLoaded", tell);
})();
