import Reporting

/// The document, which is the same for every run: what it shows comes as JSON.
enum PageDocument {
  /// - Parameter nonce: lets the browser run the script and the style of this document, no others.
  static func html(nonce: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>laconic watch</title>
    <style nonce="\(nonce)">
    \(Page.styles)
    \(PlotStyle.styles)
    \(css)
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1 id="title">laconic watch</h1>
    <p id="run"><span id="state" class="state" role="status"></span><span id="facts"></span></p>
    <p id="problem" class="warning" role="alert" hidden></p>
    </header>
    <h2>Stages</h2>
    <div id="graph" class="graph" role="group" aria-label="Stages and what they take"></div>
    <section id="stage" aria-labelledby="stage-name">
    <h2 id="stage-name">…</h2>
    <div id="points" class="chips" role="group" aria-label="Points of this stage"></div>
    <p id="nothing" hidden>The result of this stage is in what laconic report writes.</p>
    <div id="charts" class="charts"></div>
    <details id="more" hidden><summary>More figures</summary>
    <div id="more-charts" class="charts"></div></details>
    <pre id="text" tabindex="0" aria-label="Log" hidden></pre>
    <div id="table"></div>
    <div id="samples" hidden>
    <h3>Samples</h3>
    <div class="pages">
    <button type="button" id="earlier">Earlier</button>
    <button type="button" id="later">Later</button>
    <button type="button" id="newest" aria-pressed="true">Newest</button>
    <span id="place"></span>
    </div>
    <div id="responses"></div>
    </div>
    </section>
    </main>
    <noscript><p>This page needs its script.</p></noscript>
    <script nonce="\(nonce)">
    \(PageScript.text)
    </script>
    </body>
    </html>

    """
  }

  private static let css = """
    main{max-width:76rem;padding-top:1.2rem}
    h1{margin:.2rem 0}h2{font-size:1.2rem;margin:1.4rem 0 .6rem}
    #run{margin:.2rem 0;color:#57606a;font-variant-numeric:tabular-nums}
    .state{font-weight:600;color:#1f2328}
    .graph{position:relative;display:grid;grid-auto-flow:column;
    grid-auto-columns:minmax(9rem,14rem);gap:.6rem 2.2rem;overflow-x:auto;padding:4px}
    .graph .layer{display:flex;flex-direction:column;justify-content:center;gap:.6rem;
    z-index:1;min-width:0}
    .graph svg{position:absolute;top:0;left:0;fill:none;pointer-events:none}
    .graph path{stroke:#9aa4af;stroke-width:1.3}.graph .long{opacity:.5}
    .node{display:block;width:100%;text-align:left;padding:.35rem .55rem .45rem;min-width:0}
    .node b,.node span{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .node span{font-size:.75rem;color:#57606a;font-variant-numeric:tabular-nums}
    button{font:inherit;font-size:.875rem;color:inherit;background:#f6f8fa;
    border:1px solid #d1d9e0;border-radius:6px;padding:.25rem .6rem;cursor:pointer}
    button:disabled{opacity:.5;cursor:default}
    button[aria-pressed=true]{border-color:#0550ae;box-shadow:inset 0 0 0 1px #0550ae}
    button:focus-visible,[tabindex]:focus-visible,summary:focus-visible{
    outline:3px solid #0550ae;outline-offset:1px}
    .bar{height:4px;margin-top:.3rem;border-radius:2px;background:#d1d9e0;overflow:hidden}
    .bar i{display:block;height:100%;width:0;background:#1a7f37}
    .failed .bar i{background:#b3261e}
    .running{border-left:4px solid #0550ae}.done{border-left:4px solid #1a7f37}
    .failed{border-left:4px solid #b3261e}.stopped{border-left:4px solid #8a5a00}
    .waiting{border-left:4px solid #d1d9e0}
    .chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:.4rem 0 .8rem;max-height:11rem;
    overflow-y:auto;padding:4px}
    .chips svg{width:14px;height:10px;margin-right:.35rem}.chips button{max-width:100%}
    #stage{min-height:60vh}
    #stage-name span{font-weight:400;font-size:.9rem;color:#57606a}
    .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));
    gap:1rem 1.2rem}
    .chart{margin:0;min-width:0}.chart svg{display:block;width:100%;height:auto}
    .chart figcaption{font-size:.85rem;font-weight:600;display:flex;gap:.6rem}
    .chart figcaption b{font-weight:400;margin-left:auto;font-variant-numeric:tabular-nums}
    .plot .dot{stroke:none}
    #text{max-height:18rem;overflow:auto}
    .pages{display:flex;gap:.4rem;align-items:center;flex-wrap:wrap;font-size:.875rem;
    font-variant-numeric:tabular-nums}
    .response pre{max-height:20rem;overflow:auto}
    .response .verdict{font-weight:700}
    .right .verdict{color:#1a7f37}.wrong .verdict{color:#b3261e}
    @media (max-width:40rem){
    main{padding:.8rem .8rem 3rem}
    .graph{grid-auto-flow:row;grid-auto-columns:auto;gap:1.5rem;overflow:visible}
    .graph .layer{flex-direction:row;flex-wrap:wrap;gap:.5rem}
    .node{flex:1 1 7rem;width:auto}
    }
    @media screen and (prefers-color-scheme:dark){
    #run,.node span,#stage-name span{color:#9da7b3}.state{color:#e6edf3}
    button{background:#161b22;border-color:#30363d}
    button[aria-pressed=true]{border-color:#79c0ff;box-shadow:inset 0 0 0 1px #79c0ff}
    button:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline-color:#79c0ff}
    .graph path{stroke:#57606a}.bar{background:#30363d}.bar i{background:#56d364}
    .failed .bar i{background:#ff8a80}
    .running{border-left-color:#79c0ff}.done{border-left-color:#56d364}
    .failed{border-left-color:#ff8a80}.stopped{border-left-color:#e3b341}
    .waiting{border-left-color:#30363d}
    .right .verdict{color:#56d364}.wrong .verdict{color:#ff8a80}
    }
    """
}
