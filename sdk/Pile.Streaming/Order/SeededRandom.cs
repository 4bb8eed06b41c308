namespace Pile.Streaming;

/// <summary>Random numbers that depend on their key only: the same on every machine, in every version, in any order of use.</summary>
/// <remarks>Source: SplitMix64 of G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014.</remarks>
internal struct SeededRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15; // 2^64 over the golden ratio, odd

    private ulong state;

    /// <summary>Creates the sequence of a key.</summary>
    internal SeededRandom(params ReadOnlySpan<ulong> key)
    {
        foreach (ulong part in key)
            state = Mix(state + Step + part);
    }

    internal ulong Next() => Mix(state += Step);

    /// <summary>Returns a uniformly distributed number below a bound.</summary>
    /// <remarks>Source: D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019) 3.</remarks>
    internal ulong Below(ulong bound)
    {
        ulong high = Math.BigMul(Next(), bound, out ulong low);
        if (low < bound)
            for (ulong uneven = (0 - bound) % bound; low < uneven;)
                high = Math.BigMul(Next(), bound, out low);
        return high;
    }

    /// <summary>Returns a number in [0, 1).</summary>
    internal double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Shuffles values by the algorithm of Fisher and Yates, from the last to the first.</summary>
    internal void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = (int)Below((ulong)i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <summary>Mixes all bits of a number into all bits of the result; different numbers give different results.</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
