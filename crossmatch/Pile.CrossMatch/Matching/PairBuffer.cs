using Pile.Parquet;

namespace Pile.CrossMatch.Matching;

/// <summary>Pairs as they are found; kept and filled again for block after block.</summary>
internal sealed class PairBuffer
{
    /// <summary>With so many pairs a block ends at the next row of a.</summary>
    internal const int FullPairs = 1 << 20;

    private const int FirstPairs = 1 << 17;

    internal int[] RowA = GC.AllocateUninitializedArray<int>(FirstPairs);
    internal int[] RowB = GC.AllocateUninitializedArray<int>(FirstPairs);
    internal double[] SeparationArcsec = GC.AllocateUninitializedArray<double>(FirstPairs);

    internal int Count { get; set; }

    /// <summary>What a file keeps with a block from one step to the next: its rows by parts, pages that are made already, missing values,
    /// and its place.</summary>
    internal BlockRows? Rows { get; set; }

    internal byte[]?[] Pages { get; set; } = [];

    internal int[] Nulls { get; set; } = [];

    internal RowGroupPlace? Place { get; set; }

    internal int FirstRowA { get; set; }

    internal int EndRowA { get; set; }

    /// <summary>Makes room for so many pairs more.</summary>
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

    /// <summary>Takes the pairs of another buffer, which gets those of this one.</summary>
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
