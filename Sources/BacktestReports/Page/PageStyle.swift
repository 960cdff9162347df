/// The page's style sheet: light and dark by the reader's system, narrow screens, print.
enum PageStyle {
    static let text = #"""
        :root {
          --ground: #ffffff; --panel: #f6f7f9; --text: #1b1f24; --soft: #5b6570; --line: #d7dce2;
          --accent: #1f6feb; --good: #157347; --bad: #b42318; --second: #b45309; --warn: #fff4d6;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #12161b; --panel: #1a2028; --text: #e6e9ed; --soft: #9aa5b1; --line: #313a45;
            --accent: #6ea8fe; --good: #5fcf8f; --bad: #ff8a80; --second: #f0b45a; --warn: #3a2f14;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; max-width: 75rem; padding: 1rem 1.25rem 4rem; background: var(--ground);
          color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
        }
        h1 { font-size: 1.5rem; margin: 0.5rem 0 0.25rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 2.25rem 0 0.75rem; border-bottom: 1px solid var(--line); }
        h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
        p { margin: 0.4rem 0; }
        .soft { color: var(--soft); }
        .warning { background: var(--warn); border-radius: 6px; padding: 0.4rem 0.7rem; margin: 0.4rem 0; }
        .controls { display: flex; flex-wrap: wrap; gap: 0.5rem 0.9rem; margin: 0.5rem 0; align-items: center; }
        .controls label { color: var(--soft); }
        input, select, button {
          font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line);
          border-radius: 6px; padding: 0.25rem 0.5rem; max-width: 100%;
        }
        input[type="search"] { width: 32rem; }
        button { cursor: pointer; }
        button:disabled { opacity: 0.4; cursor: default; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
        th, td { padding: 0.25rem 0.6rem; text-align: right; white-space: nowrap; }
        th { background: var(--panel); border-bottom: 1px solid var(--line); }
        th button { all: unset; cursor: pointer; font-weight: 600; }
        th button:focus-visible { outline: 2px solid var(--accent); }
        td { border-bottom: 1px solid var(--line); }
        th.text, td.text { text-align: left; }
        tr.chosen td:first-child { box-shadow: inset 3px 0 var(--accent); }
        td.good { color: var(--good); } td.bad { color: var(--bad); }
        .facts td { white-space: normal; overflow-wrap: anywhere; text-align: left; border: 0; padding: 0.1rem 0.6rem; }
        .facts td:first-child { color: var(--soft); white-space: nowrap; vertical-align: top; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 0.6rem; }
        .card { background: var(--panel); border-radius: 8px; padding: 0.5rem 0.8rem; }
        .card b { display: block; font-size: 1.15rem; overflow-wrap: anywhere; }
        svg { display: block; width: 100%; height: auto; max-width: 100%; font-size: 11px; }
        svg text { fill: var(--soft); }
        svg .axis { stroke: var(--line); }
        svg.scale { display: inline-block; width: 10rem; vertical-align: middle; }
        svg .cell { cursor: pointer; }
        svg rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        #breakdown { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 2rem; }
        #board th:nth-child(2), #board td:nth-child(2) { position: sticky; left: 0; background: var(--ground); }
        #board th:nth-child(2) { background: var(--panel); }
        td button { all: unset; cursor: pointer; color: var(--accent); text-decoration: underline; }
        details { margin: 0.4rem 0; } summary { cursor: pointer; color: var(--soft); }
        svg .cell text { fill: #ffffff; } svg .cell text.onlight { fill: #101418; }
        .readout { min-height: 1.5em; color: var(--soft); font-size: 0.85rem; font-variant-numeric: tabular-nums; }
        .legend span { margin-right: 1.2em; }
        .legend i { display: inline-block; width: 1.2em; height: 3px; vertical-align: middle; margin-right: 0.4em; }
        #errors { color: var(--bad); white-space: pre-wrap; }
        @media (max-width: 40rem) {
          body { padding: 0.6rem 0.7rem 3rem; font-size: 14px; }
          input[type="search"] { width: 100%; }
          th, td { padding: 0.2rem 0.4rem; }
        }
        @media print {
          :root {
            --ground: #ffffff; --panel: #f2f2f2; --text: #000000; --soft: #444444; --line: #bbbbbb;
            --accent: #1f4fa0; --good: #0b5b33; --bad: #8f1d14; --second: #8a4b00; --warn: #eeeeee;
          }
          body { max-width: none; font-size: 10pt; padding: 0; }
          .controls, .pager, .readout { display: none; }
          h2, h3 { break-after: avoid; }
          svg, table { break-inside: avoid; }
          .scroll { overflow: visible; }
          th, td { padding: 0.1rem 0.3rem; font-size: 7.5pt; }
          #board th:nth-child(2), #board td:nth-child(2) { position: static; }
          td button { color: inherit; text-decoration: none; }
          section { break-inside: auto; }
          figure { break-inside: avoid; }
          #heat-map svg { width: auto; max-height: 12cm; }
        }

        """#
}
