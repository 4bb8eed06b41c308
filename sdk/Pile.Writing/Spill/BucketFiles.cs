using System.Buffers;
using System.Runtime.InteropServices;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>A <see cref="RowsFile"/> for the rows of each bucket.</summary>
/// <param name="folder">The folder, created here.</param>
/// <param name="count">The number of buckets.</param>
/// <param name="bufferBytes">The size at which the collected rows of all buckets are written.</param>
internal sealed class BucketFiles(string folder, int count, long bufferBytes) : IDisposable
{
    /// <summary>A bucket with so much is written at once: the thread that reads it needs memory for a batch.</summary>
    private const long BatchBytes = 4 << 20;

    private readonly Bucket[] buckets = [.. Enumerable.Range(0, count).Select(number => new Bucket(PathOf(folder, number)))];
    private readonly List<Bucket> filled = [];
    private readonly ArrayBufferWriter<byte> buffer = new();
    private IReadOnlyList<DuckDbField> columns = [];
    private long collectedBytes;

    /// <summary>Adds all rows of a chunk.</summary>
    /// <param name="chunk">The rows.</param>
    /// <param name="fields">Their columns, the same in each call.</param>
    /// <param name="bucketOf">The bucket of each row.</param>
    internal void Add(DuckDbChunk chunk, IReadOnlyList<DuckDbField> fields, ReadOnlySpan<int> bucketOf)
    {
        columns = fields;
        for (int row = 0; row < bucketOf.Length; row++)
        {
            Bucket bucket = buckets[bucketOf[row]];
            if (bucket.Rows.Count == 0)
                filled.Add(bucket);
            bucket.Rows.Add(row);
        }
        for (int column = 0; column < fields.Count; column++)
        {
            DuckDbVector vector = chunk[column];
            foreach (Bucket bucket in filled)
            {
                bucket.Collected ??= [.. fields.Select(field => GatheredColumn.Of(field.Type))];
                long added = bucket.Collected[column].Add(vector, CollectionsMarshal.AsSpan(bucket.Rows));
                bucket.CollectedBytes += added;
                collectedBytes += added;
            }
        }
        foreach (Bucket bucket in filled)
        {
            bucket.Rows.Clear();
            if (bucket.CollectedBytes >= BatchBytes)
                Flush(bucket);
        }
        filled.Clear();
        if (collectedBytes >= bufferBytes)
            FlushAll();
    }

    /// <summary>Writes what is left.</summary>
    internal void Complete()
    {
        FlushAll();
        foreach (Bucket bucket in buckets)
            bucket.Complete();
    }

    /// <summary>Opens the rows of a bucket; returns null if it has none.</summary>
    internal DuckDbScan? Open(int bucket, DuckDbConnection connection) =>
        buckets[bucket].Place is not { } place ? null
            : connection.Scan(new RowsTable(columns, [new PlacedRows(buckets[bucket].File.Path, place, [])]));

    /// <summary>Deletes the rows of a bucket.</summary>
    internal void Delete(int bucket) => File.Delete(buckets[bucket].File.Path);

    public void Dispose()
    {
        foreach (Bucket bucket in buckets)
            bucket.File.Dispose();
    }

    private static string PathOf(string folder, int number) => Path.Combine(folder, $"{number}{RowsFile.Extension}");

    private void FlushAll()
    {
        foreach (Bucket bucket in buckets)
            if (bucket.Collected is not null)
                Flush(bucket);
    }

    private void Flush(Bucket bucket)
    {
        GatheredColumn[] collected = bucket.Collected!;
        Directory.CreateDirectory(folder);
        bucket.Written ??= new RowsFile(bucket.File, buffer);
        bucket.Written.Append([.. collected.Select(column => column.ToDuckDb())], collected[0].RowCount);
        bucket.Written.Flush();
        foreach (GatheredColumn column in collected)
            column.Dispose();
        collectedBytes -= bucket.CollectedBytes;
        // Rows of a source are often of the same bucket: each would keep its largest size.
        (bucket.Collected, bucket.CollectedBytes) = (null, 0);
    }

    private sealed class Bucket(string path)
    {
        internal SpillFile File { get; } = new(path);

        /// <summary>The rows that are written; null for none.</summary>
        internal RowsFile? Written { get; set; }

        /// <summary>Their place; null for none, and before they are complete.</summary>
        internal SpillRange? Place { get; private set; }

        /// <summary>The rows that are not written yet; null for none.</summary>
        internal GatheredColumn[]? Collected { get; set; }

        internal long CollectedBytes { get; set; }

        /// <summary>The rows of the current chunk.</summary>
        internal List<int> Rows { get; } = [];

        internal void Complete()
        {
            Place = Written?.Complete();
            File.Dispose();
        }
    }
}
