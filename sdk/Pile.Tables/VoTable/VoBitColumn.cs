using Pile.Tables.Batches;

namespace Pile.Tables.VoTable;

/// <summary>A field of bits: packed in a stream, <c>1 0 1</c> or <c>101</c> in text.</summary>
internal sealed class VoBitColumn(VoField field, NumberColumnBuilder<bool> builder) : VoColumn(field)
{
    private readonly int[] shape = new int[field.Shape.Length];
    private bool[] bits = new bool[64];

    internal override void AddNull() => builder.AddNull();

    internal override bool TryAddText(ReadOnlySpan<byte> utf8)
    {
        int count = 0;
        foreach (byte c in utf8)
        {
            if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            if (c is not ((byte)'0' or (byte)'1'))
                return false;
            if (count == bits.Length)
                Array.Resize(ref bits, 2 * count);
            bits[count++] = c == (byte)'1';
        }
        if (count == 0)
        {
            AddNull();
            return true;
        }
        return TryAdd(count);
    }

    internal override bool TryAddBinary(ReadOnlySpan<byte> bytes, int count, bool isNull)
    {
        if (isNull)
        {
            AddNull();
            return true;
        }
        if (count > bits.Length)
            bits = new bool[count];
        for (int i = 0; i < count; i++)
            bits[i] = (bytes[i / 8] & (0x80 >> (i % 8))) != 0;
        if (Field.Shape.IsEmpty) // a single bit: some writers (astropy 5) use another bit of the byte; the others are padding
            bits[0] = bytes[0] != 0;
        return TryAdd(count);
    }

    private bool TryAdd(int count)
    {
        if (!TryShape(count, shape))
            return false;
        bits.AsSpan(0, count).CopyTo(builder.Schema.IsRagged ? builder.AddRow(shape) : builder.AddRows(1));
        return true;
    }
}
