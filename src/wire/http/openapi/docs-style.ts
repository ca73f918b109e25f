/** The looks of the pages, light or dark as the reader's system is. */
export const DOCS_STYLE = `
:root { --ink: #1b1f24; --paper: #ffffff; --soft: #f3f5f7; --line: #d5dae0; --quiet: #565f6a; --link: #0b57a4; color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --paper: #14171a; --soft: #1e2327; --line: #363d44; --quiet: #a3adb7; --link: #7db8f5; }
}
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1rem; background: var(--soft); border-right: 1px solid var(--line); font-size: .9rem; }
nav h2 { font-size: 1.05rem; } nav h3 { font-size: .8rem; margin: 1rem 0 .25rem; color: var(--quiet); text-transform: uppercase; letter-spacing: .04em; }
nav ul { list-style: none; margin: 0; padding: 0; } nav li { margin: .2rem 0; }
main { padding: 1.5rem 2.5rem 5rem; max-width: 64rem; }
a { color: var(--link); } a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
article { border-top: 1px solid var(--line); padding-top: .5rem; margin-top: 1.5rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; }
.wide { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
em { color: var(--quiet); font-style: normal; font-size: .85em; }
.m { font: 600 .75em ui-monospace, monospace; color: var(--quiet); }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; } main { padding: 1rem; } }
`;
