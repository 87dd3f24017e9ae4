/** The whole look of the report. Light, dark and print differ in variables only. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --surface: #ffffff; --text: #1c2530; --muted: #5d6979; --line: #e3e7ec;
  --accent: #2b63b5; --second: #d9752b; --third: #2f9e77; --fourth: #9558b2; --on-accent: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151a; --surface: #191f26; --text: #e3e8ee; --muted: #98a4b3; --line: #2c353f;
    --accent: #7aa8f0; --second: #eda05c; --third: #63c7a3; --fourth: #c496dd; --on-accent: #10161d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 1280px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 21px; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 15px; margin: 0 0 10px; }
p { margin: 0 0 10px; }
a { color: var(--accent); }
.muted { color: var(--muted); }
.small { font-size: 13px; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 22px 24px; margin-top: 20px; }
section.head > * + * { margin-top: 26px; }
.title { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }
.tile { border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.tile .value { font-size: 24px; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.25; }
.tile .name, .tile .note { color: var(--muted); font-size: 12.5px; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 500px), 1fr)); gap: 26px; align-items: start; }
.wide { grid-column: 1 / -1; }
figure { margin: 0; overflow-x: auto; }
figure svg { display: block; height: auto; max-width: 100%; font-family: inherit; }
figure + h3 { margin-top: 20px; }
.when-narrow { display: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 12.5px; vertical-align: bottom; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); }
td { vertical-align: top; overflow-wrap: break-word; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
tr:last-child td { border-bottom: 0; }
table.fitted { width: auto; min-width: 50%; }
table.narrow { max-width: 760px; }
td.text { min-width: 260px; overflow-wrap: anywhere; }
td.label { white-space: nowrap; }
td.wrong { color: var(--second); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 0; font-size: 13.5px; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
details > summary { cursor: pointer; color: var(--accent); font-size: 13.5px; }
details[open] > summary { margin-bottom: 10px; }
footer { margin-top: 24px; }
@media screen and (max-width: 800px) {
  .when-wide { display: none; }
  .when-narrow { display: block; }
}
@media (max-width: 640px) {
  main { padding: 20px 12px 40px; }
  section { padding: 16px 14px; }
}
@media print {
  :root {
    --page: #ffffff; --surface: #ffffff; --text: #000000; --muted: #444444; --line: #cccccc;
    --accent: #2b63b5; --second: #c25f16; --third: #2f9e77; --fourth: #9558b2; --on-accent: #ffffff;
  }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  section { border: 0; padding: 0; }
  section.head { break-before: page; }
  figure { overflow: visible; }
  figure svg { min-width: 0 !important; }
  figure, .tiles, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`;
