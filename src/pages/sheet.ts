/** A document that is written to a file: it needs nothing else, runs no script, asks nobody for anything, and prints well. */
import { createHash } from 'node:crypto';
import { type Child, Html, html } from './html.js';

/** Contrast at least 4.5 : 1 for text, in both schemes. */
const STYLE = `
:root{color-scheme:light dark;--ink:#191919;--soft:#595959;--paper:#fff;--line:#d0d0d0;--good:#0b6b37;--bad:#a8201a;--fill:#f3f5f7;--link:#1559a8}
@media(prefers-color-scheme:dark){:root{--ink:#e4e4e4;--soft:#a8a8a8;--paper:#161616;--line:#444;--good:#7fdca6;--bad:#ffaaa3;--fill:#242424;--link:#94c1fa}}
*{box-sizing:border-box}body{margin:0 auto;padding:16px;max-width:46rem;background:var(--paper);color:var(--ink);font:16px/1.6 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.35rem;margin:.2rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}h3{font-size:1rem;margin:.8rem 0 .2rem}a{color:var(--link)}small,figcaption,.soft{color:var(--soft)}p{margin:.4rem 0}
table{width:100%;border-collapse:collapse}th,td{padding:5px 8px 5px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}th{font-weight:600}tbody th{white-space:nowrap}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.score{font-size:2.6rem;font-weight:700;line-height:1.2}.score small{font-size:1rem;font-weight:400}.next{padding:10px 12px;border-left:4px solid var(--link);background:var(--fill)}
.facts{display:flex;flex-wrap:wrap;gap:2px 20px;margin:.4rem 0}.facts div{display:flex;gap:6px}.facts dt{color:var(--soft)}.facts dd{margin:0}
figure{margin:.4rem 0}figure svg{display:block;width:100%;max-width:34rem;height:auto;border-radius:6px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:4px 24px}
.said{list-style:none;padding:0;margin:0}.said li{display:grid;grid-template-columns:3.4rem 1fr;padding:6px 0;border-bottom:1px solid var(--line);break-inside:avoid}.said time{color:var(--soft);font-variant-numeric:tabular-nums}.said q{quotes:none}.said p{margin:0}
.good{color:var(--good)}.bad{color:var(--bad)}.note{margin-top:2rem;border-top:1px solid var(--line);padding-top:8px;color:var(--soft);font-size:.9rem}
.archive{max-width:60rem}.archive td:first-child{min-width:5rem}.archive .blank{min-width:5.5rem}.wide{overflow-x:auto}.sign{display:flex;flex-wrap:wrap;gap:24px;justify-content:space-between;margin-top:2.4rem}.certificate{border:3px double var(--line);padding:1.5rem 1rem;margin:2rem 0;text-align:center}.certificate .name{font-size:1.6rem;font-weight:700}
.award{max-width:52rem;text-align:center}.award main{border:3px double var(--line);padding:2rem 1.2rem}.award h1{font-size:1.9rem;letter-spacing:.1em;margin:.6rem 0}.award .name{font-size:1.7rem;font-weight:700;margin:.8rem 0}.award table{max-width:34rem;margin:1rem auto}.award .sign{display:flex;flex-wrap:wrap;justify-content:space-around;gap:24px;margin-top:2.4rem}
@media screen and (min-width:72rem){body:not(.award,.archive){max-width:78rem}body:not(.award,.archive) main{columns:2;column-gap:3rem}.head{column-span:all}section:not(.long),.said li{break-inside:avoid}h2{margin-top:.4rem}section{margin-bottom:1.4rem}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--paper:#fff;--line:#999;--good:#000;--bad:#000;--fill:#fff;--link:#000}body{max-width:none;padding:0;font-size:11pt}section:not(.long),figure,tr{break-inside:avoid}h2{break-after:avoid}.certificate{break-before:page}figure svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@page{margin:16mm}`;

/** Its one style sheet, named by its hash, and nothing else. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** @param kind class of the body */
export function sheet({ title, body, kind }: { title: string; body: Child; kind?: string }): string {
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body${kind && html` class="${kind}"`}>
<main>
${body}
</main>
</body>
</html>
`.text;
}
