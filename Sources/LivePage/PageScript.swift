/// The page's script, which is plain JavaScript: it asks for what is new, a second after the last
/// answer, and draws it. It is part of the program, so that a program that is moved has it.
enum PageScript {
  static let text = [following, stages].joined(separator: "\n")

  /// Asks, and draws the run and the graph of its stages.
  private static let following = #"""
    'use strict';
    // Text of models and data reaches the document by textContent only, never as markup.
    const byId = id => document.getElementById(id);
    const token = new URLSearchParams(location.search).get('token') || '';
    const marks = { running: '●', done: '✓', failed: '✗', stopped: '■', waiting: '○' };
    const groups = {
      running: 'running', done: 'done', hit: 'done', failed: 'failed', skipped: 'failed',
      stopped: 'stopped', unfinished: 'stopped', 'not started': 'stopped', waiting: 'waiting',
    };
    const mostCurves = 6, mostFirst = 6, mostCharts = 40, samplesPerPage = 5;

    let cursor = '', run = null, now = 0, points = [];
    let stages = new Map();            // name → its points, sources, layer and nodes
    let chosen = null;                 // the stage that the reader chose; null follows the run
    let focus = null;                  // the point that the reader chose; null for all of the stage
    let logs = new Map();              // point → its curve and its texts
    const noSamples = { point: null, from: 0, follow: null, total: -1, source: '' };
    let samples = noSamples;
    let tables = new Map();
    let timer = 0, isBusy = false, isWanted = false;

    function element(name, style, text) {
      const made = document.createElement(name);
      if (style) made.className = style;
      if (text !== undefined) made.textContent = text;
      return made;
    }

    function drawn(name, attributes, text) {
      const made = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      if (text !== undefined) made.textContent = text;
      return made;
    }

    function say(target, text) { if (target.textContent !== text) target.textContent = text; }

    async function ask(path, query) {
      const answer = await fetch('/' + path + '?' + new URLSearchParams({ ...query, token }));
      if (answer.status === 404) return null;
      if (!answer.ok) throw new Error(await answer.text());
      const found = await answer.json();
      if (found.problem) throw new Error(found.problem);
      return found;
    }

    // ---- Asking, again and again

    async function tick() {
      if (isBusy) { isWanted = true; return; }
      isBusy = true;
      clearTimeout(timer);
      try {
        take(await ask('state', { cursor }));
        await showStage();
        tell('');
      } catch (error) {
        const hasEnded = error instanceof TypeError;
        tell(hasEnded ? "'laconic watch' has ended; start it again" : error.message);
      }
      isBusy = false;
      if (isWanted) { isWanted = false; tick(); return; }
      const isLive = run && run.state === 'running';
      timer = setTimeout(tick, document.hidden ? 10000 : isLive ? 1000 : 3000);
    }

    function tell(problem) {
      say(byId('problem'), problem);
      byId('problem').hidden = !problem;
    }

    function take(news) {
      if (news.whole) {
        tables = new Map();
        samples = { ...samples, total: -1 };
        points = [];
      }
      cursor = news.cursor;
      now = news.now;
      if (news.run) run = news.run;
      for (const point of news.points || []) points[point.i] = point;
      if (news.whole) buildGraph();
      if (news.points) showGraph();
      showRun();
    }

    function duration(seconds) {
      const whole = Math.max(0, Math.round(seconds));
      const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
      return h ? `${h}h ${m}m` : m ? `${m}m ${s}s` : `${s}s`;
    }

    function showRun() {
      const done = points.filter(point => groups[point.state] === 'done').length;
      const time = run.state === 'died' ? '' : ', ' + duration((run.ended || now) - run.started);
      const more = {
        died: '; its process is gone, the same command resumes it',
        stopped: '; the same command resumes it',
      }[run.state] || '';
      say(byId('title'), run.pipeline);
      say(byId('state'), run.state);
      say(byId('facts'), `${more}, ${done} of ${points.length} done${time}, run ${run.id}`);
      const share = Math.round(100 * done / Math.max(1, points.length));
      document.title = `${run.state === 'running' ? share + ' %' : run.state} ${run.pipeline}`;
    }

    // ---- The graph of stages

    function buildGraph() {
      const old = [...stages.keys()].join('\n');
      stages = new Map();
      for (const point of points) {
        const stage = stages.get(point.stage)
          || { name: point.stage, kind: point.kind, indices: [], from: new Set(), layer: 0 };
        stages.set(point.stage, stage);
        stage.indices.push(point.i);
        for (const index of point.from) {
          const source = stages.get(points[index].stage);
          if (!source || source === stage) continue;
          stage.from.add(source.name);
          stage.layer = Math.max(stage.layer, source.layer + 1);
        }
      }
      if (old !== [...stages.keys()].join('\n')) { chosen = null; focus = null; }
      const layers = [];
      for (const stage of stages.values()) {
        stage.node = element('button', 'node');
        stage.node.type = 'button';
        stage.label = element('span');
        stage.bar = element('i');
        const bar = element('div', 'bar');
        bar.append(stage.bar);
        const name = element('b', '', stage.name);
        stage.node.title = `${stage.name} (${stage.kind})`;
        stage.node.append(name, stage.label, bar);
        stage.node.addEventListener('click', () => { choose(stage.name, null); });
        (layers[stage.layer] = layers[stage.layer] || element('div', 'layer')).append(stage.node);
      }
      byId('graph').replaceChildren(drawn('svg', { 'aria-hidden': 'true' }), ...layers);
      drawArrows();
    }

    function choose(stage, point) {
      chosen = stage;
      focus = point;
      samples = noSamples;
      tick();
    }

    function stateOf(indices) {
      const states = new Set(indices.map(index => groups[points[index].state] || 'waiting'));
      for (const state of ['failed', 'running', 'stopped']) if (states.has(state)) return state;
      return states.size === 1 ? [...states][0] : 'waiting';
    }

    function summary(indices) {
      if (indices.length === 1) {
        const point = points[indices[0]];
        return [marks[groups[point.state]], point.state, point.text].join(' ').trim();
      }
      const count = name => indices.filter(index => groups[points[index].state] === name).length;
      const others = ['running', 'failed', 'stopped'].map(name => [count(name), name])
        .filter(([number]) => number).map(([number, name]) => `${number} ${name}`);
      const first = `${marks[stateOf(indices)]} ${count('done')} of ${indices.length} done`;
      return [first, ...others].join(', ');
    }

    function showGraph() {
      for (const stage of stages.values()) {
        const share = stage.indices.reduce((sum, index) => {
          const point = points[index];
          return sum + (groups[point.state] === 'done' ? 1 : point.share || 0);
        }, 0) / stage.indices.length;
        stage.node.className = 'node ' + stateOf(stage.indices);
        stage.bar.style.width = (100 * share).toFixed(1) + '%';
        say(stage.label, summary(stage.indices));
      }
    }

    function drawArrows() {
      const graph = byId('graph'), sheet = graph.querySelector('svg');
      if (!sheet) return;
      const isNarrow = matchMedia('(max-width:40rem)').matches;
      const frame = graph.getBoundingClientRect();
      sheet.setAttribute('width', 0);
      sheet.setAttribute('height', 0);
      const place = node => {
        const box = node.getBoundingClientRect();
        const [x, y] = [box.left - frame.left + graph.scrollLeft, box.top - frame.top];
        return isNarrow
          ? { in: [x + box.width / 2, y], out: [x + box.width / 2, y + box.height] }
          : { in: [x, y + box.height / 2], out: [x + box.width, y + box.height / 2] };
      };
      const arrows = [];
      for (const stage of stages.values()) {
        for (const name of stage.from) {
          const [x, y] = place(stages.get(name).node).out, [u, v] = place(stage.node).in;
          const bend = isNarrow
            ? `C${x},${(y + v) / 2} ${u},${(y + v) / 2} ${u},${v}`
            : `C${(x + u) / 2},${y} ${(x + u) / 2},${v} ${u},${v}`;
          const isLong = stage.layer - stages.get(name).layer > 1;
          arrows.push(drawn('path', { d: `M${x},${y}${bend}`, class: isLong ? 'long' : '' }));
        }
      }
      sheet.replaceChildren(...arrows);
      sheet.setAttribute('width', graph.scrollWidth);
      sheet.setAttribute('height', graph.scrollHeight);
    }
    """#
}
