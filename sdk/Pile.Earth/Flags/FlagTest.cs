using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pile.Earth;

/// <summary>A condition on the pixels of a bit mask: each named flag has one of the named values. Immutable and thread-safe.</summary>
internal sealed class FlagTest
{
    private readonly (ulong Mask, ulong[] Allowed)[] conditions;

    /// <summary>Compiles a condition.</summary>
    /// <param name="definition">The flags of the band.</param>
    /// <param name="conditions">For each flag, the labels that are accepted; a pixel must pass all of them.</param>
    /// <exception cref="FormatException">There is no such flag or label.</exception>
    internal FlagTest(IReadOnlyCollection<Flag> definition, IEnumerable<(string Flag, IReadOnlyList<string> Labels)> conditions)
    {
        ulong mask = 0, value = 0;
        List<(ulong, ulong[])> others = [];
        foreach ((string name, IReadOnlyList<string> labels) in conditions)
        {
            Flag flag = definition.FirstOrDefault(f => f.Name == name)
                ?? throw new FormatException($"There is no flag '{name}'; the band has "
                + $"{string.Join(", ", definition.Select(f => $"'{f.Name}'"))}.");
            ulong[] allowed = [.. labels.SelectMany(flag.PixelsOf).Distinct()];
            if (allowed.Length == 1 && (value & flag.Mask & mask) == (allowed[0] & mask)) // one comparison for all flags of one value
                (mask, value) = (mask | flag.Mask, value | allowed[0]);
            else
                others.Add((flag.Mask, allowed));
        }
        this.conditions = mask == 0 ? [.. others] : [(mask, [value]), .. others];
    }

    /// <summary>Returns whether a pixel passes.</summary>
    internal bool Passes(ulong pixel)
    {
        foreach ((ulong mask, ulong[] allowed) in conditions)
            if (!allowed.AsSpan().Contains(pixel & mask))
                return false;
        return true;
    }

    /// <summary>Tests pixels, element by element.</summary>
    /// <param name="pixels">The pixels, shape [n].</param>
    /// <param name="destination">Receives 1 for each that passes and 0 for the others; shape [n] or longer.</param>
    /// <exception cref="ArgumentException">The destination is shorter than the pixels.</exception>
    internal void Test<T>(ReadOnlySpan<T> pixels, Span<byte> destination) where T : unmanaged, IBinaryInteger<T>
    {
        if (destination.Length < pixels.Length)
            throw new ArgumentException($"Expected a destination of at least {pixels.Length}; found {destination.Length}.");
        destination = destination[..pixels.Length];
        if (conditions is [(ulong mask, [ulong value])])
        {
            (T narrowMask, T narrowValue) = (T.CreateTruncating(mask), T.CreateTruncating(value));
            bool canPass = value == (value & AllBits<T>()); // a bit that the type lacks is 0
            for (int i = 0; i < pixels.Length; i++)
                destination[i] = (pixels[i] & narrowMask) == narrowValue && canPass ? (byte)1 : (byte)0;
            return;
        }
        ulong bits = AllBits<T>();
        for (int i = 0; i < pixels.Length; i++)
            destination[i] = Passes(ulong.CreateTruncating(pixels[i]) & bits) ? (byte)1 : (byte)0;
    }

    private static ulong AllBits<T>() where T : unmanaged => ulong.MaxValue >> (64 - (8 * Unsafe.SizeOf<T>()));
}
