using System.Buffers.Binary;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>A stored column of text, or of arrays, which plain pages do not support.</summary>
internal sealed class OtherColumn(ColumnSchema schema, ResultPart part, KeptColumn values) : ResultColumn(schema, part)
{
    internal override ParquetColumn? Parquet => values.Schema is { IsScalar: true, DType: DType.String }
        ? new(Schema.Name, ParquetType.Text, IsOptional: Schema.Nullable) : null;

    internal override bool IsEncoded => true;

    internal override byte[] Encode(BlockRows rows, out int nulls)
    {
        ReadOnlySpan<int> all = Part == ResultPart.A ? rows.RowA : rows.RowB;
        bool[] isNull = new bool[all.Length];
        int bytes = 0;
        nulls = 0;
        for (int i = 0; i < all.Length; i++)
            if (all[i] >= 0 && TryText(all[i], out ReadOnlySpan<byte> text))
                bytes = checked(bytes + sizeof(int) + text.Length);
            else
            {
                isNull[i] = true;
                nulls++;
            }
        byte[] levels = Schema.Nullable ? DefinitionLevels.Of(isNull) : [], page = new byte[levels.Length + bytes];
        levels.CopyTo(page, 0);
        Span<byte> to = page.AsSpan(levels.Length);
        for (int i = 0; i < all.Length; i++)
        {
            if (isNull[i] || !TryText(all[i], out ReadOnlySpan<byte> text))
                continue;
            BinaryPrimitives.WriteInt32LittleEndian(to, text.Length);
            text.CopyTo(to[sizeof(int)..]);
            to = to[(sizeof(int) + text.Length)..];
        }
        return page;
    }

    internal override ColumnData Take(BlockRows rows) => values.Take(Part == ResultPart.A ? rows.RowA : rows.RowB, Schema);

    private bool TryText(int row, out ReadOnlySpan<byte> text)
    {
        (ColumnData piece, int place) = values.Find(row);
        bool isMissing = piece.IsNullAt(place);
        text = isMissing ? default : ((TextColumnData)piece).Element(place);
        return !isMissing;
    }
}
