using Pile.CrossMatch;
using Pile.Drawing;
using Pile.Reading;

namespace Pile.Examples.DemoPage;

/// <summary>The sections of the page about spectra.</summary>
internal static class SpectrumSections
{
    internal static async Task AddEpochsAsync(HtmlPage page, Dataset sdss)
    {
        // Match, open both sides, read.
        using MatchTable pairs = await sdss.CrossMatchAsync(sdss, radiusArcsec: 2);
        MatchedRows rows = await pairs.OpenRowsAsync(sdss.Query(), sdss.Query());
        RowReader a = await sdss.OpenRowsByPositionAsync(rows.Positions(0)),
            b = await sdss.OpenRowsByPositionAsync(rows.Positions(1));
        int pair = Enumerable.Range(0, a.Count).Single(i => Night(a, i) < Night(b, i)); // each row also pairs with itself

        page.AddHeading("One quasar, two epochs, found by position");
        page.AddParagraph($"The spectra matched with themselves within 2″: {rows.Count} pairs, {sdss.Manifest.Rows} of them a spectrum "
            + "with itself; the others, one in each direction, are the quasar RM017. "
            + $"The spectra are {Night(b, pair) - Night(a, pair)} nights apart.");
        page.AddCards([Card(a, pair), Card(b, pair)], 520);
    }

    internal static async Task AddOthersAsync(HtmlPage page, Dataset sdss)
    {
        RowReader rows = await sdss.OpenRowsAsync(sdss.Query().Where("z < 0.4").OrderBy("z", descending: true));
        page.AddHeading("A galaxy and a star, by the same reader");
        page.AddCards(Enumerable.Range(0, rows.Count).Select(row => Card(rows, row)), 520);
    }

    private static HtmlCard Card(RowReader rows, int row)
    {
        string kind = rows.Word(row, "CLASS"), subclass = rows.Word(row, "SUBCLASS");
        SpectrumArrays spectrum = new()
        {
            WavelengthAngstrom = Array.ConvertAll(rows.Read<float>(row, "spectrum_lambda")!.Value.Values.ToArray(),
                angstrom => (double)angstrom),
            Flux = rows.Read<float>(row, "spectrum_flux")!.Value.Values,
            Ivar = rows.Read<float>(row, "spectrum_ivar")!.Value.Values,
            Mask = rows.Read<bool>(row, "spectrum_mask")!.Value.Values,
            Model = rows.Read<float>(row, "model")!.Value.Values,
            FluxUnit = "10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹",
            Medium = WavelengthMedium.Vacuum,
            Z = rows.Number(row, "z"),
        };
        return new HtmlCard(SpectrumPlot.Draw(spectrum,
            new() { Title = $"{kind}, MJD {Night(rows, row)}", WidthPx = 640, HeightPx = 400, Lines = LinesOf(kind) }),
            Facts: [new("object_id", rows.IdAt(row).ToString()), new("subclass", subclass.Length > 0 ? subclass : "none"),
                rows.Position(row)]);
    }

    // Only lines that such objects show; labels of other lines would mark noise.
    private static IReadOnlyList<SpectralLine> LinesOf(string kind) => kind switch
    {
        "STAR" => [.. SpectralLines.Usual.Where(l => l.Label.StartsWith('H'))],
        "QSO" => [.. SpectralLines.Usual.Where(l => l.Kind == LineKind.Emission)],
        _ => SpectralLines.Usual,
    };

    private static int Night(RowReader rows, int row) => (int)rows.Number(row, "MJD");
}
