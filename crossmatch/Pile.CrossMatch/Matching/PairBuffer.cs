using Pile.Parquet;

namespace Pile.CrossMatch.Matching;

/// <summary>A buffer of pairs, which is reused for block after block.</summary>
internal sealed class PairBuffer
{
    /// <summary>The number of pairs after which a block ends at the next row of a.</summary>
    internal const int FullPairs = 1 << 20;

    // One partner for each row of a chunk.
    private const int FirstPairs = SortedPositions.ChunkRows;

    internal int[] RowA = GC.AllocateUninitializedArray<int>(FirstPairs);
    internal int[] RowB = GC.AllocateUninitializedArray<int>(FirstPairs);
    internal double[] SeparationArcsec = GC.AllocateUninitializedArray<double>(FirstPairs);

    internal int Count { get; set; }

    /// <summary>The state of a block between the steps of writing a file: rows by part, encoded pages, missing values, and
    /// location.</summary>
    internal BlockRows? Rows { get; set; }

    /// <summary>The rows of each side after A in a result of several sides; otherwise empty.</summary>
    internal SideRows[] Sides { get; set; } = [];

    /// <summary>The rows by part of each side after A.</summary>
    internal BlockRows[] Blocks { get; set; } = [];

    internal byte[]?[] Pages { get; set; } = [];

    internal int[] Nulls { get; set; } = [];

    internal RowGroupPlace? Place { get; set; }

    internal int FirstRowA { get; set; }

    internal int EndRowA { get; set; }

    /// <summary>Allocates memory for more pairs.</summary>
    internal void Reserve(int more)
    {
        if (RowA.Length - Count >= more)
            return;
        int length = (int)Math.Min(Math.Max(2L * RowA.Length, (long)Count + more), Array.MaxLength);
        Array.Resize(ref RowA, length);
        Array.Resize(ref RowB, length);
        Array.Resize(ref SeparationArcsec, length);
    }

    internal void Add(int rowA, int rowB, double separationArcsec)
    {
        Reserve(1);
        (RowA[Count], RowB[Count], SeparationArcsec[Count]) = (rowA, rowB, separationArcsec);
        Count++;
    }

    /// <summary>Exchanges the pairs with those of another buffer.</summary>
    internal void TakeFrom(PairBuffer other)
    {
        (RowA, other.RowA) = (other.RowA, RowA);
        (RowB, other.RowB) = (other.RowB, RowB);
        (SeparationArcsec, other.SeparationArcsec) = (other.SeparationArcsec, SeparationArcsec);
        (Count, other.Count) = (other.Count, Count);
    }

    internal PairBlock ToBlock() =>
        new(RowA.AsMemory(0, Count), RowB.AsMemory(0, Count), SeparationArcsec.AsMemory(0, Count), FirstRowA, EndRowA);
}
