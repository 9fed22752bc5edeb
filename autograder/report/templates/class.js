(() => {
  const form = document.getElementById("filter");
  const told = form.querySelector("output");
  const text = (element) => element.textContent.toLowerCase();
  const rows = [...document.querySelectorAll(".students tbody tr")].map((row) => ({
    row, name: text(row.querySelector("th")), text: text(row),
    status: row.dataset.s, verdicts: row.dataset.v, href: row.querySelector("a").getAttribute("href"),
  }));
  const items = [...document.querySelectorAll(".item")].map((item) => ({
    item, text: text(item), at: item.dataset.x === undefined ? null : item.dataset.x.split(" "),
    who: [...item.querySelectorAll(".who a")].map((a) => ({ li: a.parentNode, href: a.getAttribute("href") })),
  }));
  const show = () => {
    const { student, exercise, status, words } = Object.fromEntries(
      [...new FormData(form)].map(([key, value]) => [key, value.trim().toLowerCase()]));
    const people = new Set();
    let count = 0;
    for (const each of rows) {
      const fits = each.name.includes(student) && (!status || each.status === status);
      if (fits) people.add(each.href);
      const missed = exercise === "" || !"p-".includes(each.verdicts[exercise] || "-");
      each.row.hidden = !(fits && missed && each.text.includes(words));
      count += !each.row.hidden;
    }
    for (const { item, text, at, who } of items) {
      for (const { li, href } of who) li.hidden = !people.has(href);
      const someone = !who.length || who.some(({ href }) => people.has(href));
      const there = exercise === "" || at === null || at.includes(exercise);
      item.hidden = !(someone && there && text.includes(words));
    }
    told.textContent = `${count} / ${rows.length}`;
  };
  form.hidden = false;
  for (const event of ["input", "change"]) form.addEventListener(event, show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();
