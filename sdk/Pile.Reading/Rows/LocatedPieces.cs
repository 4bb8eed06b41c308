using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The locations of the values of a heavy column, as the index has them, for a growing number of rows.</summary>
internal sealed class LocatedPieces(ColumnSchema stored)
{
    private readonly PieceTable pieces = new();
    private readonly WindowTable windows = new();
    private readonly List<int> shapes = [], chunks = [], files = [];
    private readonly List<long> firstElements = [];

    /// <summary>True if the values are in files outside the dataset.</summary>
    internal bool IsReference { get; } = stored.Storage == ColumnStorage.Reference;

    /// <summary>True if the index has the shape of chunks.</summary>
    internal bool HasChunks => IsReference || (stored.IsRagged && stored.Shape.Length > 1);

    /// <summary>Appends the four columns of pieces.</summary>
    /// <exception cref="FormatException">The lists of a row differ in length.</exception>
    internal void AppendPieces(DuckDbVector offsets, DuckDbVector sizes, DuckDbVector codecs, DuckDbVector crcs) =>
        pieces.Append(offsets, sizes, codecs, crcs, mayBeUnverified: IsReference);

    /// <summary>Appends the shapes of the rows of a ragged column.</summary>
    /// <exception cref="FormatException">A shape has another number of axes than the column.</exception>
    internal void AppendShapes(DuckDbVector lengths) => AppendLengths(lengths, stored.Shape.Length, shapes);

    /// <summary>Returns the shape of a row of a ragged column.</summary>
    internal ReadOnlySpan<int> ShapeOf(int row) =>
        CollectionsMarshal.AsSpan(shapes).Slice(row * stored.Shape.Length, stored.Shape.Length);

    /// <summary>Appends the shapes of chunks.</summary>
    /// <inheritdoc cref="AppendShapes" path="/exception"/>
    internal void AppendChunks(DuckDbVector lengths) =>
        AppendLengths(lengths, IsReference ? stored.Shape.Length + 1 : stored.Shape.Length, chunks);

    /// <summary>Appends the numbers of files outside the dataset.</summary>
    internal void AppendFiles(DuckDbVector numbers) => AppendNumbers(numbers, files, -1);

    /// <summary>Appends the numbers of the rows' first elements in their chunks.</summary>
    internal void AppendFirst(DuckDbVector numbers) => AppendNumbers(numbers, firstElements, 0);

    /// <summary>Returns the column of the rows in files outside the dataset.</summary>
    internal HeavyColumn ToReference(PieceFiles sources, bool isVerified) =>
        new ReferenceColumn(stored, [.. files], pieces, [.. shapes], [.. chunks], [.. firstElements], sources, isVerified);

    /// <summary>True if the values are windows of rasters.</summary>
    internal bool IsWindow { get; } = stored.Storage == ColumnStorage.Window;

    /// <summary>Appends the four columns of windows.</summary>
    /// <exception cref="FormatException">The lists of a row differ in length.</exception>
    internal void AppendWindows(DuckDbVector ofFiles, DuckDbVector bands, DuckDbVector factors, DuckDbVector ofWindows) =>
        windows.Append(ofFiles, bands, factors, ofWindows);

    /// <summary>Returns the column of the rows that are windows of rasters.</summary>
    internal HeavyColumn ToWindows(WindowSources rasters, PieceFiles sources) =>
        new WindowColumn(stored, windows, [.. shapes], rasters, sources);

    /// <summary>Returns the windows of the rows, without their pixels.</summary>
    internal WindowColumnData ToData(ColumnSchema schema, WindowSources rasters, string address) =>
        windows.ToData(schema, [.. shapes], rasters, address);

    /// <summary>Returns the column of the rows in shards.</summary>
    internal HeavyColumn ToHeavy(int[] sources, int[] sourceRows, PieceFiles shards, bool isVerified) =>
        new(stored, sources, sourceRows, pieces, [.. shapes], [.. chunks], shards, isVerified);

    private void AppendLengths(DuckDbVector vector, int count, List<int> lengths)
    {
        ReadOnlySpan<DuckDbListEntry> entries = vector.Values<DuckDbListEntry>();
        bool isInt32 = vector.Child.Type.Id == DuckDbTypeId.Integer;
        for (int row = 0; row < vector.RowCount; row++)
        {
            if (vector.IsValid(row) && entries[row].Length != count)
                throw new FormatException($"column '{stored.Name}': expected {count} lengths, found {entries[row].Length}");
            for (int axis = 0; axis < count; axis++)
            {
                long length = !vector.IsValid(row) ? 0 : isInt32 ? vector.Child.Values<int>()[(int)entries[row].Offset + axis]
                    : vector.Child.Values<long>()[(int)entries[row].Offset + axis];
                lengths.Add(length is >= 0 and <= int.MaxValue ? (int)length : -1);
            }
        }
    }

    private static void AppendNumbers<T>(DuckDbVector vector, List<T> numbers, T missing) where T : unmanaged
    {
        ReadOnlySpan<T> values = vector.Values<T>();
        for (int row = 0; row < vector.RowCount; row++)
            numbers.Add(vector.IsValid(row) ? values[row] : missing);
    }
}
