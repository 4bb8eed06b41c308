namespace Pile.Format;

/// <summary>The columns beside an array of measured numbers that say which of them are valid: the mask (<c>image_mask</c>), the pixels of a
/// chip that are valid (<c>chip_valid</c>), and the nodata of each band (<c>chip_nodata</c>).</summary>
internal sealed class ElementValidity
{
    private readonly string column;
    private readonly string[] masks;
    private readonly string? nodata;

    /// <param name="column">The array.</param>
    /// <param name="columns">The columns of the rows, of which those of the array's own group count.</param>
    internal ElementValidity(string column, IReadOnlyCollection<ColumnSchema> columns)
    {
        this.column = column;
        masks = [.. ((string?[])[Beside("_mask", c => c.MaskPolarity is not null), Beside("_valid", c => c.MaskPolarity is not null)])
            .OfType<string>()];
        nodata = Beside("_nodata", c => c.DType == DType.Float64);

        string? Beside(string suffix, Func<ColumnSchema, bool> isSuitable) =>
            columns.Where(isSuitable).Beside(column, suffix)?.Name;
    }

    /// <summary>The names of the columns.</summary>
    internal IEnumerable<string> Columns => nodata is null ? masks : [.. masks, nodata];

    /// <summary>Returns the nodata of each band of a row; empty if it has none.</summary>
    internal ReadOnlySpan<double> NodataOf(RowBatch batch, int row) =>
        nodata is not null && batch[nodata] is ColumnData<double> numbers && !numbers.IsNullAt(row) ? numbers.Row(row) : [];

    /// <summary>Returns 1 for each element of a row that no mask marks as bad, and 0 for the others; null if all are valid. A mask of
    /// pixels without bands is that of all bands.</summary>
    internal byte[]? ValidOf(RowBatch batch, int row)
    {
        ColumnData values = batch[column];
        byte[]? valid = null;
        foreach (string name in masks)
            if (batch[name] is var mask && !mask.IsNullAt(row) && BandsOf(values.ShapeOf(row), mask.ShapeOf(row)) is > 0 and var bands)
                And(valid ??= AllOf(values.RowBytes(row).Length / values.Schema.DType.ElementBytes()), mask, row, bands);
        return valid;
    }

    /// <summary>Returns the valid elements.</summary>
    /// <param name="bytes">Elements.</param>
    /// <param name="elementBytes">The size of one.</param>
    /// <param name="valid">Not 0 for those that are valid.</param>
    internal static ReadOnlySpan<byte> Kept(ReadOnlySpan<byte> bytes, int elementBytes, ReadOnlySpan<byte> valid)
    {
        if (!valid.Contains((byte)0))
            return bytes;
        byte[] kept = new byte[bytes.Length];
        int count = 0;
        for (int i = 0; i < valid.Length; i++)
            if (valid[i] != 0)
                bytes.Slice(i * elementBytes, elementBytes).CopyTo(kept.AsSpan(elementBytes * count++));
        return kept.AsSpan(0, elementBytes * count);
    }

    private static byte[] AllOf(int count)
    {
        byte[] valid = new byte[count];
        Array.Fill(valid, (byte)1);
        return valid;
    }

    /// <summary>Returns for how many planes of the values each plane of the mask counts; 0 if the mask is that of another array.</summary>
    private static int BandsOf(ReadOnlySpan<int> values, ReadOnlySpan<int> mask)
    {
        if (values.SequenceEqual(mask))
            return 1;
        // The band is the axis before y and x (SCHEMA.md, section 7): a mask without it has those before the band.
        return values.Length >= 3 && mask.Length == values.Length - 1 && values[^2..].SequenceEqual(mask[^2..])
            && values[..^3].SequenceEqual(mask[..^2]) ? values[^3] : 0;
    }

    private static void And(byte[] valid, ColumnData mask, int row, int bands)
    {
        ReadOnlySpan<byte> bytes = mask.RowBytes(row);
        ReadOnlySpan<int> shape = mask.ShapeOf(row);
        int elementBytes = mask.Schema.DType.ElementBytes(), elements = bytes.Length / elementBytes,
            plane = bands == 1 ? elements : shape[^2] * shape[^1];
        bool isGoodIfZero = mask.Schema.MaskPolarity != MaskPolarity.TrueIsGood;
        for (int i = 0; i < valid.Length; i++)
        {
            int of = bands == 1 ? i : (i / plane / bands * plane) + (i % plane);
            if (bytes.Slice(of * elementBytes, elementBytes).ContainsAnyExcept((byte)0) == isGoodIfZero)
                valid[i] = 0;
        }
    }
}
