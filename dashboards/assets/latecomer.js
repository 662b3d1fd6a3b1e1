/* What happens in the browser without asking the server: the link, levers, tables and files behind figures, the theme.
   Pages add their own parts to window.latecomer. */
window.latecomer = window.latecomer || {};
(function (self) {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const config = () => JSON.parse(byId("_dash-config").textContent);
  let serial = 0;
  const FIGURES = "_dash-component-suites/plotly/package_data/plotly.min.js";

  self.live = Boolean(byId("_dash-config")); // false in a page saved for classes without Python
  self.prefix = () => config().requests_pathname_prefix;
  self.set = (id, props) => (self.live ? window.dash_clientside.set_props(id, props) : null);
  self.query = () => new URLSearchParams(window.location.search);
  self.page = () => window.location.pathname.slice(self.prefix().length - 1).replaceAll("/", "") || "compare";

  /* ---- the link ------------------------------------------------------------------------------------------- */
  self.publish = function (query) {
    if (!self.live) return;
    const text = query.toString();
    window.history.replaceState(window.history.state, "", `${window.location.pathname}?${text}`);
    self.refreshLinks();
  };
  self.change = function (changes) {
    const query = self.query();
    for (const [key, value] of Object.entries(changes)) {
      if (value === null || value === undefined || value === "") query.delete(key);
      else query.set(key, value);
    }
    self.publish(query);
    return query.toString();
  };
  self.refreshLinks = function () {
    const query = self.query();
    for (const link of document.querySelectorAll("a.nav")) {
      const name = link.id.slice(4);
      self.set(link.id, { href: `${self.prefix()}${name}?${query}` });
      if (name === self.page()) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  if (self.live && self.page() !== "facts") { // the largest script by far: it is on its way before a figure asks for it
    const early = Object.assign(document.createElement("link"), { rel: "preload", as: "script" });
    early.href = window._dashPlotlyJSURL || self.prefix() + FIGURES;
    document.head.append(early);
  }
  self.next = () => ++serial; // the server's clock starts it, so that it grows from page to page

  /* ---- levers --------------------------------------------------------------------------------------------- */
  const quarterText = (n) => `${Math.floor(n / 4)}Q${(n % 4) + 1}`;
  const numberText = (value) => String(Number(Number(value).toPrecision(7)));
  const written = (kind, value) =>
    kind === "quarter" ? quarterText(value) : kind === "switch" ? String(Boolean(value)) : numberText(value);
  const shown = (kind, value) =>
    kind === "quarter" ? quarterText(value) : kind === "switch" ? (value ? "on" : "off") : numberText(Number(value).toPrecision(4));
  const seedText = (seed) => (seed === "" || seed === null || seed === undefined ? 1 : seed);
  let timer = null;
  let waiting = null;
  let last = null;

  const PACE = 180; // milliseconds between two questions while a lever is dragged
  let sent = 0;
  function send() {
    timer = null;
    if (waiting === null || waiting === last) return;
    sent = Date.now();
    last = waiting;
    self.set("compare-view", { data: { query: waiting, serial: self.next(), stage: 0 } });
    const line = document.querySelector("#compare-verdict .seeds");
    if (line) line.textContent = "…";
  }

  self.levers = function (values, checks, a, b, show, seed, catalogue) {
    const skip = window.dash_clientside.no_update;
    const context = window.dash_clientside.callback_context;
    if (!catalogue) return skip;
    const chosen = { a, b, w: "base" };
    const moved = context.triggered.map((t) => t.prop_id);
    const places = { a: {}, b: {}, w: {} };
    const preset = (arm) => (arm === "w" ? catalogue.presets[a] : catalogue.presets[chosen[arm]]);
    const [sliders, switches] = context.inputs_list;
    const controls = [
      ...sliders.map((one, k) => ({ ...one, value: values[k] })),
      ...switches.map((one, k) => ({ ...one, value: checks[k] })),
    ];
    for (const one of controls) {
      const { arm, key } = one.id;
      const name = key.replaceAll("/", ".");
      let value = Number(one.value);
      if (moved.includes(`compare-preset-${arm}.value`)) {
        value = preset(arm)[name];
        self.set(one.id, one.property === "checked" ? { checked: Boolean(value) } : { value, marks: [{ value }] });
      }
      places[arm][name] = value;
    }
    const query = new URLSearchParams();
    query.set("a", a);
    query.set("b", b);
    for (const arm of ["a", "b", "w"]) {
      for (const [key, value] of Object.entries(places[arm])) {
        const kind = catalogue.kinds[key];
        const base = preset(arm)[key];
        const changed = Math.abs(value - base) > 1e-9 * Math.max(1, Math.abs(base));
        if (changed) query.set(`${arm}.${key}`, written(kind, value));
        const output = byId(`value-${arm}-${key}`);
        if (output) output.textContent = shown(kind, value);
        const row = byId(`row-${key}`);
        if (row && arm !== "a") row.classList.toggle("differs", arm === "w" ? changed : Math.abs(value - places.a[key]) > 1e-9);
      }
    }
    query.set("seed", seedText(seed));
    if (show !== "overview") query.set("show", show);
    for (const [key, value] of self.query()) if (["lang", "theme"].includes(key)) query.set(key, value);
    self.publish(query);
    waiting = query.toString();
    if (timer === null) timer = window.setTimeout(send, Math.max(5, sent + PACE - Date.now()));
    return skip;
  };
  self.opened = function (data) {
    if (data) {
      serial = Math.max(serial, data.serial);
      last = data.query;
      self.publish(new URLSearchParams(data.query)); // what the server could not take is gone from the link, too
    }
    return window.dash_clientside.no_update;
  };
  function again(id, stage) {
    const skip = window.dash_clientside.no_update;
    serial = Math.max(serial, stage ? stage.serial : 0); // the first request of a page is the server's own
    if (!stage || stage.stage === null || stage.serial !== serial) return skip;
    window.setTimeout(() => {
      if (stage.serial === serial) self.set(id, { data: { ...stage, at: Date.now() } });
    }, stage.wait || 1);
    return skip;
  }
  self.refine = (stage) => again("compare-more", stage);
  self.mapRefine = (stage) => again("map-more", stage);
  self.gapRefine = (stage) => again("gap-more", stage);

  /* ---- pages of one run ------------------------------------------------------------------------------------- */
  self.asked = function (arm, seed, before) {
    const query = self.change({ arm: arm === "a" ? null : arm, seed: seedText(seed) });
    serial = Math.max(serial, before ? before.serial : 0);
    return { query, serial: self.next() };
  };

  self.rowChosen = function (rows) {
    if (rows && rows.length) self.set("firm-choice", { value: String(rows[0].firm) });
    return window.dash_clientside.no_update;
  };
  self.firmChosen = function (firm, view) {
    if (!firm || !view) return window.dash_clientside.no_update;
    serial = Math.max(serial, view.serial);
    return { query: self.change({ firm }), serial: self.next() };
  };
  self.quarterChosen = function (quarter) {
    if (quarter) self.change({ quarter });
    return window.dash_clientside.no_update;
  };

  let booksTimer = null;
  self.booksAsked = function (year, show, view) {
    const skip = window.dash_clientside.no_update;
    if (!view) return skip;
    serial = Math.max(serial, view.serial);
    const now = byId("books-now");
    if (now) now.textContent = year;
    const query = self.change({ year, show: show === "payments" ? null : show });
    window.clearTimeout(booksTimer);
    booksTimer = window.setTimeout(() => self.set("books-asked", { data: { query, serial: self.next() } }), 60);
    return skip;
  };

  self.factsShown = function (section) {
    if (section) self.change({ show: section === "paper" ? null : section });
    return window.dash_clientside.no_update;
  };

  /* ---- the map ------------------------------------------------------------------------------------------------ */
  self.mapShown = (show) => ({ query: self.change({ show: show === "gap" ? show : null }) });
  self.mapAsked = function (source, layer, arm, across, up, seed, before) {
    const own = byId("map-own");
    const live = source === "live";
    if (own) own.hidden = !live;
    const skip = window.dash_clientside.no_update;
    const controls = JSON.stringify([source, layer, arm, across, up, seed]);
    if (!before || controls === before.controls) return skip; // what the server set itself
    const changes = { map: source, layer: layer === "regime" ? null : layer, arm: arm === "a" ? null : arm, seed: seedText(seed) };
    Object.assign(changes, live ? { across, up } : { across: null, up: null });
    const moved = window.dash_clientside.callback_context.triggered.map((t) => t.prop_id);
    if (moved.some((id) => /^map-(source|across|up)/.test(id))) changes.at = null; // a place belongs to its axes
    serial = Math.max(serial, before.serial);
    self.set("map-view", { data: { query: self.change(changes), serial: self.next(), stage: 0, controls } });
    return skip;
  };
  self.mapClicked = function (click) {
    const point = click && click.points[0];
    if (point) for (const side of ["x", "y"]) self.set(`map-${side}`, { value: Number(Number(point[side]).toPrecision(4)) });
    return window.dash_clientside.no_update;
  };
  self.mapPlace = function (x, y, view) {
    const named = [x, y].every((value) => value !== "" && value !== null && value !== undefined);
    const gd = plot("map-figure");
    const line = (more) => ({ type: "line", line: { color: "#111111", width: 1.5, dash: "dot" }, ...more });
    const cross = named ? [line({ x0: x, x1: x, y0: 0, y1: 1, yref: "paper" }), line({ x0: 0, x1: 1, xref: "paper", y0: y, y1: y })] : [];
    if (gd && gd.layout) window.Plotly.relayout(gd, { shapes: cross });
    return { query: self.change({ at: named ? `${x}_${y}` : null }), serial: Date.now() };
  };
  self.gapAsked = function (measure, by, seed, live, before) {
    const query = self.change({ measure, by: by === "key" ? by : null, seed: seedText(seed), live: live ? "1" : null });
    if (before && query === before.query) return window.dash_clientside.no_update;
    serial = Math.max(serial, before ? before.serial : 0);
    return { query, serial: self.next(), stage: 0 };
  };

  /* ---- the lesson --------------------------------------------------------------------------------------------- */
  let lessonAt = null;
  let revealed = null;
  const lessonAsk = (changes) => self.set("lesson-view", { data: { query: self.change(changes), serial: self.next() } });
  function lessonClick(event) {
    const step = event.target.closest("[data-step]");
    if (step) lessonAsk({ step: step.dataset.step });
    if (!event.target.closest("[data-do='reveal']")) return;
    const picked = document.querySelector("#lesson-options input:checked");
    if (!picked) { self.notice(texts().pick); window.setTimeout(() => self.notice(null), 3000); return; }
    const number = self.query().get("step") || "1";
    const others = (self.query().get("answers") || "").split(".").filter((pair) => pair && !pair.startsWith(`${number}-`));
    lessonAsk({ answers: [...others, `${number}-${picked.value}`].join(".") });
  }
  document.addEventListener("click", lessonClick);
  self.lessonShown = function () {
    window.setTimeout(() => {
      const at = `${self.query().get("step") || 1}`;
      const reveal = byId("lesson-reveal");
      const heading = byId("lesson-title");
      if (lessonAt !== null && lessonAt !== at && heading) { heading.focus({ preventScroll: true }); window.scrollTo(0, 0); }
      else if (lessonAt === at && reveal && revealed !== at) { reveal.focus({ preventScroll: true }); reveal.scrollIntoView({ block: "nearest" }); }
      revealed = reveal ? at : null;
      lessonAt = at;
    }, 60);
    return window.dash_clientside.no_update;
  };
  self.lessonChosen = function (name, notes) {
    const before = self.query().get("lesson");
    const changes = { notes: notes ? "1" : null };
    if (before ? before !== name : window.dash_clientside.callback_context.triggered.some((t) => t.prop_id === "lesson-choice.value"))
      Object.assign(changes, { lesson: name, step: null, answers: null });
    lessonAsk(changes);
    return window.dash_clientside.no_update;
  };

  /* ---- tables and files behind figures ----------------------------------------------------------------------- */
  const plot = (id) => document.querySelector(`#${CSS.escape(id)} .js-plotly-plot`) || document.querySelector(`#${CSS.escape(id)}.js-plotly-plot`);
  self.plot = plot;
  const titleOf = (gd) => String((gd.layout.title && (gd.layout.title.text || gd.layout.title)) || "figure").replace(/<[^>]*>/g, "");
  const plain = (values) => (values ? Array.from(values) : []);

  self.rows = function (gd) {
    const meta = gd.layout.meta || {};
    if (meta.table) return meta.table;
    const lines = gd.data.filter((trace) => trace.name && trace.x && trace.hoverinfo !== "skip");
    const banded = meta.kind === "band" && lines.some((trace) => trace.customdata);
    const columns = [meta.first || "quarter"];
    for (const trace of lines) columns.push(...(banded ? [`${trace.name}: median`, "5 % of seeds", "95 % of seeds"] : [trace.name]));
    const rows = plain(lines[0] && lines[0].x).map((x, k) => {
      const row = [lines[0].customdata && banded ? lines[0].customdata[k][0] : x];
      for (const trace of lines) {
        row.push(plain(trace.y)[k]);
        if (banded) row.push(trace.customdata[k][1], trace.customdata[k][2]);
      }
      return row;
    });
    return { columns, rows };
  };
  const cell = (value) =>
    typeof value === "number" ? Number(value.toPrecision(5)).toLocaleString("en-GB", { maximumSignificantDigits: 5 }) : value === null || value === undefined ? "" : String(value);

  function showTable(id) {
    const gd = plot(id);
    if (!gd) return;
    const { columns, rows } = self.rows(gd);
    const meta = gd.layout.meta || {};
    const dialog = document.createElement("dialog");
    dialog.className = "table-dialog";
    dialog.setAttribute("aria-label", titleOf(gd));
    const head = document.createElement("div");
    head.className = "dialog-head";
    const title = document.createElement("h2");
    title.textContent = titleOf(gd);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "tool";
    close.textContent = "✕";
    close.setAttribute("aria-label", "Close");
    close.onclick = () => dialog.close();
    head.append(title, close);
    const note = document.createElement("p");
    note.className = "help";
    note.textContent = meta.definition ? `${meta.definition} [${meta.unit}]` : "";
    const frame = document.createElement("div");
    frame.className = "frame";
    frame.tabIndex = 0;
    const table = document.createElement("table");
    const header = table.createTHead().insertRow();
    for (const name of columns) {
      const th = document.createElement("th");
      th.scope = "col";
      th.textContent = name;
      header.append(th);
    }
    const body = table.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      row.forEach((value, k) => {
        const td = line.insertCell();
        td.textContent = cell(value);
        if (k && typeof value === "number") td.className = "number";
      });
    }
    frame.append(table);
    dialog.append(head, note, frame);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  self.save = function (blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const fileName = (gd, ending) => `${((gd.layout.meta || {}).name || titleOf(gd)).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "figure"}.${ending}`;
  const quoted = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

  function saveCsv(id) {
    const gd = plot(id);
    if (!gd) return;
    const { columns, rows } = self.rows(gd);
    const lines = [columns, ...rows].map((row) => row.map((v) => quoted(v === null || v === undefined ? "" : String(v))).join(","));
    self.save(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }), fileName(gd, "csv"));
  }
  async function savePicture(id, format) {
    const gd = plot(id);
    if (!gd) return;
    const many = gd.data.filter((t) => t.name && t.showlegend !== false).length > 1;
    const layout = { ...gd.layout, paper_bgcolor: "white", plot_bgcolor: "white", showlegend: many, autosize: false,
      legend: { orientation: "h", y: -0.12 }, margin: { ...gd.layout.margin, b: 60 } };
    const size = { width: Math.max(900, gd.clientWidth), height: Math.max(520, gd.clientHeight) };
    const address = await window.Plotly.toImage({ data: gd.data, layout: { ...layout, ...size } }, { format, ...size, scale: format === "png" ? 2 : 1 });
    const blob = format === "svg"
      ? new Blob([decodeURIComponent(address.slice(address.indexOf(",") + 1))], { type: "image/svg+xml" })
      : new Blob([Uint8Array.from(atob(address.split(",")[1]), (c) => c.charCodeAt(0))], { type: "image/png" });
    self.save(blob, fileName(gd, format));
  }

  /* ---- theme, notices, clicks -------------------------------------------------------------------------------- */
  self.notice = (text) => self.set("notice", { children: text });
  function setTheme(name) {
    document.documentElement.setAttribute("data-mantine-color-scheme", name);
    self.set("mantine", { forceColorScheme: name });
    try { window.localStorage.setItem("latecomer-theme", name); } catch (_) { /* private windows may refuse */ }
  }
  self.startTheme = function () {
    let kept = null;
    try { kept = window.localStorage.getItem("latecomer-theme"); } catch (_) { /* as above */ }
    const asked = self.query().get("theme");
    const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    setTheme(["dark", "light"].includes(asked) ? asked : kept || system);
  };
  const texts = () => JSON.parse((byId("texts") || { textContent: "{}" }).textContent || "{}");
  async function download(address, name, wait) {
    self.notice(wait);
    const answer = await fetch(address);
    if (!answer.ok) { self.notice(await answer.text()); return; }
    self.save(await answer.blob(), name);
    self.notice(null);
  }
  function follow(event) {
    const target = event.target.closest("[data-do], [data-export], [data-page-file]");
    if (!target) return;
    const { do: action, figure } = target.dataset;
    if (action === "table") showTable(figure);
    else if (action === "csv") saveCsv(figure);
    else if (action === "png" || action === "svg") savePicture(figure, action);
    else if (action === "theme") setTheme(document.documentElement.getAttribute("data-mantine-color-scheme") === "dark" ? "light" : "dark");
    else if (action === "link") {
      const done = () => self.notice(texts().copied || "");
      const typed = window.prompt.bind(window, "", window.location.href);
      if (navigator.clipboard) navigator.clipboard.writeText(window.location.href).then(done, typed);
      else typed();
      window.setTimeout(() => self.notice(null), 4000);
    } else if (action === "reset" || action === "swap") {
      const query = self.query();
      const kept = new URLSearchParams();
      for (const [key, value] of query) {
        const other = action === "swap" ? key.replace(/^([ab])(?=\.|$)/, (arm) => (arm === "a" ? "b" : "a")) : key;
        if (action === "swap" || !/^[abw]\./.test(key)) kept.append(other, value);
      }
      window.location.assign(`${window.location.pathname}?${kept}`);
    } else if (target.dataset.export) {
      target.href = `${self.prefix()}export/${target.dataset.export}${target.dataset.export.endsWith("?") ? "" : "&"}${self.query()}`;
    } else if (target.dataset.pageFile) {
      event.preventDefault();
      download(`${self.prefix()}export/${target.dataset.pageFile}?${self.query()}`, `latecomer-${target.dataset.pageFile}`, texts().preparing || "…");
    }
  }
  document.addEventListener("click", follow);
  if (self.live) { // a server that is gone, or fails, says so on the page
    const ask = window.fetch.bind(window);
    window.fetch = (...given) => ask(...given).then(
      (answer) => { if (answer.status >= 500 && answer.status !== 503) self.notice(texts().offline); return answer; },
      (problem) => { self.notice(texts().offline); throw problem; },
    );
  }
  self.language = function (code) {
    const skip = window.dash_clientside.no_update;
    if (!code || code === (self.query().get("lang") || "en")) return skip;
    self.change({ lang: code });
    window.location.reload();
    return skip;
  };
  self.arrived = function () {
    self.refreshLinks();
    if (!self.started) { self.started = true; self.startTheme(); }
    else { const main = byId("content"); if (main) { main.focus({ preventScroll: true }); window.scrollTo(0, 0); } }
    return window.dash_clientside.no_update;
  };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { latecomer: self });
})(window.latecomer);
