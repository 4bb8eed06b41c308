using System.Buffers.Binary;
using System.Numerics;
using Pile.Format;

namespace Pile.Tables;

/// <summary>Finds whether any two ids have the same 64-bit key: the number itself, or a hash of the text.</summary>
/// <remarks>Keys are divided into buckets by their mixed bits, and each bucket is checked in a small hash table that stays in the cache.
/// This takes 8 bytes per id, and no sort, which would be needed only if there are equal keys.</remarks>
internal static class EqualKeys
{
    private const int KeysPerBucket = 1 << 13;

    /// <summary>Returns whether two rows with an id have the same key.</summary>
    public static bool Exist(IReadOnlyList<ColumnData> ids)
    {
        int buckets = (int)BitOperations.RoundUpToPowerOf2((uint)(ids.Sum(batch => (long)batch.RowCount) / KeysPerBucket) + 1);
        int partCount = Math.Min(ids.Count, Environment.ProcessorCount);
        (int First, int End)[] parts = [.. Enumerable.Range(0, partCount)
            .Select(part => ((int)((long)ids.Count * part / partCount), (int)((long)ids.Count * (part + 1) / partCount)))];
        int[][] places = new int[partCount][];
        Parallel.For(0, partCount, part =>
        {
            int[] counts = new int[buckets];
            Visit(ids, parts[part], key => counts[BucketOf(key, buckets)]++);
            places[part] = counts;
        });
        int[] ends = new int[buckets];
        int end = 0;
        for (int bucket = 0; bucket < buckets; bucket++)
        {
            for (int part = 0; part < partCount; part++)
                (places[part][bucket], end) = (end, checked(end + places[part][bucket]));
            ends[bucket] = end;
        }
        ulong[] keys = GC.AllocateUninitializedArray<ulong>(end);
        Parallel.For(0, partCount, part =>
        {
            int[] next = places[part];
            Visit(ids, parts[part], key => keys[next[BucketOf(key, buckets)]++] = key);
        });
        return !Parallel.For(0, buckets, () => Array.Empty<ulong>(), (bucket, state, table) =>
        {
            int first = bucket == 0 ? 0 : ends[bucket - 1];
            if (HasEqual(keys.AsSpan(first..ends[bucket]), ref table))
                state.Stop();
            return table;
        }, static _ => { }).IsCompleted;
    }

    private static void Visit(IReadOnlyList<ColumnData> ids, (int First, int End) part, Action<ulong> visit)
    {
        for (int i = part.First; i < part.End; i++)
        {
            ColumnData batch = ids[i];
            ReadOnlySpan<long> numbers = batch is ColumnData<long> of ? of.Values.Span : [];
            TextColumnData? text = batch as TextColumnData;
            ReadOnlySpan<int> starts = text is null ? [] : text.Starts.Span;
            ReadOnlySpan<byte> utf8 = text is null ? [] : text.Utf8.Span;
            ReadOnlySpan<bool> isNull = batch.IsNull.Span;
            for (int row = 0; row < batch.RowCount; row++) // without those of IdCheck.IsMissing
                if ((isNull.IsEmpty || !isNull[row]) && (starts.IsEmpty || starts[row] < starts[row + 1]))
                    visit(Mix(starts.IsEmpty ? (ulong)numbers[row] : (ulong)HashOf(utf8[starts[row]..starts[row + 1]])));
        }
    }

    private static bool HasEqual(ReadOnlySpan<ulong> keys, ref ulong[] table)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * keys.Length) + 2);
        if (table.Length < size)
            table = new ulong[size];
        Span<ulong> slots = table.AsSpan(0, size);
        slots.Clear();
        bool hasZero = false; // which marks a free slot
        foreach (ulong key in keys)
        {
            if (key == 0)
            {
                if (hasZero)
                    return true;
                hasZero = true;
                continue;
            }
            int slot = (int)key & (size - 1);
            for (; slots[slot] != 0; slot = (slot + 1) & (size - 1))
                if (slots[slot] == key)
                    return true;
            slots[slot] = key;
        }
        return false;
    }

    private static int BucketOf(ulong key, int buckets) => (int)((key >> 32) & (uint)(buckets - 1));

    // The finalizer of MurmurHash3, which maps different keys to different ones.
    private static ulong Mix(ulong key)
    {
        key = (key ^ (key >> 33)) * 0xFF51AFD7ED558CCD;
        key = (key ^ (key >> 33)) * 0xC4CEB9FE1A85EC53;
        return key ^ (key >> 33);
    }

    /// <summary>Returns a hash of a text.</summary>
    public static long HashOf(ReadOnlySpan<byte> text)
    {
        ulong hash = (ulong)text.Length;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text));
        ulong rest = 0;
        foreach (byte b in text)
            rest = (rest << 8) | b;
        return (long)Mix(hash ^ rest);
    }
}
