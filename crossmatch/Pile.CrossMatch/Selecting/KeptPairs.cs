using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Stores pairs or rows of a result, 16 bytes each, in memory or, above the limit, in a temporary file. They can be searched like
/// the result of a search.</summary>
/// <param name="work">The workspace; null to use only memory.</param>
internal sealed class KeptPairs(MatchWorkspace? work) : IPairSink, IPairSearch
{
    // Memory is allocated for as many pairs as there are so far, so that it soon has large pages. With memory for each block, page faults
    // took a tenth of a match.
    private const long FirstKept = 1 << 12, LargestKept = 1 << 20;

    private readonly List<Block> blocks = [];
    private RowArray<int>? keptRows;
    private RowArray<double>? keptSeparations;
    private int used;
    private SafeFileHandle? file;
    private long fileBytes;

    /// <summary>The number of pairs.</summary>
    internal long Count { get; private set; }

    internal IReadOnlyList<Block> Blocks => blocks;

    /// <summary>The pairs of a range of rows of A.</summary>
    internal sealed class Block(int firstRowA, int endRowA, int count, Func<Rows> load)
    {
        internal int FirstRowA => firstRowA;

        internal int EndRowA => endRowA;

        internal int Count => count;

        /// <summary>Returns the pairs; reads them if they are in the file.</summary>
        internal Rows Load() => load();
    }

    /// <summary>The pairs of a block.</summary>
    internal sealed record Rows(ReadOnlyMemory<int> RowA, ReadOnlyMemory<int> RowB, ReadOnlyMemory<double> SeparationArcsec)
    {
        internal static readonly Rows None = new(default, default, default);
    }

    void IPairSink.Prepare(PairBuffer rows) { }

    /// <summary>Stores a block. Blocks must be in order.</summary>
    public void Place(PairBuffer rows) =>
        // Rows without A cannot be searched.
        Keep(rows.FirstRowA, rows.EndRowA, rows.RowA.AsSpan(0, rows.Count), rows.RowB.AsSpan(0, rows.Count),
            rows.SeparationArcsec.AsSpan(0, rows.Count));

    void IPairSink.Write(PairBuffer rows) { }

    /// <summary>Stores the blocks of a matcher.</summary>
    internal static KeptPairs Of(IEnumerable<PairBlock> found, MatchWorkspace? work)
    {
        KeptPairs kept = new(work);
        foreach (PairBlock block in found)
            kept.Keep(block.FirstRowA, block.EndRowA, block.RowA, block.RowB, block.SeparationArcsec);
        return kept;
    }

    /// <summary>Adds a block that is stored elsewhere.</summary>
    internal void Add(Block block)
    {
        blocks.Add(block);
        Count += block.Count;
    }

    /// <summary>Removes the second of two pairs of the same rows in both orders.</summary>
    internal KeptPairs Once()
    {
        KeptPairs once = new(work);
        PairBuffer buffer = new();
        Searcher reversed = new(this);
        foreach (Block block in blocks)
        {
            (buffer.Count, buffer.FirstRowA, buffer.EndRowA) = (0, block.FirstRowA, block.EndRowA);
            Rows rows = block.Load();
            ReadOnlySpan<int> rowA = rows.RowA.Span, rowB = rows.RowB.Span;
            for (int i = 0; i < rowA.Length; i++)
                if (rowA[i] < rowB[i] || !reversed.Contains(rowB[i], rowA[i]))
                    buffer.Add(rowA[i], rowB[i], rows.SeparationArcsec.Span[i]);
            once.Place(buffer);
        }
        return once;
    }

    public IPairSearcher CreateSearcher() => new Searcher(this);

    private void Keep(int firstRowA, int endRowA, ReadOnlySpan<int> rowA, ReadOnlySpan<int> rowB, ReadOnlySpan<double> separationArcsec)
    {
        int count = rowA.Length;
        Func<Rows> load = count == 0 ? static () => Rows.None
            : work is null || work.TryKeep(16L * count) ? InMemory(Kept(rowA, rowB, separationArcsec))
            : InFile(rowA, rowB, separationArcsec);
        blocks.Add(new Block(firstRowA, endRowA, count, load));
        Count += count;

        static Func<Rows> InMemory(Rows rows) => () => rows;
    }

    private Rows Kept(ReadOnlySpan<int> rowA, ReadOnlySpan<int> rowB, ReadOnlySpan<double> separationArcsec)
    {
        if (work is null)
            return new Rows(rowA.ToArray(), rowB.ToArray(), separationArcsec.ToArray());
        int count = rowA.Length;
        if (keptSeparations is null || count > keptSeparations.Count - used)
        {
            int pairs = (int)Math.Max(count, Math.Clamp(Count, FirstKept, LargestKept));
            (keptRows, keptSeparations, used) = (work.InMemory<int>(2 * pairs), work.InMemory<double>(pairs), 0);
        }
        Memory<int> rows = keptRows!.Memory.Slice(2 * used, 2 * count);
        Memory<double> separations = keptSeparations.Memory.Slice(used, count);
        rowA.CopyTo(rows.Span);
        rowB.CopyTo(rows.Span[count..]);
        separationArcsec.CopyTo(separations.Span);
        used += count;
        return new Rows(rows[..count], rows[count..], separations);
    }

    private Func<Rows> InFile(ReadOnlySpan<int> rowA, ReadOnlySpan<int> rowB, ReadOnlySpan<double> separationArcsec)
    {
        if (file is null)
            work!.Own(file = work.InFolder(() => File.OpenHandle(work.NewFile(), FileMode.CreateNew, FileAccess.ReadWrite)));
        byte[] bytes = [.. MemoryMarshal.AsBytes(separationArcsec), .. MemoryMarshal.AsBytes(rowA), .. MemoryMarshal.AsBytes(rowB)];
        (long start, int count) = (fileBytes, rowA.Length);
        work!.InFolder(() => { RandomAccess.Write(file, bytes, start); return true; });
        fileBytes += bytes.Length;
        return () => work.InFolder(() => Read(start, count));
    }

    private Rows Read(long start, int count)
    {
        (int[] rowA, int[] rowB, double[] separationArcsec) = (new int[count], new int[count], new double[count]);
        Fill(MemoryMarshal.AsBytes(separationArcsec.AsSpan()), start);
        Fill(MemoryMarshal.AsBytes(rowA.AsSpan()), start + (8L * count));
        Fill(MemoryMarshal.AsBytes(rowB.AsSpan()), start + (12L * count));
        return new Rows(rowA, rowB, separationArcsec);
    }

    private void Fill(Span<byte> destination, long start)
    {
        for (int read; !destination.IsEmpty; destination = destination[read..], start += read)
            if ((read = RandomAccess.Read(file!, destination, start)) == 0)
                throw new EndOfStreamException("a temporary file of pairs is truncated");
    }

    private sealed class Searcher(KeptPairs kept) : IPairSearcher
    {
        private Block? loaded;
        private Rows rows = Rows.None;

        public int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken)
        {
            Block block = Load(firstRow);
            int end = Math.Min(endRow, block.EndRowA);
            int from = Sorted.LowerBound(rows.RowA.Span, firstRow), to = Sorted.LowerBound(rows.RowA.Span, end);
            pairs.Reserve(to - from);
            rows.RowA.Span[from..to].CopyTo(pairs.RowA.AsSpan(pairs.Count));
            rows.RowB.Span[from..to].CopyTo(pairs.RowB.AsSpan(pairs.Count));
            rows.SeparationArcsec.Span[from..to].CopyTo(pairs.SeparationArcsec.AsSpan(pairs.Count));
            pairs.Count += to - from;
            return end;
        }

        /// <summary>True if two rows are a pair, in this order.</summary>
        internal bool Contains(int rowA, int rowB)
        {
            Load(rowA);
            int from = Sorted.LowerBound(rows.RowA.Span, rowA), to = Sorted.LowerBound(rows.RowA.Span, rowA + 1);
            return rows.RowB.Span[from..to].Contains(rowB);
        }

        private Block Load(int rowA)
        {
            int low = 0, high = kept.blocks.Count;
            while (high - low > 1)
            {
                int middle = (low + high) >> 1;
                (low, high) = kept.blocks[middle].FirstRowA <= rowA ? (middle, high) : (low, middle);
            }
            if (loaded != kept.blocks[low])
                rows = (loaded = kept.blocks[low]).Load();
            return loaded;
        }

        // Returns the first pair whose row of a is not below a row.
        private static int LowerBound(ReadOnlySpan<int> rows, int row)
        {
            int low = 0, high = rows.Length;
            while (low < high)
            {
                int middle = (low + high) >> 1;
                (low, high) = rows[middle] < row ? (middle + 1, high) : (low, middle);
            }
            return low;
        }
    }
}
