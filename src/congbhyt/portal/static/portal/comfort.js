// Comfort only: every page works without it.
"use strict";

(() => {
  // The keyboard begins at what went wrong, else at the code, else at the first field if it is empty: after
  // an answer that is the scanner's box, so that the next patient's card needs no mouse.
  const told = document.querySelector("[data-focus]");
  const code = document.querySelector("[data-code]");
  const begin = document.querySelector("form[data-begin] input:not([type=hidden])");
  const first = code && !code.closest("form[data-begin]") ? code : begin;
  if (told) told.focus();
  else if (first && !first.value) first.focus({ preventScroll: true });

  // What was asked for lies below what was known already.
  document.querySelector("[data-show]")?.scrollIntoView();

  // A second click on the same button sends nothing twice.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "1";
      for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
    });
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });

  // Spaces and dashes of a pasted code go. Where nothing else is asked for, a full code is sent at once, and one that
  // was refused is cleared, because nobody mends a wrong code.
  for (const box of document.querySelectorAll("[data-code]")) {
    const alone = box.form.querySelectorAll("input:not([type=hidden])").length === 1;
    const full = () => box.value.length === Number(box.dataset.code) && /^\d+$/.test(box.value);
    if (alone && told && full()) box.value = "";
    box.addEventListener("input", () => {
      const digits = box.value.replace(/[\s-]/g, "");
      if (digits !== box.value) box.value = digits;
      if (alone && full()) box.form.requestSubmit();
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // Clocks run from when the page arrived and not by the computer's, which may be wrong or be set meanwhile.
  const arrived = performance.now();
  const countDown = (seconds, show) => {
    const tick = () => {
      const rest = Math.max(Math.ceil(seconds - (performance.now() - arrived) / 1000), 0);
      show(rest);
      if (rest === 0) clearInterval(timer);
    };
    const timer = setInterval(tick, 1000);
    tick();
  };
  for (const line of document.querySelectorAll("[data-until]")) {
    const left = line.querySelector("[data-left]");
    countDown(Number(line.dataset.seconds), (rest) => {
      if (rest === 0) line.textContent = line.dataset.over;
      else left.textContent = rest > 90 ? `${Math.floor(rest / 60)} phút` : `${rest} giây`;
    });
  }
  for (const button of document.querySelectorAll("[data-wait]")) {
    const label = button.textContent;
    countDown(Number(button.dataset.wait), (rest) => {
      button.disabled = rest > 0;
      button.textContent = rest > 0 ? `${label} (${rest} giây)` : label;
    });
  }
})();
