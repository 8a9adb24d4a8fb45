import type { Html } from './html.ts';

/** Of the page that `provenanceSheet` writes: black on white, for paper as for a screen. */
export const sheetStyle: Html = {
  markup: `@page { size: A4; margin: 16mm }
body { font: 10pt/1.4 system-ui, sans-serif; color: #111; background: #fff; max-width: 178mm; margin: 0 auto; padding: 8mm 0 }
header p { margin: 0; color: #555 }
h1 { margin: 0; font-size: 17pt; overflow-wrap: anywhere }
h2 { font-size: 11pt; margin: 5mm 0 2mm; border-bottom: 0.3mm solid #111 }
h3 { font-size: 10pt; margin: 0; overflow-wrap: anywhere }
h3 span { float: right; font-weight: normal }
p, dl, ol, ul { margin: 0 }
.lead { font-size: 11pt; margin: 2mm 0 4mm }
dl { display: grid; grid-template-columns: 24mm 1fr; gap: 0.5mm 3mm }
dt { color: #555 }
dd { margin: 0; overflow-wrap: anywhere }
ol, ul { padding-left: 6mm }
article { break-inside: avoid; margin-bottom: 3mm }
.bar { height: 2mm; background: #ddd; margin: 0.5mm 0; print-color-adjust: exact; -webkit-print-color-adjust: exact }
.bar div { height: 100%; background: #b5541c }
.hash { font: 8pt ui-monospace, monospace; color: #444; overflow-wrap: anywhere }
footer { margin-top: 6mm; color: #555; font-size: 8.5pt }`,
};
