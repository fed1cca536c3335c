/** The script of a trace's page, for the browser. Every text of the trace goes in as text, never as HTML. */
export const pageScript = String.raw`
"use strict";
const { sessions } = JSON.parse(document.getElementById("data").textContent);
const step = 500;
const state = { search: "", only: "all", order: "time", others: false, shown: step };

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

const ms = (value) => (value === undefined ? "open" : value < 10 ? value.toFixed(2) + " ms" : value < 1000 ? value.toFixed(1) + " ms" : (value / 1000).toFixed(2) + " s");
const housekeeping = (call) => /^\/plugin\.GRPC(Stdio|Broker)\/|^\/grpc\.reflection\./.test(call.method);
// A plugin that ends drops what go-plugin itself has open.
const isError = (call) => call.status !== "OK" && call.status !== "OPEN" && !call.method.startsWith("/plugin.GRPC");
const allCalls = sessions.flatMap((session) => session.calls);
for (const call of allCalls) call.text = (call.method + " " + call.status + " " + (call.error || "") + " " + JSON.stringify(call.metadata) + " " + call.messages.map((one) => one.text).join(" ")).toLowerCase();
const finished = allCalls.filter((call) => call.durationMs !== undefined && !housekeeping(call));
const slowest = finished.reduce((a, b) => (a && a.durationMs >= b.durationMs ? a : b), undefined);

function matches(call) {
  if (state.only === "errors" && !isError(call)) return false;
  if ((state.only === "host" || state.only === "plugin") && call.from !== state.only) return false;
  if (state.only === "brokered" && call.brokerId === undefined) return false;
  return state.search === "" || call.text.includes(state.search);
}

function highlighted(text) {
  const at = state.search === "" ? -1 : text.toLowerCase().indexOf(state.search);
  if (at < 0) return [text];
  return [text.slice(0, at), element("mark", {}, text.slice(at, at + state.search.length)), ...highlighted(text.slice(at + state.search.length))];
}

function block(title, text) {
  return [element("div", { class: "title" }, title), element("pre", {}, ...highlighted(text))];
}

function details(call) {
  const made = element("div", { class: "details" });
  if (call.error) made.append(element("div", { class: "bad" }, call.status + ": " + call.error));
  for (const detail of call.details || []) made.append(...block("error detail", JSON.stringify(detail, null, 2)));
  const metadata = [["request metadata", call.metadata], ["response headers", call.headers], ["trailers", call.trailers]];
  for (const [title, value] of metadata) if (value && Object.keys(value).length > 0) made.append(...block(title, JSON.stringify(value, null, 2)));
  for (const message of call.messages) {
    const when = ms(message.time - call.time);
    made.append(...block("from the " + message.from + ", after " + when + ", " + message.size + " bytes" + (message.decoded ? "" : ", not decoded"), message.text));
  }
  if (!made.hasChildNodes()) made.append("nothing was said");
  return made;
}

function row(call, begin, end) {
  const span = Math.max(end - begin, 0.001);
  const length = call.durationMs === undefined ? end - call.time : call.durationMs;
  const bad = isError(call) ? " bad" : "";
  const track = element("span", { class: "track" }, element("i", { class: "from-" + call.from + bad, style: "left:" + ((call.time - begin) / span) * 100 + "%;width:" + (length / span) * 100 + "%" }));
  for (const message of call.messages.slice(0, 200)) track.append(element("b", { style: "left:" + ((message.time - begin) / span) * 100 + "%" }));
  const made = element("button", { class: "row", type: "button", "aria-expanded": "false", "data-method": call.method, "data-call": call.id, title: call.method },
    element("span", { class: "from-" + call.from, title: "called by the " + call.from }, call.from === "host" ? "▶" : "◀"),
    element("span", { class: "method" }, ...highlighted(call.method + (call.brokerId === undefined ? "" : "  (broker id " + call.brokerId + ")"))),
    element("span", { class: "number" + bad }, call.status),
    element("span", { class: "number" }, ms(call.durationMs)),
    track);
  made.addEventListener("click", () => {
    const open = made.getAttribute("aria-expanded") === "true";
    made.setAttribute("aria-expanded", String(!open));
    if (open) made.nextSibling.remove();
    else made.after(details(call));
  });
  return made;
}

function otherLine(event, begin) {
  const rest = event.type === "log" ? "[" + event.rest.level + "] " + event.rest.message + " " + JSON.stringify(event.rest.fields) : JSON.stringify(event.rest);
  return element("div", { class: "other" }, ms(event.time - begin) + "  " + event.type + "  " + rest.slice(0, 2000));
}

const list = element("main");

function render() {
  list.replaceChildren();
  let left = state.shown;
  let hidden = 0;
  for (const session of sessions) {
    const calls = session.calls.filter((call) => matches(call) && (state.others || !housekeeping(call)));
    const others = state.others ? session.others.filter((event) => state.search === "" || JSON.stringify(event).toLowerCase().includes(state.search)) : [];
    const times = [...session.calls.flatMap((call) => [call.time, call.time + (call.durationMs || 0)]), ...session.others.map((event) => event.time)];
    const begin = times.reduce((a, b) => Math.min(a, b), Infinity);
    const end = times.reduce((a, b) => Math.max(a, b), -Infinity);
    list.append(element("h2", {}, session.command, element("small", {}, (session.line || "no handshake") + ", " + session.calls.length + " calls, " + ms(end - begin))));
    const items = [...calls.map((call) => ({ time: call.time, call })), ...others.map((event) => ({ time: event.time, event }))];
    const length = (item) => (item.call ? item.call.durationMs || 0 : -1);
    items.sort((a, b) => (state.order === "slowest" ? length(b) - length(a) || a.time - b.time : a.time - b.time));
    for (const item of items) {
      if (left-- <= 0) hidden++;
      else list.append(item.call ? row(item.call, begin, end) : otherLine(item.event, begin));
    }
  }
  if (hidden > 0) list.append(element("button", { class: "more", type: "button", onclick: () => { state.shown += 4 * step; render(); } }, hidden + " more"));
  document.getElementById("count").textContent = allCalls.filter(matches).length + " of " + allCalls.length + " calls";
}

function choice(id, label, values) {
  return element("label", {}, label + " ", element("select", { id, onchange: (event) => { state[id] = event.target.value; state.shown = step; render(); } }, ...values.map(([value, text]) => element("option", { value }, text))));
}

document.body.append(
  element("header", {},
    element("h1", {}, "go-plugin trace"),
    element("div", { class: "bar" },
      element("input", { type: "search", id: "search", placeholder: "Search methods, messages, metadata and errors", "aria-label": "Search", oninput: (event) => { state.search = event.target.value.trim().toLowerCase(); state.shown = step; render(); } }),
      choice("only", "Show", [["all", "all calls"], ["errors", "errors"], ["host", "by the host"], ["plugin", "by the plugin"], ["brokered", "brokered"]]),
      choice("order", "Order", [["time", "by time"], ["slowest", "slowest first"]]),
      element("label", {}, element("input", { type: "checkbox", id: "others", onchange: (event) => { state.others = event.target.checked; render(); } }), " log, output, brokers"),
      element("span", { id: "count", role: "status" })),
    element("div", { id: "slowest" }, slowest ? "Slowest: " : "No call has ended.", slowest ? element("button", { type: "button", onclick: () => {
      state.search = ""; document.getElementById("search").value = ""; state.only = "all"; document.getElementById("only").value = "all"; state.order = "slowest"; document.getElementById("order").value = "slowest"; render();
      const found = [...list.querySelectorAll(".row")].find((one) => one.dataset.method === slowest.method && one.textContent.includes(ms(slowest.durationMs)));
      if (found) { found.click(); found.scrollIntoView({ block: "center" }); }
    } }, slowest.method + ", " + ms(slowest.durationMs)) : undefined)),
  list);
render();
`;
