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

    /// <summary>What a file of pairs keeps with a block from one step to the next: the text ids, and its place.</summary>
    internal byte[] TextA { get; set; } = [];

    internal byte[] TextB { get; set; } = [];

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

    internal PairBlock ToBlock() => new(RowA.AsMemory(0, Count), RowB.AsMemory(0, Count), SeparationArcsec.AsMemory(0, Count), FirstRowA, EndRowA);
}
