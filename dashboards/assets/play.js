/* The moving picture: bubbles and network, built here from data that come once; pages saved to a file use it, too. */
window.latecomer = window.latecomer || {};
(function (self) {
  "use strict";
  const COLOURS = { group: "#D55E00", large: "#E69F00", small: "#0072B2" };
  const LENDERS = ["#D55E00", "#0072B2", "#CC79A7", "#009E73"];
  const MARKS = { birth: ["circle-open", "#009E73"], bankruptcy: ["x", "#B22222"], closure: ["line-ew-open", "#6B6B6B"], rescue: ["star", "#CC79A7"] };
  const KINDS = ["group", "large", "small"];
  const LINGER = 3; // quarters for which a mark stays
  const SPEEDS = [1, 2, 4, 8];
  const FONT = "Inter, 'Segoe UI', Helvetica, Arial, sans-serif";
  const height = (leverage) => Math.sqrt(Math.min(Math.max(leverage, 0), 20));
  const size = (sales) => Math.max(7, 2.5 * Math.pow(Math.max(sales, 0), 0.36));
  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties || {});
    node.append(...children);
    return node;
  };
  let state = null;

  function controls(data) {
    const t = data.texts;
    const play = make("button", { type: "button", className: "tool strong", id: "play-button", textContent: `▶ ${t.play}` });
    play.onclick = () => (state.timer ? pause() : start());
    const step = (by, text, name) => {
      const button = make("button", { type: "button", className: "tool", textContent: text, title: name });
      button.setAttribute("aria-label", name);
      button.onclick = () => { pause(); show(state.at + by); };
      return button;
    };
    const scrub = make("input", { type: "range", min: 0, max: data.frames.length - 1, value: 0, id: "play-scrub" });
    scrub.setAttribute("aria-label", t.quarter);
    scrub.oninput = () => { pause(); show(Number(scrub.value), true); };
    const speed = make("select", { id: "play-speed" }, ...SPEEDS.map((n) => make("option", { value: n, textContent: `${n} ×`, selected: n === 4 })));
    const views = make("div", { className: "switch", role: "group" });
    for (const name of ["bubbles", "network"]) {
      const button = make("button", { type: "button", className: "tool", textContent: t[name] });
      button.dataset.view = name;
      button.onclick = () => choose(name);
      views.append(button);
    }
    const now = make("output", { id: "play-now", className: "now" });
    const label = make("label", {}, `${t.speed} `, speed);
    return make("div", { className: "player" }, play, step(-1, "‹", t.back), step(1, "›", t.forward), now, scrub, label, views);
  }

  const axis = (more) => ({ gridcolor: "#E6E6E6", zeroline: false, fixedrange: true, ...more });
  function bubbleLayout(data) {
    const t = data.texts;
    const ticks = [0, 0.5, 1, 2, 4, 8, 20];
    return {
      title: { text: t.bubbles_label, x: 0, xref: "container", xanchor: "left", pad: { l: 10 }, font: { size: 14 } },
      font: { family: FONT, color: "#222222", size: 14 }, margin: { l: 62, r: 14, t: 66, b: 50 }, hovermode: "closest",
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom", itemclick: false, itemdoubleclick: false },
      xaxis: axis({ range: [-1.12, 1.12], tickvals: [-1, 0, 1], ticktext: [t.memory, t.assembly, t.niche], title: { text: t.mix } }),
      yaxis: axis({ range: [-0.1, 4.6], tickvals: ticks.map(height), ticktext: ticks.map(String), title: { text: t.leverage } }),
      hoverlabel: { bgcolor: "white", font: { family: FONT, color: "#222222" } }, meta: { name: "firms" }, uirevision: "play",
    };
  }

  function bubbles(data, at) {
    const t = data.texts;
    const frame = data.frames[at];
    const place = new Map(frame.i.map((firm, k) => [firm, k]));
    for (let k = 0; k < frame.i.length; k += 1) state.last.set(frame.i[k], [frame.x[k], frame.y[k]]);
    const order = frame.i.map((_, k) => k).sort((a, b) => frame.s[b] - frame.s[a]);
    const main = {
      type: "scatter", mode: "markers+text", showlegend: false, ids: order.map((k) => String(frame.i[k])),
      x: order.map((k) => frame.x[k]), y: order.map((k) => height(frame.y[k])),
      text: order.map((k, n) => (n < 5 ? String(frame.i[k]) : "")), textposition: "middle center", textfont: { size: 12, color: "#111111" },
      customdata: order.map((k) => [frame.i[k], t[KINDS[frame.k[k]]], frame.s[k], frame.y[k]]),
      marker: {
        size: order.map((k) => size(frame.s[k])), color: order.map((k) => COLOURS[KINDS[frame.k[k]]]), opacity: 0.72,
        line: { color: "#ffffff", width: 1 },
      },
      hovertemplate: `${t.firm} %{customdata[0]}, %{customdata[1]}<br>${t.sales}: %{customdata[2]:,.0f}<br>${t.leverage}: %{customdata[3]:.2f}<extra></extra>`,
    };
    const traces = [main];
    for (const kind of KINDS)
      traces.push({ type: "scatter", mode: "markers", x: [-9], y: [-9], name: t[kind], marker: { size: 12, color: COLOURS[kind] } });
    for (const [mark, [symbol, colour]] of Object.entries(MARKS)) {
      const found = data.marks.filter((m) => m[1] === mark && m[0] <= at && m[0] > at - LINGER).map((m) => {
        const k = place.get(m[2]);
        return k === undefined ? [...(state.last.get(m[2]) || [0, 0]), m] : [frame.x[k], frame.y[k], m];
      });
      traces.push({
        type: "scatter", mode: "markers", name: t[mark], x: found.length ? found.map((f) => f[0]) : [-9], y: found.length ? found.map((f) => height(f[1])) : [-9],
        marker: { symbol, size: mark === "birth" ? 13 : 15, color: colour, line: { width: 2.2, color: colour } },
        text: found.map((f) => `${t[mark]}, ${t.firm} ${f[2][2]} (${data.quarters[f[2][0]]})`), hovertemplate: "%{text}<extra></extra>",
      });
    }
    return traces;
  }
  const bubbleTable = (data, at) => {
    const t = data.texts;
    const frame = data.frames[at];
    return {
      columns: [t.quarter, t.firm, "kind", t.mix, t.leverage, t.sales],
      rows: frame.i.map((firm, k) => [data.quarters[at], firm, t[KINDS[frame.k[k]]], frame.x[k], frame.y[k], frame.s[k]]),
    };
  };

  /* ---- the network: lenders at the left, firms in the middle, clients at the right ------------------------------ */
  function networkTraces(data, net, at) {
    const t = data.texts;
    const step = net.steps[Math.min(net.steps.length - 1, Math.floor(at / net.every))];
    const count = step.firms.length;
    const spread = (k, n) => 1 - (k + 0.5) / n;
    const traces = [];
    const widest = (table) => Math.max(1, ...table.flat());
    const lines = (table, left, colours, names, scale) => {
      const top = widest(table);
      table.forEach((row, g) => {
        for (const width of [1, 3, 6, 11]) {
          const x = [];
          const y = [];
          row.forEach((amount, k) => {
            const w = Math.sqrt(amount / top) * 12;
            const bin = w < 0.35 ? 0 : w < 2 ? 1 : w < 4.5 ? 3 : w < 8 ? 6 : 11;
            if (bin !== width) return;
            const from = spread(g, table.length);
            const to = spread(k, count);
            for (let p = 0; p <= 16; p += 1) {
              const u = p / 16;
              const s = u * u * (3 - 2 * u);
              x.push(left ? 0.06 + 0.43 * u : 0.94 - 0.39 * u);
              y.push(from + (to - from) * s);
            }
            x.push(null);
            y.push(null);
          });
          if (x.length) traces.push({ type: "scatter", mode: "lines", x, y, line: { width, color: colours(g) }, opacity: 0.45, hoverinfo: "skip", showlegend: false });
        }
      });
    };
    lines(step.loans, true, (g) => LENDERS[g], null);
    lines(step.orders, false, () => "#56B4E9", null);
    const sum = (row) => row.reduce((a, b) => a + b, 0);
    const node = (x, y, text, sizes, color, hover, position, firms) => traces.push({
      type: "scatter", mode: "markers+text", x, y, text, textposition: position, marker: { size: sizes, color, line: { color: "#ffffff", width: 1 } },
      hovertext: hover, hovertemplate: "%{hovertext}<extra></extra>", showlegend: false, cliponaxis: false, customdata: firms || x.map(() => null), textfont: { size: 13 },
    });
    const money = (v) => v.toLocaleString("en-GB", { maximumFractionDigits: 0 });
    node(net.lenders.map(() => 0.05), net.lenders.map((_, k) => spread(k, 4)), net.lenders.map((n) => t[n]), net.lenders.map((_, k) => 8 + 2.2 * Math.pow(sum(step.loans[k]), 0.3)),
      LENDERS, net.lenders.map((n, k) => `${t[n]}: USD m ${money(sum(step.loans[k]))}`), "middle left");
    node(step.firms.map(() => 0.5), step.firms.map((_, k) => spread(k, count)), step.firms.map((f) => (f < 0 ? t.others : String(f))), step.sales.map((s) => Math.min(26, size(s) * 0.5)),
      step.firms.map((f) => (f < 0 ? "#6B6B6B" : "#E69F00")),
      step.firms.map((f, k) => `${f < 0 ? t.others : `${t.firm} ${f}`}<br>${t.sales}: ${money(step.sales[k])}<br>${t.owes}: ${money(sum(step.loans.map((r) => r[k])))}<br>${t.orders}: ${money(sum(step.orders.map((r) => r[k])))}`),
      "middle right", step.firms.map((f) => (f < 0 ? null : [f])));
    node(step.orders.map(() => 0.95), step.orders.map((_, k) => spread(k, step.orders.length)), step.orders.map((_, k) => `${t.client} ${k + 1}`), step.orders.map((r) => 8 + 2.2 * Math.pow(sum(r), 0.3)),
      "#56B4E9", step.orders.map((r, k) => `${t.client} ${k + 1}: USD m ${money(sum(r))}`), "middle right");
    return { traces, step };
  }
  function networkTable(data, step, lenders) {
    const t = data.texts;
    const columns = [t.firm, t.sales, ...lenders.map((n) => t[n]), ...step.orders.map((_, k) => `${t.client} ${k + 1}`)];
    const rows = step.firms.map((f, k) => [f < 0 ? t.others : f, step.sales[k], ...step.loans.map((r) => r[k]), ...step.orders.map((r) => r[k])]);
    return { columns, rows };
  }
  function networkLayout(data) {
    const hidden = { visible: false, fixedrange: true };
    return {
      title: { text: data.texts.network_label, x: 0, xref: "container", xanchor: "left", pad: { l: 10 }, font: { size: 14 } },
      font: { family: FONT, color: "#222222", size: 14 }, margin: { l: 10, r: 10, t: 44, b: 14 }, hovermode: "closest", showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", xaxis: { range: [-0.14, 1.12], ...hidden }, yaxis: { range: [0, 1.01], ...hidden },
      hoverlabel: { bgcolor: "white", font: { family: FONT, color: "#222222" } }, meta: { name: "network" },
    };
  }

  /* ---- showing a quarter ---------------------------------------------------------------------------------------- */
  const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const config = { displayModeBar: false, responsive: true };
  function show(at, quick) {
    if (!state) return;
    const { data, gd } = state;
    state.at = Math.max(0, Math.min(data.frames.length - 1, at));
    document.getElementById("play-scrub").value = state.at;
    document.getElementById("play-scrub").setAttribute("aria-valuetext", data.quarters[state.at]);
    document.getElementById("play-now").textContent = data.quarters[state.at].replace("Q", " Q");
    if (state.view === "network") {
      if (!state.net) return;
      const { traces, step } = networkTraces(data, state.net, state.at);
      const layout = networkLayout(data);
      layout.meta.table = networkTable(data, step, state.net.lenders);
      window.Plotly.react(gd, traces, layout, config);
    } else {
      const traces = bubbles(data, state.at);
      const smooth = state.timer && !quick && !still() && state.drawn;
      if (smooth) {
        const pace = 900 / state.speed;
        window.Plotly.animate(gd, { data: traces, traces: traces.map((_, k) => k) },
          { mode: "immediate", frame: { duration: pace, redraw: false }, transition: { duration: pace, easing: "linear" } }).catch(() => null);
      } else window.Plotly.react(gd, traces, { ...bubbleLayout(data), datarevision: state.at }, config);
      gd.layout.meta = { name: "firms", table: bubbleTable(data, state.at) };
      state.drawn = true;
    }
    cursor();
    describe();
  }
  function cursor() {
    const price = self.plot ? self.plot("play-price") : document.querySelector("#play-price");
    const quarter = state.data.quarters[state.at];
    const date = `${quarter.slice(0, 4)}-${String(3 * Number(quarter[5]) - 2).padStart(2, "0")}-01`;
    if (price && price.layout && price.layout.shapes) window.Plotly.relayout(price, { "shapes[0].x0": date, "shapes[0].x1": date });
  }
  function describe() {
    const box = document.getElementById("play-firm");
    const { data } = state;
    if (state.firm === null) {
      box.textContent = state.view === "network" ? data.texts.network_label : data.texts.sizes;
      return;
    }
    const frame = data.frames[state.at];
    const k = frame.i.indexOf(state.firm);
    const t = data.texts;
    const quarter = data.quarters[state.at];
    box.replaceChildren(make("strong", { textContent: `${t.firm} ${state.firm}, ${quarter}` }));
    if (k >= 0) box.append(`: ${t[KINDS[frame.k[k]]]}; ${t.sales} ${frame.s[k].toLocaleString("en-GB")}; ${t.leverage} ${frame.y[k]} `);
    else box.append(`: ${t.seen} `);
    if (self.live) {
      const query = self.query();
      query.set("firm", state.firm);
      query.set("quarter", quarter);
      box.append(make("a", { className: "tool strong", href: `${self.prefix()}firm?${query}`, textContent: t.open }));
    }
  }
  function tick() {
    if (state.at >= state.data.frames.length - 1) return pause();
    show(state.at + 1);
    state.timer = window.setTimeout(tick, 1000 / state.speed);
    return null;
  }
  function start() {
    if (state.at >= state.data.frames.length - 1) show(0);
    state.speed = Number(document.getElementById("play-speed").value);
    document.getElementById("play-button").textContent = state.data.texts.pause;
    state.timer = window.setTimeout(tick, 10);
  }
  function pause() {
    if (!state || !state.timer) return null;
    window.clearTimeout(state.timer);
    state.timer = null;
    document.getElementById("play-button").textContent = `▶ ${state.data.texts.play}`;
    show(state.at, true);
    if (self.live) self.change({ quarter: state.data.quarters[state.at] });
    return null;
  }
  function choose(name) {
    pause();
    state.view = name;
    for (const button of document.querySelectorAll(".player [data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    if (self.live) self.change({ network: name === "network" ? "1" : null });
    if (name === "network" && !state.net) {
      if (self.live) self.set("play-network-asked", { data: Date.now() });
      return;
    }
    window.Plotly.purge(state.gd);
    state.drawn = false;
    listen();
    show(state.at, true);
  }
  function listen() {
    window.Plotly.newPlot(state.gd, [], state.view === "network" ? networkLayout(state.data) : bubbleLayout(state.data), config);
    state.gd.on("plotly_click", (event) => {
      const found = event.points[0].customdata;
      if (!found) return;
      state.firm = found[0];
      describe();
    });
  }
  self.network = function (net) {
    if (net && state) {
      state.net = net;
      if (state.view === "network") choose("network");
    }
    return window.dash_clientside ? window.dash_clientside.no_update : null;
  };
  const tools = () => {
    const words = ["table", "csv", "png", "svg"];
    const box = make("div", { className: "tools" });
    for (const word of words) {
      const from = document.querySelector(`[data-do="${word}"]`);
      const button = make("button", { type: "button", className: "tool", textContent: from ? from.textContent : word.toUpperCase() });
      button.dataset.do = word;
      button.dataset.figure = "play-plot";
      box.append(button);
    }
    return box;
  };
  function mount(data, stage) {
    if (state && state.timer) window.clearTimeout(state.timer);
    const asked = data.start ? data.quarters.indexOf(data.start) : -1;
    const gd = make("div", { id: "play-plot", className: "plot" });
    const card = make("section", { className: "card" }, gd, tools());
    card.setAttribute("aria-label", data.texts.bubbles_label);
    const firm = make("p", { id: "play-firm", className: "firm-line", textContent: data.texts.sizes });
    firm.setAttribute("aria-live", "polite");
    const at = asked >= 0 ? asked : Math.min(state && state.kept === data.quarters.length ? state.at : 60, data.frames.length - 1);
    const net = data.net || null;
    state = { data, gd, at, timer: null, speed: 4, view: data.show ? "network" : "bubbles", net, firm: null, last: new Map(), kept: data.quarters.length, drawn: false };
    for (const frame of data.frames.slice(0, at)) frame.i.forEach((f, k) => state.last.set(f, [frame.x[k], frame.y[k]]));
    stage.replaceChildren(controls(data), firm, card);
    choose(state.view);
    const price = () => (self.plot ? self.plot("play-price") : document.querySelector("#play-price"));
    window.setTimeout(() => { const p = price(); if (p && p.on) p.on("plotly_click", (e) => { pause(); show(data.quarters.indexOf(data.quarters[e.points[0].pointIndex]), true); }); cursor(); }, 600);
  }
  self.mountPlay = function (data) {
    const skip = window.dash_clientside ? window.dash_clientside.no_update : null;
    if (!data) return skip;
    const wait = () => {
      const stage = document.getElementById("play-stage");
      if (!stage) return;
      if (window.Plotly) mount(data, stage);
      else window.setTimeout(wait, 60);
    };
    wait();
    return skip;
  };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { latecomer: self });
})(window.latecomer);
