using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Fits;

internal sealed partial class FitsColumn
{
    [GeneratedRegex(@"^\s*(?<repeat>\d{0,9})(?<heap>[PQ](?=[LXBIJKAEDCM]))?(?<letter>[LXBIJKAEDCM])(?<rest>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BinaryForm();

    [GeneratedRegex(@"^\s*(?<letter>[AIFED])(?<width>\d{1,9})(\.(?<decimals>\d{1,3}))?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex AsciiForm();

    /// <summary>Parses the columns of a table from its header, and checks that they fit a row.</summary>
    internal static FitsColumn[] ParseAll(FitsHeader header, bool isAscii)
    {
        long count = header.GetInt64("TFIELDS") ?? 0;
        if (count is < 0 or > 999) // FITS 4.0 §7.2.1
            throw new FitsException(header.Path, header.Hdu, $"TFIELDS must be in [0, 999], found {count}.");
        long rowBytes = header.GetInt64("NAXIS1") ?? 0;
        ExtendedColumns? extended = isAscii ? null : ExtendedColumns.Of(header, (int)count);
        FitsColumn[] columns = new FitsColumn[extended?.Count ?? count];
        long offset = 0;
        ColumnComments comments = new(header, (int)count);
        for (int i = 0; i < columns.Length; i++)
        {
            ColumnKeywords keywords = extended?.KeywordsOf(i) ?? new("", $"{i + 1}");
            string form = header.GetText(keywords.Of("TFORM"))
                ?? throw new FitsException(header.Path, header.Hdu, $"{keywords.Of("TFORM")} is missing.");
            columns[i] = isAscii ? ParseAscii(header, i, form) : ParseBinary(header, i, keywords, form, offset);
            // astropy and STILTS write TCOMM.
            columns[i].Description = NonEmpty(header.GetText(keywords.Of("TCOMM")))
                ?? (extended?.Contains(i) is true ? null : comments.DescriptionOf(i));
            offset = Math.Max(offset, columns[i].OffsetBytes + (long)columns[i].RowBytes);
            if (offset > rowBytes)
                throw new FitsException(header.Path, header.Hdu,
                    $"column {columns[i]} ends at byte {offset} of a row, but NAXIS1 is {rowBytes}.");
        }
        return columns;
    }

    private static FitsColumn ParseBinary(FitsHeader header, int index, ColumnKeywords keywords, string form, long offset)
    {
        Match match = BinaryForm().Match(form.ToUpperInvariant()); // MPDAF writes lower case, which cfitsio and astropy accept
        if (!match.Success)
            throw new FitsException(header.Path, header.Hdu,
                $"{keywords.Of("TFORM")} = '{form}' is not a valid format of a binary table (FITS 4.0 table 18).");
        char letter = match.Groups["letter"].ValueSpan[0];
        int repeat = match.Groups["repeat"].ValueSpan is { IsEmpty: false } digits ? int.Parse(digits, CultureInfo.InvariantCulture) : 1;
        bool isVariable = match.Groups["heap"].Success;
        int descriptorBytes = match.Groups["heap"].ValueSpan is "Q" ? 8 : 4;
        int width = letter switch { 'X' => 0, 'L' or 'B' or 'A' => 1, 'I' => 2, 'J' or 'E' => 4, 'M' => 16, _ => 8 };

        long rowBytes = isVariable ? (long)repeat * 2 * descriptorBytes : letter == 'X' ? (repeat + 7L) / 8 : (long)repeat * width;
        if (rowBytes > int.MaxValue || offset > int.MaxValue)
            throw new FitsException(header.Path, header.Hdu,
                $"a row of {rowBytes} bytes in column {index + 1} exceeds the maximum of {int.MaxValue} bytes.");
        double scale = ParseNumber(header, keywords.Of("TSCAL"), 1), zero = ParseNumber(header, keywords.Of("TZERO"), 0);
        FitsType type = TypeOf(letter, scale, zero, out bool isFlipped, out bool isScaled);
        long addend = letter == 'K' && isScaled && scale == 1 ? IntegerOrZero(header.GetText(keywords.Of("TZERO"))!, zero) : 0;
        if (addend != 0)
            (type, isScaled) = (FitsType.Int64, false);
        int valuesPerRow = isVariable ? 0 : repeat;
        long[] shape = isVariable ? [] : ParseShape(header.GetText(keywords.Of("TDIM")), valuesPerRow);
        if (type is FitsType.Complex64 or FitsType.Complex128 && !isVariable && scale == 1 && zero == 0)
        {
            type = type is FitsType.Complex64 ? FitsType.Float32 : FitsType.Float64;
            (width, valuesPerRow, shape) = (width / 2, valuesPerRow * 2, [.. shape, 2]);
        }
        if (letter == 'A' && !isVariable)
            (width, valuesPerRow, shape) = SplitText(repeat, match.Groups["rest"].Value, header.GetText(keywords.Of("TDIM")));

        FitsCard? named = header.Find(keywords.Of("TTYPE"));
        return new FitsColumn
        {
            Index = index,
            Name = named is { Value: { Length: > 0 } name } ? name : $"col{index + 1}",
            Form = form.Trim(),
            Letter = letter,
            Type = type,
            Repeat = valuesPerRow,
            Width = width,
            Shape = shape,
            IsVariableLength = isVariable,
            DescriptorBytes = descriptorBytes,
            Scale = scale,
            Zero = zero,
            Addend = addend,
            IsScaled = isScaled,
            IsSignFlipped = isFlipped,
            NullValue = ParseNull(header, keywords.Of("TNULL"), letter),
            Unit = NonEmpty(header.GetText(keywords.Of("TUNIT"))),
            Ucd = NonEmpty(header.GetText(keywords.Of("TUCD"))),
            DisplayFormat = NonEmpty(header.GetText(keywords.Of("TDISP"))),
            OffsetBytes = (int)offset,
            RowBytes = (int)rowBytes,
        };
    }

    private static FitsColumn ParseAscii(FitsHeader header, int index, string form)
    {
        Match match = AsciiForm().Match(form);
        string number = $"{index + 1}";
        if (!match.Success)
            throw new FitsException(header.Path, header.Hdu,
                $"TFORM{number} = '{form}' is not a valid format of an ASCII table (FITS 4.0 table 15).");
        char letter = match.Groups["letter"].ValueSpan[0];
        int width = int.Parse(match.Groups["width"].ValueSpan, CultureInfo.InvariantCulture);
        long start = header.GetInt64("TBCOL" + number) ?? 0;
        if (start is < 1 or > int.MaxValue)
            throw new FitsException(header.Path, header.Hdu,
                $"TBCOL{number} must be at least 1, found {header.GetText("TBCOL" + number) ?? "nothing"}.");
        double scale = ParseNumber(header, "TSCAL" + number, 1), zero = ParseNumber(header, "TZERO" + number, 0);
        bool isScaled = letter != 'A' && (scale != 1 || zero != 0);
        FitsCard? named = header.Find("TTYPE" + number);
        return new FitsColumn
        {
            Index = index,
            Name = named is { Value: { Length: > 0 } name } ? name : "col" + number,
            Form = form.Trim(),
            Letter = letter,
            Type = letter == 'A' ? FitsType.Text : letter != 'I' || isScaled ? FitsType.Float64
                : width < 10 ? FitsType.Int32 : FitsType.Int64,
            Repeat = 1,
            Width = width,
            Scale = scale,
            Zero = zero,
            IsScaled = isScaled,
            NullText = header.GetText("TNULL" + number),
            Decimals = match.Groups["decimals"] is { Success: true } decimals
                ? int.Parse(decimals.ValueSpan, CultureInfo.InvariantCulture) : 0,
            Unit = NonEmpty(header.GetText("TUNIT" + number)),
            Ucd = NonEmpty(header.GetText("TUCD" + number)),
            DisplayFormat = NonEmpty(header.GetText("TDISP" + number)),
            OffsetBytes = (int)start - 1,
            RowBytes = width,
        };
    }

    /// <summary>FITS 4.0 table 19: the offsets that represent integer types without a format of their own.</summary>
    private static FitsType TypeOf(char letter, double scale, double zero, out bool isFlipped, out bool isScaled)
    {
        FitsType? flipped = (letter, zero) switch
        {
            _ when scale != 1 => null,
            ('B', -128) => FitsType.Int8,
            ('I', 32768) => FitsType.UInt16,
            ('J', 2147483648) => FitsType.UInt32,
            ('K', 9223372036854775808) => FitsType.UInt64,
            _ => null,
        };
        isFlipped = flipped is not null;
        isScaled = !isFlipped && (scale != 1 || zero != 0) && letter is ('B' or 'I' or 'J' or 'K' or 'E' or 'D');
        return flipped ?? letter switch
        {
            'X' => FitsType.Bit,
            'L' => FitsType.Bool,
            'A' => FitsType.Text,
            'C' => FitsType.Complex64,
            'M' => FitsType.Complex128,
            _ when isScaled => FitsType.Float64,
            'B' => FitsType.UInt8,
            'I' => FitsType.Int16,
            'J' => FitsType.Int32,
            'K' => FitsType.Int64,
            'E' => FitsType.Float32,
            _ => FitsType.Float64,
        };
    }

    /// <summary>Returns an offset of 64-bit integers exactly, or 0 if it is not an integer or is rounded.</summary>
    private static long IntegerOrZero(string text, double value) =>
        long.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long exact) ? exact
        : Math.Abs(value) < 1L << 53 && value == Math.Floor(value) ? (long)value // more digits are rounded, as in 9.22337203685478E+18
        : 0;

    /// <summary>Splits a row into strings: the first axis of TDIM is their length,
    /// or <c>rAw</c> states it; otherwise the row is one string.</summary>
    private static (int Width, int Count, long[] Shape) SplitText(int bytes, string rest, string? dimensions)
    {
        long[] shape = ParseShape(dimensions, bytes);
        if (dimensions is not null && shape is [.., > 0] && shape.Length > 1)
            return ((int)shape[^1], (int)(bytes / shape[^1]), shape[..^1]);
        if (int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width > 0 && width < bytes
            && bytes % width == 0)
            return (width, bytes / width, [bytes / width]);
        return (bytes, 1, []);
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
