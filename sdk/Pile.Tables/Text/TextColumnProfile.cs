using System.Text;
using System.Text.Unicode;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Text;

/// <summary>The common properties of all values of one column, from which the type follows that represents each of them exactly.</summary>
/// <remarks>A column remains text if a number would lose something: leading zeros (<c>007</c>), integers of more digits than 64 bits can
/// represent, ids beyond 2⁵³ beside the word <c>nan</c>. A column with decimals has measurements, not ids, so that its integers are rounded
/// to the nearest float64, as its decimals are. A column without any value remains text, unless the file declares numbers. The bare word
/// <c>null</c> (used by Gaia and CasJobs) is a missing value in columns of numbers, and in those of text of files that use it so: a name
/// may be Null. <c>\N</c>, of dumps of databases and of 2MASS, is always a missing value.</remarks>
/// <param name="declared">What the file declares the values to be.</param>
internal sealed class TextColumnProfile(FieldKind declared = FieldKind.Any)
{
    private const long LargestExactInDouble = 1L << 53;
    private const int LongestNumberBytes = 64, SampledTexts = 1000, ShownBytes = 60, NullWordBytes = 4;

    private bool hasText = declared is FieldKind.Text, hasBool, hasFloat, hasDecimal, hasInteger, hasNegative, needsUInt64, hasInexact,
        hasHuge, hasEmpty, hasNullWord;
    private int widestBytes;
    private long numbers, texts;
    private (string Text, long Row)? firstText, firstHuge, firstUnsigned, firstInexact;

    /// <summary>True if the column shows that its file writes missing values as the word <c>null</c>.</summary>
    internal bool UsesNullWord => hasNullWord && !hasText;

    /// <summary>Returns whether a value is missing if the column is read as a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="usesNullWord">True if a column of the file shows that the word <c>null</c> is a missing value.</param>
    internal bool HasNullAs(DType type, bool usesNullWord) => hasEmpty || (hasNullWord && (usesNullWord || type is not DType.String));

    /// <summary>The size of the longest value in bytes.</summary>
    /// <param name="usesNullWord">True if the word <c>null</c> is a missing value.</param>
    internal int WidestBytes(bool usesNullWord) => hasNullWord && !usesNullWord ? Math.Max(widestBytes, NullWordBytes) : widestBytes;

    /// <summary>The kinds of the values.</summary>
    internal TextKinds Kinds => If(hasText, TextKinds.Text) | If(hasBool, TextKinds.Bool) | If(hasFloat, TextKinds.Float)
        | If(hasInteger, TextKinds.Integer) | If(hasNegative, TextKinds.Negative) | If(needsUInt64, TextKinds.Unsigned)
        | If(hasInexact, TextKinds.Inexact) | If(hasDecimal, TextKinds.Decimal) | If(hasHuge, TextKinds.Huge);

    /// <summary>The type of the column.</summary>
    internal DType Type => Kinds is TextKinds.None && declared is FieldKind.Number ? DType.Int64 : TypeOf(Kinds);

    /// <summary>Returns why a column is text although most or all of its values are numbers; null if it is not. After the first text, some
    /// further values are compared.</summary>
    internal string? NoteOf(string name) => firstText is var (text, row)
        ? numbers <= texts ? null
            : $"the column '{name}' is read as text, because '{text}' in row {row} is not a number, unlike most of its values. An empty "
                + "field is a missing number. Rows are counted from 0."
        : hasText || hasBool || !hasInteger || Type is not DType.String ? null
        : $"the column '{name}' is read as text, because {ReasonOfIntegers()}. Rows are counted from 0.";

    private string ReasonOfIntegers() => firstHuge is var (huge, ofHuge)
        ? $"the integer '{huge}' in row {ofHuge} is beyond the integers of 64 bits; beside decimals it would be a float64"
        : !hasFloat && firstUnsigned is var (unsigned, ofUnsigned)
            ? $"the integer '{unsigned}' in row {ofUnsigned} is beyond int64, which the negative ones require"
        : $"float64, which missing numbers written as a word such as 'nan' require, does not represent the integer '{firstInexact?.Text}' "
            + $"in row {firstInexact?.Row} exactly. Leave the fields of missing numbers empty";

    /// <summary>Returns the type that represents values of all these kinds exactly.</summary>
    internal static DType TypeOf(TextKinds kinds)
    {
        if (kinds.HasFlag(TextKinds.Missing))
            return (kinds & (TextKinds.Bool | TextKinds.Inexact)) is TextKinds.None ? DType.Float64 : DType.String;
        bool isFloat = kinds.HasFlag(TextKinds.Float), isInteger = kinds.HasFlag(TextKinds.Integer);
        if (kinds.HasFlag(TextKinds.Text) || (kinds.HasFlag(TextKinds.Bool) && (isFloat || isInteger)))
            return DType.String;
        if (!kinds.HasFlag(TextKinds.Decimal) && (kinds.HasFlag(TextKinds.Huge) || kinds.HasFlag(TextKinds.Unsigned | TextKinds.Negative)
            || (isFloat && kinds.HasFlag(TextKinds.Inexact))))
            return DType.String;
        return kinds.HasFlag(TextKinds.Bool) ? DType.Bool
            : isFloat ? DType.Float64
            : !isInteger ? DType.String
            : kinds.HasFlag(TextKinds.Unsigned) ? DType.UInt64 : DType.Int64;
    }

    private static TextKinds If(bool isFound, TextKinds kind) => isFound ? kind : TextKinds.None;

    /// <summary>Returns whether a cell is a bare <c>null</c>, <c>NULL</c> or <c>\N</c>.</summary>
    internal static bool IsNullWord(ReadOnlySpan<byte> cell) =>
        cell.SequenceEqual("null"u8) || cell.SequenceEqual("NULL"u8) || IsNullMark(cell);

    /// <summary>Returns whether a cell is a bare <c>\N</c>, which is a missing value in columns of text, too.</summary>
    internal static bool IsNullMark(ReadOnlySpan<byte> cell) => cell.SequenceEqual(@"\N"u8);

    /// <summary>Adds a value to the profile.</summary>
    /// <returns>False if the value is not valid UTF-8.</returns>
    internal bool Add(ReadOnlySpan<byte> cell, bool isQuoted, long row)
    {
        if (cell.IsEmpty || (!isQuoted && IsNullMark(cell)))
        {
            hasEmpty = true;
            return true;
        }
        if (!isQuoted && IsNullWord(cell))
        {
            hasNullWord = true;
            return true;
        }
        widestBytes = Math.Max(widestBytes, cell.Length);
        if (hasText)
            return Utf8.IsValid(cell) && (firstText is null || Compare(cell));
        numbers++;
        if (!TryAddInteger(cell, row))
        {
            if (cell.Length <= LongestNumberBytes && CellText.TryParse(cell, out double _))
                (hasFloat, hasDecimal) = (true, hasDecimal || cell.ContainsAnyInRange((byte)'0', (byte)'9'));
            else if (CellText.TryBool(cell, out _))
                hasBool = true;
            else
            {
                hasText = true;
                if (!Utf8.IsValid(cell))
                    return false;
                if (declared is FieldKind.Any && !hasBool)
                    firstText = Shown(cell, row);
                (numbers, texts) = (numbers - 1, 1);
            }
        }
        return true;
    }

    private bool Compare(ReadOnlySpan<byte> cell)
    {
        if (texts < SampledTexts && numbers < SampledTexts)
            _ = cell.Length <= LongestNumberBytes && CellText.TryParse(cell, out double _) ? numbers++ : texts++;
        return true;
    }

    private bool TryAddInteger(ReadOnlySpan<byte> cell, long row)
    {
        bool isSigned = cell[0] is (byte)'-' or (byte)'+';
        ReadOnlySpan<byte> digits = isSigned ? cell[1..] : cell;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        bool isNegative = cell[0] == (byte)'-';
        hasInteger = true;
        hasNegative |= isNegative;
        if (digits.Length > 1 && digits[0] == (byte)'0' && declared is not FieldKind.Number)
            hasText = true;
        else if (CellText.TryParse(cell, out long value))
        {
            if (value is > LargestExactInDouble or < -LargestExactInDouble)
                (hasInexact, firstInexact) = (true, firstInexact ?? Shown(cell, row));
        }
        else if (!isNegative && CellText.TryParse(digits, out ulong _))
        {
            (needsUInt64, hasInexact) = (true, true);
            (firstUnsigned, firstInexact) = (firstUnsigned ?? Shown(cell, row), firstInexact ?? Shown(cell, row));
        }
        else if (cell.Length <= LongestNumberBytes)
            (hasHuge, hasInexact, firstHuge) = (true, true, firstHuge ?? Shown(cell, row));
        else
            hasText = true;
        return true;
    }

    private static (string Text, long Row) Shown(ReadOnlySpan<byte> cell, long row) =>
        (Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, ShownBytes)]), row);
}
