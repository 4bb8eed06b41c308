// Looks at pages in headless Chromium: console errors, overflow at three widths, light and dark, and axe-core's serious violations.
// usage: node pages.mjs [--screenshots FOLDER] PAGE.html…; stdout: {"page": [problem]}; exit code 1 if there are problems, 3 without Chromium.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const widths = [375, 768, 1440];
const arguments_ = process.argv.slice(2);
const screenshots = arguments_[0] === "--screenshots" ? arguments_.splice(0, 2)[1] : null;
const program = [process.env.PILE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => p && existsSync(p));
if (!program) {
  console.error("pages: Chromium is not on this machine, so no page was looked at. 'make setup' installs it, or set PILE_CHROMIUM to the program.");
  process.exit(3);
}

const profile = mkdtempSync(join(tmpdir(), "pile-pages-"));
const browser = spawn(program, ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-extensions", `--user-data-dir=${profile}`, "--remote-debugging-pipe"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const [, , , toBrowser, fromBrowser] = browser.stdio;
// A browser that ends by itself, as Chromium does now and then on a loaded machine, is started again.
const attempt = Number(process.env.PILE_PAGES_ATTEMPT ?? 1);
let isDone = false;
for (const pipe of [toBrowser, fromBrowser]) pipe.on("error", () => { });
browser.once("exit", (code, signal) => {
  if (isDone) return;
  removeProfile();
  console.error(`pages: ${program} ended by itself (${signal ?? code})`);
  process.exit(attempt === 3 ? 1 : spawnSync(process.execPath, process.argv.slice(1),
    { stdio: "inherit", env: { ...process.env, PILE_PAGES_ATTEMPT: attempt + 1 } }).status ?? 1);
});
// Other processes of the browser end a little later, and write to the folder until then. The retries of rmSync do not see new files.
function removeProfile() {
  for (let retries = 100; ; retries--) {
    try {
      return rmSync(profile, { recursive: true, force: true });
    } catch (error) {
      if (retries === 0) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}
const waiting = new Map();
let listeners = [], nextId = 0, rest = "";
fromBrowser.setEncoding("utf8");
fromBrowser.on("data", (text) => {
  const messages = (rest + text).split("\0");
  rest = messages.pop();
  for (const message of messages.map((m) => JSON.parse(m))) {
    if (message.id !== undefined) {
      const { done, fail } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) fail(new Error(message.error.message));
      else done(message.result);
    } else listeners.forEach((listen) => listen(message));
  }
});
const send = (method, params = {}, sessionId = undefined) => new Promise((done, fail) => {
  waiting.set(++nextId, { done, fail });
  toBrowser.write(JSON.stringify({ id: nextId, method, params, sessionId }) + "\0");
});
const event = (method, session) => new Promise((done) => {
  const listen = (message) => {
    if (message.method !== method || message.sessionId !== session) return;
    listeners = listeners.filter((other) => other !== listen);
    done(message.params);
  };
  listeners.push(listen);
});

const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

async function look(path) {
  const problems = [];
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const ask = (method, params) => send(method, params, sessionId);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  listeners.push((m) => {
    if (m.sessionId !== sessionId) return;
    if (m.method === "Log.entryAdded" && m.params.entry.level === "error") problems.push(`console: ${m.params.entry.text} ${m.params.entry.url ?? ""}`);
    if (m.method === "Runtime.exceptionThrown") problems.push(`exception: ${m.params.exceptionDetails.text}`);
    if (m.method === "Runtime.consoleAPICalled" && m.params.type === "error") problems.push(`console: ${m.params.args.map((a) => a.value).join(" ")}`);
    if (m.method === "Network.requestWillBeSent" && !/^(data|file|about):/.test(m.params.request.url)) problems.push(`loads ${m.params.request.url}`);
  });
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await ask(`${domain}.enable`);
  const size = (width) => ask("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
  const scheme = (value) => ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  await size(widths[0]);
  const loaded = event("Page.loadEventFired", sessionId);
  await ask("Page.navigate", { url: pathToFileURL(resolve(path)).href });
  await loaded;
  const rules = { runOnly: ["wcag2a", "wcag2aa", "best-practice"], resultTypes: ["violations"] };
  for (const mode of ["light", "dark"]) {
    await scheme(mode);
    for (const width of widths) {
      await size(width);
      const wide = await evaluate(`document.documentElement.scrollWidth > innerWidth ? [...document.querySelectorAll("body *")]
        .filter((e) => !e.closest("svg") && e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((e) => e.tagName + "." + e.className).join(", ") || "page" : ""`);
      if (wide) problems.push(`${width} px, ${mode}: wider than the window: ${wide}`);
      if (screenshots) {
        const { data } = await ask("Page.captureScreenshot", { captureBeyondViewport: false });
        writeFileSync(join(screenshots, `${basename(path, ".html")}-${width}-${mode}.png`), Buffer.from(data, "base64"));
      }
    }
    // Text of figures: the colours of light and dark are those of the figure's own style.
    const faint = await evaluate(`(() => {
      const light = (c) => { const v = c.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255).map((n) => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
        return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
      for (const figure of document.querySelectorAll("svg.pile-figure")) {
        const paper = light(getComputedStyle(figure.querySelector(".paper")).fill);
        for (const text of figure.querySelectorAll("text:not(.over-text)")) {
          const ink = light(getComputedStyle(text).fill), ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
          if (ratio < 4.5) return text.textContent + " has a contrast of " + ratio.toFixed(2);
        }
      }
      return "";
    })()`);
    if (faint) problems.push(`${mode}: ${faint}`);
    if (mode === "light") await evaluate(axe + ";0");
    const found = await evaluate(`axe.run(document, ${JSON.stringify(rules)}).then((r) => r.violations.filter((v) => ["serious", "critical"].includes(v.impact))
      .map((v) => v.id + ": " + v.help + " (" + v.nodes.length + "): " + v.nodes[0].html.slice(0, 160)))`);
    problems.push(...found.map((text) => `axe, ${mode}: ${text}`));
  }
  await send("Target.closeTarget", { targetId });
  return problems;
}

const report = {};
try {
  for (const path of arguments_) report[path] = await look(path);
} finally {
  isDone = true;
  browser.kill();
  await new Promise((done) => browser.once("exit", done));
  removeProfile();
}
console.log(JSON.stringify(report, null, 1));
process.exit(Object.values(report).some((problems) => problems.length > 0) ? 1 : 0);
