using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>How much of a dataset is in files outside it.</summary>
/// <param name="Files">The number of the files.</param>
/// <param name="Bytes">Their recorded size, of those with a recorded one.</param>
/// <param name="UnsizedFiles">The number of files without a recorded size.</param>
/// <param name="Columns">The columns whose values are there.</param>
internal sealed record ReferenceFacts(int Files, long Bytes, int UnsizedFiles, ImmutableArray<ReferenceFacts.Column> Columns)
{
    /// <summary>A column in files outside the dataset.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Values">The number of rows with a value.</param>
    /// <param name="Verified">How many of these values have a checksum in the index.</param>
    internal readonly record struct Column(string Name, long Values, long Verified);

    /// <summary>Counts the files and values of a dataset.</summary>
    /// <returns>Null if no column is in other files.</returns>
    /// <exception cref="DatasetInvalidException">The list of files or the index is damaged.</exception>
    internal static async Task<ReferenceFacts?> OfAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        ImmutableArray<ColumnSchema> columns = [.. dataset.Manifest.Columns.Where(c => c.IsOutside)];
        if (columns.IsEmpty)
            return null;
        ReferenceList list = await dataset.ReferenceListAsync(cancellationToken).ConfigureAwait(false);
        long bytes = 0;
        int unsized = 0;
        for (int i = 0; i < list.Count; i++)
            if (list.BytesOf(i) == ReferencedFile.UnknownBytes)
                unsized++;
            else
                bytes += list.BytesOf(i);
        long[] values = new long[columns.Length], verified = new long[columns.Length];
        IndexQuery query = await IndexQuery.OfAsync(dataset.Query().Columns(), isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        using IndexResult result = await query.ExecuteAsync(select =>
        {
            foreach (ColumnSchema column in columns)
            {
                select.Output(ColumnNames.PieceFile(column.SqlName));
                select.Output($"{ColumnNames.PiecePrefix}{column.SqlName}_has_crc32c",
                    column.Storage == ColumnStorage.Window ? "false"
                        : $"({DuckDbSql.Identifier(ColumnNames.PieceCrc32C(column.SqlName))} IS NOT NULL)");
            }
        }, cancellationToken).ConfigureAwait(false);
        await Task.Run(() => result.Gather(long.MaxValue, Count), cancellationToken).ConfigureAwait(false);
        return new ReferenceFacts(list.Count, bytes, unsized,
            [.. columns.Select((column, i) => new Column(column.Name, values[i], verified[i]))]);

        void Count(DuckDbChunk chunk)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                ReadOnlySpan<bool> hasCrc = chunk.Values<bool>((2 * i) + 1);
                for (int row = 0; row < chunk.RowCount; row++)
                    if (chunk[2 * i].IsValid(row))
                    {
                        values[i]++;
                        verified[i] += hasCrc[row] ? 1 : 0;
                    }
            }
        }
    }
}
