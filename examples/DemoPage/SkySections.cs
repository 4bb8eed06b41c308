using System.Globalization;
using Pile.Drawing;
using Pile.Reading;

namespace Pile.Examples.DemoPage;

/// <summary>The sections of the page about catalogues: the positions of objects, and matches.</summary>
internal static class SkySections
{
    private const int RowsShown = 8;
    private static readonly (double RaDeg, double DecDeg) Centre = (11.798, 85.244); // of NGC 188

    internal static async Task AddClusterAsync(HtmlPage page, string matches, string twoMassTable)
    {
        TableRows nearest = await TableRows.ReadAsync(matches); // a left join: a row for every row of Gaia
        TableRows twoMass = await TableRows.ReadAsync(twoMassTable, "_2MASS", "RAJ2000", "DEJ2000");
        int[] matched = [.. Enumerable.Range(0, nearest.Count).Where(row => !nearest.IsNull("b_object_id", row))];
        int[] single = [.. Enumerable.Range(0, nearest.Count).Where(row => nearest.IsNull("b_object_id", row))];
        HashSet<string> partners = [.. matched.Select(row => nearest.Text("b_object_id", row))];
        int[] unseen = [.. Enumerable.Range(0, twoMass.Count).Where(row => !partners.Contains(twoMass.Text("_2MASS", row)))];

        page.AddHeading("Gaia DR2 and 2MASS in the open cluster NGC 188");
        page.AddParagraph($"{matched.Length:N0} of {nearest.Count:N0} Gaia sources have one of {twoMass.Count:N0} 2MASS stars within 1″; "
            + $"these are {partners.Count:N0} different stars, "
            + "as two sources may be nearest to one. The field is 5° from the pole, where a degree of right ascension is a twelfth of a "
            + "degree on the sky.");
        int[] all = [.. Enumerable.Range(0, nearest.Count)];
        page.AddCards([
            new(LocalSkyMap.Draw(
                [Series("both", nearest, matched, "a_ra", "a_dec"), Series("Gaia alone", nearest, single, "a_ra", "a_dec"),
                    Series("2MASS alone", twoMass, unseen, "RAJ2000", "DEJ2000")],
                new() { Title = "The middle of NGC 188", Centre = Centre, WidthDeg = 0.2, PlotPx = 500 })),
            new(LocalSkyMap.Draw(
                [Series("Gaia DR2, 2015.5", nearest, all, "a_ra", "a_dec"), Series("its 2MASS partner", nearest, matched, "b_ra", "b_dec"),
                    Series("2MASS alone", twoMass, unseen, "RAJ2000", "DEJ2000")],
                new() { Title = "Two arcminutes of it, both sides of each pair", Centre = Centre, WidthDeg = 2.0 / 60, PlotPx = 500 })),
        ], 520);

        string[] columns = ["a_object_id", "b_object_id", "separation_arcsec", "a_phot_g_mean_mag", "a_bp_rp", "b_Jmag", "b_Kmag"];
        page.AddTable(new()
        {
            Caption = "The brightest of the matched stars. BP − RP is an alias that gaia.yaml defines, computed when it is read.",
            Columns = [new("Gaia DR2 source"), new("2MASS"), new("separation", "arcsec", true), new("G", "mag", true),
                new("BP − RP", "mag", true), new("J", "mag", true), new("K", "mag", true)],
            Rows = [.. matched.OrderBy(row => nearest.Number("a_phot_g_mean_mag", row)).Take(RowsShown).Select(
                row => (IReadOnlyList<string>)
                [.. columns.Select((c, i) => i < 2 ? nearest.Text(c, row)
                    : nearest.Number(c, row).ToString(i == 2 ? "0.000" : "0.00", CultureInfo.InvariantCulture))])],
        });
    }

    internal static void AddFacts(HtmlPage page, IReadOnlyList<Dataset> datasets)
    {
        page.AddHeading("The datasets");
        page.AddTable(new()
        {
            Columns = [new("name"), new("modality"), new("what it is"), new("rows", IsNumber: true), new("columns", IsNumber: true),
                new("shards", IsNumber: true), new("bytes", IsNumber: true), new("cite")],
            Rows = [.. datasets.Select(d => d.Manifest).Select(m => (IReadOnlyList<string>)
                [m.Name, m.Modality, m.Description ?? "", $"{m.Rows:N0}", $"{m.Columns.Length}", $"{m.Shards:N0}", $"{m.Bytes:N0}",
                    m.Provenance.Citation])],
        });
    }

    private static SkySeries Series(string name, TableRows table, int[] rows, string ra, string dec) =>
        new(name, rows.Select(row => table.Number(ra, row)).ToArray(), rows.Select(row => table.Number(dec, row)).ToArray());
}
