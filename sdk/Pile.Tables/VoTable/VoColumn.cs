using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.VoTable;

/// <summary>Converts the cells of one field to a column of a batch.</summary>
internal abstract class VoColumn(VoField declared)
{
    internal VoField Field => declared;

    /// <summary>Creates the column that adds to a builder of the field's schema.</summary>
    internal static VoColumn For(VoField field, ColumnBuilder builder) => builder switch
    {
        TextColumnBuilder c => new VoTextColumn(field, c),
        NumberColumnBuilder<bool> c when field.Datatype is VoDatatype.Bit => new VoBitColumn(field, c),
        NumberColumnBuilder<bool> c => new VoNumberColumn<bool>(field, c),
        NumberColumnBuilder<byte> c => new VoNumberColumn<byte>(field, c),
        NumberColumnBuilder<short> c => new VoNumberColumn<short>(field, c),
        NumberColumnBuilder<int> c => new VoNumberColumn<int>(field, c),
        NumberColumnBuilder<long> c => new VoNumberColumn<long>(field, c),
        NumberColumnBuilder<float> c => new VoNumberColumn<float>(field, c),
        NumberColumnBuilder<double> c => new VoNumberColumn<double>(field, c),
        _ => throw new InvalidOperationException($"No field is read as a column of {builder.Schema.DType.Name()}."),
    };

    internal abstract void AddNull();

    /// <summary>Adds the text of a TD.</summary>
    /// <returns>False, with nothing added, if it is not a value of the field.</returns>
    internal abstract bool TryAddText(ReadOnlySpan<byte> utf8);

    /// <summary>Adds a value of a BINARY stream.</summary>
    /// <param name="bytes">The value's bytes.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="isNull">True if the row's mask marks the value as missing.</param>
    /// <returns>False, with nothing added, if the bytes are not a value of the field.</returns>
    internal abstract bool TryAddBinary(ReadOnlySpan<byte> bytes, int count, bool isNull);

    /// <summary>Returns the size of a number of elements in a BINARY stream.</summary>
    internal long BytesOf(long count) => declared.Datatype switch
    {
        VoDatatype.Bit => (count + 7) / 8,
        VoDatatype.Boolean or VoDatatype.UnsignedByte or VoDatatype.Char => count,
        VoDatatype.Short or VoDatatype.UnicodeChar => 2 * count,
        VoDatatype.Int or VoDatatype.Float => 4 * count,
        VoDatatype.DoubleComplex => 16 * count,
        _ => 8 * count,
    };

    /// <summary>The number of elements of a row of fixed length, as arraysize counts them; otherwise -1.</summary>
    internal int FixedCount { get; } = declared.IsVariable ? -1 : declared.ArraySize.Aggregate(1, (product, length) => product * length);

    /// <summary>Computes the shape of a row with a given number of numbers.</summary>
    /// <returns>False if the number does not match the field's shape.</returns>
    private protected bool TryShape(int numbers, Span<int> shape)
    {
        int rest = 1, ragged = -1;
        for (int axis = 0; axis < declared.Shape.Length; axis++)
        {
            shape[axis] = declared.Shape[axis];
            if (shape[axis] == ColumnSchema.Ragged)
                ragged = axis;
            else
                rest *= shape[axis];
        }
        if (ragged < 0)
            return numbers == rest;
        if (rest == 0 || numbers % rest != 0)
            return false;
        shape[ragged] = numbers / rest;
        return true;
    }
}
