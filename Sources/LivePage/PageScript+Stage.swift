extension PageScript {
  /// Draws one stage: its curves, its log, its table and its samples.
  static let stages = #"""
    // ---- One stage

    function currentStage() {
      if (chosen && stages.has(chosen)) return stages.get(chosen);
      const all = [...stages.values()];
      const last = test => all.filter(stage => stage.indices.some(i => test(points[i]))).pop();
      return last(point => point.state === 'running' && (point.log || point.responses))
        || last(point => point.table && groups[point.state] === 'done')
        || last(point => point.log && groups[point.state] !== 'waiting') || all[0];
    }

    async function showStage() {
      const stage = currentStage();
      if (!stage) return;
      for (const other of stages.values()) {
        other.node.setAttribute('aria-pressed', String(other === stage));
      }
      if (!stage.indices.includes(focus)) focus = null;
      const begun = stage.indices.filter(index => groups[points[index].state] !== 'waiting');
      const title = byId('stage-name');
      const words = `${stage.kind}, ${summary(focus === null ? stage.indices : [focus])}`;
      if (title.textContent !== `${stage.name} ${words}`) {
        title.replaceChildren(stage.name + ' ', element('span', '', words));
      }
      const shown = shownCurves(stage, begun);
      showPoints(stage, shown);
      const isShown = index => points[index].log || points[index].responses || points[index].table;
      byId('nothing').hidden = stage.indices.some(isShown);
      await Promise.all(shown.map(readLog));
      showCharts(stage, shown);
      showText(shown);
      await showTable(stage);
      await showSamples(stage, begun);
    }

    /** The points whose curves are drawn: the chosen one, or the first ones, best those at work. */
    function shownCurves(stage, begun) {
      const logged = begun.filter(index => points[index].log);
      if (focus !== null) return logged.filter(index => index === focus);
      const atWork = index => (points[index].state === 'running' ? 0 : 1);
      return logged.sort((a, b) => atWork(a) - atWork(b) || a - b).slice(0, mostCurves)
        .sort((a, b) => a - b);
    }

    function color(stage, shown, index) {
      const place = stage.indices.length <= mostCurves
        ? stage.indices.indexOf(index) : shown.indexOf(index);
      return place % mostCurves;
    }

    function showPoints(stage, shown) {
      const chips = stage.indices.length > 1 ? [null, ...stage.indices] : [];
      const label = index => {
        if (index === null) return 'All';
        const point = points[index];
        const own = point.address.startsWith(stage.name + '[')
          ? point.address.slice(stage.name.length + 1, -1) : point.address;
        return `${own} ${marks[groups[point.state]] || ''} ${point.state}`;
      };
      const bar = byId('points');
      const signature = JSON.stringify([stage.name, focus, chips.map(label), shown]);
      if (bar.dataset.signature === signature) return;
      const held = [...bar.children].indexOf(document.activeElement);
      bar.dataset.signature = signature;
      bar.replaceChildren(...chips.map(index => {
        const chip = element('button', index === null ? '' : groups[points[index].state]);
        chip.type = 'button';
        chip.setAttribute('aria-pressed', String(index === focus));
        if (shown.includes(index) && shown.length > 1) {
          const key = drawn('svg', { class: 'plot', 'aria-hidden': 'true', viewBox: '0 0 14 10' });
          key.append(drawn('line', {
            class: 'line s' + color(stage, shown, index), x1: 0, y1: 5, x2: 14, y2: 5,
          }));
          chip.append(key);
        }
        chip.append(label(index));
        chip.addEventListener('click', () => choose(stage.name, index));
        return chip;
      }));
      if (held >= 0 && bar.children[held]) bar.children[held].focus();
    }

    async function readLog(index) {
      const none = { key: '', rowsPerPoint: 0, points: [], texts: [], textCount: 0 };
      const old = logs.get(index) || none;
      const news = await ask('log', {
        run: run.id, point: index, key: old.key, rows: old.rowsPerPoint, points: old.points.length,
        texts: old.textCount,
      });
      if (!news || !news.key) { logs.delete(index); return; }
      logs.set(index, {
        ...news, points: old.points.slice(0, news.from).concat(news.points),
        texts: news.texts || old.texts,
      });
    }

    function showText(shown) {
      const texts = shown.flatMap(index => (logs.get(index) || {}).texts || []);
      const pane = byId('text');
      const isAtEnd = pane.scrollTop + pane.clientHeight > pane.scrollHeight - 9;
      pane.hidden = !texts.length;
      const text = texts.join('\n');
      if (pane.textContent === text) return;
      pane.textContent = text;
      if (isAtEnd) pane.scrollTop = pane.scrollHeight;
    }

    async function showTable(stage) {
      const index = stage.indices.find(i => points[i].table && groups[points[i].state] === 'done'
        && (focus === null || i === focus));
      const place = byId('table'), name = index === undefined ? '' : `${run.id} ${index}`;
      if (place.dataset.name === name) return;
      const known = tables.get(name);
      const table = known || (name ? await ask('table', { run: run.id, point: index }) : null);
      tables.set(name, table);
      place.dataset.name = name;
      if (!table) { place.replaceChildren(); return; }
      const row = (cells, kind) => {
        const line = element('tr');
        line.append(...cells.map((cell, i) =>
          element(kind, table.columns[i].isText ? 'text' : '', cell)));
        return line;
      };
      const sheet = element('table'), head = element('thead'), body = element('tbody');
      head.append(row(table.columns.map(column => column.header), 'th'));
      body.append(...table.rows.map(cells => row(cells, 'td')));
      sheet.append(element('caption', '', table.title), head, body);
      const frame = element('div', 'scroll'), notes = element('div', 'notes');
      frame.tabIndex = 0;
      frame.append(sheet);
      notes.append(...table.notes.map(note => element('p', '', note)));
      place.replaceChildren(frame, notes);
    }

    // ---- Curves

    function figure(value) {
      if (value === 0) return '0';
      const size = Math.abs(value);
      if (size >= 1e6 || size < 1e-3) return value.toExponential(2);
      return String(Number(value.toPrecision(4)));
    }

    /** About `count` round numbers that cover a range. */
    function ticks(low, high, count) {
      const rough = (high - low) / count, unit = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 5, 10].map(factor => factor * unit).find(value => value >= rough * 0.75);
      const first = Math.ceil(low / step - 1e-9), found = [];
      for (let i = first; i * step <= high + step * 1e-9; i += 1) found.push(i * step);
      const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
      const text = value => {
        if (Math.abs(value) >= 1e5 || digits > 4) {
          return value === 0 ? '0' : value.toExponential(1).replace('e+', 'e');
        }
        return value.toFixed(digits);
      };
      return found.map(value => ({ value, text: text(value) }));
    }

    const important = [
      /^reward$/, /^accuracy$/, /^loss$/, /mean_length$/, /clipped_ratio$/, /^entropy$/, /^kl$/,
      /^rewards?\//, /^grad_norm$/, /^learning_rate$/,
    ];

    function rank(name) {
      const found = important.findIndex(pattern => pattern.test(name));
      return found < 0 ? important.length : found;
    }

    function showCharts(stage, shown) {
      const curves = shown.map(index => ({ ...logs.get(index), index })).filter(log => log.points);
      const all = [...new Set(curves.flatMap(log => log.names))];
      const names = all.map((name, i) => [rank(name), i, name])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(entry => entry[2]).slice(0, mostCharts);
      fill(byId('charts'), names.slice(0, mostFirst), stage, curves, shown);
      byId('more').hidden = names.length <= mostFirst;
      const rest = byId('more').open ? names.slice(mostFirst) : [];
      fill(byId('more-charts'), rest, stage, curves, shown);
    }

    function fill(place, names, stage, curves, shown) {
      if (place.dataset.names !== JSON.stringify(names)) {
        place.dataset.names = JSON.stringify(names);
        place.replaceChildren(...names.map(name => {
          const chart = element('figure', 'chart'), caption = element('figcaption');
          caption.append(element('span', '', name), element('b'));
          const sheet = drawn('svg', { class: 'plot', viewBox: '0 0 320 150', role: 'img' });
          chart.append(caption, sheet);
          return chart;
        }));
      }
      names.forEach((name, i) => drawChart(place.children[i], name, stage, curves, shown));
    }

    function drawChart(chart, name, stage, curves, shown) {
      const lines = curves.map(log => {
        const column = log.names.indexOf(name) + 1;
        const rows = log.points.concat([log.last]);
        const corners = column ? rows.filter(row => Number.isFinite(row[column])) : [];
        return {
          color: color(stage, shown, log.index), x: log.x,
          corners: corners.map(row => [row[0], row[column]]),
        };
      }).filter(line => line.corners.length);
      const signature = JSON.stringify(lines.map(line =>
        [line.color, line.corners.length, line.corners[0], line.corners.at(-1)]));
      if (chart.dataset.signature === signature) return;
      chart.dataset.signature = signature;
      const sheet = chart.querySelector('svg'), value = chart.querySelector('b');
      if (!lines.length) { sheet.replaceChildren(); say(value, ''); return; }
      const last = lines[0].corners.at(-1), isAlone = lines.length === 1;
      say(value, isAlone ? figure(last[1]) : '');
      sheet.setAttribute('aria-label', isAlone
        ? `${name}: ${figure(last[1])} at ${lines[0].x} ${last[0]}`
        : `${name}, ${lines.length} curves`);
      const all = lines.flatMap(line => line.corners);
      const span = place => {
        const low = all.reduce((least, corner) => Math.min(least, corner[place]), Infinity);
        const high = all.reduce((most, corner) => Math.max(most, corner[place]), -Infinity);
        const room = high > low ? 0 : Math.abs(high) * 0.1 || 1;
        return [low - room, high + room];
      };
      const [left, right] = span(0), [low, high] = span(1), pad = (high - low) * 0.05;
      const x = v => 46 + (v - left) / (right - left) * 264;
      const y = v => 124 - (v - low + pad) / (high - low + 2 * pad) * 116;
      const parts = [];
      for (const tick of ticks(low - pad, high + pad, 4)) {
        const at = y(tick.value).toFixed(1);
        parts.push(drawn('line', { class: 'grid', x1: 46, x2: 310, y1: at, y2: at }));
        parts.push(drawn('text', { class: 'tick', x: 41, y: Number(at) + 4, 'text-anchor': 'end' },
          tick.text));
      }
      parts.push(drawn('line', { class: 'axis', x1: 46, x2: 310, y1: 124, y2: 124 }));
      const marksX = all.length > 1 ? ticks(left, right, 4) : [];
      for (const tick of marksX.filter(mark => Number.isInteger(mark.value))) {
        const at = x(tick.value).toFixed(1);
        const end = at > 295 ? 'end' : 'middle';
        parts.push(drawn('text', { class: 'tick', x: at, y: 138, 'text-anchor': end }, tick.text));
      }
      parts.push(drawn('text', { class: 'tick', x: 2, y: 138 }, lines[0].x));
      for (const line of lines) {
        const corners = line.corners.map(c => `${x(c[0]).toFixed(1)},${y(c[1]).toFixed(1)}`);
        parts.push(line.corners.length > 1
          ? drawn('polyline', { class: 'line s' + line.color, points: corners.join(' ') })
          : drawn('circle', {
            class: 'dot f' + line.color, r: 3, cx: corners[0].split(',')[0],
            cy: corners[0].split(',')[1],
          }));
      }
      sheet.replaceChildren(...parts);
    }

    // ---- Samples

    async function showSamples(stage, begun) {
      const able = begun.filter(index => points[index].responses
        && (groups[points[index].state] === 'done' || points[index].state === 'running'
          || groups[points[index].state] === 'stopped') && (focus === null || index === focus));
      const point = able.find(index => points[index].state === 'running') ?? able.at(-1);
      byId('samples').hidden = point === undefined;
      if (point === undefined) { byId('responses').replaceChildren(); samples = noSamples; return; }
      if (samples.point !== point) samples = { ...noSamples, point };
      const isNewest = samples.follow ?? points[point].state === 'running';
      const asked = samples;
      const news = await ask('samples', {
        run: run.id, point, count: samplesPerPage,
        ...(isNewest ? {} : { from: samples.from }),
        ...(samples.total < 0
          ? {} : { total: samples.total, has: samples.from, source: samples.source }),
      });
      // The reader may have turned the page meanwhile.
      if (!news || samples !== asked) return;
      samples = { ...samples, total: news.total, from: news.from, source: news.source };
      byId('newest').setAttribute('aria-pressed', String(isNewest));
      byId('earlier').disabled = news.from === 0;
      byId('later').disabled = news.from + samplesPerPage >= news.total;
      const end = Math.min(news.from + samplesPerPage, news.total);
      say(byId('place'), news.total
        ? `${news.from + 1} to ${end} of ${news.total}${news.isAtWork ? ' so far' : ''}`
        + (stage.indices.length > 1 ? `, ${points[point].address}` : '')
        : news.isAtWork ? 'none yet; they come 32 problems at a time' : 'none');
      if (news.items) byId('responses').replaceChildren(...news.items.map(response));
    }

    function response(item) {
      const verdict = item.isRight ? 'right' : 'wrong';
      const box = element('article', 'response ' + verdict), label = element('p', 'label');
      label.append(item.heading + ', ',
        element('span', 'verdict', (item.isRight ? '✓ ' : '✗ ') + verdict));
      const text = element('pre');
      text.tabIndex = 0;
      text.append(element('span', 'prompt', item.prompt), '\n',
        element('span', 'thinking', item.thinking));
      if (item.cut) text.append(element('span', 'cut', item.cut));
      text.append('\n', element('span', 'answer', item.answer));
      box.append(label, text);
      return box;
    }

    function turn(from, follow) {
      samples = { ...samples, follow, from: Math.max(0, from), total: -1 };
      tick();
    }

    byId('earlier').addEventListener('click', () => turn(samples.from - samplesPerPage, false));
    byId('later').addEventListener('click', () => turn(samples.from + samplesPerPage, false));
    byId('newest').addEventListener('click', () => turn(0, true));
    byId('more').addEventListener('toggle', tick);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) tick(); });
    new ResizeObserver(drawArrows).observe(byId('graph'));
    tick();
    """#
}
