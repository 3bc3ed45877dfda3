/** The one style sheet. Text keeps a contrast of 4.5 or more against its ground, light and dark (WCAG 2.2 §1.4.3). */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f9; --surface: #fff; --raised: #f8f9fb; --line: #dce1e9; --strong-line: #8a94a6;
  --text: #161b24; --muted: #566073; --accent: #1d4f91; --accent-text: #fff; --link: #1a56a8;
  --allow: #12633a; --allow-ground: #e2f3e8; --transform: #774700; --transform-ground: #fcefd4;
  --block: #9d1b1b; --block-ground: #fce5e3; --info-ground: #e6eefa;
  --shadow: 0 1px 2px rgb(22 27 36 / 6%), 0 1px 8px rgb(22 27 36 / 4%);
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1116; --surface: #161b22; --raised: #1b212a; --line: #2a323d; --strong-line: #6c788a;
    --text: #e6eaf0; --muted: #9ba7b8; --accent: #3f7fd0; --accent-text: #08101c; --link: #82b4f5;
    --allow: #7edca2; --allow-ground: #12301f; --transform: #f2c46d; --transform-ground: #36290f;
    --block: #ff9f96; --block-ground: #3f1917; --info-ground: #182a44;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0; letter-spacing: -.01em; text-wrap: balance }
h2 { font-size: 1rem; line-height: 1.4; margin: 0 0 .75rem }
p { margin: .5rem 0 }
code, pre { font-family: var(--mono); font-size: .8667em }
.muted { color: var(--muted) }
.small { font-size: .8667rem }
.id, .hash { overflow-wrap: anywhere }
.data td > div { max-width: 22rem; overflow-wrap: break-word }
.hash { font-size: .8rem; color: var(--muted) }
.good { color: var(--allow) }
.bad { color: var(--block) }
.number { font-variant-numeric: tabular-nums; white-space: nowrap }
.under { display: block; color: var(--muted); font-size: .8rem }
.skip { position: absolute; left: -999rem }
.skip:focus { left: 1rem; top: .5rem; z-index: 2; background: var(--surface); padding: .5rem 1rem }

.top { background: var(--surface); border-bottom: 1px solid var(--line) }
.bar { max-width: 1320px; margin: 0 auto; padding: .6rem 1.5rem; display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1.5rem }
.brand { display: flex; align-items: center; gap: .6rem; font-weight: 650; font-size: 1.0667rem; color: var(--text); text-decoration: none }
.brand-ground { fill: #1d4f91 }
.brand-wall { fill: #fff }
.bar nav a { color: var(--text); text-decoration: none; font-weight: 500 }
.bar nav a:hover { text-decoration: underline }
.who { margin-left: auto; display: flex; align-items: center; gap: .25rem 1.1rem; font-size: .8667rem }
main { flex: 1; width: 100%; max-width: 1320px; margin: 0 auto; padding: 1.75rem 1.5rem 2.5rem }
footer { padding: 1rem 1.5rem 1.5rem; text-align: center; color: var(--muted); font-size: .8rem }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1.15rem 1.25rem; margin: 0 0 1.1rem; box-shadow: var(--shadow) }
.narrow { max-width: 27rem; margin: 8vh auto 0; padding: 1.75rem }
.problem { background: var(--block-ground); color: var(--block); border-radius: 8px; padding: .6rem .85rem }

button, input { font: inherit; color: inherit }
button { cursor: pointer; border-radius: 7px; border: 1px solid var(--strong-line); padding: .45rem .9rem }
.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-text); font-weight: 600 }
.quiet { background: transparent; border-color: var(--line); padding: .25rem .7rem; font-size: .8667rem }
.quiet:hover { border-color: var(--strong-line) }
.stack { display: grid; gap: .5rem; margin: 1.1rem 0 }
.stack label { font-weight: 600 }
.stack input { width: 100%; padding: .55rem .75rem; border: 1px solid var(--strong-line); border-radius: 7px; background: var(--raised); font-family: var(--mono); font-size: .9rem }
.stack button { margin-top: .5rem }
::placeholder { color: var(--muted); opacity: 1 }

.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .75rem; margin-bottom: 1.1rem }
.tabs { display: flex; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; overflow: hidden }
.tabs a { padding: .35rem .95rem; color: var(--text); text-decoration: none; font-size: .9rem; text-transform: capitalize }
.tabs a + a { border-left: 1px solid var(--line) }
.tabs a:hover { background: var(--raised) }
.tabs [aria-current] { background: var(--info-ground); color: var(--link); font-weight: 600 }
.tabs a:focus-visible { outline-offset: -2px }

table { border-collapse: collapse; width: 100%; text-align: left }
.sheet { padding: 0; overflow: hidden }
.fit { overflow-x: auto }
.data th { padding: .55rem .75rem; font-size: .8rem; font-weight: 600; color: var(--muted); white-space: nowrap; border-bottom: 1px solid var(--line) }
.data td { padding: .6rem .75rem; vertical-align: top; border-bottom: 1px solid var(--line); font-size: .9rem }
.data tr:last-child td { border-bottom: 0 }
.data th:first-child, .data td:first-child { padding-left: 0 }
.data th:last-child, .data td:last-child { padding-right: 0 }
.data .line { display: block }
.data code { line-height: 1.73 }
.sheet { padding: 0; overflow: hidden }
.fit { overflow-x: auto }
.sheet th { background: var(--raised) }
.sheet th:first-child, .sheet td:first-child { padding-left: 1.25rem }
.sheet th:last-child, .sheet td:last-child { padding-right: 1.25rem; text-align: right }
.sheet tbody tr { position: relative }
.sheet tbody tr:hover { background: var(--raised) }
.data .name { display: block; max-width: 15rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.data .time { white-space: nowrap }
.row-link { color: inherit; text-decoration: none; font-variant-numeric: tabular-nums; font-weight: 600 }
.row-link .muted { font-weight: 400 }
.row-link::after { content: ''; position: absolute; inset: 0 }
.row-link:hover { text-decoration: underline }
.row-link:focus-visible { outline: 0 }
.row-link:focus-visible::after { outline: 2px solid var(--link); outline-offset: -2px; border-radius: 4px }
.badge { display: inline-block; padding: .1rem .6rem; border-radius: 99px; font-size: .8333rem; font-weight: 600; white-space: nowrap }
.badge.allow { background: var(--allow-ground); color: var(--allow) }
.badge.transform { background: var(--transform-ground); color: var(--transform) }
.badge.block { background: var(--block-ground); color: var(--block) }
.chips { display: flex; flex-wrap: wrap; gap: .25rem }
.chip { border: 1px solid var(--line); background: var(--raised); border-radius: 6px; padding: 0 .45rem; font-size: .8rem; line-height: 1.5rem }
.pager { display: flex; gap: 1.25rem; padding: .25rem .25rem }
.pager .older { margin-left: auto }
.empty { padding: 2rem 1.75rem }
.empty h2 { font-size: 1.15rem }
.empty p { max-width: 44rem }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .85rem 1rem; overflow-x: auto; margin: 1rem 0 }

.crumb { margin: 0 0 1rem; font-size: .9rem }
.crumb a { text-decoration: none }
.lead { margin-bottom: 1.5rem }
.lead h1 { margin: .55rem 0 .25rem; max-width: 56rem }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.1rem; align-items: start }
.columns > *, .columns > div > * { min-width: 0 }
.facts th, .facts td { padding: .4rem 0; vertical-align: top; border-bottom: 1px solid var(--line); font-size: .9rem }
.facts tr:last-child th, .facts tr:last-child td { border-bottom: 0 }
.facts th { width: 11rem; padding-right: 1rem; font-weight: 400; color: var(--muted) }
.policies { list-style: none; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .4rem }
.policies li { border: 1px solid var(--line); background: var(--raised); border-radius: 6px; padding: .05rem .55rem }
.raw summary { cursor: pointer; font-weight: 600 }
.raw pre { max-height: 36rem; overflow: auto; margin-bottom: 0 }

.graph { display: block; margin: 0 auto; max-width: 100%; height: auto }
.graph text { font-family: inherit; fill: var(--text) }
.graph .column { font-size: 12px; font-weight: 600; fill: var(--muted) }
.graph .lane { font-size: 11px; fill: var(--muted); text-anchor: middle }
.graph .title { font-size: 13.5px; font-weight: 600 }
.graph .detail { font-size: 11.5px; fill: var(--muted) }
.edge { fill: none; stroke: var(--strong-line); stroke-width: 1.5 }
.tip { fill: var(--strong-line) }
.node rect { fill: var(--raised); stroke: var(--line) }
.node.change rect { fill: var(--transform-ground); stroke: var(--transform) }
.node.change .title { fill: var(--transform) }
.node.upstream rect { fill: var(--info-ground); stroke: var(--link) }
.node.good rect { fill: var(--allow-ground); stroke: var(--allow) }
.node.good .title { fill: var(--allow) }
.node.bad rect { fill: var(--block-ground); stroke: var(--block) }
.node.bad .title { fill: var(--block) }
.node.change .detail, .node.upstream .detail, .node.good .detail, .node.bad .detail { fill: var(--text) }
.steps { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.lineage { position: relative }

@media (max-width: 1280px) {
  main, .bar { padding-left: 1rem; padding-right: 1rem }
  .sheet th, .sheet td { padding-left: .4rem; padding-right: .4rem; font-size: .8333rem }
  .data .name { max-width: 10.5rem }
}
@media (max-width: 1080px) {
  .data, .data tbody, .data tr, .data td { display: block; width: 100% }
  .data thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .data tbody tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 0 1.5rem; padding: .8rem 0; border-bottom: 1px solid var(--line) }
  .data tbody tr:last-child { border-bottom: 0 }
  .sheet tbody tr { padding: .8rem 1rem }
  .data td, .data td:first-child, .data td:last-child { display: grid; grid-template-columns: 6.5rem 1fr; gap: .75rem; padding: .18rem 0; border: 0; text-align: left }
  .data .name { white-space: normal; overflow: visible; max-width: none }
  .data td.blank { display: none }
  .data td::before { content: attr(data-label); color: var(--muted); font-size: .8333rem }
  .data td > div { min-width: 0; overflow-wrap: anywhere }
  .graph { display: none }
  .steps { position: static; width: auto; height: auto; overflow: visible; clip-path: none; list-style: none; margin: 0; padding: 0 }
  .steps h3 { font-size: .8rem; color: var(--muted); margin: 0 0 .35rem }
  .steps > li { position: relative; padding: 0 0 1rem 1.4rem; border-left: 2px solid var(--line); margin-left: .35rem }
  .steps > li::before { content: ''; position: absolute; left: -6px; top: .35rem; width: 10px; height: 10px; border-radius: 50%; background: var(--strong-line) }
  .steps > li:last-child { border-color: transparent; padding-bottom: 0 }
  .steps ul { list-style: none; padding: 0; margin: 0; display: grid; gap: .4rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)) }
  .steps ul li { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .45rem .75rem; font-size: .9rem; overflow-wrap: anywhere }
  .steps ul li.change { background: var(--transform-ground); border-color: var(--transform) }
  .steps ul li.upstream { background: var(--info-ground); border-color: var(--link) }
  .steps ul li.good { background: var(--allow-ground); border-color: var(--allow) }
  .steps ul li.bad { background: var(--block-ground); border-color: var(--block) }
  .steps ul li.change .muted, .steps ul li.upstream .muted, .steps ul li.good .muted, .steps ul li.bad .muted { color: inherit }
  .steps ul span { display: block; font-size: .8333rem }
}
@media (max-width: 900px) {
  .columns { grid-template-columns: 1fr }
}
@media (max-width: 560px) {
  .bar, main { padding-left: 1rem; padding-right: 1rem }
  .bar nav { margin-left: auto }
  .who { width: 100%; margin: 0 }
  .who form { margin-left: auto }
  main { padding-top: 1.25rem }
  h1 { font-size: 1.25rem }
  .tabs { width: 100% }
  .tabs a { flex: 1; text-align: center; padding: .4rem 0 }
  .facts th { width: 8rem }
  .narrow { margin-top: 1rem; padding: 1.25rem }
}
@media (forced-colors: active) {
  .badge, .tabs [aria-current] { border: 1px solid }
}
`
