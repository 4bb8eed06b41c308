using Pile.Format;

namespace Pile.Tables.Ecsv;

/// <summary>The location of a column's values in the rows of an ECSV file.</summary>
/// <param name="Schema">The column.</param>
/// <param name="Index">The index of its field.</param>
/// <param name="IsJson">True if each cell contains a JSON value, as astropy writes columns of Python objects.</param>
/// <param name="MaskIndex">The index of the field that marks missing values; null if empty fields are the missing ones. astropy writes
/// masked columns like this with <c>serialize_method="data_mask"</c>.</param>
internal sealed record EcsvField(ColumnSchema Schema, int Index, bool IsJson, int? MaskIndex)
{
    private const string MaskSuffix = ".mask";

    /// <summary>The index of the field with the second of two Julian dates whose sum is the time, as astropy writes times with
    /// <c>serialize_method="jd1_jd2"</c>, which are read as one MJD; null for other columns.</summary>
    internal int? SecondDateIndex { get; init; }

    /// <summary>Returns the columns of a file: its fields, except those that are masks of the preceding field, or the second of two Julian
    /// dates.</summary>
    internal static IEnumerable<EcsvField> Of(IReadOnlyList<ColumnSchema> fields, IReadOnlyList<bool> isJson, bool hasMasks,
        IReadOnlyDictionary<string, AstropyColumn> objects)
    {
        Dictionary<int, (int Second, ColumnSchema Times)> dates = [];
        for (int i = 0; i < fields.Count; i++)
            if (objects.GetValueOrDefault(fields[i].Name)?.Dates is { } time
                && Array.FindIndex([.. fields], f => f.Name == time.Second) is >= 0 and int second && second != i
                && IsDate(fields[i]) && IsDate(fields[second]) && fields.All(f => f.Name != time.Name))
                dates.Add(i, (second, fields[i] with { Name = time.Name, Time = time.Axis, Unit = "d" }));
        for (int i = 0; i < fields.Count; i++)
        {
            if (dates.Values.Any(d => d.Second == i))
                continue;
            if (dates.TryGetValue(i, out (int Second, ColumnSchema Times) pair))
            {
                yield return new(pair.Times, i, false, null) { SecondDateIndex = pair.Second };
                continue;
            }
            ColumnSchema field = fields[i];
            bool isMasked = hasMasks && i + 1 < fields.Count && fields[i + 1] is { DType: DType.Bool } mask
                && mask.Name == field.Name + MaskSuffix && mask.Shape.SequenceEqual(field.Shape);
            yield return isMasked ? new(Masked(field), i, isJson[i], ++i) : new(field, i, isJson[i], null);
        }
    }

    private static bool IsDate(ColumnSchema field) => field is { IsScalar: true, DType: DType.Float64, Time: null };

    /// <summary>Single elements have no null flags, so that small integers are read as float64, with NaN for missing ones.</summary>
    private static ColumnSchema Masked(ColumnSchema field) =>
        field is { IsScalar: false, DType: DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16 or DType.Int32 or DType.UInt32 }
            ? field with { DType = DType.Float64 } : field;
}
