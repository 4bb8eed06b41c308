using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>Text ids of one side, from its mapped positions.</summary>
internal sealed class MappedTextColumn(ColumnSchema schema, ResultPart part, MappedPositions side) : ResultColumn(schema, part)
{
    internal override ParquetColumn Parquet => new(Schema.Name, ParquetType.Text, IsOptional: Schema.Nullable);

    internal override bool IsEncoded => true;

    internal override byte[] Encode(BlockRows rows, out int nulls)
    {
        nulls = rows.Count - rows.CountOf(Part);
        return PairTexts.Of(side, Rows(rows), rows.LevelsOf(Part));
    }

    internal override ColumnData Take(BlockRows rows)
    {
        ReadOnlySpan<int> all = Part == ResultPart.A ? rows.RowA : rows.RowB;
        int[] starts = new int[all.Length + 1];
        for (int i = 0; i < all.Length; i++)
            starts[i + 1] = checked(starts[i] + (all[i] < 0 ? 0 : Text(all[i]).Length));
        byte[] utf8 = new byte[starts[^1]];
        for (int i = 0; i < all.Length; i++)
            if (all[i] >= 0)
                Text(all[i]).CopyTo(utf8.AsSpan(starts[i]));
        return new TextColumnData(Schema, utf8, starts, rows.IsMissing(Part));
    }

    private ReadOnlySpan<int> Rows(BlockRows rows) => Part == ResultPart.A ? rows.RowsA(Part) : rows.RowsB(Part);

    private ReadOnlySpan<byte> Text(int row)
    {
        ReadOnlySpan<byte> texts = side.TextIds(row >> SortedPositions.ChunkShift, out ReadOnlySpan<int> starts);
        int at = row & (SortedPositions.ChunkRows - 1);
        return texts[(starts[at] + sizeof(int))..starts[at + 1]];
    }
}
