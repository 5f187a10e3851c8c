/* The list of all findings: search, filter, and only the rows in sight. Everything is set as text. */
'use strict';
(() => {
const el = (tag, cls, text) => {
const e = document.createElement(tag);
if (cls) e.className = cls;
if (text !== undefined) e.textContent = text;
return e;
};
const data = JSON.parse(document.getElementById('rows').textContent);
const rows = data.rows;
const search = document.getElementById('search');
const plain = document.getElementById('plain');
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name]);
const when = ms => ms === null ? data.untimed : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/* ---- what it looks like */
const label = (text, control) => {
const l = el('label');
l.append(el('span', '', text), control);
return l;
};
const query = el('input');
query.type = 'search';
query.autocomplete = 'off';
query.placeholder = data.hint;
const level = el('select');
data.levels.forEach((name, i) => {
const o = el('option', '', name);
o.value = i;
level.append(o);
});
const count = el('p', 'note');
count.setAttribute('role', 'status');
const tools = el('div', 'tools');
tools.append(label(data.contains, query), label(data.least, level));
const log = el('div');
log.id = 'log';
log.tabIndex = 0;
log.setAttribute('role', 'list');
log.setAttribute('aria-labelledby', 'h-list');
const pad = el('div', 'pad');
pad.setAttribute('role', 'presentation');
log.append(pad);
search.append(tools, count, log);
search.hidden = false;
plain.hidden = true;

/* ---- which rows are wanted */
const titles = data.titles.map(t => t.toLowerCase());
const units = data.units.map(u => u.toLowerCase());
let haystack = null;
let view = rows;
const build = () => {
haystack = rows.map(r => r[0] + ' ' + when(r[1]) + ' ' + r[7].toLowerCase());
};
const matches = (i, word) => {
const r = rows[i];
return haystack[i].includes(word) || titles[r[3]].includes(word) || units[r[4]].includes(word);
};
const filter = () => {
const words = query.value.toLowerCase().split(/\s+/).filter(w => w && w !== '-');
const least = Number(level.value);
if (words.length && !haystack) build();
view = words.length || least ? rows.filter((r, i) => r[2] >= least && words.every(
w => w[0] === '-' ? !matches(i, w.slice(1)) : matches(i, w))) : rows;
log.scrollTop = 0;
draw();
};

/* ---- drawing */
const height = () => Number(getComputedStyle(log).getPropertyValue('--row')) || 66;
const rowOf = (r, i, h) => {
const row = el('div', 'row');
row.setAttribute('role', 'listitem');
row.setAttribute('aria-setsize', view.length);
row.setAttribute('aria-posinset', i + 1);
row.style.top = i * h + 'px';
const head = el('div', 'head');
head.append(el('time', '', when(r[1])), el('span', 'level l' + r[2], data.levels[r[2]]),
el('b', '', data.titles[r[3]]));
const place = data.units[r[4]] + '  ' + fill(data.record, {record: r[5], byte: r[6]});
row.append(head, el('div', 'says', r[7] || data.titles[r[3]]), el('div', 'place', r[0] + '  ' + place));
return row;
};
const draw = () => {
const h = height();
const first = Math.max(0, Math.floor(log.scrollTop / h) - 3);
const last = Math.min(view.length, first + Math.ceil(log.clientHeight / h) + 7);
const part = document.createDocumentFragment();
for (let i = first; i < last; i++) part.append(rowOf(view[i], i, h));
pad.style.height = view.length * h + 'px';
pad.replaceChildren(part);
const number = n => n.toLocaleString(document.documentElement.lang);
count.textContent = fill(data.count, {n: number(view.length), all: number(rows.length)});
};

/* ---- links to findings that are not in the table of key evidence */
const show = () => {
const id = location.hash.startsWith('#f-') ? location.hash.slice(3) : '';
const target = id && document.getElementById('f-' + id);
if (target && plain.contains(target)) {
query.value = id;
level.value = 0;
filter();
search.scrollIntoView();
}
};
let timer = 0;
query.addEventListener('input', () => {
clearTimeout(timer);
timer = setTimeout(filter, 80);
});
level.addEventListener('change', filter);
log.addEventListener('scroll', draw, {passive: true});
addEventListener('resize', draw);
addEventListener('hashchange', show);
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(d => { d.open = true; }));
draw();
show();
(window.requestIdleCallback || setTimeout)(() => haystack || build());
document.documentElement.dataset.ready = 'yes';
})();
