using System.Globalization;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <content>Lists of lists, one level for each axis, as catalogues of other programs store arrays.</content>
internal sealed partial class NumberCollector<T>
{
    private void AppendArrays(DuckDbVector vector)
    {
        int rank = shape.Shape.Length;
        ReadOnlySpan<DuckDbListEntry> entries = vector.Values<DuckDbListEntry>();
        DuckDbVector lists = vector.Child;
        Span<int> found = stackalloc int[rank];
        if (elementsPerRow < 0)
            Grow(ref lengths, checked((RowCount + vector.RowCount) * rank));
        for (int row = 0; row < vector.RowCount; row++)
        {
            found.Fill(-1);
            if (vector.IsValid(row))
            {
                found[0] = checked((int)entries[row].Length);
                AppendLists(lists, entries[row], found, 1, row);
                found.Replace(-1, 0); // lists that do not exist have no length
                RequireShape(found, row);
            }
            else if (elementsPerRow > 0)
            {
                Grow(ref values, checked(valueCount + elementsPerRow));
                values.AsSpan(valueCount, elementsPerRow).Clear();
                valueCount += elementsPerRow;
            }
            else
                TakeEmptyShape(found);
            if (elementsPerRow < 0)
                found.CopyTo(lengths.AsSpan((RowCount + row) * rank));
        }
    }

    /// <summary>Appends the elements of lists whose own elements are on an axis.</summary>
    private void AppendLists(DuckDbVector lists, DuckDbListEntry within, Span<int> found, int axis, int row)
    {
        ReadOnlySpan<DuckDbListEntry> entries = within.Of(lists.Values<DuckDbListEntry>());
        DuckDbVector elements = lists.Child;
        for (int i = 0; i < entries.Length; i++)
        {
            if (!lists.IsValid(checked((int)within.Offset + i)))
                throw NotAnArray(row, "a missing list");
            int length = checked((int)entries[i].Length);
            if (found[axis] >= 0 && found[axis] != length)
                throw NotAnArray(row, string.Create(CultureInfo.InvariantCulture, $"lists of {found[axis]} and of {length} elements"));
            found[axis] = length;
            if (axis + 1 < found.Length)
            {
                AppendLists(elements, entries[i], found, axis + 1, row);
                continue;
            }
            Grow(ref values, checked(valueCount + length));
            entries[i].Of(elements.Values<T>()).CopyTo(values.AsSpan(valueCount));
            if (!elements.AllValid)
                MarkMissing(elements, entries[i], row);
            valueCount += length;
        }
    }

    /// <summary>Compares a shape with that of the column. Axes within an empty list have no length of their own, and take that of the
    /// column.</summary>
    private void RequireShape(Span<int> found, int row)
    {
        bool isEmpty = false;
        for (int axis = 0; axis < found.Length; axis++)
        {
            if (shape.Shape[axis] != ColumnSchema.Ragged && shape.Shape[axis] != found[axis] && !isEmpty)
                throw NotAnArray(row, $"an array of shape [{Text(found)}]");
            if (isEmpty)
                TakeEmptyShape(found[axis..], axis);
            isEmpty |= found[axis] == 0;
        }
    }

    /// <summary>Sets axes to the lengths of the column: 0 for those of variable length.</summary>
    private void TakeEmptyShape(Span<int> lengths, int firstAxis = 0)
    {
        for (int axis = 0; axis < lengths.Length; axis++)
            lengths[axis] = Math.Max(shape.Shape[firstAxis + axis], 0);
    }

    private ValueInvalidException NotAnArray(int row, string value) => new("the result", RowCount + row, Name, value,
        $"an array of {shape.DType.Name()} of shape [{Text(shape.Shape.AsSpan())}]",
        $"Leave the column out (--columns), read it as text with 'pile sql': CAST({DuckDbSql.Identifier(Name)} AS VARCHAR), or build a "
            + "dataset of the Parquet files with 'exclude' in the recipe");

    private static string Text(ReadOnlySpan<int> lengths)
    {
        string[] texts = new string[lengths.Length];
        for (int axis = 0; axis < lengths.Length; axis++)
            texts[axis] = lengths[axis] < 0 ? "any length" : lengths[axis].ToString(CultureInfo.InvariantCulture);
        return string.Join(", ", texts);
    }
}
