using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Json;

/// <summary>A column of a JSON Lines file.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Key">The key of its values.</param>
/// <param name="List">The key of its lists: <paramref name="Key"/> itself, or the key of the list of objects that have it; null for a
/// column of single values.</param>
internal sealed record JsonColumn(ColumnSchema Schema, JsonKey Key, JsonKey? List)
{
    /// <summary>Adds the value of a line as a row.</summary>
    /// <returns>False if it is not a value of the column.</returns>
    internal bool TryAdd(ColumnBuilder builder, JsonLine line, ReadOnlySpan<byte> utf8)
    {
        JsonKey holder = List ?? Key;
        if (!line.Has(holder) || holder.Form is JsonForm.Null)
        {
            builder.AddNull();
            return true;
        }
        if (List is null)
            return holder.Form is JsonForm.Scalar && IsOfType(line[holder.First])
                && builder.TryAddText(line.BytesOf(holder.First, utf8));
        return holder.Form is JsonForm.EmptyList or JsonForm.Scalars or JsonForm.Objects && builder switch
        {
            TextColumnBuilder c => TryAddTexts(c, line, utf8),
            NumberColumnBuilder<bool> c => TryAddNumbers(c, line, utf8, default),
            NumberColumnBuilder<long> c => TryAddNumbers(c, line, utf8, default),
            NumberColumnBuilder<ulong> c => TryAddNumbers(c, line, utf8, default),
            NumberColumnBuilder<double> c => TryAddNumbers(c, line, utf8, double.NaN),
            _ => false,
        };
    }

    private bool TryAddNumbers<T>(NumberColumnBuilder<T> builder, JsonLine line, ReadOnlySpan<byte> utf8, T missing) where T : unmanaged
    {
        Span<T> values = Schema.Shape.Length == 1 ? builder.AddRow([List!.Count])
            : Schema.IsRagged ? builder.AddRow([.. OuterShape()]) : builder.AddRows(1);
        if (values.Length != List!.Count)
            return false;
        values.Fill(missing);
        int found = 0;
        for (int cell = FirstIn(line); cell >= 0; cell = line[cell].Next, found++)
            if (!IsOfType(line[cell]) || !CellText.TryParse(line.BytesOf(cell, utf8), out values[line[cell].Element]))
                return false;
        return found == values.Length || Schema.DType.IsFloat();
    }

    private bool TryAddTexts(TextColumnBuilder builder, JsonLine line, ReadOnlySpan<byte> utf8)
    {
        if (Schema.IsRagged)
            builder.AddRow(List!.Count);
        else if (List!.Count != Schema.ElementsPerRow)
            return false;
        int cell = FirstIn(line);
        for (int element = 0; element < List.Count; element++)
            if (cell >= 0 && line[cell].Element == element)
            {
                builder.Add(line.BytesOf(cell, utf8));
                cell = line[cell].Next;
            }
            else
                builder.Add([]);
        return true;
    }

    private IEnumerable<int> OuterShape() =>
        [Schema.Shape[1..].Aggregate(List!.Count, (left, length) => left / length), .. Schema.Shape[1..]];

    private int FirstIn(JsonLine line) => line.Has(Key) ? Key.First : -1;

    private bool IsOfType(JsonCell cell) => cell.Kind is not JsonKind.Text || Schema.DType is DType.String;
}
