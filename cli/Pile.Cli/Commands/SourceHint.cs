using System.Text;
using Pile.Cli.Terminal;

namespace Pile.Cli.Commands;

/// <summary>Says how files that are not tables become a dataset.</summary>
internal static class SourceHint
{
    private const int HeadBytes = 1 << 16;

    /// <summary>Rejects a file of <c>--from</c> that another command or option reads.</summary>
    /// <exception cref="UsageException">The file is a known kind, but not a table.</exception>
    internal static void RequireTable(string path)
    {
        string? hint = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".h5" or ".hdf5" or ".hdf" or ".he5" => $"HDF5 files are adopted as they are: pile adopt {path} --out DATASET.",
            ".tar" => $"tar files are adopted as they are: pile adopt {path} --out DATASET.",
            ".png" or ".jpg" or ".jpeg" or ".gif" => "pictures are adopted as they are: pile adopt FOLDER --out DATASET.",
            ".nc" or ".nc4" => $"netCDF-4 files with rows are adopted as they are: pile adopt {path} --out DATASET. Scenes and chips are "
                + "built from STAC items or EO3 documents: --from ITEM.json --chips 256, or a recipe (docs/earth.md).",
            ".tif" or ".tiff" or ".jp2" => "scenes and chips are built from the STAC items or EO3 documents of rasters: "
                + "--from ITEM.json --chips 256, or a recipe (docs/earth.md).",
            ".json" or ".geojson" or ".jsonl" or ".ndjson" when IsStac(path) =>
                "it is a STAC document: add --scenes for a row of each scene, or --chips 256 to divide scenes.",
            _ => null,
        };
        if (hint is not null)
            throw new UsageException($"--from {path}: {hint}");
    }

    // Every STAC document has this key; that of an item is near the beginning. A table of lines may have it as a column, but no assets.
    private static bool IsStac(string path)
    {
        byte[] head = new byte[HeadBytes];
        using FileStream file = File.OpenRead(path);
        int count = file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(head, 0, count) is var text && text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith('{')
            && text.Contains("\"stac_version\"", StringComparison.Ordinal)
            && (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || text.Contains("\"assets\"", StringComparison.Ordinal));
    }
}
