using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Parquet;

namespace Pile.Reading;

/// <summary>Compares the columns of the tiles of a HATS catalogue with those that the catalogue declares, once for each schema.</summary>
/// <remarks>DuckDB takes the columns of several files from the first of them, and casts the others with rounding. Tiles that differ are
/// therefore selected on their own, with casts that accept only values which the declared type has. A column that a tile lacks is missing
/// in its rows, as LSDB reads it (PyArrow with the schema of the catalogue).</remarks>
internal sealed class HatsTileTypes
{
    private const string Marker = "a value does not fit its column: ", PositionWord = "\0position\0";

    /// <summary>What to do about a value that does not fit.</summary>
    internal const string NextStep = "Leave the column out, or correct the catalogue: the types of its dataset/_common_metadata must have "
        + "the values of all tiles";

    private readonly string address, source;
    private readonly ImmutableArray<DuckDbField> declared;
    private readonly byte[] declaredSchema;
    private readonly Action<string>? report;
    private readonly ConcurrentDictionary<string, Lazy<string?>> itemsOfSchemas = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> itemsOfTiles = new(StringComparer.Ordinal);
    private int isReported, isRaReported;

    /// <param name="address">The catalogue, for messages.</param>
    /// <param name="source">The path of the file that declares the columns.</param>
    /// <param name="declared">The declared columns.</param>
    /// <param name="declaredSchema">The bytes of that file's schema.</param>
    /// <param name="report">Receives a message about a tile that lacks columns; null to ignore it.</param>
    internal HatsTileTypes(string address, string source, ImmutableArray<DuckDbField> declared, byte[] declaredSchema,
        Action<string>? report) => (this.address, this.source, this.declared, this.declaredSchema, this.report) =
            (address, source, declared, declaredSchema, report);

    /// <summary>The float64 column of right ascensions, of which values in [-180, 0) are read as 360 degrees more; null to leave
    /// them.</summary>
    /// <remarks>Statistics of the tile state whether it has such values, so that other tiles are read without a conversion.</remarks>
    internal string? RaColumn { get; init; }

    /// <summary>Compares a tile that was opened.</summary>
    /// <param name="path">The path of the tile in the dataset.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="localPath">Its local file, which has the footer.</param>
    /// <exception cref="TileDamagedException">DuckDB cannot read the schema.</exception>
    internal void Add(string path, ParquetLayout layout, string localPath)
    {
        bool isWrapped = RaColumn is not null && layout.Groups.Any(g => MayBeNegative(path, g));
        string? items = !isWrapped && layout.Schema.AsSpan().SequenceEqual(declaredSchema) ? null
            : itemsOfSchemas.GetOrAdd(Convert.ToHexString(SHA256.HashData(layout.Schema)) + isWrapped,
                _ => new Lazy<string?>(() => Compare(path, localPath, isWrapped))).Value;
        if (items is null)
            itemsOfTiles.TryRemove(path, out _);
        else
            itemsOfTiles[path] = items;
    }

    /// <summary>Returns the SELECT list that gives a tile the declared columns; null if it has them. It uses
    /// <paramref name="position"/>, the column of the position of rows.</summary>
    internal string? ItemsOf(string path, string position) =>
        itemsOfTiles.TryGetValue(path, out string? items) ? items.Replace(PositionWord, position, StringComparison.Ordinal) : null;

    /// <summary>Returns the start of DuckDB's message about a value, which is followed by the position of the row, <c>|</c> and the
    /// finding. It has the address, because a statement may read several catalogues.</summary>
    internal static string StartOf(string address) => Marker + address + '|';

    /// <summary>Returns what is wrong with a value, from DuckDB's message; null for another error.</summary>
    /// <param name="e">The error.</param>
    /// <param name="files">The tiles.</param>
    internal string? FindIn(DuckDbException e, FileList files)
    {
        string start = StartOf(address);
        int at = e.Error.IndexOf(start, StringComparison.Ordinal);
        if (at < 0 || e.Error[(at + start.Length)..].Split('\n')[0].TrimEnd().Split('|', 2) is not [var number, var finding])
            return null;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long position)
            || files.Tiles.LastOrDefault(t => t.FirstPosition <= position) is not { } tile)
            return finding;
        return string.Create(CultureInfo.InvariantCulture, $"the tile '{tile.File.Path}', row {position - tile.FirstPosition}: {finding}");
    }

    // The sign of a float64 is that of its bits as an integer.
    private bool MayBeNegative(string path, ParquetRowGroup group)
    {
        if (group.Chunks.FirstOrDefault(c => c.Path is [var name] && name == RaColumn) is not { } chunk || chunk.Range is { Min: >= 0 })
            return false;
        if (chunk.Range is not null && Interlocked.Exchange(ref isRaReported, 1) == 0)
            report?.Invoke($"the tile '{path}' of '{address}' has values of '{RaColumn}' below 0: right ascensions in [-180, 0) are read "
                + "as 360 degrees more");
        return true;
    }

    private string? Compare(string path, string localPath, bool isWrapped)
    {
        Dictionary<string, DuckDbType> found = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
            using DuckDbConnection connection = database.Connect();
            using DuckDbResult result = connection.Query(
                $"SELECT * FROM read_parquet([{DuckDbSql.Literal(localPath)}], hive_partitioning = false) LIMIT 0");
            foreach (DuckDbField field in result.Columns)
                found[field.Name] = field.Type;
        }
        catch (DuckDbException e)
        {
            throw new TileDamagedException($"its schema cannot be read: {e.Error.TrimEnd().Split('\n')[0]}", e);
        }
        List<string> replaced = [], missing = [];
        foreach (DuckDbField field in declared)
            if (!found.Remove(field.Name, out DuckDbType? type))
            {
                missing.Add(field.Name);
                Report(path, field.Name);
            }
            else if (!type.Equals(field.Type) || (isWrapped && field.Name == RaColumn))
            {
                string value = type.Equals(field.Type) ? DuckDbSql.Identifier(field.Name) : Converted(field, type);
                replaced.Add($"{(field.Name == RaColumn ? HatsPositions.WrappedSql(value) : value)} AS {DuckDbSql.Identifier(field.Name)}");
            }
        if (replaced.Count + missing.Count + found.Count == 0)
            return null;
        string items = found.Count == 0 ? "*" : $"* EXCLUDE ({string.Join(", ", found.Keys.Select(DuckDbSql.Identifier))})";
        if (replaced.Count > 0)
            items += $" REPLACE ({string.Join(", ", replaced)})";
        return items + string.Concat(missing.Select(name => $", NULL::{declared.First(f => f.Name == name).Type} AS "
            + DuckDbSql.Identifier(name)));
    }

    private string Converted(DuckDbField field, DuckDbType found)
    {
        string column = DuckDbSql.Identifier(field.Name);
        string finding = $"has the type {found}, but '{source}' declares '{field.Name}' as {field.Type}";
        return $"CASE WHEN {FittingSql.Of(column, field.Type, found)} THEN TRY_CAST({column} AS {field.Type}) ELSE error(concat("
            + $"{DuckDbSql.Literal(StartOf(address))}, {PositionWord}, '|', left({column}::VARCHAR, 80), ' ', "
            + $"{DuckDbSql.Literal(finding)})) END";
    }

    private void Report(string path, string name)
    {
        if (Interlocked.Exchange(ref isReported, 1) == 0)
            report?.Invoke($"the tile '{path}' of '{address}' has no column '{name}': its values are missing in the rows of tiles "
                + "without it");
    }
}
