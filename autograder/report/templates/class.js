(() => {
  const form = document.getElementById("filter");
  const told = form.querySelector("output");
  const text = (element) => element.textContent.toLowerCase();
  const rows = [...document.querySelectorAll(".students tbody tr")].map((row) => ({
    row, name: text(row.querySelector("th")), text: text(row),
    status: row.dataset.s, verdicts: row.dataset.v, href: row.querySelector("a").getAttribute("href"),
  }));
  const said = (item) => {  // without the names of those whom it concerns
    const copy = item.cloneNode(true);
    for (const names of copy.querySelectorAll(".who")) names.remove();
    return text(copy);
  };
  const items = [...document.querySelectorAll(".item")].map((item) => ({
    item, text: text(item), said: said(item), at: item.dataset.x === undefined ? null : item.dataset.x.split(" "),
    who: [...item.querySelectorAll(".who a")].map((a) => ({ li: a.parentNode, href: a.getAttribute("href") })),
  }));
  const show = () => {
    const { student, exercise, status, words } = Object.fromEntries(
      [...new FormData(form)].map(([key, value]) => [key, value.trim().toLowerCase()]));
    const fit = rows.filter((each) => each.name.includes(student) && (!status || each.status === status));
    const people = new Set(fit.map(({ href }) => href));
    const concerned = new Set();
    for (const { item, text, said, at, who } of items) {
      for (const { li, href } of who) li.hidden = !people.has(href);
      const someone = !who.length || who.some(({ href }) => people.has(href));
      const there = exercise === "" || at === null || at.includes(exercise);
      item.hidden = !(someone && there && text.includes(words));
      if (there && said.includes(words)) for (const { href } of who) concerned.add(href);
    }
    let count = 0;
    for (const { row, text, verdicts, href } of rows) {
      const missed = exercise === "" || !"p-".includes(verdicts[exercise] || "-");
      row.hidden = !(people.has(href) && missed && (text.includes(words) || concerned.has(href)));
      count += !row.hidden;
    }
    told.textContent = `${count} / ${rows.length} ${told.dataset.of}`;
  };
  form.hidden = false;
  for (const event of ["input", "change"]) form.addEventListener(event, show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();
