// Remembers what was ticked to compare while one goes through the shop. Without this file the
// boxes of one page are compared, and the page of the comparison adds others.
(function () {
  "use strict";
  var MOST = 4;
  var KEY = "hm-compare";

  function read() {
    try {
      var kept = JSON.parse(sessionStorage.getItem(KEY) || "[]");
      return Array.isArray(kept) ? kept.filter((one) => one && one.ref).slice(0, MOST) : [];
    } catch {
      return [];
    }
  }
  function keep(chosen) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // A browser that keeps nothing: the boxes of this page still work.
    }
  }
  function references(chosen) {
    return chosen.map((one) => one.ref).join(",");
  }
  function boxes() {
    return Array.from(document.querySelectorAll("input[data-compare]"));
  }

  // The bar and the boxes say what is chosen, in the words of the page; a full bar takes no more.
  function show(chosen, told) {
    boxes().forEach(function (box) {
      box.checked = chosen.some((one) => one.ref === box.value);
      box.disabled = chosen.length >= MOST && !box.checked;
    });
    var bar = document.getElementById("compare");
    if (!bar) return;
    bar.classList.toggle("is-shown", chosen.length > 0);
    var say = (words) => words.replace("{count}", chosen.length);
    bar.querySelector("[data-compare-count]").textContent = say(bar.dataset.ticked);
    bar.querySelector("[data-compare-titles]").textContent = chosen.map((one) => one.title).join(", ");
    var words = chosen.length === MOST ? bar.dataset.full : bar.dataset.told;
    if (told) bar.querySelector("[data-compare-status]").textContent = say(words);
  }

  function tick(box) {
    var chosen = read().filter((one) => one.ref !== box.value);
    if (box.checked && chosen.length < MOST) chosen.push({ ref: box.value, title: box.dataset.compare });
    keep(chosen);
    show(chosen, true);
  }

  document.addEventListener("change", function (event) {
    if (event.target.matches("input[data-compare]")) tick(event.target);
  });

  document.addEventListener("submit", function (event) {
    if (event.target.id !== "compare") return;
    event.preventDefault();
    location.assign(event.target.action + "?offers=" + references(read()));
  });

  // From an offer's page its offer joins those that were ticked before.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("[data-compare-add]");
    if (!link) return;
    var chosen = read().map((one) => one.ref);
    if (!chosen.includes(link.dataset.compareAdd)) chosen.push(link.dataset.compareAdd);
    link.href = link.href.split("?")[0] + "?offers=" + chosen.join(",");
  });

  // What stands on the page of the comparison is what is chosen from now on.
  function start() {
    var titles = document.querySelectorAll("[data-compared]");
    if (document.querySelector("[data-comparison]")) {
      keep(Array.from(titles, (one) => ({ ref: one.dataset.compared, title: one.textContent })));
    }
    show(read());
  }
  document.addEventListener("htmx:afterSettle", () => show(read()));
  start();
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) start();
  });
})();
