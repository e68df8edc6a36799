// The control page: one calm page in Swedish, all in one answer, no file from anywhere else. The colours follow the
// product's: violet speaks of data that does not come, blue is what can be pressed.

import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --bg:#f1f3f6; --surface:#fff; --surface-2:#f5f7f9; --line:#d5dbe3; --ink:#12171f; --ink-2:#3c4655;
  --ink-3:#566273; --id-bg:#14273a; --id-ink:#fff; --id-ink-2:#c3cfdc; --action:#0f56a8; --action-ink:#fff; --action-tint:#e6effa;
  --focus:#0b4fd6; --fresh:#2f6b4a; --silent:#46309a; --silent-tint:#e9e3fa; --warn:#8f3d00; --warn-tint:#fff2e2; }
@media (prefers-color-scheme: dark) { :root { --bg:#0c0f13; --surface:#14181e; --surface-2:#1a2028; --line:#2c3540; --ink:#e3e8ee;
  --ink-2:#b7c1cc; --ink-3:#94a0ad; --id-bg:#22384f; --id-ink:#f2f6fa; --id-ink-2:#b9c8d8; --action:#86bcf7; --action-ink:#06203d;
  --action-tint:#17293d; --focus:#ffd447; --fresh:#7cc79c; --silent:#c9bbff; --silent-tint:#292342; --warn:#ffb169; --warn-tint:#2e1e10; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--bg); color:var(--ink); font:15px/1.4 Inter, system-ui, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums; }
header { background:var(--id-bg); color:var(--id-ink); padding:14px 24px; display:flex; flex-wrap:wrap; gap:4px 24px; align-items:baseline; }
header h1 { font-size:18px; margin:0; font-weight:600; }
header p { margin:0; color:var(--id-ink-2); font-size:13px; }
header .time { margin-left:auto; color:var(--id-ink); font-size:15px; }
main { max-width:1200px; margin:0 auto; padding:16px 24px 48px; }
h2 { font-size:15px; font-weight:600; margin:24px 0 8px; }
.grid { display:grid; gap:12px; grid-template-columns:repeat(auto-fill, minmax(350px, 1fr)); }
.card { background:var(--surface); border:1px solid var(--line); border-left:4px solid var(--fresh); border-radius:6px; padding:12px 16px; }
.card.silent { border-left-color:var(--silent); }
.card.faulty { border-left-color:var(--warn); }
.card h3 { margin:0; font-size:15px; font-weight:600; display:flex; gap:8px; align-items:baseline; }
.state { margin-left:auto; font-size:13px; font-weight:400; color:var(--fresh); }
.silent .state { color:var(--silent); } .faulty .state { color:var(--warn); }
dl { display:grid; grid-template-columns:repeat(4, 1fr); gap:2px 8px; margin:8px 0; }
dt { font-size:12px; color:var(--ink-3); grid-row:1; } dd { margin:0; grid-row:2; font-size:18px; }
.last { font-size:13px; color:var(--ink-2); margin:0 0 10px; min-height:1.4em; }
.row { display:flex; flex-wrap:wrap; gap:8px; align-items:center; }
button, select { font:inherit; font-size:13px; min-height:32px; border-radius:4px; border:1px solid var(--line); background:var(--surface-2);
  color:var(--ink); padding:4px 12px; cursor:pointer; }
button.main { background:var(--action); color:var(--action-ink); border-color:var(--action); font-weight:600; }
button[aria-pressed="true"] { background:var(--warn-tint); color:var(--warn); border-color:var(--warn); }
select { max-width:152px; padding:4px 6px; }
button:hover, select:hover { border-color:var(--action); }
:focus-visible { outline:2px solid var(--focus); outline-offset:2px; }
button:disabled { opacity:.55; cursor:default; }
#said { margin:16px 0 0; padding:10px 16px; background:var(--action-tint); border-radius:6px; font-size:13px; min-height:40px; }
footer { color:var(--ink-3); font-size:13px; margin-top:24px; }
@media (pointer: coarse) { button, select { min-height:44px; } }
`;

const SCRIPT = `
const $ = (id) => document.getElementById(id);
const make = (tag, props = {}, ...children) => { const e = Object.assign(document.createElement(tag), props); e.append(...children); return e; };
const said = (text) => { $('said').textContent = text; };
async function post(path, body = {}) {
  const answer = await fetch('/api/' + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const data = await answer.json().catch(() => ({}));
  said(data.error ?? data.done ?? 'Gjort.');
  await refresh();
}
const press = (text, path, body, props = {}) => {
  const b = make('button', { type: 'button', textContent: text, ...props });
  b.onclick = () => { b.disabled = true; post(path, body).catch(() => said('Sidans server svarar inte.')).finally(() => { b.disabled = false; }); };
  return b;
};
const toggle = (text, on, path, body) => { const b = press(text, path, body); b.setAttribute('aria-pressed', String(on)); return b; };
const clock = (ms) => new Date(ms).toLocaleTimeString('sv-SE', { timeZone: 'Europe/Stockholm' });
const words = { answering: 'Svarar', silent: 'Inget svar', closed: 'Ansluter' };
const GARBLE = [['none','Felfri text'],['letters','Trasiga bokstäver'],['truncated','Avbrutna ramar'],['label','Fel teckenkod angiven']];
const SLOW = [[0,'Ingen fördröjning'],[1000,'1 s fördröjning'],[5000,'5 s fördröjning'],[30000,'30 s fördröjning']];
function choose(options, value, label, change) {
  const s = make('select'); s.setAttribute('aria-label', label);
  for (const [v, text] of options) s.append(make('option', { value: String(v), textContent: text, selected: String(v) === String(value) }));
  s.onchange = () => change(s.value).catch(() => said('Sidans server svarar inte.'));
  return s;
}
const figure = (label, value) => [make('dt', { textContent: label }), make('dd', { textContent: String(value) })];
function card(s) {
  const path = 'system/' + s.id + '/';
  const stopped = s.state === 'stopped';
  const faulty = s.faults.slowMs > 0 || s.faults.garble !== 'none' || s.faults.duplicates || s.faults.reorder;
  const state = stopped ? 'Stoppad' : words[s.connection] + (faulty ? ', med fel' : '');
  const c = make('section', { className: 'card' + (stopped || s.connection === 'silent' ? ' silent' : faulty ? ' faulty' : '') });
  c.append(make('h3', {}, s.name, make('span', { className: 'state', textContent: state })));
  c.append(make('dl', {}, ...figure('I kö', s.queued), ...figure('Skickat', s.sent), ...figure('Kvitterat', s.acknowledged), ...figure('Sagt igen', s.repeated)));
  const last = s.lastAnswer;
  c.append(make('p', { className: 'last', textContent: (last ? 'Svar ' + last.code + ' kl. ' + clock(last.at) + ' efter ' + last.afterMs + ' ms' : 'Inget svar än')
    + (s.refused > 0 ? ' · avvisade: ' + s.refused : '') + ' · fullt ' + s.fullLoads + ' ggr' }));
  c.append(make('div', { className: 'row' },
    stopped ? press('Starta', path + 'start', {}, { className: 'main' }) : press('Stoppa', path + 'stop', {}, { className: 'main' }),
    press('Full laddning', path + 'full-load', {}, { disabled: stopped }),
    toggle('Dubbletter', s.faults.duplicates, path + 'faults', { duplicates: !s.faults.duplicates }),
    toggle('Omkastad ordning', s.faults.reorder, path + 'faults', { reorder: !s.faults.reorder }),
    choose(SLOW, s.faults.slowMs, 'Fördröjning för ' + s.name, (v) => post(path + 'faults', { slowMs: Number(v) })),
    choose(GARBLE, s.faults.garble, 'Textfel för ' + s.name, (v) => post(path + 'faults', { garble: v }))));
  return c;
}
let shown = '';
async function refresh() {
  const status = await (await fetch('/api/status')).json();
  $('time').textContent = 'Simulerad tid ' + new Date(status.now).toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' });
  $('count').textContent = status.inpatients + ' inneliggande, ' + status.emergency + ' på akuten';
  const text = JSON.stringify([status.systems, status.reports]);
  if (text === shown || document.activeElement?.tagName === 'SELECT') return;
  const focused = document.activeElement?.textContent, within = document.activeElement?.closest('.card')?.querySelector('h3')?.firstChild?.textContent;
  shown = text;
  for (const [code, id] of [['ASEN', 'asen'], ['FJALL', 'fjall']]) {
    const cards = status.systems.filter((s) => s.hospital === code).map(card);
    if (code === 'FJALL' && status.reports) cards.push(reports(status.reports));
    $(id).replaceChildren(...cards);
    $(id).previousElementSibling.hidden = cards.length === 0;
  }
  if (within) for (const b of document.querySelectorAll('.card button'))
    if (b.textContent === focused && b.closest('.card').querySelector('h3').firstChild.textContent === within) b.focus();
}
function reports(r) {
  const c = make('section', { className: 'card' + (r.isRunning ? '' : ' silent') });
  c.append(make('h3', {}, 'Utskrivna listor', make('span', { className: 'state', textContent: r.isRunning ? 'Varje timme' : 'Stoppad' })));
  c.append(make('p', { className: 'last', textContent: r.printed + ' filer lagda i mappen' }));
  c.append(make('div', { className: 'row' }, r.isRunning ? press('Stoppa', 'reports/stop', {}, { className: 'main' }) : press('Starta', 'reports/start', {}, { className: 'main' }), press('Skriv ut nu', 'reports/print')));
  return c;
}
for (const [text, path, body] of [['Byt säng på två', 'action/swap-beds'], ['Slå samman två nummer', 'action/merge'], ['Ångra sammanslagning', 'action/unmerge'],
  ['Rätta ett provsvar', 'action/correct-result'], ['Återta ett provsvar', 'action/withdraw-result'], ['200 meddelanden på en gång', 'action/burst', { size: 200 }]])
  $('actions').append(press(text, path, body));
refresh().catch(() => said('Sidans server svarar inte.'));
setInterval(() => refresh().catch(() => said('Sidans server svarar inte.')), 1000);
`;

const HTML = `<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulerade sjukhus – Reservkraft</title><style>${STYLE}</style></head>
<body><header><h1>Simulerade sjukhus</h1><p>Påhittade personer med Skatteverkets testnummer. Ingenting här är verkligt.</p>
<p class="time"><span id="time"></span> · <span id="count"></span></p></header>
<main><h2>Det som kan hända på sjukhuset</h2><div class="row" id="actions"></div><p id="said" role="status">Tryck för att låta något hända. En stoppad källa glömmer sin kö och berättar allt på nytt när den startas.</p>
<h2>Åsens sjukhus: allt skickas</h2><div class="grid" id="asen"></div>
<h2>Fjällnäs sjukstuga: in, ut, provsvar och utskrivna listor</h2><div class="grid" id="fjall"></div>
<footer>Sidan nås bara från den här datorn. Samma sak med POST till /api/system/…, /api/action/… och /api/reports/….</footer></main>
<script>${SCRIPT}</script></body></html>`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page, and a policy that lets exactly this style and this script run. */
export const controlPage = (): { html: string; policy: string } => ({
  html: HTML,
  policy: `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
});
