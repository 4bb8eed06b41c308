using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Reads the companions of one column: which rows have a value, and their shapes.</summary>
internal sealed class RowCompanions
{
    /// <summary>What to do about a shape that is not valid.</summary>
    internal const string Remedy = "Correct the shapes, or rename the dataset if it has other numbers";

    private const int RowsPerRead = 65_536;

    private readonly SourceField field;
    private readonly RowBuffer? nullRows, shapeRows;
    private long firstRow;
    private bool[] nulls = [];
    private long[] shapes = [];
    private int[] shape = [];

    private RowCompanions(SourceField field)
    {
        this.field = field;
        nullRows = field.NullFlags is { } flags ? new(flags.Dataset) : null;
        shapeRows = field.RowShapes is { } lengths ? new(lengths.Dataset) : null;
    }

    /// <summary>Returns the reader of a column's companions; null if it has none.</summary>
    internal static RowCompanions? Of(SourceField field) => field.NullFlags is null && field.RowShapes is null ? null : new(field);

    /// <summary>Returns a column with the shape that all its rows have without padding.</summary>
    /// <exception cref="Hdf5Exception">The values are corrupt.</exception>
    internal static SourceField WithCommonShape(SourceField field, long rowCount)
    {
        if (field.RowShapes is null)
            return field;
        RowCompanions companions = new(field);
        int[] common = [.. field.Shape];
        for (long first = 0; first < rowCount; first += RowsPerRead)
        {
            int count = (int)Math.Min(RowsPerRead, rowCount - first);
            companions.Read(first, count);
            for (long row = first; row < first + count; row++)
                for (int axis = 0; axis < common.Length && !companions.IsNullAt(row); axis++)
                    if (companions.OwnAt(row)[axis] != field.Shape[axis])
                        common[axis] = ColumnSchema.Ragged;
        }
        return field with { CommonShape = [.. common] };
    }

    /// <summary>Reads the companions of rows, which the other methods then return.</summary>
    /// <param name="first">The first row: that of the last call, or a later one.</param>
    /// <param name="count">The number of rows.</param>
    /// <exception cref="Hdf5Exception">The values are corrupt.</exception>
    internal void Read(long first, int count)
    {
        firstRow = first;
        if (nullRows is not null)
        {
            nulls = new bool[count];
            ElementConversion.Convert(field.NullFlags!.Field.Type, DType.Bool, nullRows.Read(first, count),
                MemoryMarshal.AsBytes(nulls.AsSpan()));
        }
        if (shapeRows is null)
            return;
        shapes = new long[count * field.Shape.Length];
        ElementConversion.Convert(field.RowShapes!.Field.Type, DType.Int64, shapeRows.Read(first, count),
            MemoryMarshal.AsBytes(shapes.AsSpan()));
    }

    /// <summary>Returns true if a row has no value.</summary>
    internal bool IsNullAt(long row) => nullRows is not null && nulls[row - firstRow];

    /// <summary>Returns the shape of a row, valid until the next call.</summary>
    internal ReadOnlySpan<int> ShapeAt(long row)
    {
        if (shapeRows is null)
            return field.Shape.AsSpan();
        ReadOnlySpan<long> own = OwnAt(row);
        Array.Resize(ref shape, own.Length);
        for (int axis = 0; axis < own.Length; axis++)
            shape[axis] = (int)own[axis];
        return shape;
    }

    /// <summary>Returns what is wrong with the shape of a row; null if the row has as many elements or no value.</summary>
    internal string? FaultAt(long row)
    {
        if (shapeRows is null || IsNullAt(row))
            return null;
        ReadOnlySpan<long> own = OwnAt(row);
        for (int axis = 0; axis < own.Length; axis++)
            if (own[axis] < 0 || own[axis] > field.Shape[axis])
                return $"'{field.RowShapes!.Field.Path}' has the shape [{string.Join(", ", own.ToArray())}] of a row of '{field.Path}', "
                    + $"whose rows are stored as [{string.Join(", ", field.Shape)}]";
        return null;
    }

    private ReadOnlySpan<long> OwnAt(long row) =>
        shapes.AsSpan((int)(row - firstRow) * field.Shape.Length, field.Shape.Length);
}
