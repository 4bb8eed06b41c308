using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Review;

/// <summary>I001 of the columns of tiles: each value has a value of the type that <c>_common_metadata</c> declares.</summary>
/// <remarks>A tile may have another type or lack a column, as long as its values fit: programs write columns without values, or of whole
/// numbers, with other types.</remarks>
internal sealed class HatsColumnTypes(string folder, ReviewDatabases databases, Action<string, string, long?> report)
{
    /// <summary>Compares the tiles with the declared columns.</summary>
    /// <param name="declared">The declared columns.</param>
    /// <param name="pixels">The tiles.</param>
    /// <param name="suffix">The ending of the paths of tiles.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    internal void Check(IReadOnlyList<DuckDbField> declared, IReadOnlyList<HealpixPixel> pixels, string suffix,
        CancellationToken cancellationToken)
    {
        Dictionary<string, DuckDbType> types = new(StringComparer.OrdinalIgnoreCase);
        foreach (DuckDbField field in declared)
            types[field.Name] = field.Type;
        foreach (HealpixPixel pixel in pixels)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string tile = HatsTilePath.Of(pixel, suffix), path = Path.Combine(folder, tile);
            string[] files = !Directory.Exists(path) ? [path] : [.. Directory.EnumerateFiles(path, HatsTilePath.AnyPart)
                .Order(StringComparer.Ordinal)];
            foreach (string file in files.Where(File.Exists))
                try
                {
                    databases.Use(connection => Check(tile, file, types, connection, cancellationToken));
                }
                catch (DuckDbException)
                {
                    // A file that cannot be read is a finding already.
                }
        }
    }

    private void Check(string tile, string file, Dictionary<string, DuckDbType> declared, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        string source = ParquetSql.Read(file);
        DuckDbField[] found;
        using (DuckDbResult schema = connection.Query($"SELECT * FROM {source} LIMIT 0", cancellationToken: cancellationToken))
            found = [.. schema.Columns];
        foreach (DuckDbField field in found)
        {
            if (!declared.TryGetValue(field.Name, out DuckDbType? type) || type.Equals(field.Type))
                continue;
            string column = DuckDbSql.Identifier(field.Name);
            using DuckDbResult values = connection.Query($"SELECT number, left({column}::VARCHAR, 80) FROM (SELECT {column}, "
                + $"row_number() OVER () - 1 AS number FROM {source}) WHERE NOT ({FittingSql.Of(column, type, field.Type)}) "
                + "ORDER BY 1 LIMIT 1", cancellationToken: cancellationToken);
            if (values.TryNextChunk(out DuckDbChunk? chunk) && chunk.RowCount > 0)
                report(tile, string.Create(CultureInfo.InvariantCulture, $"expected '{field.Name}' as {type}, as "
                    + $"'{HatsCatalogCheck.CommonMetadata}' declares, found {chunk[1].Text(0)} of the type {field.Type}"),
                    chunk.Values<long>(0)[0]);
        }
    }
}
