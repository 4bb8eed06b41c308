using System.Collections.Frozen;

namespace Pile.Layers;

/// <summary>The media types of files by the endings of their names.</summary>
internal static class NamedMediaTypes
{
    private static readonly FrozenDictionary<string, string> ByEnding = Endings().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        ByEnding.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Returns the media type of a name; null for an unknown ending.</summary>
    internal static string? Of(string path)
    {
        ReadOnlySpan<char> name = path.AsSpan(path.LastIndexOf('/') + 1);
        int dot = name.LastIndexOf('.');
        return dot > 0 && Lookup.TryGetValue(name[(dot + 1)..], out string? type) ? type : null;
    }

    /// <summary>Returns true for a kind of text that the first bytes do not show, or not always.</summary>
    internal static bool IsText(string type) => type.StartsWith("text/", StringComparison.Ordinal)
        || type is "application/json" or "application/x-ndjson" or "application/yaml" or "application/x-votable+xml";

    // The names of types are those of Pile.Format.MediaTypes, so that a type by name equals the type by content.
    private static IEnumerable<KeyValuePair<string, string>> Endings()
    {
        (string Type, string Names)[] all =
        [
            ("image/jpeg", "jpg jpeg jpe jfif"), ("image/png", "png"), ("image/gif", "gif"), ("image/tiff", "tif tiff"),
            ("image/webp", "webp"), ("image/bmp", "bmp"), ("image/jp2", "jp2 j2k j2c jpc"), ("image/heic", "heic"), ("image/avif", "avif"),
            ("image/svg+xml", "svg"), ("application/fits", "fits fit fts"), ("application/x-hdf5", "h5 hdf5 hdf he5"),
            ("application/x-netcdf", "nc cdf"), ("application/vnd.apache.parquet", "parquet"), ("application/x-npy", "npy"),
            ("application/x-npz", "npz"), ("application/vnd.sqlite3", "sqlite sqlite3 db"), ("application/pdf", "pdf"),
            ("application/postscript", "ps eps"), ("text/xml", "xml"), ("application/x-votable+xml", "vot"), ("text/html", "html htm"),
            ("application/json", "json geojson"), ("application/x-ndjson", "jsonl ndjson"), ("text/csv", "csv"),
            ("text/tab-separated-values", "tsv"), ("text/plain", "txt log dat ecsv"), ("text/markdown", "md"),
            ("application/yaml", "yaml yml"), ("application/gzip", "gz tgz"), ("application/zip", "zip"), ("application/x-tar", "tar"),
            ("application/zstd", "zst"), ("application/x-bzip2", "bz2"), ("application/x-xz", "xz"), ("application/x-lz4", "lz4"),
            ("video/mp4", "mp4 m4v"), ("video/quicktime", "mov"), ("video/x-msvideo", "avi"), ("audio/x-wav", "wav"),
            ("application/ogg", "ogg"), ("audio/flac", "flac"), ("audio/mpeg", "mp3"), ("video/x-matroska", "mkv"),
        ];
        foreach ((string type, string names) in all)
            foreach (string name in names.Split(' '))
                yield return new(name, type);
    }
}
