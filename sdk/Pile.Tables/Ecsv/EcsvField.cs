using Pile.Format;

namespace Pile.Tables.Ecsv;

/// <summary>Where the values of a column stand in the rows of an ECSV file.</summary>
/// <param name="Schema">The column.</param>
/// <param name="Index">Its field.</param>
/// <param name="IsJson">Whether each cell holds a JSON value, as astropy writes columns of Python objects.</param>
/// <param name="MaskIndex">The field that says which of its values are missing; null where empty fields do. astropy writes masked columns
/// so with <c>serialize_method="data_mask"</c>.</param>
internal sealed record EcsvField(ColumnSchema Schema, int Index, bool IsJson, int? MaskIndex)
{
    private const string MaskSuffix = ".mask";

    /// <summary>The columns of a file: its fields, without those that are masks of the field before.</summary>
    internal static IEnumerable<EcsvField> Of(IReadOnlyList<ColumnSchema> fields, IReadOnlyList<bool> isJson, bool hasMasks)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            ColumnSchema field = fields[i];
            bool isMasked = hasMasks && i + 1 < fields.Count && fields[i + 1] is { DType: DType.Bool } mask
                && mask.Name == field.Name + MaskSuffix && mask.Shape.SequenceEqual(field.Shape);
            yield return isMasked ? new(Masked(field), i, isJson[i], ++i) : new(field, i, isJson[i], null);
        }
    }

    /// <summary>Single elements have no flags of their own: small integers come as float64, whose missing ones are NaN.</summary>
    private static ColumnSchema Masked(ColumnSchema field) =>
        field is { IsScalar: false, DType: DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16 or DType.Int32 or DType.UInt32 }
            ? field with { DType = DType.Float64 } : field;
}
