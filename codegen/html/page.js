(() => {
  const box = document.getElementById("search");
  if (!box) return;
  const items = [...document.querySelectorAll("[data-search]")];
  const count = document.getElementById("found");
  box.parentElement.hidden = false;
  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const hit = words.every((word) => item.dataset.search.includes(word));
      item.hidden = !hit;
      if (hit && item.tagName === "SECTION") shown += 1;
    }
    if (count) count.textContent = words.length ? `${shown} found` : "";
  };
  box.addEventListener("input", filter);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && document.activeElement === box) {
      box.value = "";
      filter();
      box.blur();
    }
  });
  filter();
})();
