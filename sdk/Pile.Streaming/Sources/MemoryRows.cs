using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows that are in memory.</summary>
internal sealed class MemoryRows(RowBatch all) : StreamSource
{
    public override long RowCount => all.RowCount;

    public override ImmutableArray<ColumnSchema> Columns { get; } = [.. all.Columns.Select(c => c.Schema)];

    // The size of the copy that a batch gets.
    public override long RowBytes { get; } = all.Columns.Sum(
        c => c.Schema.IsRagged || c.Schema.DType == DType.String ? 0 : (long)c.Schema.ElementsPerRow * c.Schema.DType.ElementBytes());

    internal override string Identity { get; } = $"{all.RowCount} in memory {Hash(all)}";

    internal override bool IsNear => true;

    internal override Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        int[] taken = Array.ConvertAll(rows.ToArray(), r => (int)r);
        return Task.FromResult(new RowBatch(all.Columns.Select(c => c.Take(taken))));
    }

    private static string Hash(RowBatch rows)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ColumnData column in rows.Columns)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(column.Schema.Name));
            for (int row = 0; row < column.RowCount; row++)
                if (column is not TextColumnData text)
                    hash.AppendData(column.RowBytes(row));
                else
                    for (int element = 0; element < text.ElementsOf(row); element++)
                        hash.AppendData(text.Element(row, element));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
