namespace Pile.Adopting;

/// <summary>Distinct paths, found by their bytes.</summary>
internal sealed class PathIndex
{
    private int[] buckets = new int[64]; // numbers from 1; open addressing

    /// <summary>The paths, in the order in which they were added.</summary>
    internal PathList Paths { get; } = new();

    /// <summary>Returns the number of a path, which is added if it is new.</summary>
    internal int Add(ReadOnlySpan<byte> path, out bool isNew)
    {
        if (2 * (Paths.Count + 1) > buckets.Length)
            Grow();
        int bucket = BucketOf(path);
        isNew = buckets[bucket] == 0;
        if (isNew)
        {
            Paths.Add([], path);
            buckets[bucket] = Paths.Count;
        }
        return buckets[bucket] - 1;
    }

    private int BucketOf(ReadOnlySpan<byte> path)
    {
        HashCode hash = default; // seeded at random, so that no archive can choose paths of one bucket
        hash.AddBytes(path);
        int bucket = hash.ToHashCode() & (buckets.Length - 1);
        while (buckets[bucket] > 0 && !Paths[buckets[bucket] - 1].SequenceEqual(path))
            bucket = (bucket + 1) & (buckets.Length - 1);
        return bucket;
    }

    private void Grow()
    {
        buckets = new int[2 * buckets.Length];
        for (int i = 0; i < Paths.Count; i++)
            buckets[BucketOf(Paths[i])] = i + 1;
    }
}
