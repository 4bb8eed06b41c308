namespace Pile.Format;

/// <summary>The columns beside an array of measured numbers that say which of them are valid: the mask (<c>image_mask</c>), the pixels of a
/// chip that are valid (<c>chip_valid</c>), the nodata of each band (<c>chip_nodata</c>), and the number of samples of each band
/// (<c>lightcurve_length</c>).</summary>
internal sealed class ElementValidity
{
    private const string Samples = "lightcurve_length";

    private readonly string column;
    private readonly string? mask, valid, nodata, length;

    /// <param name="column">The array.</param>
    /// <param name="columns">The columns of the rows, of which those of the array's own group count.</param>
    internal ElementValidity(string column, IReadOnlyCollection<ColumnSchema> columns)
    {
        this.column = column;
        mask = Beside("_mask", c => c.MaskPolarity is not null);
        valid = Beside("_valid", c => c.MaskPolarity is not null);
        nodata = Beside("_nodata", c => c.DType == DType.Float64);
        // Lengths of other columns do not say that the rest of a row is padding.
        length = Beside("_length", c => c is { DType: DType.Int32, Shape.Length: 1 }
            && c.Name.EndsWith(Samples, StringComparison.Ordinal));

        string? Beside(string suffix, Func<ColumnSchema, bool> isSuitable) =>
            columns.Where(isSuitable).Beside(column, suffix)?.Name;
    }

    /// <summary>The names of the columns.</summary>
    internal IEnumerable<string> Columns => mask is null ? ColumnsOfData : [mask, .. ColumnsOfData];

    /// <summary>The names of the columns that say which elements have data. A mask does not: the elements that it marks are
    /// numbers.</summary>
    internal IEnumerable<string> ColumnsOfData => ((string?[])[valid, nodata, length]).OfType<string>();

    /// <summary>Returns the nodata of each band of a row; empty if it has none.</summary>
    internal ReadOnlySpan<double> NodataOf(RowBatch batch, int row) =>
        nodata is not null && batch[nodata] is ColumnData<double> numbers && !numbers.IsNullAt(row) ? numbers.Row(row) : [];

    /// <summary>Returns 1 for each element of a row that no mask marks as bad and that is not padding, and 0 for the others; null if all
    /// are valid. A mask of pixels without bands is that of all bands.</summary>
    internal byte[]? ValidOf(RowBatch batch, int row) =>
        Both(Both(MarkedIn(mask, batch, row), MarkedIn(valid, batch, row)), SampledOf(batch, row));

    /// <summary>Returns 0 for each element of a row that is not valid pixels of a chip (<c>chip_valid</c>), and 1 for the others; null if
    /// all are.</summary>
    internal byte[]? HasDataOf(RowBatch batch, int row) => MarkedIn(valid, batch, row);

    /// <summary>Returns 0 for each element of a row that is padding beyond the samples of its band, and 1 for the others; null without
    /// padding.</summary>
    /// <exception cref="SchemaMismatchException">The lengths are not those of the row's bands.</exception>
    internal byte[]? SampledOf(RowBatch batch, int row)
    {
        ColumnData values = batch[column];
        if (length is null || batch[length] is not ColumnData<int> lengths || lengths.IsNullAt(row)
            || values.ShapeOf(row) is not [var bandCount, var longest])
            return null;
        ReadOnlySpan<int> counts = lengths.Row(row);
        if (counts.Length != bandCount || counts.ContainsAnyExceptInRange(0, longest))
            throw new SchemaMismatchException($"row {row} of a batch", length,
                $"it has the lengths [{string.Join(", ", counts.ToArray())}], but '{column}' has {bandCount} bands of {longest} samples",
                "Rebuild the dataset; 'pile validate --deep' lists such rows");
        if (!counts.ContainsAnyExcept(longest))
            return null;
        byte[] sampled = new byte[bandCount * longest];
        for (int band = 0; band < bandCount; band++)
            sampled.AsSpan(band * longest, counts[band]).Fill(1);
        return sampled;
    }

    /// <summary>Returns the elements that are valid in both of two arrays; null stands for one in which all are valid.</summary>
    /// <param name="one">May be changed.</param>
    /// <param name="other">Not changed.</param>
    internal static byte[]? Both(byte[]? one, byte[]? other)
    {
        for (int i = 0; other is not null && i < one?.Length; i++)
            one[i] &= other[i];
        return one ?? other;
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

    private byte[]? MarkedIn(string? name, RowBatch batch, int row)
    {
        if (name is null)
            return null;
        ColumnData values = batch[column], marks = batch[name];
        if (marks.IsNullAt(row) || BandsOf(values.ShapeOf(row), marks.ShapeOf(row)) is not (> 0 and var bands))
            return null;
        byte[] all = AllOf(values.RowBytes(row).Length / values.Schema.DType.ElementBytes());
        And(all, marks, row, bands);
        return all;
    }

    private static byte[] AllOf(int count)
    {
        byte[] all = new byte[count];
        Array.Fill(all, (byte)1);
        return all;
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
