using System.Runtime.InteropServices;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The rows of each bucket that one thread has collected, and not written yet.</summary>
/// <param name="files">The files of the buckets.</param>
/// <param name="fields">The columns.</param>
/// <param name="memoryBytes">The size at which the rows of all buckets are written.</param>
internal sealed class BucketRows(BucketFiles files, IReadOnlyList<DuckDbField> fields, long memoryBytes)
{
    /// <summary>A bucket with so much is written at once: the thread that reads it needs memory for a batch.</summary>
    private const long BatchBytes = 4 << 20;

    private readonly Bucket[] buckets = [.. Enumerable.Range(0, files.Count).Select(number => new Bucket(number))];
    private readonly List<Bucket> filled = [];
    private long collectedBytes;

    /// <summary>Adds all rows of a chunk.</summary>
    /// <param name="chunk">The rows.</param>
    /// <param name="bucketOf">The bucket of each row.</param>
    internal void Add(DuckDbChunk chunk, ReadOnlySpan<int> bucketOf)
    {
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
                Write(bucket);
        }
        filled.Clear();
        if (collectedBytes >= memoryBytes)
            WriteAll();
    }

    /// <summary>Writes the rows of all buckets.</summary>
    internal void WriteAll()
    {
        foreach (Bucket bucket in buckets)
            if (bucket.Collected is not null)
                Write(bucket);
    }

    private void Write(Bucket bucket)
    {
        GatheredColumn[] collected = bucket.Collected!;
        files.Append(bucket.Number, fields, [.. collected.Select(column => column.ToDuckDb())], collected[0].RowCount);
        foreach (GatheredColumn column in collected)
            column.Dispose();
        collectedBytes -= bucket.CollectedBytes;
        // Rows of a source are often of the same bucket: each would keep its largest size.
        (bucket.Collected, bucket.CollectedBytes) = (null, 0);
    }

    private sealed class Bucket(int number)
    {
        internal int Number => number;

        /// <summary>The rows that are not written yet; null for none.</summary>
        internal GatheredColumn[]? Collected { get; set; }

        internal long CollectedBytes { get; set; }

        /// <summary>The rows of the current chunk.</summary>
        internal List<int> Rows { get; } = [];
    }
}
