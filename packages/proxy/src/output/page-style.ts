/** The style of a trace's page, light and dark. */
export const pageStyle = `
:root { color-scheme: light dark; --line: #8884; --host: #3b82f6; --plugin: #a855f7; --bad: #dc2626; --dim: #888; }
* { box-sizing: border-box; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 0; }
header { position: sticky; top: 0; background: Canvas; border-bottom: 1px solid var(--line); padding: 10px 16px; z-index: 1; }
h1 { font-size: 16px; margin: 0 0 6px; }
h2 { font-size: 14px; margin: 18px 16px 4px; }
h2 small { color: var(--dim); font-weight: normal; margin-left: 8px; }
.bar { display: flex; gap: 10px; align-items: center; flex-wrap: wrap; }
input[type=search] { flex: 1 1 260px; padding: 5px 8px; font: inherit; }
select, button { font: inherit; padding: 4px 8px; }
#slowest { color: var(--dim); margin-top: 6px; }
#slowest button { border: 0; background: none; color: LinkText; cursor: pointer; padding: 0; text-decoration: underline; }
.row { display: grid; grid-template-columns: 26px minmax(220px, 3fr) 150px 90px minmax(160px, 4fr); gap: 8px; padding: 2px 16px; cursor: pointer; align-items: center; border: 0; background: none; width: 100%; text-align: left; color: inherit; }
.row:hover, .row:focus-visible { background: #8882; }
.row .method { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-family: ui-monospace, monospace; font-size: 13px; }
.row .number { text-align: right; font-variant-numeric: tabular-nums; }
.row .from-host { color: var(--host); } .row .from-plugin { color: var(--plugin); }
.bad { color: var(--bad); }
.track { position: relative; height: 12px; background: #8881; border-radius: 3px; }
.track i { position: absolute; top: 0; height: 12px; min-width: 2px; border-radius: 3px; background: var(--host); }
.track i.from-plugin { background: var(--plugin); } .track i.bad { background: var(--bad); }
.track b { position: absolute; top: 3px; width: 2px; height: 6px; background: Canvas; }
.details { margin: 0 16px 8px 50px; border-left: 3px solid var(--line); padding-left: 12px; }
.details pre { margin: 2px 0 8px; max-height: 420px; overflow: auto; background: #8881; padding: 6px 8px; font: 12px/1.4 ui-monospace, monospace; white-space: pre-wrap; word-break: break-word; }
.details .title { color: var(--dim); font-size: 12px; }
.other { padding: 1px 16px 1px 50px; color: var(--dim); font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; word-break: break-word; }
.more { margin: 10px 50px; }
mark { background: #facc15; color: #000; }
`;
