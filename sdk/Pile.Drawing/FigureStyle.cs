namespace Pile.Drawing;

/// <summary>The style of all figures, light and dark. It contains no '&lt;', '&gt;' or '&amp;', so that it is the same in XML and in
/// HTML.</summary>
internal static class FigureStyle
{
    /// <summary>The number of series colours.</summary>
    public const int SeriesCount = 6;

    /// <summary>Returns the class of a series by its number; colours repeat after <see cref="SeriesCount"/>.</summary>
    public static string Series(int index) => $"s{index % SeriesCount + 1}";

    /// <summary>True if text of these classes, separated by blanks, is bold.</summary>
    public static bool IsBold(string classes) => classes.Split(' ').Any(name =>
        Css.Split('\n').Any(rule => rule.StartsWith($".pile-figure .{name}{{", StringComparison.Ordinal)
            && rule.Contains("font-weight:600", StringComparison.Ordinal)));

    /// <summary>The style with the colours of light pages and one font, for renderers without custom properties and media
    /// queries.</summary>
    public static string PrintCss { get; } = MakePrintCss();

    // Series colours have a contrast of at least 4.5 to the background and are distinguishable for colour-blind readers (after Okabe & Ito,
    // darkened or lightened).
    public const string Css = """
        .pile-figure{--paper:#ffffff;--ink:#1a2330;--muted:#566373;--grid:#dfe4ea;--s1:#0a5fa3;--s2:#c2450a;--s3:#0b7a55;--s4:#96327f;--s5:#8a6100;--s6:#4b5563;
        font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:13px}
        @media (prefers-color-scheme:dark){.pile-figure{--paper:#151b23;--ink:#e7ecf2;--muted:#a3afbd;--grid:#2c3643;--s1:#6cb6f5;--s2:#ff9a5c;--s3:#4fd1a0;--s4:#ee94d6;--s5:#e3b341;--s6:#aeb8c4}}
        .pile-figure .paper{fill:var(--paper)}
        .pile-figure text{fill:var(--ink)}
        .pile-figure .title{font-size:15px;font-weight:600}
        .pile-figure .label{font-size:13px}
        .pile-figure .tick{font-size:12px;fill:var(--muted)}
        .pile-figure .note{font-size:12px;fill:var(--muted)}
        .pile-figure .line-label{font-size:11.5px}
        .pile-figure .frame{fill:none;stroke:var(--muted);stroke-width:1}
        .pile-figure .grid{fill:none;stroke:var(--grid);stroke-width:1}
        .pile-figure .zero{fill:none;stroke:var(--muted);stroke-width:1;stroke-dasharray:1 3}
        .pile-figure .trace{fill:none;stroke:currentColor;stroke-width:1;stroke-linejoin:round;stroke-linecap:round}
        .pile-figure .faint{stroke-opacity:.4}
        .pile-figure .model{fill:none;stroke:currentColor;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
        .pile-figure .band{fill:currentColor;fill-opacity:.22;stroke:none}
        .pile-figure .masked{fill:var(--muted);fill-opacity:.2;stroke:none}
        .pile-figure .bar{fill:currentColor;fill-opacity:.8;stroke:var(--paper);stroke-width:.5}
        .pile-figure .errors{fill:none;stroke:currentColor;stroke-width:1;stroke-opacity:.5}
        .pile-figure .flagged{fill:none;stroke:var(--muted);stroke-opacity:.7;stroke-linecap:round}
        .pile-figure .leader{fill:none;stroke:currentColor;stroke-width:1;stroke-opacity:.65}
        .pile-figure .guide{fill:none;stroke:currentColor;stroke-width:1;stroke-opacity:.45;stroke-dasharray:3 3}
        .pile-figure .galaxy{fill:none;stroke:var(--muted);stroke-width:1.2;stroke-dasharray:6 4}
        .pile-figure .dots{fill:none;stroke:currentColor;stroke-linecap:round}
        .pile-figure .dots-halo{fill:none;stroke:var(--paper);stroke-linecap:round}
        .pile-figure .on-map{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
        .pile-figure .mark{fill:none;stroke:currentColor;stroke-width:1.6}
        .pile-figure .solid{fill:currentColor;stroke:none}
        .pile-figure .over{fill:none;stroke:#ffffff;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
        .pile-figure .over-halo{fill:none;stroke:#000000;stroke-opacity:.6;stroke-width:4.5;stroke-linecap:round;stroke-linejoin:round}
        .pile-figure .over-text{fill:#ffffff;font-size:13px;font-weight:600;paint-order:stroke;stroke:#000000;stroke-opacity:.6;stroke-width:3px;stroke-linejoin:round}
        .pile-figure .channel-red{fill:#d5392f} .pile-figure .channel-green{fill:#2f9e44} .pile-figure .channel-blue{fill:#2f6fe0}
        .pile-figure .s1{color:var(--s1)} .pile-figure .s2{color:var(--s2)} .pile-figure .s3{color:var(--s3)}
        .pile-figure .s4{color:var(--s4)} .pile-figure .s5{color:var(--s5)} .pile-figure .s6{color:var(--s6)}
        .pile-figure text.s1,.pile-figure text.s2,.pile-figure text.s3,.pile-figure text.s4,.pile-figure text.s5,.pile-figure text.s6{fill:currentColor}
        """;

    private static string MakePrintCss()
    {
        string[] lines = [.. Css.Split('\n').Where(line => !line.StartsWith("@media", StringComparison.Ordinal))];
        Dictionary<string, string> colours = lines[0][(lines[0].IndexOf('{', StringComparison.Ordinal) + 1)..].Split(';')
            .Where(part => part.StartsWith("--", StringComparison.Ordinal)).Select(part => part.Split(':'))
            .ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        // Without ligatures, a search in a PDF finds 'flux'.
        string css = ".pile-figure{font-family:\"DejaVu Sans\",sans-serif;font-size:13px;font-variant-ligatures:none}\n" + string.Join('\n', lines.Skip(2));
        foreach ((string name, string colour) in colours)
            css = css.Replace($"var({name})", colour, StringComparison.Ordinal);
        return css;
    }
}
