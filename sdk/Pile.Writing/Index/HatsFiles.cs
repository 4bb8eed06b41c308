using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Index;

/// <summary>The text files of a HATS catalogue.</summary>
internal static class HatsFiles
{
    internal const string Properties = "hats.properties", PropertiesCopy = "properties", PartitionInfo = "partition_info.csv",
        CommonMetadata = "dataset/_common_metadata",
        SkyMap = "skymap.fits", PointMap = "point_map.fits";

    /// <summary>Returns the list of tiles, in NESTED order.</summary>
    internal static string PartitionList(IEnumerable<IndexTile> tiles)
    {
        StringBuilder text = new("Norder,Npix\n");
        foreach (IndexTile tile in tiles)
            text.Append($"{tile.Order},{tile.Pixel}\n");
        return text.ToString();
    }

    /// <summary>Returns the index's properties.</summary>
    internal static string IndexProperties(DatasetSpec spec, DatasetSchema schema, IReadOnlyList<IndexTile> tiles, long rows,
        long tileBytes, int skyMapOrder)
    {
        StringBuilder text = new("#HATS catalog\n");
        Add(text, "obs_collection", spec.Name);
        AddTable(text, "object", spec, schema, tiles, rows, tileBytes);
        Add(text, "hats_skymap_order", skyMapOrder.ToString(CultureInfo.InvariantCulture));
        AddProvenance(text, spec);
        return text.ToString();
    }

    /// <summary>Returns the margin's properties.</summary>
    internal static string MarginProperties(DatasetSpec spec, DatasetSchema schema, IReadOnlyList<IndexTile> tiles, long rows,
        long tileBytes)
    {
        double thresholdArcsec = spec.MarginArcsec!.Value;
        StringBuilder text = new("#HATS catalog\n");
        Add(text, "obs_collection", $"{spec.Name}_{FolderName(DatasetPaths.Margin(spec.Subset, thresholdArcsec))}");
        AddTable(text, "margin", spec, schema, tiles, rows, tileBytes);
        Add(text, "hats_primary_table_url", FolderName(DatasetPaths.Index(spec.Subset)));
        Add(text, "hats_margin_threshold", thresholdArcsec.ToString(CultureInfo.InvariantCulture));
        AddProvenance(text, spec);
        return text.ToString();
    }

    /// <summary>Returns the properties that declare index and margin as one collection. HATS rejects unknown keys in it.</summary>
    internal static string Collection(DatasetSpec spec)
    {
        string margin = FolderName(DatasetPaths.Margin(spec.Subset, spec.MarginArcsec!.Value));
        StringBuilder text = new("#HATS Collection\n");
        Add(text, "obs_collection", spec.Name);
        Add(text, "hats_primary_table_url", FolderName(DatasetPaths.Index(spec.Subset)));
        Add(text, "all_margins", margin);
        Add(text, "default_margin", margin);
        AddVersion(text);
        return text.ToString();
    }

    private static void AddTable(StringBuilder text, string type, DatasetSpec spec, DatasetSchema schema, IReadOnlyList<IndexTile> tiles,
        long rows, long tileBytes)
    {
        Add(text, "dataproduct_type", type);
        Add(text, "hats_nrows", rows.ToString(CultureInfo.InvariantCulture));
        Add(text, "hats_col_ra", spec.Frame!.Lon);
        Add(text, "hats_col_dec", spec.Frame.Lat);
        Add(text, "hats_col_healpix", ColumnNames.Healpix29);
        Add(text, "hats_col_healpix_order", "29");
        // The list is separated by blanks, so names with blanks cannot be in it.
        Add(text, "hats_cols_default",
            string.Join(' ', schema.Light.Select(c => c.Nested ?? c.SqlName).Distinct(StringComparer.Ordinal)
                .Where(name => !name.Any(char.IsWhiteSpace))));
        Add(text, "hats_npix_suffix", ".parquet");
        Add(text, "hats_max_rows", KeyCounts.MaxTileRows.ToString(CultureInfo.InvariantCulture));
        Add(text, "hats_order", (tiles.Count == 0 ? 0 : tiles.Max(tile => tile.Order)).ToString(CultureInfo.InvariantCulture));
        Add(text, "moc_sky_fraction", tiles.Sum(tile => 1 / (12 * Math.Pow(4, tile.Order))).ToString("0.#######",
            CultureInfo.InvariantCulture));
        Add(text, "hats_estsize", (tileBytes / 1024).ToString(CultureInfo.InvariantCulture));
    }

    private static void AddProvenance(StringBuilder text, DatasetSpec spec)
    {
        Add(text, "hats_frame", spec.Frame!.Name);
        if (spec.EpochYear is { } epoch)
            Add(text, "hats_coordinate_epoch", string.Create(CultureInfo.InvariantCulture, $"J{epoch}"));
        Add(text, "obs_title", spec.Description ?? spec.Name);
        Add(text, "bib_reference", spec.Provenance.Citation);
        Add(text, "obs_copyright", spec.Provenance.Licence);
        Add(text, "prov_progenitor", $"{spec.Provenance.Survey} {spec.Provenance.Release}");
        AddVersion(text);
    }

    private static void AddVersion(StringBuilder text)
    {
        Add(text, "hats_builder", "Pile");
        Add(text, "hats_release_date", "2025-08-22");
        Add(text, "hats_version", "v1.0");
    }

    // The syntax of Java properties files: a backslash and a line break must be escaped, nothing else in a value.
    private static void Add(StringBuilder text, string key,
        string value) => text.Append($"{key}={value.Trim().Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(" ")}\n");

    /// <summary>Returns the name of a folder relative to its collection.</summary>
    private static string FolderName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
