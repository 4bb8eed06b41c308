using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Writing.Index;

namespace Pile.Publishing;

/// <summary>The properties of an exported catalogue, its margin and their collection.</summary>
internal sealed class CollectionProperties(Manifest manifest, HatsTable table)
{
    /// <summary>The distance of the rows of the margin from their tile, in arcseconds.</summary>
    internal const double MarginArcsec = 10;

    /// <summary>The folder of the catalogue in the collection.</summary>
    internal string Catalogue => manifest.Name;

    /// <summary>The folder of the margin in the collection.</summary>
    internal string Margin => $"{manifest.Name}_10arcs";

    /// <summary>Returns the properties of the catalogue.</summary>
    internal string OfCatalogue(IReadOnlyList<IndexTile> tiles, int maxRows, long tileBytes, int skyMapOrder) =>
        Text("catalog", [("obs_collection", Catalogue), ("dataproduct_type", "object"), .. OfTiles(tiles, tileBytes),
            ("hats_max_rows", Number(maxRows)), ("hats_skymap_order", Number(skyMapOrder)), .. Origin()]);

    /// <summary>Returns the properties of the margin.</summary>
    internal string OfMargin(IReadOnlyList<IndexTile> tiles, long tileBytes) =>
        Text("catalog", [("obs_collection", Margin), ("dataproduct_type", "margin"), .. OfTiles(tiles, tileBytes),
            ("hats_primary_table_url", Catalogue), ("hats_margin_threshold", MarginArcsec.ToString(CultureInfo.InvariantCulture)),
            .. Origin()]);

    /// <summary>Returns the properties of the collection. HATS rejects unknown keys in them.</summary>
    internal string OfCollection() => Text("Collection", [("obs_collection", manifest.Name), ("hats_primary_table_url", Catalogue),
        ("all_margins", Margin), ("default_margin", Margin), .. Version]);

    private static (string Key, string Value)[] Version =>
        [("hats_builder", "Pile"), ("hats_release_date", "2025-08-22"), ("hats_version", "v1.0")];

    private (string Key, string Value)[] OfTiles(IReadOnlyList<IndexTile> tiles, long tileBytes) =>
    [
        ("hats_nrows", Number(tiles.Sum(tile => tile.Rows))),
        ("hats_col_ra", MmuTable.Ra),
        ("hats_col_dec", MmuTable.Dec),
        ("hats_col_healpix", ColumnNames.Healpix29),
        ("hats_col_healpix_order", "29"),
        // The list is separated by blanks, so names with blanks cannot be in it.
        ("hats_cols_default", string.Join(' ', table.Defaults.Where(name => !name.Any(char.IsWhiteSpace)))),
        ("hats_npix_suffix", ".parquet"),
        ("hats_order", Number(tiles.Count == 0 ? 0 : tiles.Max(tile => tile.Order))),
        ("moc_sky_fraction",
            tiles.Sum(tile => 1 / (12 * Math.Pow(4, tile.Order))).ToString("0.#########", CultureInfo.InvariantCulture)),
        ("hats_estsize", Number(tileBytes / 1024)),
    ];

    private (string Key, string Value)[] Origin() =>
    [
        ("hats_frame", "ICRS"),
        .. manifest.EpochYear is { } epoch ? [("hats_coordinate_epoch", string.Create(CultureInfo.InvariantCulture, $"J{epoch}"))]
            : Array.Empty<(string, string)>(),
        ("obs_title", manifest.Description ?? manifest.Name),
        ("bib_reference", manifest.Provenance.Citation),
        ("obs_copyright", manifest.Provenance.Licence),
        ("prov_progenitor", $"{manifest.Provenance.Survey} {manifest.Provenance.Release}"),
        .. Version,
    ];

    // The syntax of Java properties files: a backslash and a line break must be escaped, nothing else in a value.
    private static string Text(string kind, (string Key, string Value)[] pairs)
    {
        StringBuilder text = new($"#HATS {kind}\n");
        foreach ((string key, string value) in pairs)
            text.Append($"{key}={value.Trim().Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(" ")}\n");
        return text.ToString();
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
