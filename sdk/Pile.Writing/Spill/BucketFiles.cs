using System.Buffers;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>A <see cref="RowsFile"/> for the rows of each bucket.</summary>
/// <param name="folder">The folder, created for the first rows.</param>
/// <param name="count">The number of buckets.</param>
internal sealed class BucketFiles(string folder, int count) : IDisposable
{
    private readonly Bucket[] buckets = [.. Enumerable.Range(0, count).Select(number => new Bucket(PathOf(folder, number)))];
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Lock writing = new();
    private IReadOnlyList<DuckDbField> columns = [];

    /// <summary>The number of buckets.</summary>
    internal int Count => count;

    /// <summary>Appends rows of a bucket. Safe for concurrent use.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="fields">The columns, the same in each call.</param>
    /// <param name="rows">Their values.</param>
    /// <param name="rowCount">The number of rows.</param>
    internal void Append(int bucket, IReadOnlyList<DuckDbField> fields, IReadOnlyList<DuckDbColumn> rows, int rowCount)
    {
        lock (writing)
        {
            Directory.CreateDirectory(folder);
            columns = fields;
            RowsFile written = buckets[bucket].Written ??= new RowsFile(buckets[bucket].File, buffer);
            written.Append(rows, rowCount);
            written.Flush();
        }
    }

    /// <summary>Completes all files.</summary>
    internal void Complete()
    {
        foreach (Bucket bucket in buckets)
        {
            bucket.Place = bucket.Written?.Complete();
            bucket.File.Dispose();
        }
    }

    /// <summary>Returns the size of the rows of a bucket.</summary>
    internal long BytesOf(int bucket) => buckets[bucket].Place?.Bytes ?? 0;

    /// <summary>Opens the rows of a bucket; returns null if it has none.</summary>
    internal RowsTable? Open(int bucket) => buckets[bucket].Place is not { } place ? null
        : new RowsTable(columns, [new PlacedRows(buckets[bucket].File.Path, place, [])]);

    /// <summary>Deletes the rows of a bucket.</summary>
    internal void Delete(int bucket) => File.Delete(buckets[bucket].File.Path);

    public void Dispose()
    {
        foreach (Bucket bucket in buckets)
            bucket.File.Dispose();
    }

    private static string PathOf(string folder, int number) => Path.Combine(folder, $"{number}{RowsFile.Extension}");

    private sealed class Bucket(string path)
    {
        internal SpillFile File { get; } = new(path);

        /// <summary>The rows that are written; null for none.</summary>
        internal RowsFile? Written { get; set; }

        /// <summary>Their place; null for none, and before they are complete.</summary>
        internal SpillRange? Place { get; set; }
    }
}
