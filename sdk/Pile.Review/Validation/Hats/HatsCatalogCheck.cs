using System.Globalization;
using System.Text;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Review;

/// <summary>I001: the rules of one HATS catalogue.</summary>
/// <param name="folder">The catalogue.</param>
/// <param name="prefix">The beginning of its paths in findings: empty, or a folder with <c>/</c>.</param>
/// <param name="log">Receives the findings.</param>
/// <param name="databases">Reads Parquet.</param>
internal sealed class HatsCatalogCheck(string folder, string prefix, FindingLog log, ReviewDatabases databases)
{
    internal const string CommonMetadata = "dataset/_common_metadata", Metadata = "dataset/_metadata";
    private static readonly string[] Types = ["object", "source", "association", "index", "margin", "map"];

    /// <summary>Returns the number of rows of a tile that has been read already, by its path in the catalogue; null for a tile with
    /// findings. Without it the tiles are read here.</summary>
    internal Func<string, long?>? RowsOfTile { get; init; }

    /// <summary>The frame of the positions of a Pile dataset, whose index has more rules; null for any other catalogue.</summary>
    internal PositionFrame? PileFrame { get; init; }

    private bool IsPile => PileFrame is not null;

    /// <summary>The catalogue's properties; null before the check, or if they are missing.</summary>
    internal HatsProperties? Properties { get; private set; }

    /// <summary>The listed tiles.</summary>
    internal IReadOnlyList<HealpixPixel> Pixels { get; private set; } = [];

    internal void Check(CancellationToken cancellationToken)
    {
        HatsProperties? properties = Properties = ReadProperties();
        IReadOnlyList<DuckDbField>? fields = ReadColumns(CommonMetadata);
        HashSet<string>? columns = fields?.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        if (File.Exists(Path.Combine(folder, Metadata)))
            ReadColumns(Metadata);
        if (properties is not null)
            CheckProperties(properties, columns);
        if (properties?["dataproduct_type"] == "index")
        {
            if (!File.Exists(Path.Combine(folder, Metadata)))
                Invalid(Metadata, "expected the file, which is needed to look up an index; found none");
            return;
        }
        List<HealpixPixel>? pixels = ReadPartitions();
        if (pixels is null)
            return;
        Pixels = pixels;
        CheckDisjoint(pixels);
        string suffix = properties?["hats_npix_suffix"] ?? ".parquet";
        CheckTiles(pixels, suffix);
        CheckRows(properties, pixels, suffix, cancellationToken);
        if (!IsPile && fields is not null)
            new HatsColumnTypes(folder, databases, (path, message, row) => log.Error(FindingCodes.HatsInvalid, prefix + path, message, row))
                .Check(fields, pixels, suffix, cancellationToken);
        HatsSkyMapCheck.Check(folder, properties, Invalid);
        if (RowsOfTile is null && properties is not null)
            new HatsTileRows(properties, databases,
                (path, message, row) => log.Error(FindingCodes.HealpixMismatch, prefix + path, message, row)).Check(folder, pixels,
                    cancellationToken);
    }

    private HatsProperties? ReadProperties()
    {
        byte[]? main = ReadText(HatsProperties.FileName, HatsProperties.LargestBytes),
            copy = ReadText(HatsProperties.CopyName, HatsProperties.LargestBytes);
        foreach ((string name, byte[]? bytes) in (ReadOnlySpan<(string, byte[]?)>)[(HatsProperties.FileName, main),
            (HatsProperties.CopyName, copy)])
            if (bytes is null && IsPile)
                Invalid(name, "expected the catalogue's properties, found no file that can be read");
        if (main is not null && copy is not null && !main.AsSpan().SequenceEqual(copy))
            Invalid(HatsProperties.CopyName, $"expected the same bytes as '{HatsProperties.FileName}', found others");
        if ((main ?? copy) is not { } text)
        {
            if (!IsPile)
                Invalid(HatsProperties.FileName, "expected the catalogue's properties, found no file that can be read");
            return null;
        }
        try
        {
            return HatsProperties.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            Invalid(main is null ? HatsProperties.CopyName : HatsProperties.FileName, $"expected lines key=value in UTF-8: {e.Message}");
            return null;
        }
    }

    private void CheckProperties(HatsProperties properties, HashSet<string>? columns)
    {
        foreach (string key in (ReadOnlySpan<string>)["obs_collection", "dataproduct_type", "hats_nrows"])
            if (!properties.Has(key))
                InvalidProperty(key, "expected the key, found none");
        string? type = properties["dataproduct_type"];
        if (type is not null && !Types.Contains(type))
            InvalidProperty("dataproduct_type", $"expected one of {string.Join(", ", Types)}, found '{type}'");
        if (type is "object" or "source")
            foreach (string key in (ReadOnlySpan<string>)["hats_col_ra", "hats_col_dec"])
                if (properties[key] is null)
                    InvalidProperty(key, "expected the name of a column, found none");
        if (type == "margin" && !(double.TryParse(properties["hats_margin_threshold"], NumberStyles.Float, CultureInfo.InvariantCulture,
            out double threshold) && threshold >= 0))
            InvalidProperty("hats_margin_threshold", $"expected arcseconds, found '{properties["hats_margin_threshold"]}'");
        if (type == "index" && properties["hats_index_column"] is null)
            InvalidProperty("hats_index_column", "expected the name of a column, found none");
        if (type is "margin" or "index" or "association" && properties["hats_primary_table_url"] is null)
            InvalidProperty("hats_primary_table_url", "expected the primary catalogue, found none");
        if (columns is not null)
        {
            foreach (string key in (ReadOnlySpan<string>)["hats_col_ra", "hats_col_dec", "hats_col_healpix"])
                if (properties[key] is { } name && !columns.Contains(name))
                    InvalidProperty(key, $"expected a column of the catalogue, found '{name}'");
            string[] defaults = (properties["hats_cols_default"] ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            foreach (string name in defaults)
                if (!columns.Contains(name))
                    InvalidProperty("hats_cols_default", $"expected columns of the catalogue, found '{name}'");
                else if (IsPile && ColumnNames.IsReserved(name))
                    InvalidProperty("hats_cols_default", $"expected no column of the index alone, found '{name}'");
            if (IsPile && columns.FirstOrDefault(c => !ColumnNames.IsReserved(c) && !c.Any(char.IsWhiteSpace) && !defaults.Contains(c))
                is { } missing)
                InvalidProperty("hats_cols_default", $"expected all columns of the dataset, found no '{missing}'");
        }
        if (PileFrame is not { } frame)
            return;
        foreach ((string key, string expected) in (ReadOnlySpan<(string, string)>)[("hats_version", "v1.0"), ("dataproduct_type", "object"),
            ("hats_col_ra", frame.Lon), ("hats_col_dec", frame.Lat), ("hats_col_healpix", ColumnNames.Healpix29),
            ("hats_col_healpix_order", "29")])
            if (properties[key] is { } found && found != expected
                || properties[key] is null && key is not ("dataproduct_type" or "hats_col_ra" or "hats_col_dec"))
                InvalidProperty(key, $"expected '{expected}', found '{properties[key]}'");
        if (properties.Has("hats_creation_date"))
            InvalidProperty("hats_creation_date", "expected no creation date, so that the same rows give the same bytes; found one");
    }

    private List<HealpixPixel>? ReadPartitions()
    {
        string path = Path.Combine(folder, HatsPartitions.FileName);
        FileInfo file = new(path);
        if (!file.Exists || file.Length is 0 or > HatsPartitions.LargestBytes)
        {
            Invalid(HatsPartitions.FileName,
                file.Exists ? $"expected the list of tiles, found {file.Length} bytes" : "expected the list of tiles, found no file");
            return null;
        }
        try
        {
            return HatsPartitions.Read(File.ReadLines(path),
                (message, row) => log.Error(FindingCodes.HatsInvalid, prefix + HatsPartitions.FileName, message, row));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Invalid(HatsPartitions.FileName, $"cannot be read: {e.Message}");
            return null;
        }
    }

    private void CheckDisjoint(List<HealpixPixel> pixels)
    {
        HealpixPixel? last = null;
        bool isSorted = true;
        foreach (HealpixPixel pixel in pixels)
        {
            isSorted &= last is null || last.Value.RangeAtOrder29.Start <= pixel.RangeAtOrder29.Start;
            last = pixel;
        }
        if (IsPile && !isSorted)
            Invalid(HatsPartitions.FileName, "expected tiles in NESTED order, found another one");
        last = null;
        foreach (HealpixPixel pixel in pixels.OrderBy(p => p.RangeAtOrder29.Start).ThenBy(p => p.Order))
        {
            if (last is { } before && pixel.RangeAtOrder29.Start < before.RangeAtOrder29.End)
                Invalid(HatsPartitions.FileName, $"expected disjoint tiles, found {pixel} inside {before}");
            else
                last = pixel;
        }
    }

    private void CheckTiles(List<HealpixPixel> pixels, string suffix)
    {
        HashSet<string> expected = new(pixels.Select(p => HatsTilePath.Of(p, suffix)), StringComparer.Ordinal);
        HashSet<string> found = new(StringComparer.Ordinal);
        string dataset = Path.Combine(folder, "dataset");
        try
        {
            if (Directory.Exists(dataset))
                foreach (string order in Directory.EnumerateDirectories(dataset, "Norder*"))
                    foreach (string dir in Directory.EnumerateDirectories(order, "Dir*"))
                        foreach (string tile in Directory.EnumerateFileSystemEntries(dir, "Npix*"))
                            found.Add(Path.GetRelativePath(folder, tile).Replace(Path.DirectorySeparatorChar, '/'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!IsPile) // for a Pile dataset all folders have been listed already
                Unlisted("dataset", e);
            return;
        }
        foreach (string path in found.Except(expected))
            Invalid(path, $"expected only the tiles of '{HatsPartitions.FileName}', found this one");
        foreach (string path in expected.Except(found))
            Invalid(path, $"expected the tile, as '{HatsPartitions.FileName}' lists it; found none");
    }

    private void CheckRows(HatsProperties? properties, List<HealpixPixel> pixels, string suffix, CancellationToken cancellationToken)
    {
        long sum = 0;
        bool isComplete = true;
        foreach (HealpixPixel pixel in pixels)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = HatsTilePath.Of(pixel, suffix);
            long? rows = RowsOfTile is null ? CountRows(path, cancellationToken) : RowsOfTile(path);
            isComplete &= rows is not null;
            sum += rows ?? 0;
        }
        if (isComplete && properties?["hats_nrows"] is { } text && (!long.TryParse(text, out long declared) || declared != sum))
            InvalidProperty("hats_nrows", $"expected {sum}, as the tiles have, found '{text}'");
    }

    private long? CountRows(string tile, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, tile);
        bool isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path))
            return null;
        try
        {
            string[] files = isFolder ? [.. Directory.EnumerateFiles(path, HatsTilePath.AnyPart).Order(StringComparer.Ordinal)] : [path];
            return files.Sum(file => databases.Use(c => c.Scalar<long>("SELECT coalesce(sum(num_rows), 0)::BIGINT FROM "
                + $"parquet_file_metadata({DuckDbSql.Literal(file)})", cancellationToken: cancellationToken)));
        }
        catch (DuckDbException e)
        {
            Invalid(tile, $"expected a Parquet file, found: {e.FirstLine()}");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unlisted(tile, e);
            return null;
        }
    }

    private DuckDbField[]? ReadColumns(string file)
    {
        string path = Path.Combine(folder, file);
        FileInfo info = new(path);
        if (!info.Exists || info.Length == 0)
        {
            Invalid(file, "expected the schema of the tiles, found no file, or an empty one");
            return null;
        }
        try
        {
            return databases.Use(connection =>
            {
                using DuckDbResult result = connection.Query($"SELECT * FROM {ParquetSql.Read(path)} LIMIT 0");
                return result.Columns.ToArray();
            });
        }
        catch (DuckDbException e)
        {
            Invalid(file, $"expected a Parquet file, found: {e.FirstLine()}");
            return null;
        }
    }

    private byte[]? ReadText(string name, int largestBytes)
    {
        FileInfo file = new(Path.Combine(folder, name));
        try
        {
            return file.Exists && file.Length > 0 && file.Length <= largestBytes ? File.ReadAllBytes(file.FullName) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Invalid(string path, string message) => log.Error(FindingCodes.HatsInvalid, prefix + path, message);

    private void Unlisted(string path, Exception e) =>
        log.Error(FindingCodes.FolderUnreadable, prefix + path, $"expected folders that can be listed: {e.Message}");

    private void InvalidProperty(string key, string message) =>
        log.Error(FindingCodes.HatsInvalid, prefix + HatsProperties.FileName, $"'{key}': {message}");
}
