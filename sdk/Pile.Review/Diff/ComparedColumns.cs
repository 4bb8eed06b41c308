using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>A column that both datasets have, with the same dtype and number of axes.</summary>
/// <param name="Index">Its number among the compared columns.</param>
/// <param name="A">Its schema in A.</param>
/// <param name="B">Its schema in B.</param>
/// <param name="HasChecksums">True if both sides store pieces of the same shape with checksums, so that equal pieces need not be
/// read.</param>
internal sealed record ComparedColumn(int Index, ColumnSchema A, ColumnSchema B, bool HasChecksums)
{
    internal string Name => A.Name;

    /// <summary>True if both indexes have the values.</summary>
    internal bool IsLight => !A.IsHeavy && !B.IsHeavy;
}

/// <summary>The columns whose values are compared.</summary>
/// <remarks>The id identifies the row. The column that follows from the key (<c>healpix</c>, <c>key</c>) depends on the partition, so
/// that it would differ in each row of a dataset that is partitioned differently.</remarks>
internal sealed class ComparedColumns
{
    internal const string ObjectId = "object_id";

    private ComparedColumns(ImmutableArray<ComparedColumn> all, ImmutableArray<string> notComparable) =>
        (All, Light, Heavy, NotComparable) = (all, [.. all.Where(c => c.IsLight)], [.. all.Where(c => !c.IsLight)], notComparable);

    /// <summary>All compared columns, in the order of A.</summary>
    internal ImmutableArray<ComparedColumn> All { get; }

    /// <summary>Those that are compared in the index.</summary>
    internal ImmutableArray<ComparedColumn> Light { get; }

    /// <summary>Those that at least one side stores in its shards only.</summary>
    internal ImmutableArray<ComparedColumn> Heavy { get; }

    /// <summary>The names of columns that both sides have with different dtypes or numbers of axes.</summary>
    internal ImmutableArray<string> NotComparable { get; }

    /// <summary>True for the column that follows from the key of a dataset's rows.</summary>
    internal static bool IsOfKey(ColumnSchema column, Dataset dataset) =>
        dataset.Manifest.Partition.Key is { HasTiles: false } key && column.Name == key.StoredColumn;

    internal static ComparedColumns Of(Dataset a, Dataset b, bool lightOnly)
    {
        List<ComparedColumn> all = [];
        List<string> notComparable = [];
        foreach (ColumnSchema column in a.Manifest.Columns.Where(c => c.Name != ObjectId && !IsOfKey(c, a) && !IsOfKey(c, b)))
        {
            if (b.Manifest.Column(column.Name) is not { } other || (lightOnly && (column.IsHeavy || other.IsHeavy)))
                continue;
            if (column.DType != other.DType || column.Shape.Length != other.Shape.Length)
                notComparable.Add(column.Name);
            else
                all.Add(new ComparedColumn(all.Count, column, other, column.IsHeavy && other.IsHeavy
                    && column.Storage != ColumnStorage.Window && other.Storage != ColumnStorage.Window
                    && column.Shape.AsSpan().SequenceEqual(other.Shape.AsSpan()) && !a.IsWithoutIndex && !b.IsWithoutIndex));
        }
        return new ComparedColumns([.. all], [.. notComparable]);
    }
}
