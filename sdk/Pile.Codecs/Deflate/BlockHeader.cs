namespace Pile.Codecs.Deflate;

/// <summary>The codes of a block as its header has them: the lengths of the codes, in runs with a Huffman code of their own (RFC 1951,
/// section 3.2.7). Reuse it.</summary>
internal sealed class BlockHeader
{
    private const int LeastLiterals = 257, LeastRunLengths = 4, MaxLengths = 286 + 30;
    private const int RepeatLast = 16, RepeatZero = 17, RepeatZeroMore = 18, RunSymbols = 19, MaxRunBits = 7;
    private const int LeastRun = 3, LeastMoreZeros = 11, MostZeros = 138, MostRepeats = 6;

    private readonly HuffmanCode runs = new(RunSymbols, MaxRunBits);
    private readonly byte[] lengths = new byte[MaxLengths];
    private readonly (byte Symbol, byte Extra)[] symbols = new (byte, byte)[MaxLengths];
    private int literalCount, distanceCount, symbolCount, runLengthCount;

    /// <summary>The size of the header in bits.</summary>
    internal int Bits { get; private set; }

    /// <summary>The order in which the lengths of the codes of runs are written.</summary>
    private static ReadOnlySpan<byte> RunOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Makes the header of two codes.</summary>
    internal void Make(ReadOnlySpan<byte> literals, ReadOnlySpan<byte> distances)
    {
        literalCount = Math.Max(literals.LastIndexOfAnyExcept((byte)0) + 1, LeastLiterals);
        distanceCount = Math.Max(distances.LastIndexOfAnyExcept((byte)0) + 1, 1);
        literals[..literalCount].CopyTo(lengths);
        distances[..distanceCount].CopyTo(lengths.AsSpan(literalCount));
        symbolCount = 0;
        Array.Clear(runs.Counts);
        for (ReadOnlySpan<byte> left = lengths.AsSpan(0, literalCount + distanceCount); !left.IsEmpty;)
        {
            int run = left.IndexOfAnyExcept(left[0]) is >= 0 and int other ? other : left.Length;
            AddRun(left[0], run);
            left = left[run..];
        }
        runs.Build();
        runLengthCount = RunSymbols;
        while (runs.Lengths[RunOrder[runLengthCount - 1]] == 0)
            runLengthCount--;
        Bits = 5 + 5 + 4 + (3 * runLengthCount);
        foreach ((byte symbol, _) in symbols.AsSpan(0, symbolCount))
            Bits += runs.Lengths[symbol] + ExtraBits(symbol);
    }

    /// <summary>Writes the header.</summary>
    internal void Write(ref BitWriter writer)
    {
        writer.Write((uint)(literalCount - LeastLiterals), 5);
        writer.Write((uint)(distanceCount - 1), 5);
        writer.Write((uint)(runLengthCount - LeastRunLengths), 4);
        foreach (byte symbol in RunOrder[..runLengthCount])
            writer.Write(runs.Lengths[symbol], 3);
        foreach ((byte symbol, byte extra) in symbols.AsSpan(0, symbolCount))
        {
            uint entry = runs.Entries[symbol];
            int bits = HuffmanCode.LengthOf(entry);
            writer.Write(HuffmanCode.CodeOf(entry) | ((ulong)extra << bits), bits + ExtraBits(symbol));
        }
    }

    private void AddRun(byte length, int run)
    {
        if (length > 0)
        {
            Add(length, 0);
            run--;
        }
        while (run >= LeastRun)
        {
            int part = Math.Min(run, length > 0 ? MostRepeats : MostZeros);
            if (length > 0)
                Add(RepeatLast, part - LeastRun);
            else if (part < LeastMoreZeros)
                Add(RepeatZero, part - LeastRun);
            else
                Add(RepeatZeroMore, part - LeastMoreZeros);
            run -= part;
        }
        for (; run > 0; run--)
            Add(length, 0);
    }

    private void Add(int symbol, int extra)
    {
        symbols[symbolCount++] = ((byte)symbol, (byte)extra);
        runs.Counts[symbol]++;
    }

    private static int ExtraBits(int symbol) => symbol switch { RepeatLast => 2, RepeatZero => 3, RepeatZeroMore => 7, _ => 0 };
}
