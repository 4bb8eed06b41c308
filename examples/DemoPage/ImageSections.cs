using Pile.Drawing;
using Pile.Reading;

namespace Pile.Examples.DemoPage;

/// <summary>The sections of the page about images.</summary>
internal static class ImageSections
{
    private const double GaiaYear = 2015.5, PlateYear = 1951.6; // the plate's DATE-OBS is 1951-08-09
    // The weights of the Legacy Surveys' viewer, which brightens the blue bands; without them every galaxy is red.
    private static readonly (string, double)[] Zrg = [("z", 2.2), ("r", 3.4), ("g", 6.0)];
    private static readonly string[] Drawn = ["object_id", "ra", "dec", "image_array", "image_mask", "image_band", "image_wcs",
        "image_scale", "image_offset"];

    internal static async Task AddGalaxyAsync(HtmlPage page, Dataset decam)
    {
        RowReader rows = await decam.OpenRowsAsync(decam.Query().OrderBy("object_id")
            .Columns([.. Drawn, "detection_snr", "image_psf_fwhm"]));
        CutoutPanel galaxy = new(decam, rows, 0), neighbour = new(decam, rows, 1);
        page.AddHeading("A galaxy in three bands: DECam g, r, z");
        page.AddParagraph("Cut-outs of 32 native pixels, as the camera has them: north is to the left, and each band keeps its own WCS, "
            + "scale and seeing. Colours after Lupton et al. 2004: the bands brought to one flux unit by their zero points and, for this "
            + "picture alone, to one grid by their offsets. Even gray is outside of the frame.");
        page.AddCards([
            new(galaxy.Composite("The galaxy", 380, Zrg), Facts: At(rows, 0)),
            new(neighbour.Composite("Its faint neighbour to the west", 380, Zrg), Facts: At(rows, 1)),
            new(neighbour.Gray("The neighbour in z, the sharpest band", 380, "z"), Facts: At(rows, 1)),
        ], 320);
        string[] bands = ["g", "r", "z"];
        page.AddCards(bands.Select(band => new HtmlCard(galaxy.Gray($"The galaxy in {band}", 380, band), Facts:
            [new("seeing", $"{galaxy.Of("image_psf_fwhm", band):0.00}″"), new("pixel", $"{galaxy.Of("image_scale", band):0.0000}″")])),
            320);
    }

    internal static async Task AddDeepFieldAsync(HtmlPage page, Dataset xdf)
    {
        RowReader rows = await xdf.OpenRowsAsync(xdf.Query().OrderBy("object_id").Columns([.. Drawn, "detection_snr"]));
        page.AddHeading("Galaxies of the Hubble eXtreme Deep Field");
        page.AddParagraph($"The {rows.Count} sources of highest signal-to-noise in one corner of the field, each cut-out 2.9″ wide. Red is "
            + "F160W, blue F105W, green their mean.");
        page.AddCards(Enumerable.Range(0, rows.Count)
            .Select(row => new HtmlCard(new CutoutPanel(xdf, rows, row).Composite($"XDF {rows.IdAt(row)}", 360, ("f160w", 1), ("f105w", 1)),
                Facts: At(rows, row))), 250);
    }

    internal static async Task AddMovingStarAsync(HtmlPage page, Dataset dss, string matches)
    {
        RowReader rows = await dss.OpenRowsAsync(dss.Query().OrderBy("phot_g_mean_mag").Columns(Drawn));
        TableRows gaia = await TableRows.ReadAsync(matches);
        page.AddHeading("A star that moved: a plate of 1951 at the positions of 2015");
        page.AddParagraph("Every cut-out is centred where Gaia saw the star in 2015.5. The brightest, HD 219829, is not at the centre: "
            + $"{GaiaYear - PlateYear:0} years earlier it was half an arcminute away, "
            + "as its proper motion predicts. Below the cut-outs are the matched rows of Gaia.");
        List<HtmlCard> cards = [];
        for (int row = 0; row < rows.Count; row++)
        {
            int match = gaia.RowOf("a_object_id", rows.IdAt(row).ToString());
            (double pmRa, double pmDec) = (gaia.Number("b_pmra", match), gaia.Number("b_pmdec", match));
            (double east, double north) = (pmRa * (PlateYear - GaiaYear) / 1000, pmDec * (PlateYear - GaiaYear) / 1000);
            cards.Add(new(new CutoutPanel(dss, rows, row).Gray(row == 0 ? "HD 219829" : $"Gaia DR2 …{rows.IdAt(row).ToString()[^7..]}", 380,
                "E"), Facts:
            [
                new("G", $"{gaia.Number("b_phot_g_mean_mag", match):0.00} mag"),
                new("parallax", $"{gaia.Number("b_parallax", match):0.00;−0.00} mas"),
                new("motion", $"{pmRa:+0.0;−0.0}, {pmDec:+0.0;−0.0} mas/yr"),
                new("in 1951",
                    $"{Math.Abs(east):0.0}″ {(east < 0 ? "west" : "east")}, {Math.Abs(north):0.0}″ {(north < 0 ? "south" : "north")}"),
            ]));
        }
        page.AddCards(cards, 320);
    }

    private static List<KeyValuePair<string, string>> At(RowReader rows,
        int row) => [rows.Position(row), new("S/N", $"{rows.Number(row, "detection_snr"):0.0}")];
}
