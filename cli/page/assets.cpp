// SPDX-License-Identifier: MIT
// The style sheet and the script of the page.
#include <fmt/format.h>

#include "cli/page/parts.hpp"
#include "sim/observe/canvas.hpp"

namespace mqlab::cli {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --paper: #fff; --ink: #222; --soft: #666; --line: #d8d8d4;
  --panel: #f6f6f4; --good: #00704f; --bad: #b03f00; --warn: #8a6000; --link: #0060a0; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 1.2rem 1.6rem 4rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .2rem 0; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
a { color: var(--link); }
nav a { margin-right: 1.1rem; }
code, pre, td, .mono { font-family: "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC",
  monospace; font-size: .85rem; }
pre { background: var(--panel); border: 1px solid var(--line); padding: .6rem .8rem;
  overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: .4rem 0; }
th, td { text-align: left; vertical-align: top; padding: .18rem .8rem .18rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; font-size: .85rem; color: var(--soft); white-space: nowrap; }
td .pass, td .fail, td .unknown, td a[data-query] { white-space: nowrap; }
td.number { text-align: right; }
.claim, .note { color: var(--soft); }
.pass { color: var(--good); font-weight: 700; }
.fail { color: var(--bad); font-weight: 700; }
.unknown { color: var(--warn); font-weight: 700; }
.beside { display: flex; flex-wrap: wrap; gap: 0 3rem; }
figure { margin: .6rem 0 1.2rem; position: relative; overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); }
figure.plot svg { outline-offset: 2px; }
figure .tip { position: absolute; display: none; pointer-events: none; z-index: 2; top: 3.2rem;
  background: var(--panel); border: 1px solid var(--soft); padding: .25rem .5rem;
  white-space: pre; font: .78rem/1.4 "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; }
figure line.hover { stroke: var(--ink); stroke-width: 1; display: none; }
details summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
#ledger input { width: min(44rem, 100%); padding: .35rem .5rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; }
#ledger table { width: 100%; table-layout: auto; }
#ledger td { overflow-wrap: break-word; }
#ledger td:nth-child(-n+4) { white-space: nowrap; }
#ledger button { font: inherit; border: 0; background: none; padding: 0; color: var(--link);
  cursor: pointer; text-align: left; overflow-wrap: anywhere; }
#ledger tbody tr:hover { background: var(--panel); }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1b1b1d; --ink: #e4e4e0; --soft: #a0a09c; --line: #3c3c40; --panel: #262629;
    --good: #3fd0a0; --bad: #ff9050; --warn: #f0c040; --link: #7fc0ff; }
}
)";

constexpr std::string_view kPrint = R"(
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb;
    --panel: #f6f6f4; --good: #005a40; --bad: #903000; --warn: #6a4a00; --link: #000; }
  body { max-width: none; padding: 0; font-size: 11px; }
  nav, #query, .screen, figure .tip, figure line.hover { display: none !important; }
  figure, tr, .beside > * { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  code, pre, td { font-size: 8.5px; }
  th, td { padding-right: .5rem; }
  figure { overflow: visible; }
}
)";

constexpr std::string_view kScript = R"JS('use strict';
(() => {
  const page = document.documentElement;
  window.addEventListener('error', (event) => { page.dataset.error = event.message; });
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const words = read('words');
  const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (all, i) => values[i]);

  // -- the ledger ------------------------------------------------------------------------------
  const rows = read('rows');  // number, time, actor, what, message, where, why, cause, other words
  const fields = { actor: 2, what: 3, message: 4, where: 5, why: 6 };
  const kStep = 500;
  let limit = kStep;
  const body = document.querySelector('#rows-table tbody');
  const box = document.getElementById('query');
  const count = document.getElementById('row-count');
  const more = document.getElementById('row-more');
  const text_of = (row) => {
    if (row.text === undefined) row.text = row.slice(2).join(' ').toLowerCase();
    return row.text;
  };
  const seconds = (number, unit) =>
    Number(number) * { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 }[unit || 's'];
  const test_of = (field, word) => {
    const time = /^t(<=|>=|<|>)([0-9.]+)(s|ms|us|ns)?$/.exec(word);
    if (time && !field) {
      const at = seconds(time[2], time[3]);
      return (row) => {
        const t = parseFloat(row[1]);
        if (time[1] === '<') return t < at;
        if (time[1] === '>') return t > at;
        return time[1] === '<=' ? t <= at : t >= at;
      };
    }
    if (/^#[0-9]+$/.test(word) && !field) {
      const number = Number(word.slice(1));
      return (row) => row[0] === number || row[7] === number;
    }
    if (field === 'message') {
      // shop.1 is not shop.10, but it has copies and deliveries.
      return (row) => {
        const name = row[4].toLowerCase();
        return name === word || (name.startsWith(word) && '@/#'.includes(name[word.length]));
      };
    }
    if (field === 'what' || field === 'why') {
      return (row) => (row[fields[field]] + ' ' + (row[8] || '')).toLowerCase().includes(word);
    }
    if (field) return (row) => row[fields[field]].toLowerCase().includes(word);
    return (row) => text_of(row).includes(word);
  };
  const parse = (text) => {
    const tests = [];
    const terms = /(-?)(?:(actor|what|message|where|why):)?(?:"([^"]*)"|(\S+))/g;
    for (const term of text.matchAll(terms)) {
      const word = (term[3] !== undefined ? term[3] : term[4]).toLowerCase();
      if (word === '') continue;
      const test = test_of(term[2], word);
      tests.push(term[1] ? (row) => !test(row) : test);
    }
    return (row) => tests.every((test) => test(row));
  };
  const cell = (line, text, query) => {
    const td = document.createElement('td');
    if (query && text) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = text;
      button.addEventListener('click', () => ask(query));
      td.append(button);
    } else {
      td.textContent = text;
    }
    line.append(td);
    return td;
  };
  const line_of = (row) => {
    const line = document.createElement('tr');
    cell(line, '#' + row[0]);
    cell(line, row[1]).className = 'number';
    cell(line, row[2]);
    cell(line, row[3]).title = row[8] || '';
    const message = row[4].replace(/[@\/].*$/, '');
    const quoted = row[4].startsWith('"') || /\s/.test(message);
    cell(line, row[4], quoted ? '' : 'message:' + message);
    cell(line, row[5]);
    cell(line, row[6]);
    cell(line, row[7] ? '#' + row[7] : '', '#' + row[7]);
    return line;
  };
  const show = () => {
    const found = rows.filter(parse(box.value));
    body.replaceChildren(...found.slice(0, limit).map(line_of));
    count.textContent = fill(words.shown, found.length, rows.length) +
      (found.length > limit ? ' (' + fill(words.limited, limit) + ')' : '');
    more.hidden = found.length <= limit;
  };
  const ask = (query) => {
    box.value = query;
    limit = kStep;
    history.replaceState(null, '', query ? '#q=' + encodeURIComponent(query) : '#ledger');
    show();
  };
  const from_address = () => {
    if (!location.hash.startsWith('#q=')) return false;
    box.value = decodeURIComponent(location.hash.slice(3));
    return true;
  };
  box.addEventListener('input', () => ask(box.value));
  more.addEventListener('click', () => { limit += kStep; show(); });
  for (const link of document.querySelectorAll('[data-query]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      ask(link.dataset.query);
      document.getElementById('ledger').scrollIntoView();
    });
  }
  window.addEventListener('hashchange', () => { if (from_address()) show(); });
  if (from_address()) document.getElementById('ledger').scrollIntoView();
  show();

  // -- plots -----------------------------------------------------------------------------------
  const span = (ns) => {
    for (const [unit, size] of [['s', 1e9], ['ms', 1e6], ['us', 1e3]]) {
      if (ns >= size) return +(ns / size).toFixed(6) + unit;
    }
    return ns + 'ns';
  };
  const value_text = (unit, value) => {
    if (unit === 'ns') return span(value);
    return String(+value.toFixed(2)) + (unit === 'rate' ? '/s' : '');
  };
  const column_at = (columns, x) => {
    let low = 0;
    let high = columns.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Math.floor(columns[middle][0]) <= x) low = middle + 1; else high = middle;
    }
    return columns[low - 1];
  };
  const plots = [];
  const point = (at, hovered) => {
    for (const plot of plots) {
      const inside = at !== null && at >= plot.data.x0 - 1 && at <= plot.data.x1 + 1;
      plot.line.style.display = inside ? 'inline' : 'none';
      plot.tip.style.display = inside && plot === hovered ? 'block' : 'none';
      if (!inside) continue;
      plot.line.setAttribute('x1', at);
      plot.line.setAttribute('x2', at);
      if (plot !== hovered) continue;
      const { x0, x1, t0, t1, unit, series } = plot.data;
      const time = t0 + (t1 - t0) * Math.min(1, Math.max(0, (at - x0) / (x1 - x0)));
      const lines = ['t ' + (time / 1e9).toFixed(6) + 's'];
      for (const each of series) {
        const column = column_at(each.columns, Math.floor(at));
        let text = column && column.length > 1 ? value_text(unit, column[3]) : '-';
        if (column && column[1] !== column[2] && Math.floor(column[0]) === Math.floor(at)) {
          text += '  (' + value_text(unit, column[1]) + ' – ' + value_text(unit, column[2]) + ')';
        }
        lines.push(each.name + '  ' + text);
      }
      plot.tip.textContent = lines.join('\n');
      const scale = plot.svg.getBoundingClientRect().width / plot.data.width;
      const room = plot.figure.clientWidth - plot.tip.offsetWidth - 4;
      plot.tip.style.left = Math.max(0, Math.min(at * scale + 12, room)) + 'px';
    }
  };
  for (const figure of document.querySelectorAll('figure.plot')) {
    const svg = figure.querySelector('svg');
    const data = JSON.parse(figure.querySelector('script').textContent);
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
    line.setAttribute('class', 'hover');
    line.setAttribute('y1', data.y0);
    line.setAttribute('y2', data.y1);
    svg.append(line);
    const plot = { figure, svg, data, line, tip: figure.querySelector('.tip'), at: data.x0 };
    plots.push(plot);
    svg.addEventListener('mousemove', (event) => {
      const box = svg.getBoundingClientRect();
      plot.at = Math.round((event.clientX - box.left) / box.width * data.width);
      point(plot.at, plot);
    });
    svg.addEventListener('mouseleave', () => point(null));
    svg.addEventListener('blur', () => point(null));
    svg.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = plot.at + step * (event.shiftKey ? 20 : 2);
      plot.at = Math.min(data.x1, Math.max(data.x0, next));
      point(plot.at, plot);
    });
  }
  window.addEventListener('beforeprint', () => {
    for (const each of document.querySelectorAll('details.print')) each.open = true;
  });
  page.dataset.ready = 'yes';
})();
)JS";

std::string hex(observe::Color color) {
  return fmt::format("#{:02x}{:02x}{:02x}", color.r, color.g, color.b);
}

}  // namespace

std::string style_sheet() {
  std::string style(kStyle);
  style += "@media screen and (prefers-color-scheme: dark) {\n";
  for (const observe::Ink& ink : observe::inks()) {
    style += fmt::format(
        "  svg [fill=\"{0}\"] {{ fill: {1}; }} svg [stroke=\"{0}\"] {{ stroke: {1}; }}\n",
        hex(ink.light), hex(ink.dark));
  }
  return style + "}\n" + std::string(kPrint);
}

std::string_view script() {
  return kScript;
}

}  // namespace mqlab::cli
