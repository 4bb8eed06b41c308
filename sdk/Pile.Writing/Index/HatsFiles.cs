using System.Text;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Index;

/// <summary>The text files of a HATS catalogue.</summary>
internal static class HatsFiles
{
    internal const string Properties = "hats.properties", PropertiesCopy = "properties", PartitionInfo = "partition_info.csv", CommonMetadata = "dataset/_common_metadata";

    /// <summary>The list of tiles, in NESTED order.</summary>
    internal static string PartitionList(IEnumerable<IndexTile> tiles)
    {
        StringBuilder text = new("Norder,Npix\n");
        foreach (IndexTile tile in tiles)
            text.Append($"{tile.Order},{tile.Pixel}\n");
        return text.ToString();
    }

    /// <summary>The catalogue's properties.</summary>
    internal static string PropertiesText(DatasetSpec spec, DatasetSchema schema, IReadOnlyList<IndexTile> tiles, long rows, long tileBytes)
    {
        double covered = tiles.Sum(tile => 1 / (12 * Math.Pow(4, tile.Order)));
        StringBuilder text = new("#HATS catalog\n");
        Add("obs_collection", spec.Name);
        Add("dataproduct_type", "object");
        Add("hats_nrows", rows.ToString());
        Add("hats_col_ra", StandardColumns.Ra);
        Add("hats_col_dec", StandardColumns.Dec);
        Add("hats_col_healpix", ColumnNames.Healpix29);
        Add("hats_col_healpix_order", "29");
        // The list is separated by blanks: names with blanks cannot stand in it.
        Add("hats_cols_default", string.Join(' ', schema.Light.Select(c => c.SqlName).Where(name => !name.Any(char.IsWhiteSpace))));
        Add("hats_npix_suffix", ".parquet");
        Add("hats_max_rows", SkyCounts.MaxTileRows.ToString());
        Add("hats_order", (tiles.Count == 0 ? 0 : tiles.Max(tile => tile.Order)).ToString());
        Add("moc_sky_fraction", covered.ToString("0.#######"));
        Add("hats_estsize", (tileBytes / 1024).ToString());
        Add("hats_frame", "ICRS");
        if (spec.EpochYear is { } epoch)
            Add("hats_coordinate_epoch", $"J{epoch}");
        Add("obs_title", spec.Description ?? spec.Name);
        Add("bib_reference", spec.Provenance.Citation);
        Add("obs_copyright", spec.Provenance.Licence);
        Add("prov_progenitor", $"{spec.Provenance.Survey} {spec.Provenance.Release}");
        Add("hats_builder", "Pile");
        Add("hats_release_date", "2025-08-22");
        Add("hats_version", "v1.0");
        return text.ToString();

        // The syntax of Java's properties: a backslash and the end of a line must be escaped, nothing else in a value.
        void Add(string key, string value) => text.Append($"{key}={value.Trim().Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(" ")}\n");
    }
}
