using Pile.CrossMatch.Matching;
using Pile.DuckDb;

namespace Pile.CrossMatch;

/// <summary>Some pairs: rows of both sides in their sorted order, and separations.</summary>
internal sealed class PairBatch(int capacity)
{
    internal const int Rows = 1 << 16;

    private readonly int[] rowA = new int[capacity], rowB = new int[capacity];
    private readonly double[] separationArcsec = new double[capacity];

    internal static readonly DuckDbField[] Fields = [new("row_a", DuckDbType.Integer), new("row_b", DuckDbType.Integer), new("separation_arcsec", DuckDbType.Double)];

    internal int Count { get; private set; }

    internal bool IsFull => Count == rowA.Length;

    internal ReadOnlySpan<int> RowA => rowA.AsSpan(0, Count);

    internal ReadOnlySpan<int> RowB => rowB.AsSpan(0, Count);

    internal ReadOnlySpan<double> SeparationArcsec => separationArcsec.AsSpan(0, Count);

    internal (int RowA, int RowB, double SeparationArcsec) this[int pair] => (rowA[pair], rowB[pair], separationArcsec[pair]);

    internal void Add(int a, int b, double arcsec)
    {
        (rowA[Count], rowB[Count], separationArcsec[Count]) = (a, b, arcsec);
        Count++;
    }

    /// <summary>As columns of DuckDB; a row of -1 is none, and so is a separation that is NaN.</summary>
    internal DuckDbColumn[] ToColumns()
    {
        bool[] withoutA = new bool[Count], withoutB = new bool[Count], alone = new bool[Count];
        for (int i = 0; i < Count; i++)
            (withoutA[i], withoutB[i], alone[i]) = (rowA[i] < 0, rowB[i] < 0, double.IsNaN(separationArcsec[i]));
        return [DuckDbColumn.Of<int>(rowA.AsMemory(0, Count), withoutA), DuckDbColumn.Of<int>(rowB.AsMemory(0, Count), withoutB), DuckDbColumn.Of<double>(separationArcsec.AsMemory(0, Count), alone)];
    }

    /// <summary>The pairs of a matcher's blocks that meet what needs no column.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="minArcsec">The least separation, inclusive.</param>
    /// <param name="self">For a side with itself: which of two rows come as A and B.</param>
    internal static IEnumerable<PairBatch> From(IEnumerable<PairBlock> blocks, double minArcsec, SelfPairs self)
    {
        foreach (PairBlock block in blocks)
            if (block.Count > 0 && Kept(block, minArcsec, self) is { Count: > 0 } batch)
                yield return batch;
    }

    private static PairBatch Kept(PairBlock block, double minArcsec, SelfPairs self)
    {
        ReadOnlySpan<int> a = block.RowA, b = block.RowB;
        ReadOnlySpan<double> separation = block.SeparationArcsec;
        PairBatch kept = new(block.Count);
        for (int i = 0; i < a.Length; i++)
            if (separation[i] >= minArcsec && (self == SelfPairs.None || (self == SelfPairs.Once ? a[i] < b[i] : a[i] != b[i])))
                kept.Add(a[i], b[i], separation[i]);
        return kept;
    }

    /// <summary>The pairs of a statement that gives the three columns.</summary>
    internal static IEnumerable<PairBatch> From(DuckDbResult result)
    {
        PairBatch batch = new(Rows);
        foreach (DuckDbChunk chunk in result.Chunks())
        {
            // Everything before the yield: spans do not live over it.
            if (batch.Count + chunk.RowCount > Rows)
            {
                yield return batch;
                batch = new(Rows);
            }
            batch.AddAll(chunk.Values<int>(0), chunk.Values<int>(1), chunk.Values<double>(2));
        }
        if (batch.Count > 0)
            yield return batch;
    }

    private void AddAll(ReadOnlySpan<int> a, ReadOnlySpan<int> b, ReadOnlySpan<double> separation)
    {
        a.CopyTo(rowA.AsSpan(Count));
        b.CopyTo(rowB.AsSpan(Count));
        separation.CopyTo(separationArcsec.AsSpan(Count));
        Count += a.Length;
    }
}
