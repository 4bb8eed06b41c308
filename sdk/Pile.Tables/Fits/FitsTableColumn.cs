using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Fits;

/// <summary>A column of a FITS table, and its schema.</summary>
internal sealed record FitsTableColumn(FitsColumn Column, ColumnSchema Schema)
{
    /// <summary>True for the times of astropy, two Julian dates whose sum is the time, which are read as one MJD.</summary>
    internal bool HasPairsOfDates { get; private init; }

    /// <summary>The missing elements of an array of 64-bit integers; null for other columns.</summary>
    internal MissingElements? Missing { get; private init; }

    /// <summary>Returns the column with the type that represents its values in a table.</summary>
    internal FitsTableColumn WithMissing(FitsTable table) => FitsWideArrays.MissingOf(table, Schema, Column) is not { } missing ? this
        : this with { Missing = missing, Schema = missing.NeedsFloat ? Schema with { DType = DType.Float64 } : Schema };

    /// <summary>Describes a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="name">Its name in the table.</param>
    /// <param name="time">The scale of its times; null if it has none.</param>
    /// <param name="unit">The unit that the header declares for the column; null for that of the column.</param>
    /// <param name="medium">The medium of its wavelengths; null if it has none, or if it is not declared.</param>
    internal static FitsTableColumn Of(FitsColumn column, string name, TimeAxis? time = null, string? unit = null, string? medium = null)
    {
        bool isText = column.Type is FitsType.Text;
        ImmutableArray<int> shape = column.IsVariableLength
            ? isText ? [] : [ColumnSchema.Ragged]
            : [.. column.Shape.Select(length => (int)length)];
        if (column.Type is FitsType.Complex64 or FitsType.Complex128)
            shape = [.. shape, 2];
        bool isPair = column.Type is FitsType.Float64 && shape is [2] && time?.ZeroMjd == -TimeWords.JdOfMjdZero;
        if (isPair)
            (shape, time) = ([], time! with { ZeroMjd = 0 });
        return new(column, new ColumnSchema
        {
            Name = name,
            DType = DTypeOf(column, isScalar: shape.IsEmpty),
            Shape = shape,
            Unit = isText ? column.Unit : unit ?? column.Unit, // that of all times of a header is not one of texts
            Ucd = column.Ucd,
            Description = column.Description,
            // Dates as text have no zero point.
            Time = column.Type is FitsType.Bit or FitsType.Bool ? null : isText && time is not null ? time with { ZeroMjd = 0 } : time,
            SpectralMedium = medium,
            Nullable = column.NullValue is not null || column.NullText is not null || column.Type is FitsType.Bool,
            StringBytes = isText && !column.IsVariableLength ? Math.Max(column.Width, 1) : 0,
        })
        { HasPairsOfDates = isPair };
    }

    /// <remarks>The elements of an array have no null flags, so an array of integers with TNULL is read as float64, with NaN for missing
    /// elements; float64 represents every integer of 32 bits.</remarks>
    private static DType DTypeOf(FitsColumn column, bool isScalar) => column.Type switch
    {
        FitsType.Bit or FitsType.Bool => DType.Bool,
        FitsType.Text => DType.String,
        FitsType.Int64 => DType.Int64,
        FitsType.UInt64 => DType.UInt64,
        FitsType.Float32 or FitsType.Complex64 => DType.Float32,
        FitsType.Float64 or FitsType.Complex128 => DType.Float64,
        _ when !isScalar && column.NullValue is not null => DType.Float64,
        FitsType.UInt8 => DType.UInt8,
        FitsType.Int8 => DType.Int8,
        FitsType.Int16 => DType.Int16,
        FitsType.UInt16 => DType.UInt16,
        FitsType.Int32 => DType.Int32,
        _ => DType.UInt32,
    };
}
