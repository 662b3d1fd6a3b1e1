/* Pages saved for classes without Python: the controls over runs that were made beforehand. */
(function (self) {
  "use strict";
  const config = { displayModeBar: false, responsive: true };
  const byId = (id) => document.getElementById(id);

  function band(panel, arm, values, title, dates, labels) {
    const [low, middle, high] = values;
    const colour = panel.colours[arm];
    const traces = [];
    if (panel.band)
      traces.push({ type: "scatter", x: [...dates, ...[...dates].reverse()], y: [...high, ...[...low].reverse()], fill: "toself", fillcolor: panel.faint[arm],
        line: { width: 0 }, mode: "lines", hoverinfo: "skip", showlegend: false });
    traces.push({ type: "scatter", mode: "lines", x: dates, y: middle, name: title, line: { color: colour, width: 2.4, dash: arm === "a" ? "solid" : "dash" },
      customdata: dates.map((_, k) => [labels[k], low[k], high[k]]), hovertemplate: `<b>${title}</b> %{customdata[0]}<br>%{y:${panel.form}}<extra></extra>` });
    return traces;
  }

  function compare(data) {
    const choice = byId("offline-lever");
    const place = byId("offline-place");
    data.levers.forEach((lever, k) => choice.append(Object.assign(document.createElement("option"), { value: k, textContent: lever.label })));
    const draw = () => {
      const lever = data.levers[Number(choice.value)];
      const at = Number(place.value);
      const variant = at === 0 ? data.base : lever.variants[at - 1];
      byId("offline-value").textContent = lever.values[at];
      place.setAttribute("aria-valuetext", lever.values[at]);
      byId("offline-line").textContent = variant.line;
      data.panels.forEach((panel, k) => {
        const [first, last] = panel.span;
        const dates = data.dates.slice(first, last);
        const labels = data.quarters.slice(first, last);
        const traces = [...band(panel, "a", variant.bands[k], data.titles[0], dates, labels), ...band(panel, "b", data.other[k], data.titles[1], dates, labels)];
        window.Plotly.react(`offline-${k}`, traces, panel.layout, config);
      });
    };
    choice.onchange = () => { place.value = 0; draw(); };
    place.oninput = draw;
    draw();
  }
  self.offline = function (kind) {
    const data = JSON.parse(byId("data").textContent);
    self.startTheme();
    if (kind === "compare") return compare(data);
    window.Plotly.newPlot("play-price", data.price_figure.data, data.price_figure.layout, config);
    return self.mountPlay(data);
  };
})(window.latecomer);
