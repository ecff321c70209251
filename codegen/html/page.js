(() => {
  const box = document.getElementById("search");
  if (!box) return;
  const count = document.getElementById("found");
  const items = [...document.querySelectorAll("[data-item]")];
  const rows = [...document.querySelectorAll("table.fields > tbody > tr")];
  const entries = new Map(
    [...document.querySelectorAll("nav li a")].map((link) => [link.hash.slice(1), link.parentElement]),
  );
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const first = () => items.find((item) => !item.hidden);
  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (item) => words.every((word) => textOf(item).includes(word));
    let shown = 0;
    for (const item of items) {
      item.hidden = !fits(item);
      shown += item.hidden ? 0 : 1;
      const entry = entries.get(item.id);
      if (entry) entry.hidden = item.hidden;
    }
    for (const row of rows) row.classList.toggle("hit", words.length > 0 && fits(row));
    count.textContent = words.length ? `${shown} of ${items.length}` : "";
  };
  box.parentElement.hidden = false;
  box.addEventListener("input", filter);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && first()) first().scrollIntoView();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "Escape" && document.activeElement === box) {
      box.value = "";
      filter();
      box.blur();
    }
  });
})();
