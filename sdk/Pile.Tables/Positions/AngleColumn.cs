using System.Text;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables;

/// <summary>A column of right ascension or declination, converted to degrees.</summary>
internal sealed class AngleColumn
{
    private readonly string path;
    private readonly string name;
    private readonly bool isText;
    private readonly bool textIsHours;
    private readonly double? numberFactor;
    private readonly bool isSexagesimalLatitude;
    private readonly Action<ValueInvalidException>? onBadValue;
    private bool? textIsSexagesimal;

    /// <param name="path">The table, for messages.</param>
    /// <param name="schema">The column.</param>
    /// <param name="isLongitude">True for right ascension or a longitude, whose unit the caller may specify.</param>
    /// <param name="isInHours">True for right ascension, whose text is in hours.</param>
    /// <param name="options">The caller's options.</param>
    /// <exception cref="ArgumentException">The column does not contain angles, or its unit is not that of an angle.</exception>
    internal AngleColumn(string path, ColumnSchema schema, bool isLongitude, bool isInHours, PositionOptions options)
    {
        (this.path, name, onBadValue) = (path, schema.Name, options.OnBadValue);
        if (options.RaUnit is { } given && !Enum.IsDefined(given))
            throw new ArgumentException(
                $"PositionOptions.RaUnit must be one of {string.Join(", ", Enum.GetNames<RaUnit>())}; it is {given}.");
        (RaUnit? unit, bool isRa) = (options.RaUnit, isLongitude);
        bool isString = isText = schema.DType is DType.String;
        if (!schema.IsScalar || schema.DType is DType.Bool)
            throw new ArgumentException($"Column '{schema.Name}' contains {schema.DType.Name()}{(schema.IsScalar ? "" : " arrays")}, "
                + "not angles.");
        string text = Normalize(schema.Unit);
        if (!isString && text.Length == 0 && unit is null && schema.Name is "coord_ra" or "coord_dec")
            throw new ArgumentException($"Column '{schema.Name}' has no unit. In files of LSST it is in radians or in degrees. Specify the "
                + "unit with PositionOptions.RaUnit.");
        Sexagesimal.Kind? sexagesimal = Sexagesimal.KindOfUnit(text);
        bool isGivenAsText = unit is RaUnit.Sexagesimal && (isRa || (isString && sexagesimal is null && text.Length > 0
            && !TryFactor(schema, text, isRa, options, out _)));
        if (!isString && isRa && (unit is RaUnit.Sexagesimal || (unit is null && sexagesimal is not null)))
            throw new ArgumentException($"Column '{schema.Name}' contains numbers, but its unit is "
                + $"{(unit is null ? $"'{schema.Unit}'" : "given as sexagesimal")}. Specify the unit with PositionOptions.RaUnit.");
        if (!isString && !isRa && sexagesimal is not null)
            throw new ArgumentException($"Column '{schema.Name}' contains numbers, but its unit is '{schema.Unit}'. "
                + "Convert the column to degrees, and correct its unit.");
        IsUnitGiven = text.Length > 0 || unit is not null;
        textIsHours = unit is null && sexagesimal is { } kind ? isLongitude && kind is Sexagesimal.Kind.Hours
            : isInHours && (unit is null ? text is not ("deg" or "degree" or "degrees") : unit is not RaUnit.Degrees);
        bool isOnlyText = isString && sexagesimal is not null && (!isRa || unit is null);
        isSexagesimalLatitude = isOnlyText && !isLongitude && sexagesimal is Sexagesimal.Kind.Degrees;
        numberFactor = isGivenAsText || isOnlyText ? null : FactorOf(schema, text, isRa, options);
    }

    /// <summary>True if the column or the caller specifies the unit of the numbers.</summary>
    internal bool IsUnitGiven { get; }

    /// <summary>True if the values read so far are plain numbers, even if they are stored as text.</summary>
    internal bool IsNumeric => !isText || textIsSexagesimal is false;

    /// <summary>Returns a batch's values in degrees, NaN for missing values: the values themselves if they are degrees.</summary>
    /// <param name="data">The values.</param>
    /// <param name="firstRow">The table's row of the first value, for messages.</param>
    /// <exception cref="ValueInvalidException">A text is not an angle.</exception>
    internal ReadOnlyMemory<double> Degrees(ColumnData data, long firstRow)
    {
        if (numberFactor == 1 && data is ColumnData<double> { IsNull.IsEmpty: true } inDegrees)
            return inDegrees.Values;
        double[] degrees = GC.AllocateUninitializedArray<double>(data.RowCount);
        Convert(data, degrees, firstRow);
        return degrees;
    }

    /// <summary>Converts a batch's values.</summary>
    /// <param name="data">The values.</param>
    /// <param name="destinationDeg">Receives degrees, NaN for missing values; shape [n].</param>
    /// <param name="firstRow">The table's row of the first value, for messages.</param>
    /// <exception cref="ValueInvalidException">A text is not an angle.</exception>
    internal void Convert(ColumnData data, Span<double> destinationDeg, long firstRow)
    {
        switch (data)
        {
            case TextColumnData c: ConvertText(c, destinationDeg, firstRow); break;
            case ColumnData<double> c: c.Values.Span.CopyTo(destinationDeg); break;
            case ColumnData<float> c: Widen(c.Values.Span, destinationDeg); break;
            case ColumnData<sbyte> c: Widen(c.Values.Span, destinationDeg); break;
            case ColumnData<byte> c: Widen(c.Values.Span, destinationDeg); break;
            case ColumnData<short> c: Widen(c.Values.Span, destinationDeg); break;
            case ColumnData<ushort> c: Widen(c.Values.Span, destinationDeg); break;
            case ColumnData<int> c: Widen(c.Values.Span, destinationDeg); break;
            case ColumnData<uint> c: Widen(c.Values.Span, destinationDeg); break;
            case ColumnData<long> c: Widen(c.Values.Span, destinationDeg); break;
            case ColumnData<ulong> c: Widen(c.Values.Span, destinationDeg); break;
        }
        if (data is not TextColumnData && numberFactor is { } factor and not 1)
            for (int i = 0; i < destinationDeg.Length; i++)
                destinationDeg[i] *= factor;
        if (!data.IsNull.IsEmpty)
            for (int i = 0; i < destinationDeg.Length; i++)
                if (data.IsNull.Span[i])
                    destinationDeg[i] = double.NaN;
    }

    private void ConvertText(TextColumnData data, Span<double> destinationDeg, long firstRow)
    {
        for (int row = 0; row < destinationDeg.Length; row++)
        {
            ReadOnlySpan<byte> text = data.Element(row).Trim(" \t"u8);
            if (data.IsNullAt(row) || text.IsEmpty)
                destinationDeg[row] = double.NaN;
            else if (CellText.TryParse(text, out double number))
            {
                if (isSexagesimalLatitude)
                {
                    destinationDeg[row] = number; // as SIMBAD writes declinations of low precision
                    continue;
                }
                if (numberFactor is not { } factor || (textIsSexagesimal ?? false) && double.IsFinite(number))
                    destinationDeg[row] = Reject(firstRow + row, text, "a sexagesimal angle as in the previous rows");
                else
                {
                    if (double.IsFinite(number))
                        textIsSexagesimal = false;
                    destinationDeg[row] = number * factor;
                }
            }
            else if (Sexagesimal.TryParse(text, out decimal seconds, out Sexagesimal.Kind kind))
            {
                if (textIsSexagesimal is false)
                {
                    destinationDeg[row] = Reject(firstRow + row, text, "a number as in the previous rows");
                    continue;
                }
                textIsSexagesimal = true;
                bool isHours = kind is Sexagesimal.Kind.Hours || (kind is Sexagesimal.Kind.Unspecified && textIsHours);
                destinationDeg[row] = (double)(seconds / (isHours ? 240 : 3600)); // 3600 seconds per hour of 15 degrees
            }
            else
                destinationDeg[row] = Reject(firstRow + row, text, "an angle (12.5, 12:34:56.7, 12 34 56.7, 12h34m56.7s)");
        }
    }

    /// <returns>NaN: the row has no position.</returns>
    private double Reject(long row, ReadOnlySpan<byte> text, string expected)
    {
        ValueInvalidException bad = new(path, row, name, $"'{Encoding.UTF8.GetString(text[..Math.Min(text.Length, 60)])}'", expected,
            "Correct the value, or remove the row");
        if (onBadValue is null)
            throw bad;
        onBadValue(bad);
        return double.NaN;
    }

    private static double FactorOf(ColumnSchema schema, string text, bool isRa, PositionOptions options) =>
        TryFactor(schema, text, isRa, options, out double factor) ? factor
            : throw new ArgumentException($"Column '{schema.Name}' has the unit '{schema.Unit}', which is not a unit of angles. "
                + (isRa ? "Specify the unit of right ascension with PositionOptions.RaUnit."
                    : "Convert the column to degrees, or to text in degrees, minutes and seconds with the unit 'd:m:s'."));

    private static bool TryFactor(ColumnSchema schema, string text, bool isRa, PositionOptions options, out double factor)
    {
        RaUnit? unit = options.RaUnit;
        const double degreesPerRadian = 180 / Math.PI;
        factor = isRa && unit is not null ? unit switch { RaUnit.Hours => 15, RaUnit.Radians => degreesPerRadian, _ => 1 }
            : !isRa && unit is RaUnit.Radians && text.Length == 0 ? degreesPerRadian
            : text switch
            {
                "" or "deg" or "degree" or "degrees" or "\u00b0" or "angle[deg]" => 1,
                // CF Metadata Conventions 1.11, sections 4.1 and 4.2, in lower case
                "degrees_east" or "degree_east" or "degrees_e" or "degree_e" or "degreese" or "degreee" when isRa => 1,
                "degrees_north" or "degree_north" or "degrees_n" or "degree_n" or "degreesn" or "degreen" when !isRa => 1,
                "rad" or "radian" or "radians" => degreesPerRadian,
                "h" or "hr" or "hour" or "hours" or "hourangle" when isRa => 15,
                _ => 0,
            };
        return factor != 0 || Units.TryConvert(schema.Unit!, "deg", out factor);
    }

    private static string Normalize(string? unit) => unit is null ? "" : unit.Trim().Trim('"').Trim().ToLowerInvariant();

    private static void Widen<T>(ReadOnlySpan<T> values, Span<double> destination) where T : unmanaged, System.Numerics.INumber<T>
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = double.CreateTruncating(values[i]);
    }
}
