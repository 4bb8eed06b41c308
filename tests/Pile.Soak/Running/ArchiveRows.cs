using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;

namespace Pile.Soak.Running;

/// <summary>All values of the columns of a dataset that are in other files, read row by row and in batches.</summary>
internal sealed class ArchiveRows
{
    /// <summary>The end of a line for a value that is unreadable.</summary>
    internal const string Error = "\tunreadable";

    private const int BatchRows = 16;

    private readonly List<string> lines = [];

    /// <summary>For each value its column, its row, how it was read, and its SHA-256 with its shape, or <see cref="Error"/>.</summary>
    internal IReadOnlyList<string> Lines => lines;

    /// <summary>The number of values that were unreadable when they were read alone.</summary>
    internal int Unreadable { get; private set; }

    /// <summary>Reads a dataset.</summary>
    /// <exception cref="InvalidDataException">A batch has other values than its rows, or is unreadable although its rows are
    /// not.</exception>
    internal static async Task<ArchiveRows> ReadAsync(string path, DatasetOptions options)
    {
        ArchiveRows all = new();
        await using Dataset dataset = await Dataset.OpenAsync(path, options);
        await foreach (RowBatch light in dataset.QueryAsync(dataset.Query()))
            _ = light;
        foreach (ColumnSchema column in dataset.Manifest.Columns.Where(c => c.Storage == ColumnStorage.Reference))
        {
            RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Native().Columns(column.Name));
            await all.AddAsync(column.Name, rows);
        }
        return all;
    }

    private async Task AddAsync(string column, RowReader rows)
    {
        int unreadableBefore = Unreadable;
        List<string> values = [];
        for (int row = 0; row < rows.Count; row++)
            values.Add(ValueOf(column, rows, row));
        List<string> batched = [];
        try
        {
            await foreach (RowBatch batch in rows.ReadAllAsync(BatchRows))
                for (int row = 0; row < batch.RowCount; row++)
                    batched.Add(HashOf(batch[column], row));
        }
        catch (SourceUnreadableException) when (Unreadable > unreadableBefore)
        {
        }
        // Batches before the unreadable one are complete.
        if (!batched.SequenceEqual(values.Take(batched.Count)))
            throw new InvalidDataException($"Column '{column}': the values of batches are not those of single rows.");
        lines.AddRange(values.Select((value, row) => string.Create(CultureInfo.InvariantCulture, $"{column}\t{row}{value}")));
    }

    private string ValueOf(string column, RowReader rows, int row)
    {
        try
        {
            return HashOf(rows.ReadRow(row)[column], 0);
        }
        catch (SourceUnreadableException)
        {
            Unreadable++;
            return Error;
        }
    }

    private static string HashOf(ColumnData column, int row) => column.IsNullAt(row) ? "\tnull"
        : $"\t{Convert.ToHexStringLower(SHA256.HashData([.. MemoryMarshal.AsBytes(column.ShapeOf(row)), .. column.RowBytes(row)]))}";
}
