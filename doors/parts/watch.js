// Looks whether there is a visit: at the start, when the page is looked at again, and now and then.
(() => {
  const look = async () => {
    try {
      const answer = await fetch("/visit", { cache: "no-store" });
      if (answer.status === 401) {
        const to = location.pathname + location.search;
        location.replace("/sign-in?to=" + encodeURIComponent(to));
      }
    } catch { /* the server is away; Streamlit says so itself */ }
  };
  look();
  setInterval(() => { if (!document.hidden) look(); }, 10000);
  addEventListener("focus", look);
  addEventListener("pageshow", look);
  addEventListener("pointerup", () => setTimeout(look, 300));
})();
