using System.Buffers;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>Compares columns of two results of DuckDB, in its memory.</summary>
internal static class VectorComparison
{
    /// <summary>Finds the rows whose values differ: bit for bit, where all NaN are equal and NULL equals only NULL. In lists of floats a
    /// missing element is NaN, and in lists of text it is empty, as datasets store them. A list of numbers equals nested lists with the
    /// same numbers: an array of several axes is one list in a dataset, and nested lists in a HATS catalogue.</summary>
    /// <param name="a">A column of one result.</param>
    /// <param name="rowA">The first row to compare.</param>
    /// <param name="b">The same column of the other result.</param>
    /// <param name="rowB">The row to compare with <paramref name="rowA"/>.</param>
    /// <param name="differs">Receives true for each row that differs, shape [rows].</param>
    /// <returns>True if any row differs; otherwise <paramref name="differs"/> is unchanged.</returns>
    internal static bool Compare(DuckDbVector a, int rowA, DuckDbVector b, int rowB, Span<bool> differs)
    {
        if (!a.Type.Equals(b.Type))
        {
            if (a.Type.Id == DuckDbTypeId.List && b.Type.Id == DuckDbTypeId.List && NumberIn(a.Type) is { } number
                && NumberIn(b.Type) == number)
                return CompareFlat(number, a, rowA, b, rowB, differs);
            differs.Fill(true);
            return true;
        }
        return a.Type.Id == DuckDbTypeId.List
                ? a.Type.Child!.Id == DuckDbTypeId.List ? CompareNested(a, rowA, b, rowB, differs) : CompareLists(a, rowA, b, rowB, differs)
            : a.Type.Id is DuckDbTypeId.Varchar or DuckDbTypeId.Blob ? CompareBytes(a, rowA, b, rowB, differs)
            : CompareNumbers(a, rowA, b, rowB, differs);
    }

    private static bool CompareNumbers(DuckDbVector a, int rowA, DuckDbVector b, int rowB, Span<bool> differs)
    {
        DType type = a.Type.Id.ToDType()!.Value;
        int bytes = type.ElementBytes();
        ReadOnlySpan<byte> cellsA = CellBytes.Of(a, type).Slice(rowA * bytes, differs.Length * bytes),
            cellsB = CellBytes.Of(b, type).Slice(rowB * bytes, differs.Length * bytes);
        if (a.AllValid && b.AllValid && cellsA.SequenceEqual(cellsB))
            return false;
        bool any = false;
        for (int i = 0; i < differs.Length; i++)
            any |= differs[i] = a.IsValid(rowA + i) != b.IsValid(rowB + i) || (a.IsValid(rowA + i)
                && !CellBytes.AreEqual(type, cellsA.Slice(i * bytes, bytes), cellsB.Slice(i * bytes, bytes)));
        return any;
    }

    private static bool CompareBytes(DuckDbVector a, int rowA, DuckDbVector b, int rowB, Span<bool> differs)
    {
        bool any = false, isText = a.Type.Id == DuckDbTypeId.Varchar;
        for (int i = 0; i < differs.Length; i++)
            any |= differs[i] = a.IsValid(rowA + i) != b.IsValid(rowB + i) || (a.IsValid(rowA + i)
                && !Of(a, rowA + i).SequenceEqual(Of(b, rowB + i)));
        return any;

        ReadOnlySpan<byte> Of(DuckDbVector vector, int row) => isText ? vector.Utf8(row) : vector.Blob(row);
    }

    private static bool CompareNested(DuckDbVector a, int rowA, DuckDbVector b, int rowB, Span<bool> differs)
    {
        bool any = false;
        for (int i = 0; i < differs.Length; i++)
            any |= differs[i] = !AreEqual(a, rowA + i, b, rowB + i);
        return any;

        static bool AreEqual(DuckDbVector a, int rowA, DuckDbVector b, int rowB)
        {
            if (!a.IsValid(rowA) || !b.IsValid(rowB))
                return a.IsValid(rowA) == b.IsValid(rowB);
            DuckDbListEntry listA = a.Values<DuckDbListEntry>()[rowA], listB = b.Values<DuckDbListEntry>()[rowB];
            if (listA.Length != listB.Length)
                return false;
            DuckDbVector childA = a.Child, childB = b.Child;
            if (childA.Type.Child!.Id != DuckDbTypeId.List)
                return !CompareLists(childA, (int)listA.Offset, childB, (int)listB.Offset, new bool[(int)listA.Length]);
            for (int i = 0; i < (int)listA.Length; i++)
                if (!AreEqual(childA, (int)listA.Offset + i, childB, (int)listB.Offset + i))
                    return false;
            return true;
        }
    }

    private static DType? NumberIn(DuckDbType type) => type.Id == DuckDbTypeId.List ? NumberIn(type.Child!)
        : type.Id.ToDType() is { } number and not DType.String ? number : null;

    private static bool CompareFlat(DType type, DuckDbVector a, int rowA, DuckDbVector b, int rowB, Span<bool> differs)
    {
        bool any = false;
        ArrayBufferWriter<byte> cellsA = new(), cellsB = new();
        for (int i = 0; i < differs.Length; i++)
        {
            cellsA.ResetWrittenCount();
            cellsB.ResetWrittenCount();
            any |= differs[i] = a.IsValid(rowA + i) != b.IsValid(rowB + i) || !TryFlatten(type, a, rowA + i, cellsA)
                || !TryFlatten(type, b, rowB + i, cellsB) || cellsA.WrittenCount != cellsB.WrittenCount
                || !CellBytes.AreEqual(type, cellsA.WrittenSpan, cellsB.WrittenSpan);
        }
        return any;
    }

    // False if an element is missing that has no NaN in its place.
    private static bool TryFlatten(DType type, DuckDbVector vector, int row, ArrayBufferWriter<byte> cells)
    {
        if (vector.Type.Id == DuckDbTypeId.List)
        {
            DuckDbListEntry list = vector.IsValid(row) ? vector.Values<DuckDbListEntry>()[row] : default;
            DuckDbVector child = vector.Child;
            if (child.Type.Id != DuckDbTypeId.List && child.AllValid)
            {
                int size = type.ElementBytes();
                cells.Write(CellBytes.Of(child, type).Slice((int)list.Offset * size, (int)list.Length * size));
                return true;
            }
            for (int i = 0; i < (int)list.Length; i++)
                if (!TryFlatten(type, child, (int)list.Offset + i, cells))
                    return false;
            return true;
        }
        int bytes = type.ElementBytes();
        ReadOnlySpan<byte> value = vector.IsValid(row) ? CellBytes.Of(vector, type).Slice(row * bytes, bytes) : NaN(type);
        cells.Write(value);
        return !value.IsEmpty;
    }

    private static ReadOnlySpan<byte> NaN(DType type) => type == DType.Float64 ? BitConverter.GetBytes(double.NaN)
        : type == DType.Float32 ? BitConverter.GetBytes(float.NaN) : default;

    private static bool CompareLists(DuckDbVector a, int rowA, DuckDbVector b, int rowB, Span<bool> differs)
    {
        DuckDbVector childA = a.Child, childB = b.Child;
        ReadOnlySpan<DuckDbListEntry> listsA = a.Values<DuckDbListEntry>(), listsB = b.Values<DuckDbListEntry>();
        DType? type = childA.Type.Id.ToDType();
        bool isText = type is null or DType.String;
        int bytes = isText ? 0 : type!.Value.ElementBytes();
        ReadOnlySpan<byte> cellsA = isText ? default : CellBytes.Of(childA, type!.Value),
            cellsB = isText ? default : CellBytes.Of(childB, type!.Value);
        bool any = false;
        for (int i = 0; i < differs.Length; i++)
        {
            bool isValid = a.IsValid(rowA + i);
            DuckDbListEntry listA = isValid ? listsA[rowA + i] : default, listB = b.IsValid(rowB + i) ? listsB[rowB + i] : default;
            any |= differs[i] = isValid != b.IsValid(rowB + i) || listA.Length != listB.Length || (isText
                ? !AreEqual(childA, (int)listA.Offset, childB, (int)listB.Offset, (int)listA.Length)
                : !childA.AllValid || !childB.AllValid ? !AreEqual(type!.Value, childA, cellsA, (int)listA.Offset, childB, cellsB,
                    (int)listB.Offset, (int)listA.Length)
                : !CellBytes.AreEqual(type!.Value, cellsA.Slice((int)listA.Offset * bytes, (int)listA.Length * bytes),
                    cellsB.Slice((int)listB.Offset * bytes, (int)listB.Length * bytes)));
        }
        return any;
    }

    private static bool AreEqual(DuckDbVector a, int firstA, DuckDbVector b, int firstB, int count)
    {
        for (int i = 0; i < count; i++)
            if (!Of(a, firstA + i).SequenceEqual(Of(b, firstB + i)))
                return false;
        return true;

        static ReadOnlySpan<byte> Of(DuckDbVector vector, int row) => vector.IsValid(row) ? vector.Utf8(row) : default;
    }

    private static bool AreEqual(DType type, DuckDbVector a, ReadOnlySpan<byte> cellsA, int firstA, DuckDbVector b,
        ReadOnlySpan<byte> cellsB, int firstB, int count)
    {
        int bytes = type.ElementBytes();
        ReadOnlySpan<byte> nan = NaN(type);
        for (int i = 0; i < count; i++)
        {
            bool isValidA = a.IsValid(firstA + i), isValidB = b.IsValid(firstB + i);
            if (isValidA != isValidB && nan.IsEmpty)
                return false;
            if ((isValidA || isValidB) && !CellBytes.AreEqual(type, isValidA ? cellsA.Slice((firstA + i) * bytes, bytes) : nan,
                isValidB ? cellsB.Slice((firstB + i) * bytes, bytes) : nan))
                return false;
        }
        return true;
    }
}
