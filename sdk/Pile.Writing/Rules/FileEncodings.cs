using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>Bytes that are whole files begin like files of the declared encoding.</summary>
internal sealed class FileEncodings : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        foreach (ColumnData column in batch.Columns)
            if (column.Schema.Encoding is { } encoding && column is ColumnData<byte> bytes)
                Check(bytes, encoding, place);
        return batch;
    }

    private static void Check(ColumnData<byte> column, string encoding, BatchPlace place)
    {
        for (int row = 0; row < column.RowCount; row++)
            if (!column.IsNullAt(row) && column.Row(row) is var bytes && !Encodings.MayBe(encoding, bytes))
                throw place.Invalid(row, column.Schema.Name,
                    $"'{Convert.ToHexString(bytes[..Math.Min(bytes.Length, 8)])}' ({bytes.Length} bytes)",
                    $"the beginning of a file of encoding '{encoding}'", "Declare the actual encoding, or set the row to null");
    }
}
