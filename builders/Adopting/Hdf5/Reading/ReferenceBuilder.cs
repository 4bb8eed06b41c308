using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>Collects the locations of the rows of one column, and the cost of reading them.</summary>
/// <param name="plan">The column.</param>
/// <param name="hasChecksums">True if every piece has a checksum.</param>
internal sealed class ReferenceBuilder(PlannedColumn plan, bool hasChecksums)
{
    private readonly List<int> files = [], starts = [0], sizes = [], shapes = [], chunks = [];
    private readonly List<long> offsets = [], firstElements = [];
    private readonly List<byte> codecs = [];
    private readonly List<uint> crcs = [];
    private readonly List<bool> nulls = [];
    private readonly Dictionary<int, (string Damage, string Remedy)> damages = [];
    private bool hasNulls, hasChunks;
    private long valueBytes, decodedBytes;

    /// <summary>The number of pieces so far.</summary>
    internal int PieceCount => offsets.Count;

    /// <summary>Adds a row without a value.</summary>
    internal void AddNull(int file)
    {
        files.Add(file);
        nulls.Add(true);
        hasNulls = true;
        foreach (int length in plan.Input.Shape)
        {
            shapes.Add(Math.Max(length, 0));
            chunks.Add(1);
        }
        chunks.Add(1);
        firstElements.Add(0);
        starts.Add(offsets.Count);
    }

    /// <summary>Adds a piece of the row that is added next.</summary>
    internal void AddPiece(long offset, int bytes, byte codec, uint crc)
    {
        offsets.Add(offset);
        sizes.Add(bytes);
        codecs.Add(codec);
        if (hasChecksums)
            crcs.Add(crc);
    }

    /// <summary>Reports that the row that is added next cannot be read.</summary>
    internal void AddDamage(string damage, string remedy) => damages.TryAdd(files.Count, (damage, remedy));

    /// <summary>Returns the rows that cannot be read, and what is wrong with the first piece of each, since the last call.</summary>
    internal KeyValuePair<int, (string Damage, string Remedy)>[] TakeDamages()
    {
        if (damages.Count is 0)
            return [];
        KeyValuePair<int, (string Damage, string Remedy)>[] found = [.. damages.OrderBy(row => row.Key)];
        damages.Clear();
        return found;
    }

    /// <summary>Adds a row after its pieces.</summary>
    /// <param name="file">The number of the file.</param>
    /// <param name="shape">The shape of the row.</param>
    /// <param name="chunk">The shape of its chunks, the row axis first; empty for one piece with exactly the elements of the row.</param>
    /// <param name="firstElement">The number of its first element in its first chunk.</param>
    /// <param name="decodedPieceBytes">The size of a decoded piece.</param>
    internal void AddRow(int file, ReadOnlySpan<int> shape, ReadOnlySpan<int> chunk, long firstElement, long decodedPieceBytes)
    {
        files.Add(file);
        nulls.Add(false);
        shapes.AddRange(shape);
        long bytes = plan.Input.DType.ElementBytes();
        foreach (int length in shape)
            bytes *= length;
        valueBytes += bytes;
        decodedBytes += (offsets.Count - starts[^1]) * decodedPieceBytes;
        hasChunks |= !chunk.IsEmpty;
        if (chunk.IsEmpty)
        {
            chunks.Add(1);
            chunks.AddRange(shape);
        }
        else
            chunks.AddRange(chunk);
        firstElements.Add(firstElement);
        starts.Add(offsets.Count);
    }

    /// <summary>Returns the rows so far with their cost, and starts again.</summary>
    internal (ReferenceColumnData Column, RowCost Cost) Take()
    {
        bool hasOnePieceEach = offsets.Count == files.Count;
        for (int row = 0; row < files.Count && hasOnePieceEach; row++)
            hasOnePieceEach = starts[row + 1] == row + 1;
        ReferenceColumnData column = new(plan.Input, files.Count, [.. shapes], hasNulls ? nulls.ToArray() : default(ReadOnlyMemory<bool>))
        {
            Files = [.. files],
            Starts = hasOnePieceEach ? null : [.. starts],
            Offsets = [.. offsets],
            StoredBytes = [.. sizes],
            Codecs = [.. codecs],
            Crcs = hasChecksums ? [.. crcs] : null,
            Chunks = hasChunks ? [.. chunks] : null,
            FirstElements = hasChunks ? [.. firstElements] : null,
        };
        long stored = 0;
        foreach (int size in CollectionsMarshal.AsSpan(sizes))
            stored += size;
        RowCost cost = new(plan.Name, nulls.Count(isNull => !isNull), valueBytes, offsets.Count, stored, decodedBytes);
        (hasNulls, hasChunks, valueBytes, decodedBytes) = (false, false, 0, 0);
        foreach (List<int> list in (ReadOnlySpan<List<int>>)[files, starts, sizes, shapes, chunks])
            list.Clear();
        starts.Add(0);
        offsets.Clear();
        firstElements.Clear();
        codecs.Clear();
        crcs.Clear();
        nulls.Clear();
        return (column, cost);
    }
}
