using System.Text;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Json;

/// <summary>The common properties of all values of one key, from which the type of its column follows.</summary>
internal sealed class JsonColumnProfile
{
    private const long LargestExactInDouble = 1L << 53;
    private const int LongestExactInteger = 15;

    private long formRow, textRow = -1, boolRow = -1, integerRow = -1, floatRow = -1, inexactRow = -1, unsignedRow = -1, negativeRow = -1;
    private string inexact = "", unsigned = "";
    private int widestBytes;
    private bool hasShape;

    /// <summary>What the key contains in all rows.</summary>
    internal JsonForm Form { get; private set; }

    /// <summary>The number of rows that are not null.</summary>
    internal long Rows { get; private set; }

    /// <summary>The number of elements of all lists, including missing ones.</summary>
    internal long Elements { get; private set; }

    /// <summary>The lengths of the lists in lists; empty if lists have values.</summary>
    internal int[] InnerShape { get; private set; } = [];

    /// <summary>The length of all arrays along their first axis; -1 if they differ.</summary>
    internal int OuterLength { get; private set; } = -2;

    /// <summary>The number of values.</summary>
    internal long Values { get; private set; }

    /// <summary>True if a number has a fraction or an exponent.</summary>
    internal bool HasDecimals => floatRow >= 0;

    /// <summary>True if a value is a text.</summary>
    internal bool HasTexts => textRow >= 0;

    /// <summary>The size of the longest value in bytes.</summary>
    internal int WidestBytes => widestBytes;

    /// <summary>The kinds of the values.</summary>
    internal TextKinds Kinds => If(textRow, TextKinds.Text) | If(boolRow, TextKinds.Bool) | If(floatRow, TextKinds.Float)
        | If(integerRow, TextKinds.Integer) | If(negativeRow, TextKinds.Negative) | If(unsignedRow, TextKinds.Unsigned)
        | If(inexactRow, TextKinds.Inexact);

    /// <summary>Adds the values of a row.</summary>
    /// <returns>False if the row contradicts <see cref="Form"/>.</returns>
    internal bool TryAdd(JsonKey key, JsonLine line, ReadOnlySpan<byte> utf8, long row)
    {
        if (key.Form is JsonForm.Null)
            return true;
        if (Form is JsonForm.Null || (Form is JsonForm.EmptyList && key.Form is JsonForm.Scalars or JsonForm.Objects))
            (Form, formRow) = (key.Form, row);
        else if (key.Form != Form && !(key.Form is JsonForm.EmptyList && Form is JsonForm.Scalars or JsonForm.Objects))
            return false;
        if (key.Form is JsonForm.Scalars && Form is JsonForm.Scalars && !IsOfShape(key.InnerShape, row))
            return false;
        Rows++;
        Elements += key.Count;
        int outer = key.InnerShape.Aggregate(key.Count, (left, length) => left / length);
        OuterLength = OuterLength == -2 || OuterLength == outer ? outer : -1;
        for (int cell = key.First; cell >= 0; cell = line[cell].Next)
            Add(line[cell].Kind, line.BytesOf(cell, utf8), row);
        return true;
    }

    /// <summary>Creates the error of a row that contradicts <see cref="Form"/>.</summary>
    internal ValueInvalidException Mixed(string path, long row, JsonKey key) => new(path, row, key.Path, Name(key.Form, key.InnerShape),
        $"{Name(Form, InnerShape)}, which row {formRow} has", $"Use two keys, or leave the key out: {JsonLists.WithoutKey(key.Path)}");

    /// <summary>Returns the type of the column.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="column">The column, for messages.</param>
    /// <param name="isList">True for a list, in which only floats and texts can be missing.</param>
    /// <param name="hasMissing">True if an element of a list is missing.</param>
    /// <exception cref="ValueInvalidException">No type represents all numbers exactly.</exception>
    internal DType TypeOf(string path, string column, bool isList, bool hasMissing)
    {
        bool hasNumber = integerRow >= 0 || floatRow >= 0, hasBool = boolRow >= 0;
        if (textRow >= 0 || (hasBool && (hasNumber || hasMissing)))
            return DType.String;
        if (hasBool)
            return DType.Bool;
        if (!hasNumber)
            return isList ? DType.Float64 : DType.String;
        if (floatRow >= 0)
            return inexactRow < 0 ? DType.Float64 : throw new ValueInvalidException(path, inexactRow, column, inexact,
                $"exact as float64, which row {floatRow} requires", "Write these integers as text, in quotes, or all numbers as integers");
        if (unsignedRow >= 0 && negativeRow >= 0)
            throw new ValueInvalidException(path, unsignedRow, column, unsigned,
                $"in the range of int64, which row {negativeRow} requires", "Write the integers as text, in quotes");
        if (hasMissing)
            return inexactRow >= 0 ? DType.String : DType.Float64;
        return unsignedRow >= 0 ? DType.UInt64 : DType.Int64;
    }

    private bool IsOfShape(int[] inner, long row)
    {
        if (!hasShape)
            (hasShape, InnerShape, formRow) = (true, inner, row);
        return InnerShape.AsSpan().SequenceEqual(inner);
    }

    private void Add(JsonKind kind, ReadOnlySpan<byte> value, long row)
    {
        Values++;
        widestBytes = Math.Max(widestBytes, value.Length);
        switch (kind)
        {
            case JsonKind.Text:
                SetFirst(ref textRow, row);
                break;
            case JsonKind.Bool:
                SetFirst(ref boolRow, row);
                break;
            case JsonKind.Float:
                SetFirst(ref floatRow, row);
                break;
            default:
                AddInteger(value, row);
                break;
        }
    }

    private void AddInteger(ReadOnlySpan<byte> value, long row)
    {
        SetFirst(ref integerRow, row);
        if (value[0] == (byte)'-')
            SetFirst(ref negativeRow, row);
        if (value.Length <= LongestExactInteger || (inexactRow >= 0 && unsignedRow >= 0))
            return;
        bool isSigned = Batches.CellText.TryParse(value, out long number);
        if (inexactRow < 0 && (!isSigned || number is > LargestExactInDouble or < -LargestExactInDouble))
            (inexactRow, inexact) = (row, Encoding.UTF8.GetString(value));
        if (unsignedRow < 0 && !isSigned)
            (unsignedRow, unsigned) = (row, Encoding.UTF8.GetString(value));
    }

    private static TextKinds If(long firstRow, TextKinds kind) => firstRow >= 0 ? kind : TextKinds.None;

    private static void SetFirst(ref long first, long row)
    {
        if (first < 0)
            first = row;
    }

    private static string Name(JsonForm form, int[] inner) => form switch
    {
        JsonForm.Scalars when inner.Length > 0 => $"a list of lists of the shape [{string.Join(", ", inner)}]",
        JsonForm.Scalar => "a single value",
        JsonForm.Object => "an object",
        JsonForm.Objects => "a list of objects",
        JsonForm.Scalars => "a list of values",
        _ => "a list",
    };
}
