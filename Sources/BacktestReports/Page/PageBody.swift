/// The page's frame; the script fills it.
enum PageBody {
    static let text = #"""
        <header><h1 id="title"></h1><p id="subtitle" class="soft"></p></header>
        <div id="errors" role="alert"></div>
        <div id="warnings"></div>
        <div id="cards" class="cards"></div>
        <noscript><p class="warning">This page draws itself with a script, which is switched off.</p></noscript>
        <section id="comparison" hidden><h2>Compared</h2><p id="comparison-words" class="soft"></p>
        <div id="comparison-tables"></div><div id="scatter"></div></section>
        <section id="leaderboard"><h2>Leaderboard</h2>
        <div class="controls">
        <input id="filter" type="search" placeholder="trend_00, total_trades >= 30, max_drawdown < 0.2"
         aria-label="filter containers">
        <label><input id="all-metrics" type="checkbox"> all metrics</label><span id="count" class="soft"></span></div>
        <div class="scroll"><table id="board"></table></div>
        <div class="controls pager"><button id="previous">Previous</button><button id="next">Next</button>
        <span id="page" class="soft"></span></div></section>
        <section id="distributions"><h2>Distribution</h2>
        <div class="controls"><label>metric <select id="histogram-metric"></select></label>
        <span class="soft">of the containers that the filter leaves</span></div>
        <div id="histogram"></div><p id="histogram-words" class="soft"></p></section>
        <section id="grid"><h2>Parameters</h2>
        <div class="controls" id="grid-controls"></div><div id="heat-map"></div>
        <p id="heat-words" class="soft"></p></section>
        <section id="container"><h2>Containers in full</h2>
        <div class="controls"><label>container <select id="chosen"></select></label></div>
        <p id="container-words" class="soft"></p>
        <div id="equity"></div><div id="drawdown"></div><div id="trades"></div>
        <div id="months"></div><div id="breakdown"></div></section>
        <section id="ran"><h2>What ran</h2><div class="scroll"><table id="facts" class="facts"></table></div></section>

        """#
}
