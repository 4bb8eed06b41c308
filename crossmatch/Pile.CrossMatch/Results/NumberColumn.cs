using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>A stored column of numbers or booleans, one value per row.</summary>
internal sealed class NumberColumn(ColumnSchema schema, ResultPart part, NumberValues values) : ResultColumn(schema, part)
{
    internal override ParquetColumn Parquet => new(Schema.Name, values.Type, values.Integer, IsOptional: Schema.Nullable);

    internal override bool IsEncoded => values.IsMissing is not null;

    internal override byte[] Encode(BlockRows rows, out int nulls)
    {
        ReadOnlySpan<int> all = All(rows);
        bool[] isNull = new bool[all.Length];
        List<int> present = new(all.Length);
        for (int i = 0; i < all.Length; i++)
            if (!(isNull[i] = all[i] < 0 || values.IsMissing![all[i]]))
                present.Add(all[i]);
        nulls = all.Length - present.Count;
        byte[] levels = Schema.Nullable ? DefinitionLevels.Of(isNull) : [];
        return [.. levels, .. values.Gather(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(present),
            new byte[sizeof(double) * (present.Count + 1)])];
    }

    internal override ReadOnlySpan<byte> Gather(BlockRows rows, Span<byte> buffer) =>
        values.Gather(Part == ResultPart.A ? rows.RowsA(Part) : rows.RowsB(Part), buffer);

    internal override ColumnData Take(BlockRows rows) => values.Take(All(rows), Schema);

    private ReadOnlySpan<int> All(BlockRows rows) => Part == ResultPart.A ? rows.RowA : rows.RowB;
}
