namespace Pile.Drawing;

/// <summary>The style of pages, light and dark. It contains no '&lt;', '&gt;' or '&amp;', so that it is the same in XML and in
/// HTML.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--page:#f3f5f8;--card:#ffffff;--text:#1a2330;--soft:#566373;--rule:#d5dbe2;--good:#0b7a55;--information:#0a5fa3;--warning:#8a6100;--fault:#b3261e}
        @media (prefers-color-scheme:dark){:root{--page:#0d1117;--card:#151b23;--text:#e7ecf2;--soft:#a3afbd;--rule:#2c3643;--good:#4fd1a0;--information:#6cb6f5;--warning:#e3b341;--fault:#ff8f85}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:break-word}
        main{max-width:1280px;margin:0 auto;padding:28px 20px 48px}
        h1{font-size:26px;line-height:1.25;margin:0 0 4px} h2{font-size:19px;margin:34px 0 12px}
        p{margin:0 0 12px;max-width:75ch} .subtitle{color:var(--soft)}
        .cards{display:grid;gap:16px;margin:0 0 16px;align-items:start}
        .card{margin:0 0 16px;padding:14px;background:var(--card);border:1px solid var(--rule);border-radius:8px;min-width:0} .cards .card{margin:0}
        .card svg{display:block;max-width:100%;height:auto;margin:0 auto} .wide{overflow-x:auto} .wide svg{width:100%;min-width:600px} .scroll{overflow-x:auto} .scroll svg{min-width:480px}
        figcaption{margin-top:10px;color:var(--soft);font-size:14px}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin:10px 0 0;font-size:14px} dt{color:var(--soft)} dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
        .table{overflow-x:auto;margin:0 0 16px;background:var(--card);border:1px solid var(--rule);border-radius:8px}
        table{border-collapse:collapse;width:100%;font-size:14px} caption{text-align:left;padding:12px 12px 6px;color:var(--soft)}
        th,td{padding:6px 12px;text-align:left;vertical-align:bottom;border-bottom:1px solid var(--rule)} td{vertical-align:top} td:last-child:not(.number){min-width:15em} tbody tr:last-child td{border-bottom:0}
        th{font-weight:600} .unit{display:block;font-weight:400;color:var(--soft);font-size:13px} .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        pre{margin:0 0 16px;padding:12px;overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:8px;font:13px/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
        .note{border-left:4px solid var(--information);background:var(--card);padding:8px 12px;border-radius:0 6px 6px 0}
        .note.good{border-color:var(--good)} .note.good strong{color:var(--good)} .note.information strong{color:var(--information)}
        .note.warning{border-color:var(--warning)} .note.warning strong{color:var(--warning)} .note.fault{border-color:var(--fault)} .note.fault strong{color:var(--fault)}
        """;
}
