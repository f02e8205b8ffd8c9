"""Style of an audit's page: on a screen, on a phone, in the dark and on paper."""

STYLE = """
.kh-audit { font: 14px/1.45 system-ui, sans-serif; max-width: 90rem; margin: 0 auto;
  --bad: #b3261e; --good: #1b7f3b; --soft: #8884; }
.kh-audit h1 { font-size: 1.5rem; line-height: 1.2; }
.kh-audit h2 { font-size: 1.15rem; margin: 1.5rem 0 0.3rem; }
.kh-audit .outcome { font-size: 1.1rem; margin: 0.8rem 0; padding: 0.4rem 0 0.4rem 0.8rem;
  border-left: 4px solid var(--soft); max-width: 60rem; }
.kh-audit .outcome.worse { border-color: var(--bad); }
.kh-audit .outcome.better { border-color: var(--good); }
.kh-audit .outcome small { display: block; font-size: 0.9rem; margin-top: 0.2rem; }
.kh-audit .facts { list-style: none; padding: 0; opacity: 0.85; }
.kh-audit table { border-collapse: collapse; margin: 0.5rem 0 1rem; }
.kh-audit th, .kh-audit td { border-bottom: 1px solid var(--soft); padding: 0.2rem 0.6rem;
  text-align: left; vertical-align: top; }
.kh-audit .text, .kh-audit bdi { overflow-wrap: anywhere; }
.kh-audit .text { min-width: 8rem; }
.kh-audit th { font-weight: 600; }
.kh-audit .worse { color: var(--bad); font-weight: 600; }
.kh-audit .better { color: var(--good); font-weight: 600; }
.kh-audit .outcome.worse, .kh-audit .outcome.better { color: inherit; font-weight: 400; }
.kh-audit svg { vertical-align: middle; overflow: visible; }
.kh-audit strong { background: #f9c7c399; }
.kh-audit summary { cursor: pointer; }
@media screen and (max-width: 700px) {
  .kh-audit thead { display: none; } /* each cell has the name of its column */
  .kh-audit table, .kh-audit tbody, .kh-audit tr, .kh-audit td { display: block; }
  .kh-audit tr { border: 1px solid var(--soft); border-radius: 4px; padding: 0.3rem 0;
    margin: 0.5rem 0; }
  .kh-audit td { border: 0; padding: 0.1rem 0.6rem; }
  .kh-audit td:empty { display: none; }
  .kh-audit td[data-label]::before { content: attr(data-label) ": "; opacity: 0.7; }
}
@media (prefers-color-scheme: dark) {
  .kh-audit.page { --bad: #ff8a80; --good: #7ddc9b; color: #e6e6e6; }
  .kh-audit.page strong { background: #7a2f2a; }
}
@media print {
  .kh-audit, .kh-audit.page { font-size: 9pt; color: #000; --bad: #b3261e; --good: #1b7f3b;
    -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .kh-audit table { width: 100%; font-size: 8pt; }
  .kh-audit th, .kh-audit td { padding: 0.1rem 0.3rem; }
  .kh-audit .text { min-width: 0; }
  .kh-audit thead { display: table-header-group; }
  .kh-audit tr, .kh-audit .outcome { break-inside: avoid; }
  .kh-audit h2 { break-after: avoid; }
  .kh-audit details::details-content { content-visibility: visible; block-size: auto; }
  .kh-audit td svg { width: 90px; }
}
"""
# Of the file alone; a notebook has colours of its own.
PAGE_STYLE = """
body { margin: 1rem; }
@media (prefers-color-scheme: dark) { html { background: #1e1e1e; color-scheme: dark; } }
@media print { html { background: #fff; } body { margin: 0; } @page { margin: 12mm; } }
"""
