// Shows what is new by itself. Without it, the page works and is reloaded by hand.
"use strict";
{
  const script = document.currentScript;
  const fields = () => [...document.querySelectorAll("textarea, input[type=text]")];
  // Nothing that a person types is thrown away.
  const isTyping = () => fields().some((field) => field.value !== field.defaultValue);

  const tell = (words) => {
    const news = document.querySelector(".news") ?? document.createElement("p");
    news.className = "news";
    news.setAttribute("role", "status");
    news.textContent = words;
    document.body.prepend(news);
  };

  if (!script.hasAttribute("data-ended")) {
    const events = new EventSource("events");
    events.addEventListener("page", (event) => {
      if (event.data === script.dataset.revision) return;
      if (isTyping()) {
        tell("There is something new: reload the page when you have saved what you typed.");
      } else {
        events.close();
        location.reload();
      }
    });
    events.addEventListener("error", () => {
      setTimeout(() => {
        if (events.readyState === EventSource.OPEN) return;
        tell("The program has stopped. Start the same command again: it goes on with what was decided.");
      }, 2000);
    });
    addEventListener("pagehide", () => events.close());
  }
}
