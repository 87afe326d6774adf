// Small kindnesses. Every page and every form works without this file.
(function () {
  "use strict";

  // A button with data-copy copies its text and says so.
  function showCopyButtons(root) {
    if (!navigator.clipboard) return;
    root.querySelectorAll("[data-copy]").forEach(function (button) {
      button.hidden = false;
    });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) return;
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      var word = button.querySelector("span");
      var before = word.textContent;
      if (before === button.dataset.copied) return;
      word.textContent = button.dataset.copied;
      setTimeout(function () {
        word.textContent = before;
      }, 2000);
    });
  });

  // A form that is on its way is not sent twice; the server would refuse the second anyway.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach(function (button) {
        button.removeAttribute("aria-busy");
      });
    });
  });

  // Two controls for one number (a slider and a field): data-mirror names the other's id. What is
  // typed may have marks between thousands, in English or in German; a slider knows figures alone.
  document.addEventListener("input", function (event) {
    var other = event.target.dataset && document.getElementById(event.target.dataset.mirror);
    if (!other) return;
    var typed = event.target.value.replace(/\s/g, "");
    if (other.type !== "range") other.value = typed;
    else if (/^(\d+|[1-9]\d{0,2}([.,]\d{3})+)$/.test(typed)) other.value = typed.replace(/\D/g, "");
  });

  // A row of links may be wider than a phone: it begins where one is.
  document.querySelectorAll(".roomnav__row, .stepnav").forEach(function (row) {
    var here = row.querySelector("[aria-current]");
    if (!here) return;
    var left = here.getBoundingClientRect().left - row.getBoundingClientRect().left;
    row.scrollLeft = left - (row.clientWidth - here.offsetWidth) / 2;
  });

  // What htmx could not do is said where messages are said, in the words of the page.
  function say(sentence) {
    var area = document.getElementById("messages");
    if (!area) return;
    var box = document.createElement("div");
    var text = document.createElement("p");
    box.className = "message message--error";
    box.setAttribute("role", "alert");
    text.textContent = sentence;
    box.append(text);
    area.replaceChildren(box);
    area.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("htmx:responseError", function () {
    say(document.body.dataset.wentWrong);
  });
  document.addEventListener("htmx:sendError", function () {
    say(document.body.dataset.notReached);
  });
  document.addEventListener("htmx:load", function (event) {
    showCopyButtons(event.target);
  });
  document.addEventListener("DOMContentLoaded", function () {
    showCopyButtons(document);
  });
})();
