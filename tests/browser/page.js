/* What a reader meets: page.js CHROMIUM FOLDER. A test is a function whose name is the sentence it
   proves; the last line counts. */
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');
const [, , executablePath, folder] = process.argv;
const axe = require.resolve('axe-core/axe.min.js');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];
const PAGES = ['en', 'fr', 'hostile', 'many'];
let browser;

/* A page from disk, alone in the browser; `heard` is all that it asked for or complained of. */
async function open(name, options) {
    await Promise.all(browser.contexts().map(context => context.close()));
    const context = await browser.newContext({viewport: {width: 1280, height: 860}, ...options});
    const page = await context.newPage();
    const heard = [];
    page.on('console', message => heard.push('console: ' + message.text()));
    page.on('pageerror', error => heard.push('error: ' + error.message));
    page.on('dialog', dialog => { heard.push('dialog: ' + dialog.message()); dialog.dismiss(); });
    page.on('request', request => { if (!request.isNavigationRequest()) heard.push('request: ' + request.url()); });
    await page.goto('file://' + path.join(folder, name + '.html'));
    return {page, heard};
}

async function it_asks_for_nothing_and_complains_of_nothing() {
    for (const name of PAGES) {
        const {page, heard} = await open(name);
        await page.waitForSelector('html[data-ready=yes]');
        await page.mouse.wheel(0, 4000);
        assert.deepStrictEqual(heard, [], name);
    }
}

async function what_an_intruder_wrote_stays_text() {
    const {page, heard} = await open('hostile');
    await page.locator('#search input').fill('alert(2)');
    await page.waitForTimeout(200);
    assert.ok(await page.locator('#log .row').count() > 0, 'nothing hostile was found');
    assert.strictEqual(await page.locator('img, iframe, object, embed, form, u').count(), 0);
    const links = await page.$$eval('a', all => all.map(a => a.getAttribute('href')));
    assert.ok(links.every(href => href.startsWith('#')));
    assert.deepStrictEqual(heard, []);
}

async function a_script_that_is_not_ours_does_not_run() {
    const source = fs.readFileSync(path.join(folder, 'en.html'), 'utf8');
    fs.writeFileSync(path.join(folder, 'injected.html'), source.replace('</main>',
        '<script>document.title = "owned"</script><p id="p" onclick="document.title = \'owned\'" style="color:red">x</p></main>'));
    const {page, heard} = await open('injected');
    await page.locator('#p').click();
    assert.notStrictEqual(await page.title(), 'owned');
    assert.ok(heard.length >= 2 && heard.every(line => line.includes('Content Security Policy')), heard.join('\n'));
}

async function it_is_whole_without_script() {
    const {page} = await open('en', {javaScriptEnabled: false});
    assert.ok(await page.locator('h1').isVisible() && await page.locator('#plain table').isVisible());
    assert.ok(await page.locator('#plain tbody tr').count() > 50);
    assert.ok(!await page.locator('#search').isVisible());
}

async function axe_finds_no_violation_in_any_theme_or_language() {
    const looks = [['en', 'light', 1280], ['en', 'dark', 390], ['fr', 'light', 390], ['fr', 'dark', 1280]];
    for (const [name, colorScheme, width] of looks) {
        const {page} = await open(name, {bypassCSP: true, colorScheme, viewport: {width, height: 860}});
        await page.$$eval('.public, #who details', all => all.forEach(d => { d.open = true; }));
        await page.addScriptTag({path: axe});
        const found = await page.evaluate(() => axe.run(document));
        assert.ok(found.passes.length > 15, 'axe looked at next to nothing');
        assert.deepStrictEqual(found.violations.map(v => v.id + ': ' + v.nodes[0].html), [], name + colorScheme);
    }
}

async function nothing_is_wider_than_the_screen() {
    for (const name of ['en', 'fr', 'hostile']) {
        for (const width of [320, 390, 768, 1280]) {
            const {page} = await open(name, {viewport: {width, height: 844}});
            const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(over <= 0, `${name} at ${width}: ${over} pixels`);
        }
    }
}

async function the_keyboard_reaches_everything() {
    const {page} = await open('en');
    await page.keyboard.press('Tab');
    assert.strictEqual(await page.evaluate(() => document.activeElement.className), 'skip');
    await page.keyboard.press('Enter');
    assert.ok(page.url().endsWith('#answer'));
    const seen = new Set();
    for (let i = 0; i < 800 && !seen.has('log'); i++) {
        await page.keyboard.press('Tab');
        seen.add(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
    }
    assert.ok(seen.has('A') && seen.has('SUMMARY') && seen.has('INPUT') && seen.has('SELECT') && seen.has('log'), [...seen].join());
    await page.keyboard.press('End');
    await page.waitForTimeout(200);
    assert.ok(await page.evaluate(() => document.getElementById('log').scrollTop) > 0);
}

async function words_and_levels_choose_findings() {
    const {page} = await open('en');
    const all = await page.evaluate(() => JSON.parse(document.getElementById('rows').textContent).rows);
    const first = () => page.locator('#log .row').first().textContent();
    await page.locator('#search input').fill(all[7][0]);
    await page.waitForTimeout(200);
    assert.ok((await first()).includes(all[7][0]) && await page.locator('#log .row').count() === 1);
    await page.locator('#search input').fill('');
    await page.locator('#search select').selectOption('4');
    await page.waitForTimeout(200);
    const critical = all.filter(r => r[2] === 4).length;
    assert.ok((await page.locator('#search [role=status]').textContent()).startsWith(`${critical} of ${all.length}`));
}

async function a_link_to_any_finding_shows_it() {
    const {page} = await open('en');
    const id = await page.evaluate(() => document.querySelector('#plain tr[id]').id);
    await page.evaluate(id => { location.hash = '#' + id; }, id);
    await page.waitForTimeout(300);
    assert.ok((await page.locator('#log .row').first().textContent()).includes(id.slice(2)));
}

/* Only what is in sight is drawn, and a filter is a walk over memory: no clock is needed to see it. */
async function a_hundred_thousand_findings_are_a_few_rows_at_a_time() {
    const {page} = await open('many');
    const count = await page.evaluate(() => JSON.parse(document.getElementById('rows').textContent).rows.length);
    assert.ok(count >= 100000, String(count));
    await page.evaluate(() => { const log = document.getElementById('log'); log.scrollTop = log.scrollHeight; });
    await page.waitForTimeout(200);
    assert.ok(await page.locator('#log .row').count() < 40);
    assert.strictEqual(await page.locator('#log .row').last().getAttribute('aria-posinset'), String(count));
    const took = await page.evaluate(async () => {
        const input = document.querySelector('#search input');
        const times = [];
        for (const words of ['needle', '/7/4242', 'needle -/3/']) {
            input.value = words;
            const from = performance.now();
            document.querySelector('#search select').dispatchEvent(new Event('change'));
            times.push(Math.round(performance.now() - from));
        }
        return times;
    });
    console.log(`filters over ${count} findings, milliseconds (the first builds the index): ${took.join(', ')}`);
}

async function each_printed_page_bears_the_mark() {
    const {page} = await open('en');
    const file = path.join(folder, 'en.pdf');
    await page.pdf({path: file, format: 'A4', preferCSSPageSize: true});
    const text = require('child_process').spawnSync('pdftotext', ['-layout', file, '-'], {encoding: 'utf8', maxBuffer: 1 << 26});
    if (text.error) {
        console.log('pdftotext is not installed: the marks were not counted');
        return;
    }
    const sheets = text.stdout.split('\f').filter(sheet => sheet.trim());
    assert.ok(sheets.length > 3 && sheets.every(sheet => sheet.split('TLP:AMBER+STRICT').length >= 3),
        sheets.findIndex(sheet => sheet.split('TLP:AMBER+STRICT').length < 3) + ' of ' + sheets.length);
    assert.ok(text.stdout.includes('China Chopper'), 'what is folded on the screen is not printed');
}

async function pictures_are_taken() {
    for (const [name, colorScheme] of [['en', 'light'], ['fr', 'dark']]) {
        for (const width of [1280, 390]) {
            const {page} = await open(name, {colorScheme, viewport: {width, height: 860}});
            await page.screenshot({path: path.join(folder, `${name}-${width}.png`)});
        }
    }
}

async function main() {
    const tests = [it_asks_for_nothing_and_complains_of_nothing, what_an_intruder_wrote_stays_text,
        a_script_that_is_not_ours_does_not_run, it_is_whole_without_script,
        axe_finds_no_violation_in_any_theme_or_language, nothing_is_wider_than_the_screen,
        the_keyboard_reaches_everything, words_and_levels_choose_findings, a_link_to_any_finding_shows_it,
        a_hundred_thousand_findings_are_a_few_rows_at_a_time, each_printed_page_bears_the_mark, pictures_are_taken];
    let passed = 0;
    browser = await chromium.launch({executablePath, args: FLAGS});
    for (const test of tests) {
        try {
            await test();
            passed++;
        } catch (error) {
            console.log(`FAILED  ${test.name}: ${error.stack}`);
        }
    }
    await browser.close();
    console.log(`${passed} passed, ${tests.length - passed} failed`);
    process.exitCode = passed === tests.length ? 0 : 1;
}

main();
